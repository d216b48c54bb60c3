"""What an original says of itself in its first bytes, read without decoding and without ImageMagick.

Each reader takes hostile bytes: it looks at a bounded number of places, and raises nothing but refusals.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib import tiff, webp
from chalicelib.errors import BrokenImage, TooLarge
from chalicelib.formats import GIF, JPEG, PNG, TIFF, WEBP
from chalicelib.geometry import Extent

if TYPE_CHECKING:
    from chalicelib.formats import SourceType

_MOST_SEGMENTS = 10_000
_MOST_BLOCKS = 1_000_000


@dataclass(frozen=True, slots=True)
class Header:
    """Size as stored, EXIF orientation (1 to 8), number of frames and how often they play (0: for ever).

    `largest` is the area of the largest frame, where frames may be larger than the whole. `alpha` is only
    known, and only asked for, of types that have no format of variants of their own.
    """

    size: Extent
    orientation: int = 1
    frames: int = 1
    loops: int = 0
    largest: int = 0
    alpha: bool = False

    def __post_init__(self) -> None:
        if min(self.size) < 1:
            raise BrokenImage("The image has no pixels.")

    @property
    def pixels(self) -> int:
        """How many pixels it takes to decode one frame."""
        return max(self.largest, self.size.width * self.size.height)


def read(data: bytes, kind: SourceType) -> Header | None:
    """Return the header of `data`; None for the types that ImageMagick itself tells of cheaply."""
    reader = {JPEG: _jpeg, PNG: _png, GIF: _gif, WEBP: _webp, TIFF: _tiff}.get(kind)
    try:
        return reader(data) if reader else None
    except (struct.error, IndexError):
        raise BrokenImage("The image ends within its header.") from None


_JPEG_MARKER = re.compile(rb"\xff+([^\x00\xff])", re.DOTALL)
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_JPEG_ENDS = frozenset({0xD9, 0xDA})
_APP1 = 0xE1


def _jpeg(data: bytes) -> Header:
    """Walk the segments (ITU T.81, B.1.1) to the first frame header, past the EXIF on the way."""
    at, orientation = 2, 1
    for _ in range(_MOST_SEGMENTS):
        found = _JPEG_MARKER.search(data, at)
        if not found or found[1][0] in _JPEG_ENDS:
            break
        at = found.end()
        if found[1][0] in _JPEG_ALONE:
            continue
        length = struct.unpack_from(">H", data, at)[0]
        if found[1][0] in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 3)
            return Header(Extent(width, height), orientation)
        if found[1][0] == _APP1 and data[at + 2 : at + 8] == b"Exif\0\0":
            orientation = tiff.orientation(data[at + 8 : at + length])
        at += length
    raise BrokenImage("The JPEG has no picture.")


def _png(data: bytes) -> Header:
    width, height = struct.unpack_from(">II", data, 16)
    return Header(Extent(width, height), _png_orientation(data))


def _png_orientation(data: bytes) -> int:
    at = 8
    for _ in range(_MOST_SEGMENTS):
        if at + 8 > len(data):
            break
        length, tag = struct.unpack_from(">I4s", data, at)
        if tag == b"eXIf":
            return tiff.orientation(data[at + 8 : at + 8 + length])
        at += 12 + length
    return 1


def _tiff(data: bytes) -> Header:
    tags = tiff.tags(data)
    size = Extent(tags.get(tiff.WIDTH, 0), tags.get(tiff.HEIGHT, 0))
    return Header(size, tiff.orientation(data), alpha=tiff.EXTRA_SAMPLES in tags)


def _webp(data: bytes) -> Header:
    animation = webp.animation(data)
    if animation:
        size = Extent(animation.width, animation.height)
        return Header(size, _webp_orientation(data), len(animation.frames), animation.loops)
    sides = webp.bitstream_size(webp.chunks(webp.body(data)))
    if not sides:
        raise BrokenImage("The WebP has no picture.")
    return Header(Extent(*sides), _webp_orientation(data))


def _webp_orientation(data: bytes) -> int:
    exif = next((content for tag, content in webp.chunks(webp.body(data)) if tag == b"EXIF"), b"")
    return tiff.orientation(exif.removeprefix(b"Exif\0\0"))


def _gif(data: bytes) -> Header:
    """Walk the blocks (GIF89a, appendix B) and count the pictures; a cut-off file has some."""
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    frames, area, loops, at, blocks = 0, 0, 1, 13 + _palette(flags), 0
    while at + 10 <= len(data) and data[at] in b",!":
        if data[at] == ord(","):
            across, down, flags = struct.unpack_from("<HHB", data, at + 5)
            frames, area = frames + 1, max(area, across * down)
            at += 11 + _palette(flags)
        else:
            loops = _plays(data, at, loops)
            at += 2
        at, blocks = _skip_blocks(data, at, blocks)
    if not frames:
        raise BrokenImage("The GIF has no picture.")
    return Header(Extent(width, height), frames=frames, loops=loops, largest=area)


_GIF_LOOPS = re.compile(rb"!\xff\x0b(?:NETSCAPE2\.0|ANIMEXTS1\.0)\x03\x01(..)", re.DOTALL)


def _plays(data: bytes, at: int, known: int) -> int:
    """Return how often the animation is played; the extension that says it counts from the second time."""
    found = _GIF_LOOPS.match(data, at)
    repeats = int.from_bytes(found[1], "little") if found else 0
    return repeats + 1 if repeats else (0 if found else known)


def _palette(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _skip_blocks(data: bytes, at: int, blocks: int) -> tuple[int, int]:
    while at < len(data) and data[at]:
        at, blocks = at + data[at] + 1, blocks + 1
        if blocks > _MOST_BLOCKS:
            raise TooLarge("The GIF has too many blocks.")
    return at + 1, blocks + 1
