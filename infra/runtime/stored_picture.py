"""What was stored, looked at: decoded by the ImageMagick of this machine."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.codecs.formats import sniff
from chalicelib.codecs.imagemagick import Image, exceptions


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture's format as its first bytes tell it, its size in pixels and number of frames."""

    format: str
    size: tuple[int, int]
    frames: int = 1

    def __str__(self) -> str:
        width, height = self.size
        return f"{self.format} {width}x{height}" + (f", {self.frames} frames" if self.frames > 1 else "")


def look(data: bytes) -> Seen | None:
    """Return what `data` shows; None if it is no picture."""
    kind = sniff(data)
    if not kind:
        return None
    try:
        with Image(blob=data, format=kind.coder) as image:
            frames = len(image.sequence)
            # An animation's first frame may be smaller than what it is shown on.
            size = (image.page_width, image.page_height) if frames > 1 else image.size
            return Seen(kind.name, size, frames)
    except exceptions.WandException:
        return None
