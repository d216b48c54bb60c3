"""Decodes originals to frames, each a whole picture that is ready for the pipeline.

This is the only code that gives originals to ImageMagick. A truncated JPEG with a whole header is decoded as
far as it goes, as in browsers. Any other truncated or damaged original is broken (`complaints`).
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from chalicelib.codecs import (
    apng,
    bmp,
    boxes,
    complaints,
    gif,
    headers,
    jpeg,
    libwebp,
    pixels,
    png,
    tiff_kinds,
    webp,
)
from chalicelib.codecs.formats import AVIF, BMP, GIF, HEIC, JPEG, JXL, PNG, TIFF, WEBP
from chalicelib.codecs.headers import Header
from chalicelib.codecs.heif import reading as heif
from chalicelib.codecs.heif.library import libheif
from chalicelib.codecs.heif.sequence import still
from chalicelib.codecs.imagemagick import CLEARS_MEMORY, Image, give_memory_back, library, zeroed_memory
from chalicelib.codecs.jxl import reading as jxl
from chalicelib.codecs.resampling import CURVE, FILTER
from chalicelib.errors import BrokenImage
from chalicelib.geometry.plan import (
    Extent,
    Plan,
    Reading,
    jpeg_decoded,
    jpeg_eighths,
    jpeg_size,
    jpeg_span,
    reading_plan,
    rough_size,
)

if TYPE_CHECKING:
    import ctypes
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from chalicelib.codecs.formats import SourceType

    Frames = Callable[[bytes, SourceType, int, Plan], Iterator["Frame"]]
    """Decodes an original, as `frames` does."""

    Still = Callable[[bytes, SourceType, Plan], AbstractContextManager["Frame"]]
    """Decodes an original that does not move, as `decoded` does."""


_HEIF = frozenset({AVIF, HEIC})
_OPTIONS = {BMP: {"bmp:ignore-filesize": "true"}, TIFF: {"tiff:exif-properties": "false"}}
"""They keep ImageMagick from reading, and failing at, parts of a file that say nothing about a pixel."""

_LARGEST_TILE = 4 << 20
"""Pixels of the largest tile of a HEIF picture; a tile may be larger than the whole picture."""


_GIVEN_BACK_FROM = 50_000_000
"""Pixels. To give memory back and to take it again costs 6 ms a megapixel. So it is done where memory decides
whether the picture can be made at all: of 100 megapixels, it takes 1.1 to 1.3 GB instead of 1.6 to 2.1."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A decoded picture, valid until the next one is requested. `span` and `cropped` are those of `Job`.

    `sound` is true if the decoder had nothing to complain of.
    """

    image: Image
    milliseconds: int
    span: tuple[float, float]
    cropped: bool = False
    sound: bool = True


@dataclass(frozen=True, slots=True)
class _Layer:
    """What one frame of an animation draws on the canvas, and how it is removed afterwards (as in GIF)."""

    image: Image
    sound: bool
    left: int
    top: int
    milliseconds: int
    blend: bool
    dispose: str


def header(data: bytes, kind: SourceType) -> Header:
    """Return the header of `data`; ImageMagick reads it for the types that `headers` does not."""
    known = jxl.header(data) if kind is JXL else headers.read(data, kind)
    if known:
        return known
    data = _plain(data, kind)
    largest = boxes.largest(data) if kind in _HEIF else 0
    found = heif.header(data, largest) if _by_libheif(kind) else _pinged(data, kind, largest)
    if largest > max(found.size.width * found.size.height, _LARGEST_TILE):
        raise BrokenImage("The original is broken: its picture is larger than its header says.")
    return found


def _plain(data: bytes, kind: SourceType) -> bytes:
    """Return an AVIF or HEIC as a file that libheif reads, any other original as it is."""
    return still(data) if kind in _HEIF else data


def _by_libheif(kind: SourceType) -> bool:
    return kind in _HEIF and libheif() is not None


def _pinged(data: bytes, kind: SourceType, largest: int) -> Header:
    with _opened(data, kind, ping=True) as (image, _):
        return Header(Extent(*image.size), largest=largest)


def frames(
    data: bytes, kind: SourceType, wanted: int, stored: Plan, still: Still | None = None
) -> Iterator[Frame]:
    """Yield the first `wanted` frames of `data`, decoded no larger than the `stored` picture's plan needs.

    `still` decodes what is no animation, if another way than `decoded` is wanted.
    """
    animation = webp.animation(data) if kind is WEBP else None
    moving = apng.animation(data) if kind is PNG else None
    if animation:
        yield from _composed(stored.source, _webp_layers(animation, wanted))
    elif moving:
        yield from _composed(stored.source, _png_layers(data, moving, wanted))
    elif kind is JXL and jxl.moves(data):
        yield from _jxl_frames(data, wanted)
    elif kind is GIF:
        yield from _composed(stored.source, _gif_layers(data, wanted))
    else:
        with _averaged(data, kind, stored) or (still or decoded)(data, kind, stored) as frame:
            yield frame


@contextmanager
def decoded(data: bytes, kind: SourceType, stored: Plan, *, by_rows: bool = True) -> Iterator[Frame]:
    """Decode a picture that does not move; crop and resize it `by_rows` if the decoder can."""
    data = _plain(data, kind)
    with _elsewhere(data, kind) or _decoded(data, kind, stored, by_rows=by_rows) as frame:
        pixels.drop_opaque_alpha(frame.image)
        yield frame


def _averaged(data: bytes, kind: SourceType, stored: Plan) -> AbstractContextManager[Frame] | None:
    """Return the picture as the step `average` would make it; None if the decoder cannot do that."""
    source = stored.source
    size = rough_size(stored.crop, stored.size, source, source) if kind is WEBP else None
    rgb = libwebp.opaque_rgb(data, size) if size else None
    return _from_rgb(rgb, size, source) if size and rgb else None


@contextmanager
def _from_rgb(rgb: ctypes.Array[ctypes.c_ubyte], size: Extent, span: tuple[float, float]) -> Iterator[Frame]:
    with Image() as image:
        pixels.imported(image, size, rgb)
        yield Frame(image, 0, span)


def _elsewhere(data: bytes, kind: SourceType) -> AbstractContextManager[Frame] | None:
    """Return the picture as libheif or libjxl decodes it; None where that is left to ImageMagick."""
    if kind is JXL:
        (found,) = jxl.stills(data, 1)  # to its end: libjxl's own memory is free then
        return _from_jxl(found)
    return _of_heif(data) if _by_libheif(kind) else None


@contextmanager
def _of_heif(data: bytes) -> Iterator[Frame]:
    with heif.opened(data) as picture:
        found = picture.decoded()
    # libheif's buffers are free now, but ImageMagick's is larger than each of them.
    if picture.size.width * picture.size.height > _GIVEN_BACK_FROM:
        give_memory_back()
    with Image() as image:
        pixels.imported(image, found.size, found.data, found.channels, deep=found.deep)
        if picture.limited_grey:
            pixels.to_full_range(image, picture.bits)
        if picture.premultiplied:
            pixels.divide_by_alpha(image)
        yield Frame(image, 0, found.size)


@contextmanager
def _from_jxl(found: jxl.Still) -> Iterator[Frame]:
    with Image() as image:
        pixels.imported(image, found.size, found.data, found.channels, deep=found.deep)
        yield Frame(image, found.milliseconds, found.size)


def _jxl_frames(data: bytes, wanted: int) -> Iterator[Frame]:
    for found in jxl.stills(data, wanted):
        with _from_jxl(found) as frame:
            pixels.drop_opaque_alpha(frame.image)
            yield frame


@contextmanager
def _decoded(data: bytes, kind: SourceType, stored: Plan, *, by_rows: bool) -> Iterator[Frame]:
    """Decode no more pixels than the plan needs.

    A JPEG is shrunk while it is decoded. Our own ImageMagick also crops and resizes a JPEG or a PNG while it
    reads the rows, so it never has the whole picture in memory; not so if `by_rows` is false, nor in other
    builds. That is left to the pipeline then.
    """
    reading, hint, ink, source = None, None, False, stored.source
    if kind is JPEG:
        data, hint, shrunk = jpeg.harmless(data), jpeg_size(stored), jpeg_decoded(stored)
        reading = reading_plan(stored, shrunk, jpeg_span(source, shrunk, jpeg_eighths(stored)))
    elif kind is PNG:
        data, reading = png.harmless(data), reading_plan(stored, source, source)
    elif kind is BMP:
        data = bmp.plain(data)
    elif kind is TIFF:
        ink, data = tiff_kinds.is_ink_in_jpeg(data), tiff_kinds.plain(data)
    with _opened(data, kind, hint=hint, reading=reading if by_rows else None) as (image, sound):
        if ink:
            pixels.to_ink(image)
        size, page = Extent(*image.size), image.page[:2]
        image.reset_coords()
        # ImageMagick has done the `reading` if the page still has the size of the whole picture.
        if reading and page == reading.decoded != size and size in {reading.size, reading.cut}:
            yield Frame(image, 0, reading.decoded, cropped=True, sound=sound)
        else:
            yield Frame(image, 0, _span(kind, stored, size), sound=sound)


@contextmanager
def _opened(
    data: bytes,
    kind: SourceType,
    *,
    ping: bool = False,
    hint: str | None = None,
    reading: Reading | None = None,
) -> Iterator[tuple[Image, bool]]:
    """Read the first picture of `data`, which is of the type `kind`; with `ping` only its header.

    Yields the picture, and whether it is sound.
    """
    with Image() as image:
        image.options.update(_OPTIONS.get(kind, {}))
        if hint:
            image.options["jpeg:size"] = hint
        if reading:
            image.options.update({**CURVE, "read:resize": _read_resize(reading)})
        library.MagickSetFormat(image.wand, kind.coder.encode())
        library.MagickSetFilename(image.wand, f"original.{kind.name}[0]".encode())
        read = library.MagickPingImageBlob if ping else library.MagickReadImageBlob
        # Our own ImageMagick clears its memory itself, row by row, which costs less (infra/magick/mends).
        with nullcontext() if CLEARS_MEMORY else zeroed_memory():
            is_read = read(image.wand, data, len(data))
        if not is_read:
            image.raise_exception()
            raise BrokenImage
        # ImageMagick reports success in spite of errors and warnings, and the next call would raise them.
        sound = complaints.is_sound(complaints.of(image), kind)
        # Otherwise the wand would write every later picture in the format of this one.
        library.MagickSetFormat(image.wand, b"")
        yield image, sound


def _read_resize(reading: Reading) -> str:
    """Return the value of our own ImageMagick's option (infra/magick/patches); other builds ignore it."""
    return (
        f"{_geometry(reading.decoded)},{_geometry(reading.averaged or (0, 0))},"
        f"{_geometry(reading.cut)}+{reading.edges[0]}+{reading.edges[1]},"
        f"{_geometry(reading.size)},{FILTER}"
    )


