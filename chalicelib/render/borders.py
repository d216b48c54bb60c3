"""Finds the border of one colour around a picture, for the option `trim`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.geometry.orientation import inverse
from chalicelib.geometry.plan import Extent, Rectangle, turned, upright

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.codecs.imagemagick import Image


def within(images: Iterable[Image], orientation: int, fuzz: int) -> Rectangle | None:
    """Return the area of all `images` without their common border, in pixels of the upright picture.

    The border has the colour of the upper left corner of the upright picture. Pixels that differ from it by
    at most `fuzz` percent belong to the border. None if nothing would be left. The images are changed.
    """
    found = [area for image in images if (area := _within(image, orientation, fuzz))]
    if not found:
        return None
    lefts, tops, rights, bottoms = zip(*found, strict=True)
    return Rectangle(min(lefts), min(tops), max(rights), max(bottoms))


def _within(image: Image, orientation: int, fuzz: int) -> Rectangle | None:
    stored = Extent(*image.size)
    shown = upright(stored, orientation)
    corner = turned(Rectangle(0, 0, 1, 1), shown, inverse(orientation))
    image.reset_coords()
    # ImageMagick first puts a border around; with "over" it would also fill the picture's transparent parts.
    image.compose = "copy"
    image.trim(image[int(corner.left), int(corner.top)], fuzz * image.quantum_range / 100)
    *_, left, top = image.page
    # ImageMagick's way to report that nothing would be left.
    if left < 0:
        return None
    area = Rectangle(left, top, left + image.width, top + image.height)
    return turned(area, stored, orientation)
