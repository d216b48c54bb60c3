"""Bytes in, bytes out: how an original becomes a variant.

recognise -> limits of the source -> borders, to trim them -> plan -> limits of the variant -> decode -> pick
-> PIPELINE, frame by frame -> encode

Every refusal comes before a pixel is decoded, except where a border has to be found first.
"""

from __future__ import annotations

import dataclasses
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from chalicelib.address.options import Options
from chalicelib.address.values import Format
from chalicelib.address.variant import Size, Variant
from chalicelib.codecs import decode, formats, gamut
from chalicelib.codecs.bare import bare
from chalicelib.codecs.complaints import lacks_decoder
from chalicelib.codecs.formats import PIXEL_TYPES
from chalicelib.codecs.heif import writing as heif
from chalicelib.codecs.imagemagick import Image
from chalicelib.codecs.imagemagick import exceptions as magick
from chalicelib.codecs.jxl import writing as jpeg_xl
from chalicelib.codecs.littlecms import convert
from chalicelib.codecs.pixels import drop_opaque_alpha, exported, is_grey, round_to_bytes
from chalicelib.codecs.rights.writing import kept
from chalicelib.errors import BrokenImage, Fault, Malformed, NotAdmitted, NotAnImage, OutOfMemory, Refusal
from chalicelib.geometry import layout, orientation
from chalicelib.geometry.focus import focused
from chalicelib.geometry.plan import upright, whole
from chalicelib.geometry.rounding import rounded
from chalicelib.render import borders
from chalicelib.render.attention import attention
from chalicelib.render.concealment import FEW_COLOURS, concealed, untrimmed
from chalicelib.render.extras import NONE, Extras
from chalicelib.render.job import Job
from chalicelib.render.pipeline import PIPELINE
from chalicelib.render.rendered import Rendered
from chalicelib.render.steps.encode import encode, to_palette
from chalicelib.render.steps.pick import pick
from chalicelib.render.steps.to_srgb import INK, space

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from chalicelib.codecs.decode import Frame, Frames
    from chalicelib.codecs.formats import Output, SourceType
    from chalicelib.codecs.headers import Header
    from chalicelib.codecs.limits import Limits
    from chalicelib.geometry.focus import Focus
    from chalicelib.geometry.plan import Extent, Rectangle
    from chalicelib.render.extras import Overlay


_PROBE = 16
"""The side of the pictures that test what ImageMagick can write; AVIF's encoders need about this size."""

_NO_MEMORY = (magick.ResourceLimitError, magick.ResourceLimitFatalError, magick.CacheError)


@dataclass(frozen=True, slots=True)
class _Source:
    """An original's bytes, its type, and what decodes it."""

    data: bytes
    kind: SourceType
    decoded: Frames


def render(  # noqa: PLR0913, PLR0917 - most calls need only the first four
    data: bytes,
    variant: Variant,
    limits: Limits,
    accepted: frozenset[str],
    needed: Extras = NONE,
    decoded: Frames = decode.frames,
) -> Rendered:
    """Return the `variant` of the original `data`, which must be of a type whose name is `accepted`.

    Raises only refusals: `Malformed` for a frame that is not there, and for pixels of a drawing; `TooLarge`,
    `OutOfMemory`, `NotAnImage`, `BrokenImage`, `NotAdmitted` for a format that this ImageMagick cannot write,
    and `Fault` if it fails to encode a picture that it could decode.
    """
    limits.check_bytes(data)
    kind = formats.recognise(data, accepted)
    with _naming(kind):
        if kind is formats.SVG:
            return _vector(data, variant, limits)
        return _made(_Source(data, kind, decoded), variant, limits, needed)


@contextmanager
def _naming(kind: SourceType) -> Iterator[None]:
    """Have a refusal of a broken original that says no more name the type that it begins like."""
    try:
        yield
    except BrokenImage as refusal:
        if str(refusal) != BrokenImage.text:
            raise
        raise BrokenImage(
            f"The original is broken: it begins like a file of type {kind.name}, but it cannot be decoded."
        ) from refusal


