"""From bytes to frames: each whole, in its place and ready for the pipeline.

This is the only code that hands originals to ImageMagick. A truncated JPEG is decoded as far as it goes, as
browsers do, if its header is whole: ImageMagick 6 does not even tell. Any other truncated original is broken.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from chalicelib.codecs import boxes, gif, headers, jpeg, libwebp, pixels, png, webp
from chalicelib.codecs.formats import AVIF, GIF, HEIC, JPEG, PNG, WEBP
from chalicelib.codecs.headers import Header
from chalicelib.codecs.imagemagick import Image, exceptions, library
from chalicelib.codecs.resampling import CURVE, FILTER
from chalicelib.errors import BrokenImage
from chalicelib.geometry.plan import (
    Extent,
    Plan,
    Reading,
    jpeg_decoded,
    jpeg_size,
    jpeg_span,
    reading_plan,
    rough_size,
)

if TYPE_CHECKING:
    import ctypes
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from chalicelib.codecs.formats import SourceType


_LARGEST_TILE = 4 << 20
"""Pixels of the largest tile of a HEIF picture, which may be larger than the whole."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture, valid until the next one is asked for; its time; its `span` and `cropped`, see `Job`."""

    image: Image
    milliseconds: int
    span: tuple[float, float]
    cropped: bool = False


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
    largest = boxes.largest(data) if kind in {AVIF, HEIC} else 0
    with _opened(data, kind, ping=True) as image:
        size = Extent(*image.size)
    if largest > max(size.width * size.height, _LARGEST_TILE):
        raise BrokenImage("What is coded is larger than the file says.")
    # HEIF's decoder turns its pictures; an orientation in its EXIF only repeats that (ISO/IEC 23008-12).
    return Header(size, largest=largest)


def frames(data: bytes, kind: SourceType, wanted: int, stored: Plan) -> Iterator[Frame]:
    """Yield the first `wanted` frames of `data`, decoded no larger than the `stored` picture's plan needs."""
    animation = webp.animation(data) if kind is WEBP else None
    if animation:
        yield from _composed(stored.source, _webp_layers(animation, wanted))
    elif kind is GIF:
        yield from _composed(stored.source, _gif_layers(data, wanted))
    else:
        with _averaged(data, kind, stored) or _decoded(data, kind, stored) as frame:
            pixels.drop_idle_alpha(frame.image)
            yield frame


def _averaged(data: bytes, kind: SourceType, stored: Plan) -> AbstractContextManager[Frame] | None:
    """Return what the step `average` would make of the picture, where the decoder can do it on its way."""
    source = stored.source
    size = rough_size(stored.crop, stored.size, source, source) if kind is WEBP else None
    rgb = libwebp.opaque_rgb(data, size) if size else None
    return _made(rgb, size, webp.profile(data), source) if size and rgb else None


@contextmanager
def _made(
    rgb: ctypes.Array[ctypes.c_ubyte], size: Extent, profile: bytes, span: tuple[float, float]
) -> Iterator[Frame]:
    with Image() as image:
        pixels.imported(image, size, rgb)
        if profile:
            image.profiles["icc"] = profile
        yield Frame(image, 0, span)


@contextmanager
def _decoded(data: bytes, kind: SourceType, stored: Plan) -> Iterator[Frame]:
    """Decode no more pixels than the plan needs.

    A JPEG is shrunk on decoding. Of a JPEG or a PNG our own ImageMagick has never more in memory than what is
    wanted of it and the rows that are being resized; others decode the whole, and leave that to the pipeline.
    """
    reading, hint, source = None, None, stored.source
    if kind is JPEG:
        data, hint, shrunk = jpeg.harmless(data), jpeg_size(stored), jpeg_decoded(stored)
        reading = reading_plan(stored, shrunk, jpeg_span(source, shrunk))
    elif kind is PNG:
        data, reading = png.harmless(data), reading_plan(stored, source, source)
    with _opened(data, kind, hint=hint, reading=reading) as image:
        size, page = Extent(*image.size), image.page[:2]
        image.reset_coords()
        # The page tells that it was, since it is as large as what was decoded.
        if reading and page == reading.decoded != size and size in {reading.size, reading.cut}:
            yield Frame(image, 0, reading.decoded, cropped=True)
        else:
            yield Frame(image, 0, _span(kind, source, size))


