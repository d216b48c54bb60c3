"""Cuts each frame of an animation down to the part that changes: no more has to be stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from chalicelib.codecs.changes import PixelBounds, Shown, changed_bounds, clears_pixels

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wand.image import Image

    from chalicelib.codecs.decode import Frame
    from chalicelib.codecs.pixels import Pixels


class Part(NamedTuple):
    """A frame's `image`, cropped to `area`; valid until the next part is requested.

    `clear`: the player has to clear the area after this frame, because visible pixels become transparent in
    the next one.
    """

    image: Image
    area: PixelBounds
    milliseconds: int
    clear: bool


def parts(frames: Iterable[Frame], pixels: Pixels, *, covers: bool) -> Iterator[Part]:
    """Yield the changed part of each frame.

    `covers`: the format draws it over the previous frame; otherwise it replaces the pixels there.
    """
    before = None
    for image, milliseconds, shown, following in _looking_ahead(iter(frames), pixels):
        clear = covers and following is not None and clears_pixels(shown, following)
        place = _even(changed_bounds(None if clear else before, shown))
        image.crop(*place)
        yield Part(image, place, milliseconds, clear)
        before = None if clear else shown


def _looking_ahead(
    frames: Iterator[Frame], pixels: Pixels
) -> Iterator[tuple[Image, int, Shown, Shown | None]]:
    """Yield each frame's image, its time, its pixels, and the next frame's pixels (None after the last)."""
    frame = next(frames, None)
    shown = _shown(frame, pixels)
    while frame and shown:
        with frame.image.clone() as image:
            milliseconds, frame = frame.milliseconds, next(frames, None)
            following = _shown(frame, pixels)
            yield image, milliseconds, shown, following
        shown = following


def _shown(frame: Frame | None, pixels: Pixels) -> Shown | None:
    if frame is None:
        return None
    alpha = frame.image.alpha_channel
    return Shown(pixels(frame.image, "RGBA" if alpha else "RGBP"), frame.image.width, alpha)


def _even(place: PixelBounds) -> PixelBounds:
    """Extend the area to an even left and top edge: an animated WebP counts these in pairs of pixels."""
    return place._replace(left=place.left - place.left % 2, top=place.top - place.top % 2)
