"""Reads JPEG XL: what its header says, and its frames as RGB, upright and composed as the file says."""

from __future__ import annotations

import ctypes
from contextlib import contextmanager
from ctypes import byref, c_size_t, c_ubyte, c_void_p
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.codecs.colour import cicp, icc, sources
from chalicelib.codecs.headers import Header
from chalicelib.codecs.imagemagick import zeroed_memory
from chalicelib.codecs.jxl.library import (
    BASIC_INFO,
    BOX,
    BOX_IS_LONGER,
    BYTES,
    COLOURS,
    DONE,
    FRAME,
    FULL_IMAGE,
    WANTS_PIXELS,
    WORDS,
    BasicInfo,
    ColourEncoding,
    FrameHeader,
    PixelFormat,
    ask_for_colours,
    libjxl,
)
from chalicelib.codecs.profiles import LARGEST_PROFILE
from chalicelib.errors import BrokenImage, NotAnImage, TooLarge
from chalicelib.geometry.plan import Extent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.codecs.colour.sources import ColourSource

_MOST_LAYERS = 10_000
"""Layers of all frames together; libjxl keeps a few words of each."""

_BYTE = 8
_COLOUR_CHANNELS, _CHANNELS = 3, 4


class Still(NamedTuple):
    """A frame as it is shown: rows of `channels`, each a byte, or two (`deep`), and for how long."""

    size: Extent
    channels: str
    data: ctypes.Array[c_ubyte]
    deep: bool
    milliseconds: int


def header(data: bytes) -> Header:
    """Return what the header and those of all frames say; no pixel is decoded.

    Its orientation is 1: libjxl turns the picture itself. A frame may be put together from layers, each of
    which is decoded as a whole, however small the picture is: `Header.largest` counts all layers of
    the frame that has most, and every four channels as a picture.
    """
    with _opened(data, BASIC_INFO | COLOURS | FRAME) as decoder:
        decoder.library.JxlDecoderSetCoalescing(decoder.handle, 0)
        return _header(decoder)


