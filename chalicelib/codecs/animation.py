"""What has to be stored of each frame of an animation: what it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from chalicelib.codecs.changes import Area, Shown, area, uncovers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wand.image import Image

    from chalicelib.codecs.decode import Frame
    from chalicelib.codecs.pixels import Pixels


class Part(NamedTuple):
    """A frame's `image`, cut down to `area`, and valid until the next part is asked for.

    `clear`: the area has to be emptied after its time, since the next frame shows nothing where there was
    something.
    """

    image: Image
    area: Area
    milliseconds: int
    clear: bool


def parts(frames: Iterable[Frame], pixels: Pixels, *, covers: bool) -> Iterator[Part]:
    """Yield a part of each frame. `covers`: the format lays it over what is there, else it replaces that."""
    before = None
    for image, milliseconds, shown, following in _looking_ahead(iter(frames), pixels):
        clear = covers and following is not None and uncovers(shown, following)
        place = _even(area(None if clear else before, shown))
        image.crop(*place)
        yield Part(image, place, milliseconds, clear)
        before = None if clear else shown


def _looking_ahead(
    frames: Iterator[Frame], pixels: Pixels
) -> Iterator[tuple[Image, int, Shown, Shown | None]]:
    """Yield each frame and how it is seen, with how the next one is; that is None for the last."""
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


def _even(place: Area) -> Area:
    """Return the area from even edges on: an animated WebP counts in pairs of pixels."""
    return place._replace(left=place.left - place.left % 2, top=place.top - place.top % 2)
