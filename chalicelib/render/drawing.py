"""Tells drawings from photographs: for ``format=auto``, PNG's compression and JPEG's colour resolution.

All tests use a sample of rows from all over the finished picture.
"""

from __future__ import annotations

import zlib
from operator import add, sub
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.render.job import Job

_DEFLATED_PIXELS = 16_384
"""Pixels that are deflated: enough to decide by, in about 1 ms."""

_DRAWING, _REPETITIVE = 1 / 8, 1 / 4
"""The size after deflate, as a part of the size before it, below which a picture is called that. Logos,
charts and screenshots are below an eighth; maps and screenshots of photographs are around a quarter;
photographs are between that and 0.8. Drawings that were shrunk have more shades than lines, and are about a
third: lossy WebP is smaller for them."""

_ROWS = 24
_COMPARED = 1500
"""Pairs of neighbours that are compared: enough to decide by, in a quarter of a millisecond."""

_STRONG = 96
_MANY = 0.003
"""In photographs, fewer than one pair in 400 differs in colour by more than 96 (of 510). In screenshots, maps
and charts with coloured text and lines, more pairs do, up to one in a hundred."""


def is_drawing(image: Image, job: Job) -> bool:
    """Say whether lossless WebP is smaller than lossy: deflate leaves less than an eighth of the picture."""
    return _left_by_deflate(image, job) < _DRAWING


def repeats(image: Image, job: Job) -> bool:
    """Say whether searching for repetitions makes a PNG smaller: deflate leaves less than a quarter."""
    return _left_by_deflate(image, job) < _REPETITIVE


def _left_by_deflate(image: Image, job: Job) -> float:
    count = max(1, _DEFLATED_PIXELS // image.width)
    pixels = _rows(image, job, count, "RGBA" if image.alpha_channel else "RGB")
    return len(zlib.compress(pixels, level=1)) / len(pixels)


def has_colour_edges(image: Image, job: Job) -> bool:
    """Say whether there are many sharp edges between strong colours: half the resolution would blur them.

    Edges between light and dark do not count: JPEG stores lightness at full resolution anyway.
    """
    pixels = _rows(image, job, _ROWS, "RGB")
    # An odd number of pixels, so that the samples are not all from the same columns.
    stride = 3 * max(1, len(pixels) // 3 // _COMPARED | 1)
    red, green, blue = pixels[:-3:stride], pixels[1:-3:stride], pixels[2:-3:stride]
    next_red, next_green, next_blue = pixels[3::stride], pixels[4::stride], pixels[5::stride]
    across = map(sub, map(sub, red, green), map(sub, next_red, next_green))
    along = map(sub, map(sub, blue, green), map(sub, next_blue, next_green))
    strong = sum(map(_STRONG.__lt__, map(add, map(abs, across), map(abs, along))))
    return strong > _MANY * len(red)


def _rows(image: Image, job: Job, count: int, channels: str) -> bytes:
    height = image.height
    count = min(count, height)
    return b"".join(job.pixels(image, channels, row * height // count, 1) for row in range(count))
