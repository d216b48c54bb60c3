"""Encodes finished frames to the bytes that are stored."""

from __future__ import annotations

import dataclasses
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.codecs import animation, gif, palette, webp
from chalicelib.codecs.samples import Placed, Samples
from chalicelib.errors import BrokenImage
from chalicelib.geometry.plan import Extent
from chalicelib.render.drawing import has_colour_edges, is_drawing, repeats

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wand.image import Image

    from chalicelib.address.values import Drawing, Format
    from chalicelib.codecs.decode import Frame
    from chalicelib.codecs.formats import Output
    from chalicelib.render.job import Job, WriteAvif

_FULL_COLOUR_FROM = 90
_PROGRESSIVE_FROM = 3_000_000
"""Pixels. A smaller picture is shown at once anyway; not progressive, it takes a fifth of the time to
encode, and is 6 % larger."""

_COLOURS = 256
_CHUNKS_LEFT_OUT = "bKGD,cHRM,date,eXIf,gAMA,iTXt,oFFs,pHYs,sRGB,tEXt,tIME,zTXt"
_RUNS_ONLY = "3"
"""zlib's Z_RLE. The filtered rows of a photograph contain runs, but few other repetitions."""

SETTINGS = {
    # Optimised Huffman tables take longer than the rest of the encoding, and save 1 % of the bytes.
    "JPEG": {"jpeg:optimize-coding": "false"},
    "PNG": {
        "png:compression-level": "6",
        "png:compression-filter": "5",
        "png:exclude-chunks": _CHUNKS_LEFT_OUT,
    },
    "GIF": {},
    "WEBP": {"webp:method": "4"},
    "AVIF": {"heic:speed": "8"},  # where libheif cannot be called
    "JXL": {},
}
"""The options of each of ImageMagick's coders. docs/decisions.md has the costs and gains."""

_LIBHEIF = {"speed": "8"}
"""The options of libheif's encoder of AVIF."""

_LOSSLESS, _LOSSY = {"webp:lossless": "true"}, {"webp:lossless": "false"}
_HALF = 2
"""A photograph with a wide border, such as a product on white, compresses like a drawing, but takes six to
nine times the bytes without loss. Charts, icons and screenshots take fewer without loss than with it."""
_JXL_EFFORT = 3
"""Of 1 to 9."""

_ANIMATED_WEBP = {"webp:method": "2"}


class Encoded(NamedTuple):
    """A variant's bytes, how many frames it has, and its format."""

    data: bytes
    frames: int
    format: Format | Drawing


def encode(frames: Iterator[Frame], job: Job) -> Encoded:
    """Return the picture in the variant's format; `BrokenImage` if there is no frame at all."""
    first = next(frames, None)
    if first is None:
        raise BrokenImage
    if not job.animated:
        return _smallest(first.image, job)
    settings = _settings(first.image, job)
    every = chain([first], frames)
    if job.output.coder == "WEBP":
        return _webp(every, settings | _ANIMATED_WEBP, job)
    if job.output.coder == "JXL":
        return _jxl(every, job)
    return _gif(every, settings, job)


def _smallest(image: Image, job: Job) -> Encoded:
    """Return the picture in the variant's format; a photograph in the smallest of those for photographs."""
    photographs = {
        each.format: _one(image, dataclasses.replace(job, output=each))
        for each in _for_photographs(image, job)
    }
    smallest = min(photographs.values(), key=lambda made: len(made.data), default=None)
    if smallest and not is_drawing(image, job):
        return smallest
    # The variant's own format can be among them, and is then made by content there as well.
    drawing = photographs.get(job.output.format) or _one(image, job)
    return smallest if smallest and len(smallest.data) < len(drawing.data) / _HALF else drawing


def _one(image: Image, job: Job) -> Encoded:
    return Encoded(_still(image, _settings(image, job), job), 1, job.output.format)


def _for_photographs(image: Image, job: Job) -> list[Output]:
    """Return the formats that the picture can be made in instead of the variant's, if it is a photograph."""
    possible = [each for each in job.output.photographs if each.alpha or not image.alpha_channel]
    # ImageMagick's own encoder of AVIF loses transparency, so that it is only used if AVIF is asked for.
    return [each for each in possible if job.avif or each.coder != "AVIF"]


def _settings(image: Image, job: Job) -> dict[str, str]:
    """Return the coder's options for a variant whose first frame is `image`."""
    return SETTINGS[job.output.coder] | _by_content(image, job)


def _by_content(image: Image, job: Job) -> dict[str, str]:
    if job.output.coder == "JPEG":
        return {"jpeg:sampling-factor": "1x1" if _needs_full_colour(image, job) else "2x2"}
    if job.output.coder == "PNG" and not repeats(image, job):
        return {"png:compression-strategy": _RUNS_ONLY}
    if job.output.by_content and is_drawing(image, job):
        return _LOSSLESS
    return {}


def _needs_full_colour(image: Image, job: Job) -> bool:
    return (_quality(job) or 0) >= _FULL_COLOUR_FROM or has_colour_edges(image, job)


def _quality(job: Job) -> int | None:
    return job.options.quality or job.output.quality


