"""The size of an SVG, as a browser shows it in an ``<img>``; and how it gets another one."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from chalicelib.errors import BrokenImage
from chalicelib.geometry.plan import Extent
from chalicelib.geometry.rounding import rounded

if TYPE_CHECKING:
    from chalicelib.codecs.svg.document import Element

_INCH = 96
_UNITS = {
    "": 1,
    "px": 1,
    "in": _INCH,
    "cm": _INCH / 2.54,
    "mm": _INCH / 25.4,
    "q": _INCH / 101.6,
    "pt": _INCH / 72,
    "pc": _INCH / 6,
    "em": 16,
    "rem": 16,
}
"""CSS pixels in each unit (CSS Values and Units Level 4, 6); a font has 16 unless somebody says otherwise."""

_NUMBER = r"[+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,3})?"
"""A number, if it is not longer than anybody writes it: to read one takes the square of its length."""

_LENGTH = re.compile(rf"\s*({_NUMBER})([a-z]*)\s*", re.IGNORECASE)
_BOX = re.compile(
    rf"\s*({_NUMBER})(?:\s*,\s*|\s+)({_NUMBER})(?:\s*,\s*|\s+)({_NUMBER})(?:\s*,\s*|\s+)({_NUMBER})\s*"
)

_DEFAULT = (300.0, 150.0)
"""The size of what says nothing of its size (CSS 2.2, 10.3.2)."""

_BOUNDLESS = 1 << 20
"""The longer side of a drawing that names proportions and no size: it fills whatever box it is put in."""


def size(root: Element) -> Extent:
    """Return the size of the drawing in CSS pixels; `BrokenImage` if there is nothing to see of it.

    One that has a ``viewBox`` and no size is as large as can be: only its proportions count.
    """
    width, height = (_length(root.attributes.get(name, "")) for name in ("width", "height"))
    box = _box(root)
    if width is None and height is None and box:
        scale = _BOUNDLESS / max(box)
        return _extent(box[0] * scale, box[1] * scale)
    across, down = box or _DEFAULT
    if width is None:
        width = height * across / down if box and height is not None else across
    if height is None:
        height = width * down / across if box else down
    return _extent(width, height)


def resize(root: Element, extent: Extent) -> None:
    """Have the drawing shown as large as `extent`, whole: all of it has to be in its ``viewBox``."""
    if _box(root) is None:
        own = [
            _length(root.attributes.get(name, "")) or default
            for name, default in zip(("width", "height"), _DEFAULT, strict=True)
        ]
        root.attributes["viewBox"] = f"0 0 {own[0]:g} {own[1]:g}"
    root.attributes["width"], root.attributes["height"] = map(str, extent)


def _extent(width: float, height: float) -> Extent:
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise BrokenImage("The SVG is empty: its width or height is 0, or no number.")
    return Extent(max(1, rounded(width)), max(1, rounded(height)))


def _length(text: str) -> float | None:
    """Return a length in CSS pixels; None for one that depends on the page, and for none."""
    match = _LENGTH.fullmatch(text)
    if not match or match[2].lower() not in _UNITS:
        return None
    return float(match[1]) * _UNITS[match[2].lower()]


def _box(root: Element) -> tuple[float, float] | None:
    """Return the width and height of the ``viewBox``; None if there is none that browsers take."""
    match = _BOX.fullmatch(root.attributes.get("viewBox", ""))
    width, height = (float(match[3]), float(match[4])) if match else (0.0, 0.0)
    return (width, height) if 0 < width < math.inf and 0 < height < math.inf else None
