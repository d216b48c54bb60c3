"""Where every pixel goes: crops, sizes, canvases, and the decoder's part in them. Only arithmetic.

All of a `Plan` is in display space: turned and mirrored as the viewer sees the picture. Most of the work
happens before the pixels are turned, so `Plan.stored` gives the same plan in the space of the stored picture.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.geometry.orientation import inverse
from chalicelib.geometry.rounding import rounded


class Extent(NamedTuple):
    """Width and height in pixels, both at least 1."""

    width: int
    height: int


class Point(NamedTuple):
    """A place in pixels from the top left."""

    x: int
    y: int


class Rectangle(NamedTuple):
    """A part of a picture by its edges, in pixels of the original; edges may fall within a pixel."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """The distance from the left edge to the right edge."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """The distance from the top edge to the bottom edge."""
        return self.bottom - self.top


class Affine(NamedTuple):
    """Where a point goes: x' = sx x + ry y + tx, y' = rx x + sy y + ty. The order is ImageMagick's."""

    sx: float
    rx: float
    ry: float
    sy: float
    tx: float
    ty: float


class Reading(NamedTuple):
    """What a decoder does with a picture of the size `decoded`, row by row while it reads the file.

    It averages the picture down to `averaged` (None: not at all), then crops it to the `edges` (left, top,
    right, bottom), then resizes it to `size`.
    """

    decoded: Extent
    averaged: Extent | None
    edges: tuple[int, int, int, int]
    size: Extent

    @property
    def cut(self) -> Extent:
        """The size of the picture after the crop."""
        left, top, right, bottom = self.edges
        return Extent(right - left, bottom - top)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a variant is made: `crop` of `source` is resized to `size` and put at `offset` on `canvas`.

    A `tilt` puts it there at an angle instead: it maps the resized picture's pixels to the canvas's.
    `crop_range` is the area in which the crop may still be moved, by what is in the picture; None if it is
    final.
    """

    source: Extent
    crop: Rectangle
    size: Extent
    canvas: Extent
    offset: Point
    tilt: Affine | None = None
    crop_range: Rectangle | None = None

    @property
    def crops(self) -> bool:
        """Whether anything is cut off."""
        return self.crop != (0, 0, *self.source)

    @property
    def shrink(self) -> float:
        """How many pixels of the original become one, along the side that shrinks least."""
        return min(self.crop.width / self.size.width, self.crop.height / self.size.height)

    def stored(self, orientation: int) -> Plan:
        """Return this plan for the picture as it is stored, with an EXIF `orientation` of 1 to 8.

        The canvas stays as it is: the picture is turned before it is put there.
        """
        back = inverse(orientation)
        return dataclasses.replace(
            self,
            source=upright(self.source, back),
            crop=turned(self.crop, self.source, back),
            size=upright(self.size, back),
        )


_FIRST_TURNED = 5
_MIRRORED_ACROSS = frozenset({2, 3, 6, 7})
_MIRRORED_DOWN = frozenset({3, 4, 7, 8})

_JPEG_SCALES = ((8, 10.0), (4, 5.0), (3, 4.0), (2, 2.5))
"""(d, t): a JPEG is decoded at 1/d of its size (3/8 for a third) where the shrink is at least t. The resize
then still has 1.25 or more pixels for each one that it makes, which hides the decoder's own, coarser filter
(measurements: docs/decisions.md)."""

_LEAST_PART_TO_AVERAGE = 1 / 4
_LEFT_TO_RESIZE = 2
_INVISIBLE_STRETCH = 1 / 500
"""How much longer or shorter a crop may become without anybody seeing it, as a part of its length."""


def upright(stored: Extent, orientation: int) -> Extent:
    """Return the size that a stored picture has after it is turned as its EXIF `orientation` says."""
    return Extent(*reversed(stored)) if orientation >= _FIRST_TURNED else stored


def whole(size: Extent) -> Plan:
    """Return the plan that leaves a picture of this size as it is."""
    return Plan(size, Rectangle(0, 0, *size), size, size, Point(0, 0))


def turned(area: Rectangle, within: Extent, orientation: int) -> Rectangle:
    """Return where an `area` of a picture is after the picture is turned as its EXIF `orientation` says."""
    left, top, right, bottom = area
    if orientation >= _FIRST_TURNED:
        left, top, right, bottom = top, left, bottom, right
    width, height = upright(within, orientation)
    if orientation in _MIRRORED_ACROSS:
        left, right = width - right, width - left
    if orientation in _MIRRORED_DOWN:
        top, bottom = height - bottom, height - top
    return Rectangle(left, top, right, bottom)


def jpeg_size(stored: Plan) -> str | None:
    """Return the ``jpeg:size`` hint with which the decoder itself shrinks the picture; None: not at all.

    The sides are rounded down: old and new ImageMagick then both decode at exactly 1/d.
    """
    width, height = stored.source
    divisor = _jpeg_divisor(stored)
    return None if divisor == 1 else f"{max(1, width // divisor)}x{max(1, height // divisor)}"


def jpeg_decoded(stored: Plan) -> Extent:
    """Return the size at which a JPEG is decoded with that hint."""
    return _at_eighths(stored.source, jpeg_eighths(stored))


def jpeg_eighths(stored: Plan) -> int:
    """Return how many eighths of its size a JPEG is decoded at with that hint."""
    return math.ceil(8 / _jpeg_divisor(stored))


def _at_eighths(source: Extent, eighths: int) -> Extent:
    return Extent(*(math.ceil(side * eighths / 8) for side in source))


def _jpeg_divisor(stored: Plan) -> int:
    return next((d for d, threshold in _JPEG_SCALES if stored.shrink >= threshold), 1)


def jpeg_span(source: Extent, decoded: Extent, wanted: int = 8) -> tuple[float, float] | None:
    """Return the width and height that the `decoded` JPEG covers, in pixels of the original.

    None if no decoder makes this size of the whole picture. A decoder that shrinks makes n eighths of the
    picture, and rounds partial pixels up: 4001 pixels become 501 that cover 4008. Crops are computed with
    4008, so that a centred crop stays centred. Where several n give this size (of 7 pixels, 7 and 8
    do), it is the `wanted` one.
    """
    for eighths in (wanted, *range(1, 9)):
        if decoded == _at_eighths(source, eighths):
            return decoded.width * 8 / eighths, decoded.height * 8 / eighths
    return None


def reading_plan(stored: Plan, decoded: Extent, span: tuple[float, float] | None) -> Reading | None:
    """Return what the decoder may do with a picture of the size `decoded`, which covers `span`.

    None: nothing. Where the crop may still move, the whole picture is needed to find its place.
    """
    if span is None or stored.crop_range:
        return None
    averaged = rough_size(stored.crop, stored.size, span, decoded)
    edges = pixel_edges(stored.crop, span, averaged or decoded)
    # If the size did not change, nobody could tell whether the decoder had done its part.
    return None if stored.size == decoded else Reading(decoded, averaged, edges, stored.size)


def pixel_edges(crop: Rectangle, span: tuple[float, float], picture: Extent) -> tuple[int, int, int, int]:
    """Return the edges of `crop` in pixels of a `picture` that covers `span` of the original."""
    left, right = _edges(crop.left, crop.right, picture.width / span[0], picture.width)
    top, bottom = _edges(crop.top, crop.bottom, picture.height / span[1], picture.height)
    return left, top, right, bottom


def _edges(first: float, last: float, scale: float, side: int) -> tuple[int, int]:
    """Return a crop's two edges as whole pixels of a side that is decoded at `scale`.

    If whole edges would stretch the crop visibly, round its length instead: its middle moves by half a pixel
    at most.
    """
    start, end = _least_moved(first * scale, last * scale) if scale < 1 else (rounded(first), rounded(last))
    exact = (last - first) * scale
    if abs(end - start - exact) > exact * _INVISIBLE_STRETCH:
        length = min(max(rounded(exact), 1), side)
        start = min(max(rounded((first + last) * scale / 2 - length / 2), 0), side - length)
        end = start + length
    return start, min(end, side)


def _least_moved(first: float, last: float) -> tuple[int, int]:
    """Return the whole edges with which the picture between them moves least.

    From one edge to the other, the displacement changes evenly; its mean square is (a² + ab + b²) / 3. A
    centred crop stays centred: two halves rounded up would move all of it by half a decoded pixel.
    """

    def moved(edges: tuple[int, int]) -> float:
        a, b = edges[0] - first, edges[1] - last
        return a * a + a * b + b * b

    # Of two that are equally near, the wider: it comes first.
    starts, ends = (math.floor(first), math.ceil(first)), (math.ceil(last), math.floor(last))
    return min(itertools.product(starts, ends), key=moved)


def rough_size(crop: Rectangle, size: Extent, span: tuple[float, float], picture: Extent) -> Extent | None:
    """Return the size that the whole `picture` is averaged down to before the fine resize; None: not at all.

    Averaging blocks of whole pixels is many times cheaper than resizing. The resize hides it, if it still has
    two pixels for each one that it makes (measurements: docs/decisions.md). Where the crop is small, the
    average would read far more pixels than the resize.
    """
    if crop.width * crop.height < span[0] * span[1] * _LEAST_PART_TO_AVERAGE:
        return None
    across = size.width * span[0] / crop.width
    down = size.height * span[1] / crop.height
    factor = int(min(picture.width / across, picture.height / down) / _LEFT_TO_RESIZE)
    if factor <= 1:
        return None
    return Extent(math.ceil(picture.width / factor), math.ceil(picture.height / factor))