def _header(decoder: _Decoder) -> Header:
    info, frames, layers, pixels, largest = BasicInfo(), 0, 0, 0, 0
    colours: ColourSource = sources.SRGB
    for event in decoder.events():
        if event == BASIC_INFO:
            info = decoder.info()
        elif event == COLOURS:
            colours = _colours(decoder, info)
        elif event == FRAME:
            layer = decoder.frame()
            layers, pixels = layers + 1, pixels + layer.width * layer.height
            largest = max(largest, pixels)
            if layer.ticks or layer.is_last:
                frames, pixels = frames + 1, 0
            if layers > _MOST_LAYERS:
                raise TooLarge(f"The original has more than {_MOST_LAYERS} layers, which is not allowed.")
    return Header(
        Extent(info.width, info.height),
        frames=max(frames, 1),
        loops=info.loops,
        largest=largest * -(-(_COLOUR_CHANNELS + info.extra_channels) // _CHANNELS),
        alpha=bool(info.alpha_bits),
        colours=colours,
    )


def stills(data: bytes, wanted: int) -> Iterator[Still]:
    """Yield the first `wanted` frames; `BrokenImage` if one of them cannot be decoded as a whole."""
    with _opened(data, BASIC_INFO | FRAME | FULL_IMAGE) as decoder:
        decoder.library.JxlDecoderSetUnpremultiplyAlpha(decoder.handle, 1)
        info, milliseconds, target = BasicInfo(), 0, None
        for event in decoder.events():
            if event == BASIC_INFO:
                info = decoder.info()
            elif event == FRAME:
                milliseconds = _milliseconds(decoder.frame().ticks, info)
            elif event == WANTS_PIXELS:
                target = decoder.target(info)
            elif event == FULL_IMAGE and target:
                yield _still(info, target, milliseconds)
                wanted -= 1
            if not wanted:
                return
    raise BrokenImage


def moves(data: bytes) -> bool:
    """Return whether the header says that this is an animation; it may have one frame all the same."""
    with _opened(data, BASIC_INFO) as decoder:
        return any(event == BASIC_INFO and decoder.info().animated for event in decoder.events())


_SIGNATURE = b"\0\0\0\x0cJXL \r\n\x87\n"
_LONGEST_METADATA = 1 << 19
_MOST_BOXES = 1000
"""Boxes that metadata is looked for in. A real file has a few, and libjxl takes 40 µs for each."""


def metadata(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield EXIF and XMP: the type of each such box, ``Exif`` or ``xml ``, and its content.

    A box ``brob`` has one of them inside, compressed by Brotli (ISO/IEC 18181-2, annex A). Of a longer box
    the first bytes are read, and of more boxes the first.
    """
    if not data.startswith(_SIGNATURE):
        return
    with _opened(data, BOX) as decoder:
        decoder.library.JxlDecoderSetDecompressBoxes(decoder.handle, 1)
        event = decoder.step()
        for _ in range(_MOST_BOXES):
            if event not in {BOX, BOX_IS_LONGER}:
                return
            tag = decoder.box() if event == BOX else b""
            if tag in {b"Exif", b"xml "}:
                event, content = decoder.content()
                yield tag, content
            else:
                event = decoder.step()


def _milliseconds(ticks: int, info: BasicInfo) -> int:
    return round(1000 * ticks * info.seconds / info.ticks) if info.animated and info.ticks else 0


def _still(info: BasicInfo, data: ctypes.Array[c_ubyte], milliseconds: int) -> Still:
    channels = "RGBA" if info.alpha_bits else "RGB"
    return Still(Extent(info.width, info.height), channels, data, _is_deep(info), milliseconds)


def _is_deep(info: BasicInfo) -> bool:
    return bool(info.bits > _BYTE or info.exponent_bits)


@dataclass(frozen=True, slots=True)
class _Decoder:
    """A decoder of libjxl that has been given a whole file."""

    library: ctypes.CDLL
    handle: c_void_p

    def events(self) -> Iterator[int]:
        """Yield what the decoder comes to; `BrokenImage` for an error, or where the file ends too soon."""
        while (event := self.step()) != DONE:
            if event not in {BASIC_INFO, COLOURS, FRAME, WANTS_PIXELS, FULL_IMAGE}:
                raise BrokenImage
            yield event

    def step(self) -> int:
        """Decode on, and return what the decoder comes to next."""
        # Of a damaged file, libjxl may show memory that it has not written.
        with zeroed_memory():
            return int(self.library.JxlDecoderProcessInput(self.handle))

    def box(self) -> bytes:
        """Return the type of the box that has begun; that of what is compressed in it."""
        tag = ctypes.create_string_buffer(4)
        self.library.JxlDecoderGetBoxType(self.handle, tag, 1)
        return tag.raw

    def content(self) -> tuple[int, bytes]:
        """Return what comes behind the box that has begun, and its content."""
        content = (c_ubyte * _LONGEST_METADATA)()
        self.library.JxlDecoderSetBoxBuffer(self.handle, content, len(content))
        event = self.step()
        unused = self.library.JxlDecoderReleaseBoxBuffer(self.handle)
        return event, bytes(content)[: len(content) - unused]

    def info(self) -> BasicInfo:
        """Return the header."""
        info = BasicInfo()
        self.library.JxlDecoderGetBasicInfo(self.handle, byref(info))
        return info

    def frame(self) -> FrameHeader:
        """Return the header of the frame, or layer, that comes next."""
        found = FrameHeader()
        self.library.JxlDecoderGetFrameHeader(self.handle, byref(found))
        return found

    def target(self, info: BasicInfo) -> ctypes.Array[c_ubyte]:
        """Return new memory that the next frame is decoded to, as `Still` has it."""
        deep = _is_deep(info)
        kind = PixelFormat(4 if info.alpha_bits else 3, WORDS if deep else BYTES, 0, 0)
        size = info.width * info.height * kind.channels * (2 if deep else 1)
        pixels: ctypes.Array[c_ubyte] = (c_ubyte * size)()
        if self.library.JxlDecoderSetImageOutBuffer(self.handle, byref(kind), pixels, len(pixels)) != DONE:
            raise BrokenImage
        return pixels


@contextmanager
def _opened(data: bytes, events: int) -> Iterator[_Decoder]:
    library = libjxl()
    if library is None:
        raise NotAnImage("Originals of this type cannot be read here.")
    handle = c_void_p(library.JxlDecoderCreate(None))
    try:
        library.JxlDecoderSubscribeEvents(handle, events)
        library.JxlDecoderSetInput(handle, data, len(data))
        library.JxlDecoderCloseInput(handle)
        yield _Decoder(library, handle)
    finally:
        library.JxlDecoderDestroy(handle)


_GREY = 1
_D65 = 1
_P3, _P3_D65 = 11, 12
_PRIMARIES = {cicp.BT709: cicp.BT709, cicp.BT2020: cicp.BT2020, _P3: _P3_D65}
"""Code points of H.273, by those of libjxl, whose white point is stated separately."""

_UNSAID = 10_000
"""cd/m²: the peak of PQ itself, which libjxl writes where nobody has said one."""


def _colours(decoder: _Decoder, info: BasicInfo) -> ColourSource:
    """Return the colours of what will be decoded: by code points, or else by an ICC profile."""
    said = ColourEncoding()
    if ask_for_colours(decoder.library, "JxlDecoderGetColorAsEncodedProfile", decoder.handle, byref(said)):
        primaries = cicp.BT709 if said.space == _GREY else _PRIMARIES.get(said.primaries)
        if primaries and said.white == _D65 and said.transfer in {*cicp.CURVES, cicp.PQ, cicp.HLG}:
            peak = round(info.intensity)
            is_said = said.transfer == cicp.PQ and peak < _UNSAID  # HLG has the peak of the screen
            return sources.filmed(primaries, said.transfer, peak if is_said else 0)
    return _profiled(decoder)


def _profiled(decoder: _Decoder) -> ColourSource:
    size = c_size_t()
    if not ask_for_colours(decoder.library, "JxlDecoderGetICCProfileSize", decoder.handle, byref(size)):
        return sources.SRGB
    if not 0 < size.value <= LARGEST_PROFILE:
        return sources.SRGB
    profile = (c_ubyte * size.value)()
    ask_for_colours(decoder.library, "JxlDecoderGetColorAsICCProfile", decoder.handle, profile, size)
    return _of_rgb(bytes(profile))


def _of_rgb(profile: bytes) -> ColourSource:
    """Return the colours of what is decoded, which is RGB also where the picture is grey, or ink."""
    if icc.space(profile) == b"CMYK":
        raise NotAnImage("A JPEG XL of ink cannot be read here.")
    return sources.profiled(icc.of_grey(profile) if icc.space(profile) == b"GRAY" else profile)