def _made(source: _Source, variant: Variant, limits: Limits, needed: Extras) -> Rendered:
    kind = source.kind
    if needed.concealed:
        variant = untrimmed(variant)  # first: what is refused is told sizes, too
    with refusing_originals(kind):
        header = decode.header(source.data, kind)
    moves = header.frames > 1 and variant.options.frame is None
    output = able(formats.output(variant.options.format, kind, alpha=header.alpha, animated=moves))
    frames = _decoded(header, output, variant.options)
    limits.check_source(header, frames)
    inner = _trimmed(source, header, frames, variant.options)
    job = _job(header, variant, output, frames, inner)
    limits.check_variant(job.plan.canvas, 1 if variant.options.frame else frames, output)
    if needed.concealed:
        few = render(source.data, FEW_COLOURS, limits, PIXEL_TYPES).data
        shown = dataclasses.replace(needed, concealed=False)
        return render(few, concealed(variant, job.plan.canvas, output), limits, PIXEL_TYPES, shown)
    if needed.keeps_gamut:
        kept_profile = gamut.profile(header.colours, output.format, variant.options)
        job = dataclasses.replace(job, profile=kept_profile)
    if needed.overlay:
        overlay = _sized(needed.overlay, job.plan.canvas, limits)
        job = dataclasses.replace(job, overlay=overlay)
    if needed.faces:
        job = _focused(job, needed.faces.turned(layout.orientation_of(variant.options)))
    return _rendered(source, job)


def _vector(data: bytes, variant: Variant, limits: Limits) -> Rendered:
    try:
        from chalicelib.render.vector import vector  # noqa: PLC0415 - sites without SVG load nothing for it
    except ImportError as missing:
        raise NotAnImage("This server cannot read originals of the type svg.") from missing
    return vector(data, variant, limits)


@lru_cache(maxsize=32)
def _sized(overlay: Overlay, canvas: Extent, limits: Limits) -> Overlay:
    """Return the overlay as a PNG in its size on the canvas; `Fault` if that fails: the owner chose it."""
    width = max(1, rounded(canvas.width * overlay.watermark.scale / 100))
    resized = Variant(Size(width, canvas.height), Options(format=Format.PNG, upscale=True))
    try:
        return dataclasses.replace(overlay, data=render(overlay.data, resized, limits, PIXEL_TYPES).data)
    except Refusal as refusal:
        raise Fault from refusal


def _focused(job: Job, focus: Focus) -> Job:
    plan = focused(job.plan, focus)
    return dataclasses.replace(job, plan=plan, stored=plan.stored(job.orientation))


def _decoded(header: Header, output: Output, options: Options) -> int:
    """Return how many frames have to be decoded: for one frame of an animation, also all before it."""
    if options.frame is None:
        return header.frames if output.animates else 1
    if options.frame > header.frames:
        raise Malformed(f"There is no frame {options.frame}: the original has {header.frames}.")
    return options.frame


def _trimmed(source: _Source, header: Header, frames: int, options: Options) -> Rectangle | None:
    """Return the area without the border that all frames share; None if the variant is not trimmed."""
    if options.trim is None:
        return None
    with refusing_originals(source.kind):
        found = pick(source.decoded(source.data, source.kind, frames, whole(header.size)), options.frame)
        return borders.within((frame.image for frame in found), header.orientation, options.trim)


def _job(header: Header, variant: Variant, output: Output, frames: int, inner: Rectangle | None) -> Job:
    plan = layout.plan(upright(header.size, header.orientation), variant, inner)
    turns = orientation.then(header.orientation, layout.orientation_of(variant.options))
    return Job(
        plan=plan,
        stored=plan.stored(turns),
        orientation=turns,
        span=header.size,
        options=variant.options,
        output=output,
        frames=frames,
        loops=header.loops,
        colours=header.colours,
        convert=convert,
        pixels=exported,
        jxl=jpeg_xl.jxl,
        avif=heif.avif if heif.can_write() else None,
    )


