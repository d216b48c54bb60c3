"""Reads the header of an original: its size, orientation and frames. It decodes no pixel, and needs no Wand.

The bytes may be hostile: each reader looks at a bounded number of places, and raises nothing but refusals.
"""

from __future__ import annotations

import dataclasses
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.codecs import apng, bmp, gif, jpeg, png, tiff, tiff_kinds, webp
from chalicelib.codecs.colour.sources import SRGB, ColourSource
from chalicelib.codecs.colour.sources import read as colours
from chalicelib.codecs.formats import BMP, GIF, JPEG, PNG, TIFF, WEBP
from chalicelib.errors import BrokenImage
from chalicelib.geometry.plan import Extent

if TYPE_CHECKING:
    from chalicelib.codecs.formats import SourceType


@dataclass(frozen=True, slots=True)
class Header:
    """Size as stored, EXIF orientation (1 to 8), number of frames and how often they play (0: for ever).

    `largest` is the area of the largest frame, where frames may be larger than the whole. `alpha` is only
    read for types that variants are not made in: it decides the variant's format. `scans` is how many scans
    a decoder has to collect; more than one takes as much memory as another picture. `colours` is what the
    numbers of its pixels mean.
    """

    size: Extent
    orientation: int = 1
    frames: int = 1
    loops: int = 0
    largest: int = 0
    alpha: bool = False
    scans: int = 1
    colours: ColourSource = SRGB

    def __post_init__(self) -> None:
        if min(self.size) < 1:
            raise BrokenImage("The original is broken: its width or its height is 0.")

    @property
    def pixels(self) -> int:
        """How many pixels a decoder has in memory for one frame."""
        whole = self.size.width * self.size.height
        return max(self.largest, whole if self.scans == 1 else 2 * whole)


def read(data: bytes, kind: SourceType) -> Header | None:
    """Return the header of `data`; None for the types whose header ImageMagick reads cheaply."""
    reader = _READERS.get(kind)
    try:
        return dataclasses.replace(reader(data), colours=colours(data, kind)) if reader else None
    except (struct.error, IndexError):
        raise BrokenImage("The original is broken: it ends within its header.") from None


def _jpeg(data: bytes) -> Header:
    head = jpeg.read(data)
    return Header(Extent(head.width, head.height), head.orientation, scans=head.scans)


def _png(data: bytes) -> Header:
    size, animation = Extent(*png.size(data)), apng.animation(data)
    if animation:
        return Header(size, png.orientation(data), len(animation.frames), animation.plays)
    return Header(size, png.orientation(data))


def _tiff(data: bytes) -> Header:
    tiff_kinds.check(data)
    tags = tiff.tags(data)
    size = Extent(tags.get(tiff.WIDTH, 0), tags.get(tiff.HEIGHT, 0))
    return Header(size, tiff.orientation(data), alpha=tiff.EXTRA_SAMPLES in tags)


def _bmp(data: bytes) -> Header:
    found = bmp.read(data)
    return Header(Extent(found.width, abs(found.height)), alpha=found.alpha)


def _webp(data: bytes) -> Header:
    animation = webp.animation(data)
    if animation:
        size = Extent(animation.width, animation.height)
        return Header(size, _webp_orientation(data), len(animation.frames), animation.loops)
    sides = webp.bitstream_size(webp.chunks(webp.body(data)))
    if not sides:
        raise BrokenImage("The original is a WebP without a picture.")
    return Header(Extent(*sides), _webp_orientation(data))


def _webp_orientation(data: bytes) -> int:
    exif = next((content for tag, content in webp.chunks(webp.body(data)) if tag == b"EXIF"), b"")
    return tiff.exif_orientation(exif.removeprefix(b"Exif\0\0")) or 1


def _gif(data: bytes) -> Header:
    """Count the pictures, block by block; a file that is cut off has those before its end."""
    frames, area, loops = 0, 0, 1
    for at, _ in gif.blocks(data):
        if data[at] == gif.PICTURE:
            across, down = struct.unpack_from("<HH", data, at + 5)
            frames, area = frames + 1, max(area, across * down)
        else:
            loops = _plays(data, at, loops)
    if not frames:
        raise BrokenImage("The original is a GIF without a picture.")
    return Header(Extent(*gif.screen(data)), frames=frames, loops=loops, largest=area)


_GIF_LOOPS = re.compile(rb"!\xff\x0b(?:NETSCAPE2\.0|ANIMEXTS1\.0)\x03\x01(..)", re.DOTALL)


def _plays(data: bytes, at: int, known: int) -> int:
    """Return how often the animation is played; the loop extension counts only the repeats."""
    found = _GIF_LOOPS.match(data, at)
    repeats = int.from_bytes(found[1], "little") if found else 0
    return repeats + 1 if repeats else (0 if found else known)


_READERS = {
    JPEG: _jpeg,
    PNG: _png,
    GIF: _gif,
    WEBP: _webp,
    TIFF: _tiff,
    BMP: _bmp,
}