def _geometry(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def _span(kind: SourceType, stored: Plan, decoded: Extent) -> tuple[float, float]:
    """Return what the picture covers of the original; `BrokenImage` if it does not match the header.

    ImageMagick 6 decodes some broken originals to a picture without pixels, and reports no error.
    """
    span = jpeg_span(stored.source, decoded, jpeg_eighths(stored)) if kind is JPEG else decoded
    if span is None or (kind is not JPEG and decoded != stored.source) or min(decoded) < 1:
        raise BrokenImage
    return span


def _gif_layers(data: bytes, wanted: int) -> Iterator[_Layer]:
    for layer in islice(gif.layers(data), wanted):
        with _opened(layer.still, GIF) as (image, sound):
            time = 10 * layer.centiseconds
            yield _Layer(image, sound, layer.left, layer.top, time, blend=True, dispose=layer.dispose)


def _png_layers(data: bytes, animation: apng.Animation, wanted: int) -> Iterator[_Layer]:
    for frame in animation.frames[:wanted]:
        with _opened(png.harmless(apng.still(data, frame)), PNG) as (image, sound):
            time = frame.milliseconds
            yield _Layer(image, sound, frame.left, frame.top, time, frame.blend, frame.dispose)


def _webp_layers(animation: webp.Animation, wanted: int) -> Iterator[_Layer]:
    for frame in animation.frames[:wanted]:
        with _opened(webp.still(frame), WEBP) as (image, sound):
            dispose = "background" if frame.clear else "none"
            yield _Layer(image, sound, frame.left, frame.top, frame.duration, frame.blend, dispose)


def _composed(size: Extent, layers: Iterator[_Layer]) -> Iterator[Frame]:
    """Yield the whole picture after each layer. All share one canvas: memory does not grow with frames."""
    with Image(width=size.width, height=size.height) as canvas:
        canvas.depth = 8
        for layer in layers:
            # A clone shares its pixels until one of the two changes; then all of them are copied.
            with canvas.clone() if layer.dispose == "previous" else nullcontext(canvas) as before:
                _lay(layer, canvas)
                with canvas.clone() as frame:
                    pixels.drop_opaque_alpha(frame)
                    yield Frame(frame, layer.milliseconds, size, sound=layer.sound)
                _dispose(layer, canvas, before)


def _lay(layer: _Layer, canvas: Image) -> None:
    """Draw the layer on the canvas; one that hides all of the canvas replaces it, which costs nothing."""
    if (layer.left, layer.top, *layer.image.size) == (0, 0, *canvas.size) and not layer.image.alpha_channel:
        _replace(canvas, layer.image)
    else:
        canvas.alpha_channel = "set"
        canvas.composite(layer.image, layer.left, layer.top, "over" if layer.blend else "copy")


def _replace(canvas: Image, other: Image) -> None:
    """Replace the picture on the canvas by the `other`."""
    canvas.image_set(other)
    canvas.reset_coords()


def _dispose(layer: _Layer, canvas: Image, before: Image) -> None:
    """Remove the layer from the canvas, as its `dispose` says."""
    if layer.dispose == "previous":
        _replace(canvas, before)
    elif layer.dispose == "background":
        canvas.alpha_channel = "set"
        with Image(width=layer.image.width, height=layer.image.height) as nothing:
            canvas.composite(nothing, layer.left, layer.top, "copy")
