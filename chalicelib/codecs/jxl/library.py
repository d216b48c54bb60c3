"""Finds libjxl, in ImageMagick's library or beside it, and declares its functions (decode.h and encode.h)."""

from __future__ import annotations

import ctypes
from ctypes import (
    POINTER,
    Structure,
    c_char_p,
    c_double,
    c_float,
    c_int,
    c_int32,
    c_int64,
    c_size_t,
    c_ubyte,
    c_uint32,
    c_void_p,
)
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.codecs.imagemagick import codec, declare

if TYPE_CHECKING:
    from collections.abc import Callable

_NAMES = (
    *(f"libjxl.so.0.{minor}" for minor in range(12, 6, -1)),
    *(f"libjxl.0.{minor}.dylib" for minor in range(12, 6, -1)),
)
_OLDEST = 7000
"""Version 0.7: older ones have no way to count frames without decoding them."""

_NO_UNUSED_FORMAT = 9000
"""From version 0.9 on, what asks for colours has one argument less."""

DONE, WANTS_PIXELS, BOX_IS_LONGER = 0, 5, 7
BASIC_INFO, COLOURS, FRAME, FULL_IMAGE, BOX = 0x40, 0x100, 0x400, 0x1000, 0x4000
"""Values of JxlDecoderStatus."""

MORE_OUTPUT = 2
"""A value of JxlEncoderStatus."""

BYTES, WORDS = 2, 3
"""Values of JxlDataType."""

OF_PIXELS = 1
"""The value of JxlColorProfileTarget for the colours of what is decoded, not of what was encoded."""

EFFORT, RESAMPLING, RESAMPLING_OF_ALPHA = 0, 2, 3
"""Values of JxlEncoderFrameSettingId."""


class PixelFormat(Structure):
    """JxlPixelFormat: interleaved channels in the order of this machine, rows without padding."""

    _fields_ = (("channels", c_uint32), ("type", c_int), ("endianness", c_int), ("align", c_size_t))


class BasicInfo(Structure):
    """JxlBasicInfo. `intensity` is the cd/m² of the brightest pixel; `ticks` stand for `seconds`."""

    _fields_ = (
        ("in_container", c_int),
        ("width", c_uint32),
        ("height", c_uint32),
        ("bits", c_uint32),
        ("exponent_bits", c_uint32),
        ("intensity", c_float),
        ("least_intensity", c_float),
        ("relative_to_display", c_int),
        ("linear_below", c_float),
        ("keeps_profile", c_int),
        ("has_preview", c_int),
        ("animated", c_int),
        ("orientation", c_int),
        ("colour_channels", c_uint32),
        ("extra_channels", c_uint32),
        ("alpha_bits", c_uint32),
        ("alpha_exponent_bits", c_uint32),
        ("premultiplied", c_int),
        ("preview", c_uint32 * 2),
        ("ticks", c_uint32),
        ("seconds", c_uint32),
        ("loops", c_uint32),
        ("has_timecodes", c_int),
        ("intrinsic", c_uint32 * 2),
        ("padding", c_ubyte * 100),
    )


class Blending(Structure):
    """JxlBlendInfo: how a frame is laid on the picture that was kept under the number `source`."""

    _fields_ = (("mode", c_int), ("source", c_uint32), ("alpha", c_uint32), ("clamp", c_int))


class FrameHeader(Structure):
    """JxlFrameHeader, with the fields of its JxlLayerInfo. `kept_as` is a number of 1 to 3, or 0 for no."""

    _fields_ = (
        ("ticks", c_uint32),
        ("timecode", c_uint32),
        ("name_length", c_uint32),
        ("is_last", c_int),
        ("is_cropped", c_int),
        ("left", c_int32),
        ("top", c_int32),
        ("width", c_uint32),
        ("height", c_uint32),
        ("blending", Blending),
        ("kept_as", c_uint32),
    )


class ColourEncoding(Structure):
    """JxlColorEncoding; `primaries` and `transfer` are code points of ITU-T H.273, or none of these."""

    _fields_ = (
        ("space", c_int),
        ("white", c_int),
        ("white_xy", c_double * 2),
        ("primaries", c_int),
        ("primaries_xy", c_double * 6),
        ("transfer", c_int),
        ("gamma", c_double),
        ("intent", c_int),
    )


