"""Where a picture begins inside a border of one colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.geometry.orientation import inverse
from chalicelib.geometry.plan import Extent, Rectangle, turned, upright

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.codecs.imagemagick import Image


def within(images: Iterable[Image], orientation: int, fuzz: int) -> Rectangle | None:
    """Return what is left of all `images` without their common border, in pixels of the upright picture.

    The colour of the border is that of the upper left corner of the upright picture; what differs by no more
    than `fuzz` percent is border, too. None if nothing would be left. The images are changed.
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
    # Trimming begins with a border put around: over the picture, that would fill what is transparent.
    image.compose = "copy"
    image.trim(image[int(corner.left), int(corner.top)], fuzz * image.quantum_range / 100)
    *_, left, top = image.page
    # That is how ImageMagick says that it would have trimmed all.
    if left < 0:
        return None
    area = Rectangle(left, top, left + image.width, top + image.height)
    return turned(area, stored, orientation)
