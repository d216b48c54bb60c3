"""What each fit, gravity and size means, as a `Plan` for an original of a given size."""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction
from typing import TYPE_CHECKING

from chalicelib.address.values import Fit, FocalPoint, Gravity
from chalicelib.errors import Malformed
from chalicelib.geometry import orientation
from chalicelib.geometry.plan import Affine, Extent, Plan, Point, Rectangle, turned, upright
from chalicelib.geometry.rounding import rounded

if TYPE_CHECKING:
    from chalicelib.address.options import Options
    from chalicelib.address.values import CropArea
    from chalicelib.address.variant import Variant

Scale = float | Fraction
"""How many pixels one pixel becomes. It is a fraction where its rounding would be seen: in floating point, an
exact half may come out just below itself."""

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
    # Where the crop begins; `focused` moves it later (`Plan.crop_range`).
    Gravity.SMART: (0.5, 0.5),
    Gravity.FACE: (0.5, 0.5),
}


def plan(source: Extent, variant: Variant, kept: Rectangle | None = None) -> Plan:
    """Return the plan for an upright picture of the size `source`, of which at most `kept` is used.

    First the crop, in pixels of the upright picture; then mirrors and quarter turns; then the rest of the
    rotation, which is less than a quarter turn; then the box. The plan's coordinates are those after the
    quarter turns. `Malformed` if the crop contains no pixel.
    """
    options = variant.options
    turns = orientation_of(options)
    area = turned(_cropped(kept or Rectangle(0, 0, *source), options.crop), source, turns)
    degrees = options.rotate % _QUARTER
    made = _tilted(area, variant, degrees) if degrees else _untilted(area, variant)
    crop_range = area if is_focused(variant) else None
    return dataclasses.replace(made, source=upright(source, turns), crop_range=crop_range)


def is_focused(variant: Variant) -> bool:
    """Say whether the picture's content decides where the `variant` is cropped.

    A tilted picture is always cropped at its centre.
    """
    options = variant.options
    return (
        options.gravity in {Gravity.SMART, Gravity.FACE}
        and options.fit is Fit.COVER
        and None not in variant.size.box
        and options.rotate % _QUARTER == 0
    )


_QUARTER = 90


def orientation_of(options: Options) -> int:
    """Return the mirrors and quarter turns that the options ask for, as an EXIF orientation."""
    return orientation.mirrored_and_turned(flip=options.flip, flop=options.flop, degrees=options.rotate)


def _cropped(area: Rectangle, crop: CropArea | None) -> Rectangle:
    if crop is None:
        return area
    cropped = Rectangle(
        max(area.left, crop.left),
        max(area.top, crop.top),
        min(area.right, crop.left + crop.width),
        min(area.bottom, crop.top + crop.height),
    )
    if cropped.width < 1 or cropped.height < 1:
        picture = f"{area.left:g}-{area.top:g}-{area.width:g}x{area.height:g}"
        raise Malformed(f"The crop {crop} lies outside of the picture, which is {picture}.")
    return cropped


def _untilted(area: Rectangle, variant: Variant) -> Plan:
    fitted = _fitted(Extent(rounded(area.width), rounded(area.height)), variant)
    left, top, right, bottom = fitted.crop
    crop = Rectangle(area.left + left, area.top + top, area.left + right, area.top + bottom)
    return dataclasses.replace(fitted, crop=crop)


def _tilted(area: Rectangle, variant: Variant, degrees: int) -> Plan:
    """Fit the tilted picture's bounding box, then find where on the canvas the picture itself lies.

    The picture is resized before it is tilted, so that there are fewer pixels to tilt. This resize keeps its
    proportions even with `fit=fill`, which stretches the tilted picture.
    """
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    width, height = area.width, area.height
    around = Extent(math.ceil(width * cos + height * sin), math.ceil(width * sin + height * cos))
    fitted = _fitted(around, variant)
    across, down = fitted.size.width / fitted.crop.width, fitted.size.height / fitted.crop.height
    scale = _bounded(max(across, down), upscale=variant.options.upscale)
    size = _scaled(rounded(width), rounded(height), scale)
    x, y = width / size.width, height / size.height
    tilt = Affine(
        sx=across * cos * x,
        rx=down * sin * x,
        ry=-across * sin * y,
        sy=down * cos * y,
        tx=fitted.offset.x + across * ((around.width - width * cos + height * sin) / 2 - fitted.crop.left),
        ty=fitted.offset.y + down * ((around.height - width * sin - height * cos) / 2 - fitted.crop.top),
    )
    return Plan(around, area, size, fitted.canvas, Point(0, 0), tilt)


