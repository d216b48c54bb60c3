"""From finished frames to the bytes that are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib import webp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wand.image import Image

    from chalicelib.job import Job

_FULL_CHROMA_FROM = 90
_CHUNKS_LEFT_OUT = "bKGD,cHRM,date,eXIf,gAMA,iTXt,oFFs,pHYs,sRGB,tEXt,tIME,zTXt"

SETTINGS = {
    # Huffman tables made to measure take longer than the rest of the encoding, for 1 % of the bytes.
    "JPEG": {"jpeg:optimize-coding": "false"},
    "PNG": {
        "png:compression-level": "6",
        "png:compression-filter": "5",
        "png:exclude-chunks": _CHUNKS_LEFT_OUT,
    },
    "GIF": {},
    "WEBP": {"webp:method": "4"},
    "AVIF": {"heic:speed": "8"},
}
"""What each of ImageMagick's coders is told. docs/decisions.md says what the choices cost and bring."""


def encode(image: Image, milliseconds: Sequence[int], job: Job) -> bytes:
    """Return the picture in the variant's format; of several frames, each is shown for its `milliseconds`."""
    for name, value in SETTINGS[job.output.coder].items():
        image.options[name] = value
    if len(milliseconds) == 1:
        return _still(image, job)
    return _webp(image, milliseconds, job) if job.output.coder == "WEBP" else _gif(image, milliseconds, job)


def _still(image: Image, job: Job) -> bytes:
    quality = job.options.quality or job.output.quality
    if quality is not None:
        image.compression_quality = quality
        # Halved colour resolution is invisible, until someone asks for a quality that is meant to be looked
        # at closely.
        image.options["jpeg:sampling-factor"] = "2x2" if quality < _FULL_CHROMA_FROM else "1x1"
    blob: bytes = image.make_blob(job.output.coder)
    return blob


def _gif(image: Image, milliseconds: Sequence[int], job: Job) -> bytes:
    """Write the frames, each cut down to what it changes. Delays are set last: cutting down may lose them."""
    image.optimize_layers()
    for index, duration in enumerate(milliseconds):
        image.iterator_set(index)
        image.ticks_per_second, image.delay, image.loop = 100, round(duration / 10), job.loops
    return _still(image, job)


def _webp(image: Image, milliseconds: Sequence[int], job: Job) -> bytes:
    """Write each frame as a picture of what it changes, and put these together (why ourselves: `webp`)."""
    with image.compare_layers("compareany") as changes:
        frames = tuple(_changed(image, changes, *shown, job) for shown in enumerate(milliseconds))
    return webp.assemble(webp.Animation(image.width, image.height, job.loops, frames))


def _changed(image: Image, changes: Image, index: int, duration: int, job: Job) -> webp.Frame:
    changes.iterator_set(index)
    image.iterator_set(index)
    *_, left, top = changes.page
    right, bottom = left + changes.width, top + changes.height
    # An animated WebP counts in pairs of pixels.
    left, top = left - left % 2, top - top % 2
    with image.image_get() as part:
        part.crop(left, top, right, bottom)
        picture = webp.picture(_still(part, job))
    return webp.Frame(
        left, top, right - left, bottom - top, duration, blend=False, clear=False, picture=picture
    )
