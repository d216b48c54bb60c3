"""Writes JPEG XL: sRGB, with transparency, also animations; and metadata into what is written."""

from __future__ import annotations

import struct
from contextlib import contextmanager
from ctypes import addressof, byref, c_size_t, c_ubyte, c_void_p
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.codecs.jxl.library import (
    BYTES,
    DONE,
    EFFORT,
    MORE_OUTPUT,
    RESAMPLING,
    RESAMPLING_OF_ALPHA,
    BasicInfo,
    Blending,
    ColourEncoding,
    FrameHeader,
    PixelFormat,
    libjxl,
)
from chalicelib.codecs.jxl.reading import stills
from chalicelib.codecs.samples import CLEAR, Placed, Samples
from chalicelib.errors import Fault, Refusal

if TYPE_CHECKING:
    import ctypes
    from collections.abc import Iterable, Iterator

    from chalicelib.geometry.plan import Extent

_LOSSLESS = 100
_BLOCK = 1 << 16
_REPLACE = 0
"""A value of JxlBlendMode."""

_LONGEST = (1 << 32) - 1
"""Milliseconds that a frame can say that it is shown."""

_CANVAS = 1
"""The number under which an animation's picture is kept for its next frame. Under 0, libjxl keeps none."""


@cache
def can_write() -> bool:
    """Return whether libjxl can write a transparent picture here, and read it."""
    try:
        (still,) = stills(jxl(CLEAR.size, [Placed(CLEAR)], None, 50, 1), 1)
    except Refusal:
        return False
    return not any(bytes(still.data)[3::4])


def distance(quality: int) -> float:
    """Return libjxl's distance for a `quality` of 1 to 100, as its JxlEncoderDistanceFromQuality has it."""
    if quality >= _LOSSLESS:
        return 0.0
    if quality >= 30:  # noqa: PLR2004 - where libjxl's line becomes a parabola
        return 0.1 + (100 - quality) * 0.09
    return 53 / 3000 * quality**2 - 23 / 20 * quality + 25


def jxl(canvas: Extent, parts: Iterable[Placed], loops: int | None, quality: int, effort: int) -> bytes:
    """Return a picture of one part, or an animation of parts that plays so often (0: for ever), as JPEG XL.

    `loops` is None for a picture; the channels of the first part are those of all. `quality` is 1 to 100,
    where 100 is lossless; `effort` is libjxl's, 1 to 9. `Fault` if libjxl cannot write it.
    """
    written = b""
    with _opened(quality, effort) as encoder:
        for number, part in enumerate(parts):
            if number == 0:
                encoder.describe(canvas, alpha=part.samples.channels == "RGBA", loops=loops)
            else:
                written += encoder.written()  # the part before is not the last
            if loops is not None:
                encoder.place(part)
            encoder.add(part.samples)
        return written + encoder.finished()


@dataclass(frozen=True, slots=True)
class _Encoder:
    """An encoder of libjxl, and its settings for frames."""

    library: ctypes.CDLL
    handle: c_void_p
    settings: c_void_p
    lossless: bool

    def describe(self, canvas: Extent, *, alpha: bool, loops: int | None) -> None:
        """Say what is written: an animation if it has `loops`."""
        info, colours = BasicInfo(), ColourEncoding()
        self.library.JxlEncoderInitBasicInfo(byref(info))
        info.width, info.height = canvas
        info.bits, info.keeps_profile = 8, self.lossless
        if alpha:
            info.alpha_bits, info.extra_channels = 8, 1
        if loops is not None:
            info.animated, info.ticks, info.seconds, info.loops = 1, 1000, 1, loops
        _check(self.library.JxlEncoderSetBasicInfo(self.handle, byref(info)))
        self.library.JxlColorEncodingSetToSRGB(byref(colours), 0)
        _check(self.library.JxlEncoderSetColorEncoding(self.handle, byref(colours)))

    def place(self, part: Placed) -> None:
        """Say where the next frame belongs, and that the frame behind it is laid on what is seen then."""
        frame = FrameHeader()
        self.library.JxlEncoderInitFrameHeader(byref(frame))
        frame.ticks = min(part.milliseconds, _LONGEST)
        frame.is_cropped, frame.kept_as = 1, _CANVAS
        frame.left, frame.top, (frame.width, frame.height) = part.left, part.top, part.samples.size
        frame.blending = Blending(_REPLACE, _CANVAS, 0, 0)
        _check(self.library.JxlEncoderSetFrameHeader(self.settings, byref(frame)))
        _check(self.library.JxlEncoderSetExtraChannelBlendInfo(self.settings, 0, byref(frame.blending)))

    def add(self, samples: Samples) -> None:
        """Add a frame."""
        kind = PixelFormat(len(samples.channels), BYTES, 0, 0)
        data = samples.data
        _check(self.library.JxlEncoderAddImageFrame(self.settings, byref(kind), data, len(data)))

    def finished(self) -> bytes:
        """Return what is written, up to the end of the file."""
        self.library.JxlEncoderCloseInput(self.handle)
        return self.written()

    def written(self) -> bytes:
        """Return what is written of the frames that were added since the last call."""
        written, status, block = bytearray(), MORE_OUTPUT, (c_ubyte * _BLOCK)()
        while status == MORE_OUTPUT:
            place, left = c_void_p(addressof(block)), c_size_t(_BLOCK)
            status = self.library.JxlEncoderProcessOutput(self.handle, byref(place), byref(left))
            written += memoryview(block)[: _BLOCK - left.value]
        _check(status)
        return bytes(written)


@contextmanager
def _opened(quality: int, effort: int) -> Iterator[_Encoder]:
    library = libjxl()
    if library is None:
        raise Fault
    handle, lossless = c_void_p(library.JxlEncoderCreate(None)), quality >= _LOSSLESS
    try:
        settings = c_void_p(library.JxlEncoderFrameSettingsCreate(handle, None))
        # At the lowest qualities libjxl would halve the picture, and readers show its animations differently.
        for option, value in ((EFFORT, effort), (RESAMPLING, 1), (RESAMPLING_OF_ALPHA, 1)):
            _check(library.JxlEncoderFrameSettingsSetOption(settings, option, value))
        if lossless:
            _check(library.JxlEncoderSetFrameLossless(settings, 1))
        else:
            _check(library.JxlEncoderSetFrameDistance(settings, distance(quality)))
        yield _Encoder(library, handle, settings, lossless)
    finally:
        library.JxlEncoderDestroy(handle)


def _check(status: int) -> None:
    if status != DONE:
        raise Fault


def signed(codestream: bytes, block: bytes, packet: bytes) -> bytes:
    """Return the picture in a container, with the EXIF `block` and the XMP `packet`, unless they are empty.

    ISO/IEC 18181-2, annex A.
    """
    boxes = [(b"JXL ", b"\r\n\x87\n"), (b"ftyp", b"jxl \0\0\0\0jxl ")]
    boxes += [(b"Exif", bytes(4) + block)] * bool(block) + [(b"xml ", packet)] * bool(packet)
    boxes.append((b"jxlc", codestream))
    return b"".join(struct.pack(">I4s", len(content) + 8, tag) + content for tag, content in boxes)
