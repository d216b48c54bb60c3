"""What each fit, gravity and size means: from the original's size and the variant to a `Plan`."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from chalicelib.geometry import Extent, Plan, Point, Rectangle
from chalicelib.options import Fit, Gravity

if TYPE_CHECKING:
    from chalicelib.variant import Variant

_ANCHORS = {
    Gravity.NORTHWEST: (0.0, 0.0),
    Gravity.NORTH: (0.5, 0.0),
    Gravity.NORTHEAST: (1.0, 0.0),
    Gravity.WEST: (0.0, 0.5),
    Gravity.CENTER: (0.5, 0.5),
    Gravity.EAST: (1.0, 0.5),
    Gravity.SOUTHWEST: (0.0, 1.0),
    Gravity.SOUTH: (0.5, 1.0),
    Gravity.SOUTHEAST: (1.0, 1.0),
}


def plan(source: Extent, variant: Variant) -> Plan:
    """Return what becomes of an upright picture of the size `source`. No side is ever below 1.

    - inside: as large as fits into the box, proportions kept.
    - outside: as small as covers the box, proportions kept; nothing is cut off.
    - cover: fills the box, proportions kept; what hangs over is cut off, `gravity` says what stays.
    - contain: like inside, then put where `gravity` says on a canvas of exactly the box.
    - fill: stretched to the box.
    - A box with one side: the other follows from the proportions, whatever the fit.

    Without ``upscale`` no pixel of the original becomes more than one. A picture too small for its box then
    stays at its own scale (inside, outside, contain: the canvas is still the box); cover and fill keep to the
    box's proportions, since a page's layout depends on those: they make the largest picture of that shape
    which needs no enlarging.
    """
    options = variant.options
    width, height = variant.size.box
    if width is None or height is None:
        size = _inside(source, width or math.inf, height or math.inf, upscale=options.upscale)
        return _whole(source, size)
    match options.fit:
        case Fit.INSIDE:
            return _whole(source, _inside(source, width, height, upscale=options.upscale))
        case Fit.OUTSIDE:
            scale = max(width / source.width, height / source.height)
            return _whole(source, _scaled(*source, _bounded(scale, upscale=options.upscale)))
        case Fit.FILL:
            scale = min(source.width / width, source.height / height)
            return _whole(source, _scaled(width, height, 1 if options.upscale else min(scale, 1)))
        case Fit.COVER:
            return _cover(source, Extent(width, height), options.gravity, upscale=options.upscale)
        case Fit.CONTAIN:
            size = _inside(source, width, height, upscale=options.upscale)
            across, down = _ANCHORS[options.gravity]
            offset = Point(round((width - size.width) * across), round((height - size.height) * down))
            return dataclasses.replace(_whole(source, size), canvas=Extent(width, height), offset=offset)


def _whole(source: Extent, size: Extent) -> Plan:
    return Plan(source, Rectangle(0, 0, *source), size, size, Point(0, 0))


def _inside(source: Extent, width: float, height: float, *, upscale: bool) -> Extent:
    scale = min(width / source.width, height / source.height)
    return _scaled(*source, _bounded(scale, upscale=upscale))


def _cover(source: Extent, box: Extent, gravity: Gravity, *, upscale: bool) -> Plan:
    scale = min(source.width / box.width, source.height / box.height)
    width, height = min(box.width * scale, source.width), min(box.height * scale, source.height)
    across, down = _ANCHORS[gravity]
    left, top = (source.width - width) * across, (source.height - height) * down
    crop = Rectangle(left, top, min(left + width, source.width), min(top + height, source.height))
    size = _scaled(*box, 1 if upscale else min(scale, 1))
    return Plan(source, crop, size, size, Point(0, 0))


def _bounded(scale: float, *, upscale: bool) -> float:
    return scale if upscale else min(scale, 1)


def _scaled(width: int, height: int, scale: float) -> Extent:
    return Extent(max(1, round(width * scale)), max(1, round(height * scale)))
