"""Decodes a stored picture with this machine's ImageMagick or libjxl, and describes it."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.codecs.formats import JXL, sniff
from chalicelib.codecs.imagemagick import Image, exceptions
from chalicelib.codecs.jxl import reading as jxl
from chalicelib.errors import BrokenImage


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture's format according to its first bytes, its size in pixels, and its number of frames."""

    format: str
    size: tuple[int, int]
    frames: int = 1

    def __str__(self) -> str:
        width, height = self.size
        return f"{self.format} {width}x{height}" + (f", {self.frames} frames" if self.frames > 1 else "")


def look(data: bytes) -> Seen | None:
    """Return the description of the picture in `data`; None if it is not a picture."""
    kind = sniff(data)
    if not kind:
        return None
    if kind is JXL:
        return _look_at_jxl(data)
    try:
        with Image(blob=data, format=kind.coder) as image:
            frames = len(image.sequence)
            # An animation's first frame may be smaller than its canvas.
            size = (image.page_width, image.page_height) if frames > 1 else image.size
            return Seen(kind.name, size, frames)
    except exceptions.WandException:
        return None


def _look_at_jxl(data: bytes) -> Seen | None:
    try:
        header = jxl.header(data)
        shown = sum(1 for _ in jxl.stills(data, header.frames))
    except BrokenImage:
        return None
    return Seen(JXL.name, header.size, shown)
