"""Bytes in, bytes out: how an original becomes a variant.

recognise -> limits of the source -> plan -> limits of the variant -> decode -> PIPELINE, frame by frame ->
encode

All that can be refused is refused before a pixel is decoded.
"""

from __future__ import annotations

import dataclasses
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from chalicelib import decode, formats, geometry, layout, steps
from chalicelib.colour import convert
from chalicelib.errors import BrokenImage, Fault, NotAdmitted, NotAnImage, TooLarge
from chalicelib.imagemagick import Image
from chalicelib.imagemagick import exceptions as magick
from chalicelib.job import Job

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.formats import Output, SourceType
    from chalicelib.headers import Header
    from chalicelib.job import Step
    from chalicelib.limits import Limits
    from chalicelib.options import Format
    from chalicelib.variant import Variant


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished variant: its bytes and what they are."""

    data: bytes
    format: Format
    content_type: str
    width: int
    height: int
    frames: int


PIPELINE: tuple[Step, ...] = (
    steps.average,  # first: a large picture that is cropped before it is shrunk is in memory twice
    steps.crop,  # before the resize: what is cut off need not be resampled
    steps.resize,
    steps.to_srgb,  # after the resize, where there are fewer pixels
    steps.turn,  # likewise; the plan for the steps above is that of the stored picture
    steps.ground,  # upright and in sRGB, as canvas and background are meant
    steps.clean,  # last: the profile and the orientation have been needed until here
)


_PROBE = 16
"""Sides of the pictures that show what ImageMagick can write; the encoders of AVIF take none much smaller."""


def render(data: bytes, variant: Variant, limits: Limits, accepted: frozenset[str]) -> Rendered:
    """Return the `variant` of the original `data`, which must be of a type whose name is `accepted`.

    Raises nothing but refusals: `TooLarge`, `NotAnImage`, `BrokenImage`, `NotAdmitted` for a format that this
    ImageMagick cannot write, and `Fault` where it fails at making a picture out of a good one.
    """
    limits.check_bytes(data)
    kind = recognise(data, accepted)
    with _refusing_originals():
        header = decode.header(data, kind)
    job = _job(header, kind, variant)
    limits.check_source(header, job.frames)
    limits.check_variant(job.plan.canvas, job.frames, job.output)
    return _rendered(data, kind, job)


def recognise(data: bytes, accepted: frozenset[str]) -> SourceType:
    """Return the type of `data` by its first bytes; `NotAnImage` if it is none that is `accepted`."""
    kind = formats.sniff(data)
    if kind is None or kind.name not in accepted:
        raise NotAnImage
    return kind


def _job(header: Header, kind: SourceType, variant: Variant) -> Job:
    output = able(formats.output(variant.options.format, kind, alpha=header.alpha))
    plan = layout.plan(geometry.upright(header.size, header.orientation), variant)
    frames = header.frames if output.animates else 1
    return Job(
        plan=plan,
        stored=plan.stored(header.orientation),
        orientation=header.orientation,
        span=header.size,
        options=variant.options,
        output=output,
        frames=frames,
        loops=header.loops,
        convert=convert,
    )


def _rendered(data: bytes, kind: SourceType, job: Job) -> Rendered:
    with ExitStack() as opened:
        with _refusing_originals():
            finished, milliseconds = _finished(data, kind, job, opened)
        with _faulting():
            blob = steps.encode(finished, milliseconds, job)
    output, canvas = job.output, job.plan.canvas
    return Rendered(blob, output.format, output.content_type, *canvas, len(milliseconds))


def _finished(data: bytes, kind: SourceType, job: Job, opened: ExitStack) -> tuple[Image, list[int]]:
    """Return all frames in one image, which `opened` closes, and how many milliseconds each is shown."""
    finished, milliseconds = opened.enter_context(Image()), []
    for frame in decode.frames(data, kind, job.frames, job.stored):
        for step in PIPELINE:
            step(frame.image, dataclasses.replace(job, span=frame.span))
        finished.image_add(frame.image)
        finished.iterator_last()
        milliseconds.append(frame.milliseconds)
    if not milliseconds:
        raise BrokenImage
    return finished, milliseconds


@contextmanager
def _refusing_originals() -> Iterator[None]:
    """Turn what ImageMagick says of an original into what we say of it."""
    try:
        yield
    except (magick.ResourceLimitError, magick.ResourceLimitFatalError, magick.CacheError) as error:
        raise TooLarge from error
    except (magick.MissingDelegateError, magick.PolicyError) as error:
        raise NotAnImage("Originals of this type cannot be read here.") from error
    except magick.WandException as error:
        raise BrokenImage from error


@contextmanager
def _faulting() -> Iterator[None]:
    """Turn what ImageMagick says of our own picture into a fault of ours."""
    try:
        yield
    except magick.WandException as error:
        raise Fault from error


@cache
def able(output: Output) -> Output:
    """Return `output` as this ImageMagick can make it; `NotAdmitted` if it cannot.

    That is found out by making one and reading it: the list of formats names those too that it was built
    without the library for, and ImageMagick 6 loses the transparency of AVIF.
    """
    try:
        with Image(width=_PROBE, height=_PROBE) as clear, Image() as read:
            read.read(blob=clear.make_blob(output.coder), format=output.coder)
            return dataclasses.replace(output, alpha=output.alpha and read.alpha_channel)
    except (magick.WandException, ValueError) as error:
        raise NotAdmitted(f"This site does not make {output.format}.") from error
