"""Which part of a picture stays when some of it has to go. Only arithmetic.

All of it is about the picture as it is seen, in fractions of its width and height: 0 is left and top, 1 is
right and bottom.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol

from chalicelib.geometry.plan import Extent, Rectangle, turned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.geometry.plan import Plan


class Place(NamedTuple):
    """Where a window lies: its left and its top edge."""

    left: float
    top: float


class Focus(Protocol):
    """What there is to see in a picture."""

    def place(self, region: Rectangle, width: float, height: float) -> Place:
        """Return where in the `region` a window of this size shows most of it."""


def focused(plan: Plan, focus: Focus) -> Plan:
    """Return the plan with its crop moved, within its room, to where it shows most."""
    if plan.room is None:
        return plan
    (width, height), crop, room = plan.source, plan.crop, plan.room
    region = Rectangle(room.left / width, room.top / height, room.right / width, room.bottom / height)
    place = focus.place(region, crop.width / width, crop.height / height)
    left, top = place.left * width, place.top * height
    right, bottom = min(left + crop.width, room.right), min(top + crop.height, room.bottom)
    return dataclasses.replace(plan, crop=Rectangle(left, top, right, bottom), room=None)


@dataclass(frozen=True, slots=True)
class Faces:
    """The faces in a picture, each from its forehead to its chin, the largest first; at least one."""

    boxes: tuple[Rectangle, ...]

    def place(self, region: Rectangle, width: float, height: float) -> Place:
        """Centre the window on as many faces as it holds with room around them, never without the largest."""
        kept = _roomy(self.boxes[0])
        if kept.width > width or kept.height > height:
            kept = self.boxes[0]
        for box in self.boxes[1:]:
            both = _union(kept, _roomy(box))
            if both.width <= width and both.height <= height:
                kept = both
        left = (kept.left + kept.right - width) / 2
        top = (kept.top + kept.bottom - height) / 2
        return _inside(Place(left, top), region, width, height)

    def turned(self, orientation: int) -> Faces:
        """Return the faces of a picture that is turned as an EXIF `orientation` says."""
        return Faces(tuple(turned(box, Extent(1, 1), orientation) for box in self.boxes))


_ROOM_BESIDE, _ROOM_ABOVE, _ROOM_BELOW = 0.4, 0.5, 0.9
"""Room for hair, neck and shoulders, in widths and heights of the face. More below than above puts the eyes
in the upper half, where portraits have them."""


def _roomy(face: Rectangle) -> Rectangle:
    beside, above = face.width * _ROOM_BESIDE, face.height * _ROOM_ABOVE
    return Rectangle(
        max(0.0, face.left - beside),
        max(0.0, face.top - above),
        min(1.0, face.right + beside),
        min(1.0, face.bottom + face.height * _ROOM_BELOW),
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
        """Return the window that draws the eye most, above all in its middle."""
        rows = len(self.weights) // self.columns
        across, down = (
            _cells(region.left, region.right, self.columns),
            _cells(region.top, region.bottom, rows),
        )
        grid = [
            self.weights[row * self.columns + across.start : row * self.columns + across.stop] for row in down
        ]
        left = across.start + _best([sum(column) for column in zip(*grid, strict=True)], width * self.columns)
        top = down.start + _best([sum(row) for row in grid], height * rows)
        return _inside(Place(left / self.columns, top / rows), region, width, height)


_EDGE = 0.2
"""What counts at the edge of a window, of what counts in its middle."""

_CENTRING = 0.1
"""How much worse a window at the very edge of the picture is, all else being equal."""


def _cells(first: float, last: float, count: int) -> range:
    start = min(math.floor(first * count), count - 1)
    return range(start, max(start + 1, math.ceil(last * count)))


def _best(profile: Sequence[float], length: float) -> float:
    """Return where along the `profile` a window of `length` cells gathers most, to a part of a cell."""
    cells = min(max(1, round(length)), len(profile))
    counts = [_EDGE + (1 - _EDGE) * math.sin(math.pi * (cell + 0.5) / cells) for cell in range(cells)]
    middle = (len(profile) - cells) / 2
    scores = [
        sum(map(float.__mul__, counts, profile[start : start + cells]))
        * (1 - _CENTRING * ((start - middle) / (middle or 1)) ** 2)
        for start in range(len(profile) - cells + 1)
    ]
    return _peak(scores)


def _peak(values: Sequence[float]) -> float:
    """Return where the parabola through the largest value and its neighbours has its top."""
    at = max(range(len(values)), key=values.__getitem__)
    if not 0 < at < len(values) - 1:
        return at
    rise, fall = (here - before for before, here in pairwise(values[at - 1 : at + 2]))
    return at + ((rise + fall) / (rise - fall) / 2 if rise > fall else 0)


def _inside(place: Place, region: Rectangle, width: float, height: float) -> Place:
    return Place(
        min(max(place.left, region.left), max(region.left, region.right - width)),
        min(max(place.top, region.top), max(region.top, region.bottom - height)),
    )
