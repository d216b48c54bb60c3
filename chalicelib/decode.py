"""From bytes to frames: each whole, in its place and ready for the pipeline.

This is the only code that hands originals to ImageMagick. A truncated original is decoded as far as it goes,
as browsers do, if its header is whole: ImageMagick 6 does not even tell.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib import geometry, headers, webp
from chalicelib.errors import BrokenImage
from chalicelib.formats import GIF, JPEG, WEBP
from chalicelib.geometry import Extent
from chalicelib.headers import Header
from chalicelib.imagemagick import Image, library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.formats import SourceType

_TICKS_PER_SECOND = 1000


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture, valid until the next one is asked for; how long it is shown, and what it spans (`Job`)."""

    image: Image
    milliseconds: int
    span: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Layer:
    """What an animation adds to its canvas for a frame; `dispose` is what happens to it after, as in GIF."""

    image: Image
    left: int
    top: int
    milliseconds: int
    blend: bool
    dispose: str


def header(data: bytes, kind: SourceType) -> Header:
    """Return what `data` says of itself; of types whose header we do not read, ImageMagick is asked."""
    known = headers.read(data, kind)
    if known:
        return known
    with _opened(data, kind, ping=True) as image:
        # HEIF's decoder turns its pictures; an orientation in its EXIF only repeats that (ISO/IEC 23008-12).
        return Header(Extent(*image.size))


def frames(data: bytes, kind: SourceType, wanted: int, stored: geometry.Plan) -> Iterator[Frame]:
    """Yield the first `wanted` frames of `data`, decoded no larger than the `stored` picture's plan needs."""
    animation = webp.animation(data) if kind is WEBP else None
    if animation:
        yield from _composed(stored.source, _webp_layers(animation, wanted))
    elif kind is GIF:
        yield from _composed(stored.source, _gif_layers(data, wanted))
    else:
        hint = geometry.jpeg_size(stored) if kind is JPEG else None
        with _opened(data, kind, hint=hint) as image:
            yield Frame(image, 0, _span(image, kind, stored.source))


@contextmanager
def _opened(
    data: bytes, kind: SourceType, *, ping: bool = False, hint: str | None = None, wanted: int = 1
) -> Iterator[Image]:
    """Read the first `wanted` pictures of `data`, or with `ping` their headers, as what they are."""
    with Image() as image:
        if hint:
            image.options["jpeg:size"] = hint
        library.MagickSetFormat(image.wand, kind.coder.encode())
        library.MagickSetFilename(image.wand, f"original.{kind.name}[0-{wanted - 1}]".encode())
        read = library.MagickPingImageBlob if ping else library.MagickReadImageBlob
        if not read(image.wand, data, len(data)):
            image.raise_exception()
            raise BrokenImage
        # The wand would write every later picture in the format that it was read in.
        library.MagickSetFormat(image.wand, b"")
        yield image


def _span(image: Image, kind: SourceType, source: Extent) -> tuple[float, float]:
    """Return what the picture spans of the original; `BrokenImage` if it is not what the header said.

    ImageMagick 6 makes a picture without pixels of some broken originals, and says nothing.
    """
    decoded = Extent(*image.size)
    span = geometry.jpeg_span(source, decoded) if kind is JPEG else decoded
    if span is None or (kind is not JPEG and decoded != source) or min(decoded) < 1:
        raise BrokenImage
    return span


def _gif_layers(data: bytes, wanted: int) -> Iterator[_Layer]:
    with _opened(data, GIF, wanted=wanted) as image:
        for index in range(image.iterator_length()):
            image.iterator_set(index)
            with image.image_get() as layer:
                *_, left, top = layer.page
                milliseconds = layer.delay * _TICKS_PER_SECOND // (layer.ticks_per_second or 100)
                yield _Layer(layer, left, top, milliseconds, blend=True, dispose=layer.dispose)


def _webp_layers(animation: webp.Animation, wanted: int) -> Iterator[_Layer]:
    for frame in animation.frames[:wanted]:
        with _opened(webp.still(frame, animation.profile), WEBP) as layer:
            dispose = "background" if frame.clear else "none"
            yield _Layer(layer, frame.left, frame.top, frame.duration, frame.blend, dispose)


def _composed(size: Extent, layers: Iterator[_Layer]) -> Iterator[Frame]:
    """Yield the whole picture after each layer. One canvas serves all; memory does not grow with frames."""
    with Image(width=size.width, height=size.height) as canvas:
        for layer in layers:
            profile = layer.image.profiles["icc"]
            if profile:
                canvas.profiles["icc"] = profile
            with canvas.clone() as before:
                canvas.composite(layer.image, layer.left, layer.top, "over" if layer.blend else "copy")
                with canvas.clone() as frame:
                    yield Frame(frame, layer.milliseconds, size)
                _dispose(canvas, layer, before)


def _dispose(canvas: Image, layer: _Layer, before: Image) -> None:
    """Take the layer off the canvas, as it asks for."""
    if layer.dispose == "previous":
        canvas.composite(before, 0, 0, "copy")
    elif layer.dispose == "background":
        with Image(width=layer.image.width, height=layer.image.height) as nothing:
            canvas.composite(nothing, layer.left, layer.top, "copy")