def _rendered(source: _Source, job: Job) -> Rendered:
    data, kind = source.data, source.kind
    noted = _Noted()
    with closing(_finished(source, job, noted)) as frames, _faulting():
        encoded = encode(frames, job)
    canvas = job.plan.canvas
    # If the variant changes nothing, encoding it again must not make it larger than the original. An original
    # that a decoder complained of is encoded again all the same: browsers would be given its faults.
    is_same = job.changes_nothing and encoded.format == kind.variant and noted.sound
    original = bare(data, kind, most=len(encoded.data)) if is_same else None
    made = original or encoded.data
    made = gamut.profiled(made, encoded.format, noted.profile)
    made = kept(data, kind, made, encoded.format, job.options.metadata)
    return Rendered(made, encoded.format, *canvas, encoded.frames)


@dataclass(slots=True)
class _Noted:
    """What is only known of a picture when it has been decoded: whether it is `sound`, and its profile."""

    sound: bool = True
    profile: bytes = b""


def _finished(source: _Source, job: Job, noted: _Noted) -> Generator[Frame]:
    """Yield each frame after it has gone through the pipeline, one at a time."""
    with refusing_originals(source.kind):
        frames = source.decoded(source.data, source.kind, job.frames, job.stored)
        for frame in pick(frames, job.options.frame):
            if job.plan.crop_range:  # all frames of an animation are cropped like the first
                job = _focused(job, attention(frame.image, job))
            noted.profile = _profile(frame.image, job)
            frame_job = dataclasses.replace(
                job, span=frame.span, cropped=frame.cropped, profile=noted.profile
            )
            for step in PIPELINE:
                step(frame.image, frame_job)
            if noted.profile and not job.animated and is_grey(frame.image):
                # PNG and JPEG then have one channel, of which a profile of RGB says nothing.
                job.convert(frame.image, job.colours)
                noted.profile = b""
            if job.output.format is Format.PNG:
                round_to_bytes(frame.image)
            if job.output.photographs:
                drop_opaque_alpha(frame.image)
            noted.sound &= frame.sound
            yield frame


def _profile(image: Image, job: Job) -> bytes:
    """Return the job's profile; empty if it says nothing of the decoded picture, or not of the variant.

    A profile of RGB says nothing of ink. Where white shines through in a format without transparency, it is
    mixed in sRGB.
    """
    if not job.profile or space(image) == INK:
        return b""
    if job.output.alpha:
        return job.profile
    drop_opaque_alpha(image)
    becomes_clear = job.plan.tilt is not None or job.options.round is not None
    return b"" if image.alpha_channel or becomes_clear else job.profile


@contextmanager
def refusing_originals(kind: SourceType) -> Iterator[None]:
    """Turn ImageMagick's errors about an original of the type `kind` into refusals."""
    try:
        yield
    except _NO_MEMORY as error:
        raise OutOfMemory from error
    except (magick.MissingDelegateError, magick.PolicyError) as error:
        raise NotAnImage(f"This server cannot read originals of the type {kind.name}.") from error
    except magick.WandException as error:
        if lacks_decoder(error):
            raise NotAnImage(
                f"This server cannot read a {kind.name} that is compressed in this way."
            ) from error
        raise BrokenImage from error


@contextmanager
def _faulting() -> Iterator[None]:
    """Turn ImageMagick's errors about our own picture into `Fault`."""
    try:
        yield
    except _NO_MEMORY as error:
        raise OutOfMemory from error
    except magick.WandException as error:
        raise Fault from error


@cache
def able(output: Output) -> Output:
    """Return `output` as this ImageMagick can make it; `NotAdmitted` if it cannot.

    libheif writes AVIF where it can, and libjxl JPEG XL. Of ImageMagick, it writes and reads a picture to
    find out. Its list of formats is no proof: it also names formats whose library is missing, and it loses
    AVIF's transparency.
    """
    if output.format is Format.AVIF and heif.can_write():
        return output
    if output.format is Format.JXL and jpeg_xl.can_write():
        return output
    try:
        with Image(width=_PROBE, height=_PROBE) as clear, Image() as read:
            to_palette(clear)  # for GIF only, which would take 128 MB otherwise
            read.read(blob=clear.make_blob(output.coder), format=output.coder)
            return dataclasses.replace(output, alpha=output.alpha and read.alpha_channel)
    except (magick.WandException, ValueError) as error:
        raise NotAdmitted(f"This site does not make {output.format}. Ask for another format.") from error