def _still(image: Image, settings: dict[str, str], job: Job) -> bytes:
    """Return one picture, coded both ways where only that tells which one takes fewer bytes."""
    if job.output.coder == "AVIF" and job.avif:
        return _avif(image, job, job.avif)
    if job.output.coder == "JXL":
        samples = _samples(image, job)
        return job.jxl(samples.size, [Placed(samples)], None, _quality(job) or 0, _JXL_EFFORT)
    if job.output.coder == "PNG" and job.options.colors:
        # A palette has no gradients that a filter could predict: it may also be larger.
        return min(_in_palette(image, job.options.colors, job), _coded(image, settings, job), key=len)
    if settings.items() >= _LOSSLESS.items() and not job.animated:
        drawing, photograph = _coded(image, settings, job), _coded(image, settings | _LOSSY, job)
        return photograph if len(photograph) < len(drawing) / _HALF else drawing
    if job.output.coder == "GIF":
        to_palette(image, job.options.colors or _COLOURS)
    return _coded(image, settings, job)


def _coded(image: Image, settings: dict[str, str], job: Job) -> bytes:
    for name, value in settings.items():
        image.options[name] = value
    quality = _quality(job)
    if quality is not None:
        image.compression_quality = quality
    image.format = _coder(image, job)  # as an argument of `make_blob`, it would cost a copy of the image
    blob: bytes = image.make_blob()
    return blob


def _avif(image: Image, job: Job, write: WriteAvif) -> bytes:
    chroma = "444" if _needs_full_colour(image, job) else "420"
    return write(_samples(image, job), _quality(job) or 0, {**_LIBHEIF, "chroma": chroma})


def _samples(image: Image, job: Job) -> Samples:
    channels = "RGBA" if image.alpha_channel else "RGB"
    return Samples(Extent(*image.size), channels, job.pixels(image, channels))


def _in_palette(image: Image, colours: int, job: Job) -> bytes:
    """Return a PNG of at most so many `colours`, each with a transparency of its own.

    Only where there is transparency the picture is dithered: else its shades would be a few steps (see
    docs/decisions.md).
    """
    alpha = bool(image.alpha_channel)
    with image.clone() as reduced:
        space = "transparent" if alpha else "srgb"
        reduced.quantize(colours, space, treedepth=0, dither=alpha, measure_error=False)
        pixels = job.pixels(reduced, "RGBA" if alpha else "RGBP")
    return palette.written(pixels, Extent(*image.size), alpha=alpha)


def to_palette(image: Image, colours: int = _COLOURS) -> None:
    """Reduce the picture to so many `colours`; one of them may be transparent.

    ImageMagick's GIF encoder would do so itself, but it dithers: frames then flicker, score worse (81 instead
    of 88 of SSIMULACRA2), take half as long again, and need 128 MB for a cache of colours.
    """
    if image.alpha_channel:
        image.threshold(0.5, channel="alpha")
    space = "transparent" if image.alpha_channel else "srgb"
    image.quantize(colours, space, treedepth=0, dither=False, measure_error=False)


def _coder(image: Image, job: Job) -> str:
    """Return ImageMagick's name of the format; progressive JPEG has one of its own."""
    progressive = job.output.coder == "JPEG" and image.width * image.height >= _PROGRESSIVE_FROM
    return "PJPEG" if progressive else job.output.coder


def _gif(frames: Iterable[Frame], settings: dict[str, str], job: Job) -> Encoded:
    """Encode the changed part of each frame and put these together (`gif` says why we do it ourselves)."""
    clock = gif.Clock()
    pictures = [
        gif.Placed(
            _still(part.image, settings, job),
            *part.area[:2],
            clock.hundredths(part.milliseconds),
            part.clear,
        )
        for part in animation.parts(frames, job.pixels, covers=True)
    ]
    data = gif.assemble(*job.plan.canvas, job.loops, pictures)
    return Encoded(data, len(pictures), job.output.format)


def _webp(frames: Iterable[Frame], settings: dict[str, str], job: Job) -> Encoded:
    """Encode the changed part of each frame and put these together (`webp` says why we do it ourselves)."""
    pictures = tuple(
        webp.Frame(
            *(*part.area[:2], part.area.width, part.area.height, part.milliseconds),
            blend=False,
            clear=False,
            picture=webp.picture(_still(part.image, settings, job)),
        )
        for part in animation.parts(frames, job.pixels, covers=False)
    )
    whole = webp.Animation(*job.plan.canvas, job.loops, pictures)
    return Encoded(webp.assemble(whole), len(pictures), job.output.format)


_UNTIMED_MILLISECONDS = 100
"""What browsers show a frame of no time for. In JPEG XL, such a frame is a layer of the next one."""


def _jxl(frames: Iterable[Frame], job: Job) -> Encoded:
    """Encode the changed part of each frame, with the transparency that one frame of many may have."""
    count = 0

    def parts() -> Iterator[Placed]:
        nonlocal count
        for part in animation.parts(frames, job.pixels, covers=False):
            count += 1
            if not part.image.alpha_channel:
                part.image.alpha_channel = "opaque"
            yield Placed(
                _samples(part.image, job), *part.area[:2], part.milliseconds or _UNTIMED_MILLISECONDS
            )

    made = job.jxl(job.plan.canvas, parts(), job.loops, _quality(job) or 0, _JXL_EFFORT)
    return Encoded(made, count, job.output.format)
