"""What a picture may cost. Everything here is decided before a pixel is decoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.errors import TooLarge

if TYPE_CHECKING:
    from chalicelib.codecs.formats import Output
    from chalicelib.codecs.headers import Header
    from chalicelib.geometry.plan import Extent

LONGEST_SIDE = 64_000
"""The most pixels on a side of a variant. policy.xml allows 65,536, and ImageMagick includes the rows beyond
both edges that the widest blur reads, some 800: it cannot blur a longer variant."""

LONGEST_SOURCE_SIDE = 65_536
"""The most pixels on a side of an original, as in policy.xml."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is read and made.

    `source_pixels` counts every frame that is decoded, because each costs as much as a picture. It bounds the
    memory: a pixel takes 8 to 13 bytes, and up to 21 of a GIF, a BMP, a JPEG XL, and of an AVIF or HEIC of
    less than 50 megapixels. `output_pixels` counts every frame of the variant.
    `scans` are those of a JPEG: each takes as long as a whole baseline JPEG. `seconds` is how long making a
    variant may take.
    """

    source_bytes: int
    source_pixels: int
    output_pixels: int
    frames: int = 500
    scans: int = 100
    seconds: int = 15

    def check_bytes(self, data: bytes) -> None:
        """Refuse an original of too many bytes."""
        if len(data) > self.source_bytes:
            raise TooLarge(f"The original has {len(data)} bytes. At most {self.source_bytes} are allowed.")

    def decodable(self, frames: int, pixels: int) -> int:
        """Return the number of the last of the `frames`, of so many `pixels` each, that any variant can show.

        It takes all frames before it, so it is at least 1: `check_source` refuses what has too large frames.
        """
        return max(1, min(frames, self.frames, self.source_pixels // pixels))

    def check_source(self, header: Header, frames: int) -> None:
        """Refuse an original of which the first `frames` frames would be too much to decode."""
        if frames > self.frames:
            raise TooLarge(f"{frames} frames of the original are needed. At most {self.frames} are allowed.")
        if header.scans > self.scans:
            raise TooLarge(f"The original has {header.scans} scans. At most {self.scans} scans are allowed.")
        if max(header.size) > LONGEST_SOURCE_SIDE:
            longest = max(header.size)
            raise TooLarge(f"A side has {longest} pixels. At most {LONGEST_SOURCE_SIDE} are allowed.")
        if header.pixels * frames > self.source_pixels:
            raise TooLarge(
                f"Decoding the original ({_in_words(header.size, frames)}) takes {header.pixels * frames} "
                f"pixels. At most {self.source_pixels} are allowed."
            )

    def check_variant(self, canvas: Extent, frames: int, output: Output) -> None:
        """Refuse a variant that is too large for us, or that its format cannot hold."""
        pixels = canvas.width * canvas.height * frames
        if pixels > self.output_pixels:
            raise TooLarge(
                f"The variant ({_in_words(canvas, frames)}) would have {pixels} pixels. "
                f"At most {self.output_pixels} are allowed. Ask for a smaller size."
            )
        longest = min(output.longest_side, LONGEST_SIDE)
        if max(canvas) > longest:
            raise TooLarge(
                f"The variant ({_in_words(canvas)}) would be too long. "
                f"A side of {output.format} has at most {longest} pixels. Ask for a smaller size."
            )


def _in_words(size: Extent, frames: int = 1) -> str:
    many = f", {frames} frames" if frames > 1 else ""
    return f"{size.width} x {size.height}{many}"