@contextmanager
def _opened(
    data: bytes,
    kind: SourceType,
    *,
    ping: bool = False,
    hint: str | None = None,
    reading: Reading | None = None,
) -> Iterator[Image]:
    """Read the first picture of `data` as what it is: with `ping` its header alone."""
    with Image() as image:
        if hint:
            image.options["jpeg:size"] = hint
        if reading:
            image.options.update({**CURVE, "read:resize": _spelled(reading)})
        library.MagickSetFormat(image.wand, kind.coder.encode())
        library.MagickSetFilename(image.wand, f"original.{kind.name}[0]".encode())
        read = library.MagickPingImageBlob if ping else library.MagickReadImageBlob
        if not read(image.wand, data, len(data)):
            image.raise_exception()
            raise BrokenImage
        # What was wrong but readable would be raised, as an error, by whatever is done next. So it is
        # forgotten, unless there was no memory: some pictures then have no pixels, and nobody says so.
        said = image.get_exception()
        if isinstance(said, (exceptions.CacheError, exceptions.ResourceLimitError)):
            raise said
        # The wand would write every later picture in the format that it was read in.
        library.MagickSetFormat(image.wand, b"")
        yield image


def _spelled(reading: Reading) -> str:
    """Return what our own ImageMagick is told (infra/magick/patches); others do not know the option."""
    return (
        f"{_geometry(reading.decoded)},{_geometry(reading.averaged or (0, 0))},"
        f"{_geometry(reading.cut)}+{reading.edges[0]}+{reading.edges[1]},"
        f"{_geometry(reading.size)},{FILTER}"
    )


def _geometry(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def _span(kind: SourceType, source: Extent, decoded: Extent) -> tuple[float, float]:
    """Return what the picture spans of the original; `BrokenImage` if it is not what the header said.

    ImageMagick 6 makes a picture without pixels of some broken originals, and says nothing.
    """
    span = jpeg_span(source, decoded) if kind is JPEG else decoded
    if span is None or (kind is not JPEG and decoded != source) or min(decoded) < 1:
        raise BrokenImage
    return span


def _gif_layers(data: bytes, wanted: int) -> Iterator[_Layer]:
    for layer in islice(gif.layers(data), wanted):
        with _opened(layer.still, GIF) as image:
            yield _Layer(
                image, layer.left, layer.top, 10 * layer.centiseconds, blend=True, dispose=layer.dispose
            )


def _webp_layers(animation: webp.Animation, wanted: int) -> Iterator[_Layer]:
    for frame in animation.frames[:wanted]:
        with _opened(webp.still(frame, animation.profile), WEBP) as layer:
            dispose = "background" if frame.clear else "none"
            yield _Layer(layer, frame.left, frame.top, frame.duration, frame.blend, dispose)


def _composed(size: Extent, layers: Iterator[_Layer]) -> Iterator[Frame]:
    """Yield the whole picture after each layer. One canvas serves all; memory does not grow with frames."""
    with Image(width=size.width, height=size.height) as canvas:
        for layer in layers:
            # Two pictures share their pixels until one is changed, when they have to be copied.
            with canvas.clone() if layer.dispose == "previous" else nullcontext(canvas) as before:
                _lay(layer, canvas)
                with canvas.clone() as frame:
                    pixels.drop_idle_alpha(frame)
                    yield Frame(frame, layer.milliseconds, size)
                _dispose(layer, canvas, before)


def _lay(layer: _Layer, canvas: Image) -> None:
    """Put the layer on the canvas; if it hides all that is there, it takes its place, which costs nothing."""
    profile = layer.image.profiles["icc"]
    if (layer.left, layer.top, *layer.image.size) == (0, 0, *canvas.size) and not layer.image.alpha_channel:
        _replace(canvas, layer.image)
    else:
        canvas.alpha_channel = "set"
        canvas.composite(layer.image, layer.left, layer.top, "over" if layer.blend else "copy")
    if profile:
        canvas.profiles["icc"] = profile


def _replace(canvas: Image, other: Image) -> None:
    """Make the canvas the other picture."""
    canvas.image_set(other)
    canvas.reset_coords()


def _dispose(layer: _Layer, canvas: Image, before: Image) -> None:
    """Take the layer off the canvas, as it asks for."""
    if layer.dispose == "previous":
        _replace(canvas, before)
    elif layer.dispose == "background":
        canvas.alpha_channel = "set"
        with Image(width=layer.image.width, height=layer.image.height) as nothing:
            canvas.composite(nothing, layer.left, layer.top, "copy")
