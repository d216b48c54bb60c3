"""How large a variant is. With its size a page reserves space before the picture is there."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from resize404._mistake import Mistake

if TYPE_CHECKING:
    from resize404._variant import Variant

_HALF = Fraction(1, 2)
_QUARTER = 90


class Extent(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int

    def scaled(self, scale: Fraction) -> Extent:
        """Return the extent times `scale`. Each side is at least 1, and a half goes up."""
        return Extent(*(max(1, math.floor(side * scale + _HALF)) for side in self))


def measure(variant: Variant, original: Extent | None) -> Extent | None:
    """Return the size of the variant in device pixels, or None if it depends on what is not known.

    Without the size of the `original`, only a fit that keeps the proportions of its box has a known size.
    """
    width, height = (side and side * variant.dpr for side in (variant.width, variant.height))
    fit = variant.options.get("fit", "inside")
    box = Extent(width, height) if width and height else None
    if original is None or not _is_plain(variant):
        return box if fit in {"cover", "contain", "fill"} else None
    area = _turned(_cropped(original, variant.options.get("crop")), int(variant.options.get("rotate", "0")))
    most = None if "upscale" in variant.options else Fraction(1)
    if box is None or fit == "inside":
        return area.scaled(_least(*_scales((width, height), area), most))
    if fit == "outside":
        return area.scaled(_least(max(_scales(box, area)), most))
    return box if fit == "contain" or most is None else box.scaled(_least(*_scales(area, box), most))


def _is_plain(variant: Variant) -> bool:
    """Say whether the size follows from the sides alone: no border is trimmed, nothing is tilted."""
    tilt = int(variant.options.get("rotate", "0")) % _QUARTER
    return not (variant.preset or tilt or "trim" in variant.options)


def _scales(to: tuple[int | None, ...], source: Extent) -> list[Fraction]:
    return [Fraction(side, whole) for side, whole in zip(to, source, strict=True) if side]


def _least(*scales: Fraction | None) -> Fraction:
    return min(scale for scale in scales if scale is not None)


def _turned(area: Extent, degrees: int) -> Extent:
    return Extent(area.height, area.width) if degrees % (2 * _QUARTER) else area


def _cropped(original: Extent, crop: str | None) -> Extent:
    if crop is None:
        return original
    left, top, width, height = (int(number) for number in re.split("[x-]", crop))
    kept = Extent(min(width, original.width - left), min(height, original.height - top))
    if min(kept) < 1:
        size = f"{original.width}x{original.height}"
        raise Mistake(f"The crop {crop} lies outside of the picture, which is {size}.")
    return kept