_SIGNATURES: dict[str, tuple[object, tuple[object, ...]]] = {
    "JxlDecoderCreate": (c_void_p, (c_void_p,)),
    "JxlDecoderDestroy": (None, (c_void_p,)),
    "JxlDecoderSubscribeEvents": (c_int, (c_void_p, c_int)),
    "JxlDecoderSetCoalescing": (c_int, (c_void_p, c_int)),
    "JxlDecoderSetUnpremultiplyAlpha": (c_int, (c_void_p, c_int)),
    "JxlDecoderSetInput": (c_int, (c_void_p, c_char_p, c_size_t)),
    "JxlDecoderCloseInput": (None, (c_void_p,)),
    "JxlDecoderProcessInput": (c_int, (c_void_p,)),
    "JxlDecoderGetBasicInfo": (c_int, (c_void_p, POINTER(BasicInfo))),
    "JxlDecoderGetFrameHeader": (c_int, (c_void_p, POINTER(FrameHeader))),
    "JxlDecoderSetImageOutBuffer": (c_int, (c_void_p, POINTER(PixelFormat), c_void_p, c_size_t)),
    "JxlDecoderSetDecompressBoxes": (c_int, (c_void_p, c_int)),
    "JxlDecoderGetBoxType": (c_int, (c_void_p, c_char_p, c_int)),
    "JxlDecoderSetBoxBuffer": (c_int, (c_void_p, c_void_p, c_size_t)),
    "JxlDecoderReleaseBoxBuffer": (c_size_t, (c_void_p,)),
    "JxlEncoderCreate": (c_void_p, (c_void_p,)),
    "JxlEncoderDestroy": (None, (c_void_p,)),
    "JxlEncoderInitBasicInfo": (None, (POINTER(BasicInfo),)),
    "JxlEncoderSetBasicInfo": (c_int, (c_void_p, POINTER(BasicInfo))),
    "JxlColorEncodingSetToSRGB": (None, (POINTER(ColourEncoding), c_int)),
    "JxlEncoderSetColorEncoding": (c_int, (c_void_p, POINTER(ColourEncoding))),
    "JxlEncoderFrameSettingsCreate": (c_void_p, (c_void_p, c_void_p)),
    "JxlEncoderFrameSettingsSetOption": (c_int, (c_void_p, c_int, c_int64)),
    "JxlEncoderSetFrameDistance": (c_int, (c_void_p, c_float)),
    "JxlEncoderSetFrameLossless": (c_int, (c_void_p, c_int)),
    "JxlEncoderInitFrameHeader": (None, (POINTER(FrameHeader),)),
    "JxlEncoderSetFrameHeader": (c_int, (c_void_p, POINTER(FrameHeader))),
    "JxlEncoderSetExtraChannelBlendInfo": (c_int, (c_void_p, c_size_t, POINTER(Blending))),
    "JxlEncoderAddImageFrame": (c_int, (c_void_p, POINTER(PixelFormat), c_char_p, c_size_t)),
    "JxlEncoderCloseInput": (None, (c_void_p,)),
    "JxlEncoderProcessOutput": (c_int, (c_void_p, POINTER(c_void_p), POINTER(c_size_t))),
}
"""What each function returns and takes."""

_OF_COLOURS: dict[str, tuple[object, ...]] = {
    "JxlDecoderGetColorAsEncodedProfile": (c_int, POINTER(ColourEncoding)),
    "JxlDecoderGetICCProfileSize": (c_int, POINTER(c_size_t)),
    "JxlDecoderGetColorAsICCProfile": (c_int, c_void_p, c_size_t),
}
"""What the functions that ask for colours take, from version 0.9 on, behind the decoder."""


@cache
def libjxl() -> ctypes.CDLL | None:
    """Return libjxl: built into ImageMagick's library, or beside it; None if it is missing or too old."""
    found = codec("JxlDecoderCreate", _NAMES)
    if found is None or _version(found) < _OLDEST:
        return None
    declare(found, _SIGNATURES)
    unused = () if _version(found) >= _NO_UNUSED_FORMAT else (c_void_p,)
    for name, arguments in _OF_COLOURS.items():
        function = getattr(found, name)
        function.restype, function.argtypes = c_int, (c_void_p, *unused, *arguments)
    return found


def ask_for_colours(library: ctypes.CDLL, name: str, decoder: c_void_p, *arguments: object) -> bool:
    """Call the function `name` for the colours of the decoded pixels; return whether there is an answer."""
    function: Callable[..., int] = getattr(library, name)
    unused = () if _version(library) >= _NO_UNUSED_FORMAT else (None,)
    return function(decoder, *unused, OF_PIXELS, *arguments) == DONE


def _version(library: ctypes.CDLL) -> int:
    return int(library.JxlDecoderVersion())
