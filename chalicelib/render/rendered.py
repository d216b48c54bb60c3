"""The result of rendering, in a module of its own: the process that uses it never loads ImageMagick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.address.values import Format


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished variant: its bytes and what they are."""

    data: bytes
    format: Format
    content_type: str
    width: int
    height: int
    frames: int
