"""Where every pixel goes: crops, sizes and canvases, and what they mean to a decoder. Only arithmetic.

All of a `Plan` is in display space: turned and mirrored as the viewer sees the picture. Most of the work
happens before the pixels are turned, so `Plan.stored` gives the same plan in the space of the stored picture.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.geometry.orientation import inverse


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
        """How far it is from the left edge to the right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """How far it is from the top edge to the bottom."""
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
    """What becomes of a picture of the size `decoded` while its rows come.

    It is `averaged`, unless that is None, cut to what is within the `edges` then, and resized to `size`.
    """

    decoded: Extent
    averaged: Extent | None
    edges: tuple[int, int, int, int]
    size: Extent

    @property
    def cut(self) -> Extent:
        """The size of what is within the edges."""
        left, top, right, bottom = self.edges
        return Extent(right - left, bottom - top)


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of a picture: `crop` of `source` is resized to `size` and put at `offset` on `canvas`.

    With a `tilt` it is put there aslant: that leads from the resized picture's pixels to the canvas's.
    `room` is where the crop may be moved to, by what there is to see in the picture; None if it stays.
    """

    source: Extent
    crop: Rectangle
    size: Extent
    canvas: Extent
    offset: Point
    tilt: Affine | None = None
    room: Rectangle | None = None

    @property
    def crops(self) -> bool:
        """Whether anything is cut off."""
        return self.crop != (0, 0, *self.source)

    @property
    def shrink(self) -> float:
        """How many pixels of the original become one, along the side where they are fewest."""
        return min(self.crop.width / self.size.width, self.crop.height / self.size.height)

    def stored(self, orientation: int) -> Plan:
        """Return this plan for the picture as it is stored, with an EXIF `orientation` of 1 to 8.

        The canvas stays as it is: the picture is put on it when it is turned.
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
"""(d, t): a JPEG is decoded at 1/d of its size (3/8 for a third) where the shrink is at least t. That leaves
the resize 1.25 pixels for one or more, enough that the decoder's own, coarser filter does not show
(measurements: docs/decisions.md)."""

_WORTH_AVERAGING = 1 / 4
_LEFT_TO_RESIZE = 2
_STRETCH = 1 / 500
"""How much longer or shorter a crop may become; less is not seen."""


def upright(stored: Extent, orientation: int) -> Extent:
    """Return the size that a stored picture has when it is turned as its EXIF `orientation` says."""
    return Extent(*reversed(stored)) if orientation >= _FIRST_TURNED else stored


def whole(size: Extent) -> Plan:
    """Return the plan by which a picture of this size stays as it is."""
    return Plan(size, Rectangle(0, 0, *size), size, size, Point(0, 0))


def turned(area: Rectangle, within: Extent, orientation: int) -> Rectangle:
    """Return where the `area` of a picture is, once that is turned as its EXIF `orientation` says."""
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
    """Return the ``jpeg:size`` hint, by which the decoder itself shrinks the picture; None: not at all.

    Rounding down asks old and new ImageMagick alike for exactly 1/d.
    """
    width, height = stored.source
    divisor = _jpeg_divisor(stored)
    return None if divisor == 1 else f"{max(1, width // divisor)}x{max(1, height // divisor)}"


def jpeg_decoded(stored: Plan) -> Extent:
    """Return the size at which a JPEG is decoded with that hint."""
    eighths = math.ceil(8 / _jpeg_divisor(stored))
    return Extent(*(math.ceil(side * eighths / 8) for side in stored.source))


def _jpeg_divisor(stored: Plan) -> int:
    return next((d for d, threshold in _JPEG_SCALES if stored.shrink >= threshold), 1)


def jpeg_span(source: Extent, decoded: Extent) -> tuple[float, float] | None:
    """Return what the `decoded` JPEG spans, in pixels of the original; None if it is not the whole of it.

    A decoder that shrinks makes n eighths of the picture, and rounds partial pixels up: 4001 pixels become
    501 that span 4008. Cropping with that in mind keeps a centre in the centre.
    """
    for eighths in range(1, 9):
        if decoded == (math.ceil(source.width * eighths / 8), math.ceil(source.height * eighths / 8)):
            return decoded.width * 8 / eighths, decoded.height * 8 / eighths
    return None


def reading_plan(stored: Plan, decoded: Extent, span: tuple[float, float] | None) -> Reading | None:
    """Return what may be done to a picture of the size `decoded`, which covers `span`, while its rows come.

    None: nothing. All of it is to be looked at where the crop may yet move.
    """
    if span is None or stored.room:
        return None
    averaged = rough_size(stored.crop, stored.size, span, decoded)
    edges = pixel_edges(stored.crop, span, averaged or decoded)
    # What is as large as what was decoded could not be told from it.
    return None if stored.size == decoded else Reading(decoded, averaged, edges, stored.size)


def pixel_edges(crop: Rectangle, span: tuple[float, float], picture: Extent) -> tuple[int, int, int, int]:
    """Return the edges of `crop` in pixels of a `picture` that covers `span` of the original."""
    left, right = _edges(crop.left, crop.right, picture.width / span[0], picture.width)
    top, bottom = _edges(crop.top, crop.bottom, picture.height / span[1], picture.height)
    return left, top, right, bottom


def _edges(first: float, last: float, scale: float, side: int) -> tuple[int, int]:
    """Keep the middle, unless that stretches what is in between: then it moves by half a pixel at most."""
    start, end = round(first * scale), round(last * scale)
    exact = (last - first) * scale
    if abs(end - start - exact) > exact * _STRETCH:
        length = min(max(round(exact), 1), side)
        start = min(max(round((first + last) * scale / 2 - length / 2), 0), side - length)
        end = start + length
    return start, min(end, side)


def rough_size(crop: Rectangle, size: Extent, span: tuple[float, float], picture: Extent) -> Extent | None:
    """Return to what the whole `picture` may be averaged down before the fine resize; None: not at all.

    Averaging blocks of whole pixels is many times cheaper, and with two pixels left for one the resize hides
    it (measurements: docs/decisions.md). Of a picture of which little is kept, it would average more than the
    resize has to work on.
    """
    if crop.width * crop.height < span[0] * span[1] * _WORTH_AVERAGING:
        return None
    across = size.width * span[0] / crop.width
    down = size.height * span[1] / crop.height
    factor = int(min(picture.width / across, picture.height / down) / _LEFT_TO_RESIZE)
    if factor <= 1:
        return None
    return Extent(math.ceil(picture.width / factor), math.ceil(picture.height / factor))
