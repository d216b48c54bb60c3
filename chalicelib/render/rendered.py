"""The result of rendering, in a module of its own: the process that uses it never loads ImageMagick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.address.values import Document
from chalicelib.codecs.formats import OUTPUTS

if TYPE_CHECKING:
    from chalicelib.address.values import Drawing, Format

_DOCUMENTS = {Document.JSON: "application/json"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished variant: its bytes and what they are. A document has the sides of the original."""

    data: bytes
    format: Format | Drawing | Document
    width: int
    height: int
    frames: int

    @property
    def content_type(self) -> str:
        """What browsers are told that it is: it follows from the format, and from nothing else."""
        if isinstance(self.format, Document):
            return _DOCUMENTS[self.format]
        return OUTPUTS[self.format].content_type