def _fitted(source: Extent, variant: Variant) -> Plan:
    """Return the plan that fits a picture of the size `source` into the box. No side is ever below 1.

    - inside: as large as fits into the box, proportions kept.
    - outside: as small as covers the box, proportions kept; nothing is cut off.
    - cover: fills the box, proportions kept; the excess is cut off, and `gravity` says which part stays.
    - contain: like inside, then put where `gravity` says on a canvas as large as the box.
    - fill: stretched to the box.
    - A box with one side: the other follows from the proportions, whatever the fit.

    Without ``upscale`` nothing is enlarged. A picture that is too small for its box then stays at its own
    scale (inside, outside, contain: the canvas is still the box). Cover and fill keep the box's proportions,
    since a page's layout depends on those: they make the largest picture of that shape without enlarging.
    """
    options = variant.options
    width, height = variant.size.box
    if width is None or height is None:
        return _whole(source, _inside(source, width, height, upscale=options.upscale))
    match options.fit:
        case Fit.INSIDE:
            return _whole(source, _inside(source, width, height, upscale=options.upscale))
        case Fit.OUTSIDE:
            scale = max(Fraction(width, source.width), Fraction(height, source.height))
            return _whole(source, _scaled(*source, _bounded(scale, upscale=options.upscale)))
        case Fit.FILL:
            scale = min(Fraction(source.width, width), Fraction(source.height, height))
            return _whole(source, _filled(Extent(width, height), scale, upscale=options.upscale))
        case Fit.COVER:
            return _cover(source, Extent(width, height), options.gravity, upscale=options.upscale)
        case Fit.CONTAIN:
            size = _inside(source, width, height, upscale=options.upscale)
            across, down = _anchor(options.gravity)
            offset = Point(rounded((width - size.width) * across), rounded((height - size.height) * down))
            return dataclasses.replace(_whole(source, size), canvas=Extent(width, height), offset=offset)


def _whole(source: Extent, size: Extent) -> Plan:
    return Plan(source, Rectangle(0, 0, *source), size, size, Point(0, 0))


def _inside(source: Extent, width: int | None, height: int | None, *, upscale: bool) -> Extent:
    box = zip((width, height), source, strict=True)
    scale = min(Fraction(most, side) for most, side in box if most)
    return _scaled(*source, _bounded(scale, upscale=upscale))


def _anchor(gravity: Gravity | FocalPoint) -> tuple[float, float]:
    """Return how much of the free space is on the left and above, from 0 to 1."""
    if isinstance(gravity, FocalPoint):
        return gravity.across / 100, gravity.down / 100
    return _ANCHORS[gravity]


def _around(side: float, kept: float, point: float) -> float:
    """Return where the `kept` part of a `side` begins: the `point` is in its middle, if the ends allow it."""
    return min(max(side * point - kept / 2, 0), side - kept)


def _cover(source: Extent, box: Extent, gravity: Gravity | FocalPoint, *, upscale: bool) -> Plan:
    scale = min(Fraction(source.width, box.width), Fraction(source.height, box.height))
    width, height = float(box.width * scale), float(box.height * scale)
    across, down = _anchor(gravity)
    left, top = (source.width - width) * across, (source.height - height) * down
    if isinstance(gravity, FocalPoint):
        left, top = _around(source.width, width, across), _around(source.height, height, down)
    crop = Rectangle(left, top, min(left + width, source.width), min(top + height, source.height))
    size = _filled(box, scale, upscale=upscale)
    return Plan(source, crop, size, size, Point(0, 0))


def _filled(box: Extent, scale: Fraction, *, upscale: bool) -> Extent:
    """Return the box, or the box times the `scale` where that is below 1 and ``upscale`` is off."""
    return box if upscale else _scaled(*box, min(scale, Fraction(1)))


def _bounded(scale: Scale, *, upscale: bool) -> Scale:
    return scale if upscale else min(scale, Fraction(1))


def _scaled(width: int, height: int, scale: Scale) -> Extent:
    return Extent(max(1, rounded(width * scale)), max(1, rounded(height * scale)))
