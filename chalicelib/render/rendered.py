"""The result of rendering, in a module of its own: the process that uses it never loads ImageMagick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.codecs.formats import OUTPUTS

if TYPE_CHECKING:
    from chalicelib.address.values import Drawing, Format


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished variant: its bytes and what they are."""

    data: bytes
    format: Format | Drawing
    width: int
    height: int
    frames: int

    @property
    def content_type(self) -> str:
        """What browsers are told that it is: it follows from the format, and from nothing else."""
        return OUTPUTS[self.format].content_type
