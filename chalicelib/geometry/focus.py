"""Which part of a picture a crop keeps. Only arithmetic.

All coordinates are those of the upright picture, in fractions of its width and height: 0 is left and top, 1
is right and bottom.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol

from chalicelib.geometry.plan import Extent, Rectangle, turned
from chalicelib.geometry.rounding import rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.geometry.plan import Plan


class Place(NamedTuple):
    """Where a window lies: its left and its top edge."""

    left: float
    top: float


class Focus(Protocol):
    """What a crop should keep in view: faces, or whatever draws the eye."""

    def place(self, region: Rectangle, width: float, height: float) -> Place:
        """Return where in the `region` a window of this size shows most of the focus."""


def focused(plan: Plan, focus: Focus) -> Plan:
    """Return the plan with its crop moved, within its `crop_range`, to where it shows most of the `focus`."""
    if plan.crop_range is None:
        return plan
    (width, height), crop, limits = plan.source, plan.crop, plan.crop_range
    region = Rectangle(limits.left / width, limits.top / height, limits.right / width, limits.bottom / height)
    place = focus.place(region, crop.width / width, crop.height / height)
    left, top = place.left * width, place.top * height
    right, bottom = min(left + crop.width, limits.right), min(top + crop.height, limits.bottom)
    return dataclasses.replace(plan, crop=Rectangle(left, top, right, bottom), crop_range=None)


@dataclass(frozen=True, slots=True)
class Faces:
    """The faces in a picture, each from its forehead to its chin, the largest first; at least one."""

    boxes: tuple[Rectangle, ...]

    def place(self, region: Rectangle, width: float, height: float) -> Place:
        """Centre the window on the largest face and on as many others as fit, each with its margins."""
        kept = _with_margins(self.boxes[0])
        if kept.width > width or kept.height > height:
            kept = self.boxes[0]
        for box in self.boxes[1:]:
            both = _union(kept, _with_margins(box))
            if both.width <= width and both.height <= height:
                kept = both
        left = (kept.left + kept.right - width) / 2
        top = (kept.top + kept.bottom - height) / 2
        return _clamped(Place(left, top), region, width, height)

    def turned(self, orientation: int) -> Faces:
        """Return where the faces are after the picture is turned as an EXIF `orientation` says."""
        return Faces(tuple(turned(box, Extent(1, 1), orientation) for box in self.boxes))


_MARGIN_BESIDE, _MARGIN_ABOVE, _MARGIN_BELOW = 0.4, 0.5, 0.9
"""Margins for hair, neck and shoulders, in widths and heights of the face. The margin below is larger than
the one above, so that the eyes are in the upper half, as in portraits."""


def _with_margins(face: Rectangle) -> Rectangle:
    beside, above = face.width * _MARGIN_BESIDE, face.height * _MARGIN_ABOVE
    return Rectangle(
        max(0.0, face.left - beside),
        max(0.0, face.top - above),
        min(1.0, face.right + beside),
        min(1.0, face.bottom + face.height * _MARGIN_BELOW),
    )


def _union(one: Rectangle, other: Rectangle) -> Rectangle:
    return Rectangle(
        min(one.left, other.left),
        min(one.top, other.top),
        max(one.right, other.right),
        max(one.bottom, other.bottom),
    )


@dataclass(frozen=True, slots=True)
class Attention:
    """How much each cell of a grid over the picture draws the eye: row by row, `columns` to a row."""

    columns: int
    weights: tuple[float, ...]

    def place(self, region: Rectangle, width: float, height: float) -> Place:
        """Return the window with the largest sum of weights; cells in its middle count more."""
        rows = len(self.weights) // self.columns
        across, down = (
            _cells(region.left, region.right, self.columns),
            _cells(region.top, region.bottom, rows),
        )
        grid = [
            self.weights[row * self.columns + across.start : row * self.columns + across.stop] for row in down
        ]
        columns = [sum(column) for column in zip(*grid, strict=True)]
        left = across.start + _best_start(columns, width * self.columns)
        top = down.start + _best_start([sum(row) for row in grid], height * rows)
        return _clamped(Place(left / self.columns, top / rows), region, width, height)


_EDGE_SHARE = 0.2
"""How much a cell at the edge of a window counts; one in the middle counts 1."""

_OFF_CENTRE_PENALTY = 0.1
"""The part of its score that a window at the edge of the picture loses, so that the middle wins a tie."""


def _cells(first: float, last: float, count: int) -> range:
    start = min(math.floor(first * count), count - 1)
    return range(start, max(start + 1, math.ceil(last * count)))


def _best_start(profile: Sequence[float], length: float) -> float:
    """Return where the window of `length` cells with the best score begins, to a fraction of a cell."""
    cells = min(max(1, rounded(length)), len(profile))
    counts = [
        _EDGE_SHARE + (1 - _EDGE_SHARE) * math.sin(math.pi * (cell + 0.5) / cells) for cell in range(cells)
    ]
    middle = (len(profile) - cells) / 2
    scores = [
        sum(map(float.__mul__, counts, profile[start : start + cells]))
        * (1 - _OFF_CENTRE_PENALTY * ((start - middle) / (middle or 1)) ** 2)
        for start in range(len(profile) - cells + 1)
    ]
    return _peak(scores)


def _peak(values: Sequence[float]) -> float:
    """Return the position of the top of the parabola through the largest value and its two neighbours."""
    at = max(range(len(values)), key=values.__getitem__)
    if not 0 < at < len(values) - 1:
        return at
    rise, fall = (here - before for before, here in pairwise(values[at - 1 : at + 2]))
    return at + ((rise + fall) / (rise - fall) / 2 if rise > fall else 0)


def _clamped(place: Place, region: Rectangle, width: float, height: float) -> Place:
    return Place(
        min(max(place.left, region.left), max(region.left, region.right - width)),
        min(max(place.top, region.top), max(region.top, region.bottom - height)),
    )
