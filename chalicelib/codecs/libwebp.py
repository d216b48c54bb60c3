"""Decodes WebP at a smaller size: libwebp can average pixels while it decodes.

ImageMagick reads WebP with libwebp, too, but decodes the whole picture: 12 megapixels take 96 MB, which no
thumbnail needs.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_size_t, c_ubyte, c_uint32, c_void_p
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.codecs.imagemagick import codec

if TYPE_CHECKING:
    from chalicelib.geometry.plan import Extent

_NAMES = ("libwebp.so.7", "libwebp.7.dylib")
_ABI = 0x0209
"""WEBP_DECODER_ABI_VERSION of libwebp 1.0 to 1.6; the library itself refuses another major one."""

_OK = 0
_RGB = 0


class _Features(Structure):
    """WebPBitstreamFeatures of webp/decode.h, where the structures below are, too."""

    _fields_ = (
        ("width", c_int),
        ("height", c_int),
        ("has_alpha", c_int),
        ("has_animation", c_int),
        ("format", c_int),
        ("pad", c_uint32 * 5),
    )


class _Buffer(Structure):
    """WebPDecBuffer; of its union, only the part that is used here has fields."""

    _fields_ = (
        ("colorspace", c_int),
        ("width", c_int),
        ("height", c_int),
        ("is_external_memory", c_int),
        ("rgba", POINTER(c_ubyte)),
        ("stride", c_int),
        ("size", c_size_t),
        ("rest_of_union", c_ubyte * 56),
        ("pad", c_uint32 * 4),
        ("private_memory", c_void_p),
    )


class _Options(Structure):
    _fields_ = (
        ("bypass_filtering", c_int),
        ("no_fancy_upsampling", c_int),
        ("use_cropping", c_int),
        ("crop", c_int * 4),
        ("use_scaling", c_int),
        ("scaled_width", c_int),
        ("scaled_height", c_int),
        ("use_threads", c_int),
        ("dithering_strength", c_int),
        ("flip", c_int),
        ("alpha_dithering_strength", c_int),
        ("pad", c_uint32 * 5),
    )


class _Config(Structure):
    _fields_ = (("input", _Features), ("output", _Buffer), ("options", _Options))


def opaque_rgb(data: bytes, size: Extent) -> ctypes.Array[c_ubyte] | None:
    """Return the picture averaged to `size` as rows of RGB; None if ImageMagick has to decode it.

    It has to if libwebp is missing or of another version, and if the picture is transparent: libwebp would
    mix the hidden colours of transparent pixels into others. It also gets broken pictures, to report them.
    """
    library, config = _library(), _Config()
    if library is None or not library.WebPInitDecoderConfigInternal(byref(config), _ABI):
        return None
    if library.WebPGetFeaturesInternal(data, len(data), byref(config.input), _ABI) != _OK:
        return None
    if config.input.has_alpha or config.input.has_animation:
        return None
    pixels = (c_ubyte * (size.width * size.height * 3))()
    _set_target(config, size, pixels)
    return pixels if library.WebPDecode(data, len(data), byref(config)) == _OK else None


def _set_target(config: _Config, size: Extent, pixels: ctypes.Array[c_ubyte]) -> None:
    options, output = config.options, config.output
    options.use_scaling, options.scaled_width, options.scaled_height = 1, size.width, size.height
    output.colorspace, output.is_external_memory = _RGB, 1
    output.rgba = ctypes.cast(pixels, POINTER(c_ubyte))
    output.stride, output.size = size.width * 3, len(pixels)


@cache
def _library() -> ctypes.CDLL | None:
    """Return libwebp: built into ImageMagick's library, or beside it."""
    found = codec("WebPDecode", _NAMES)
    if found is not None:
        found.WebPInitDecoderConfigInternal.argtypes = (POINTER(_Config), c_int)
        found.WebPGetFeaturesInternal.argtypes = (c_char_p, c_size_t, POINTER(_Features), c_int)
        found.WebPDecode.argtypes = (c_char_p, c_size_t, POINTER(_Config))
    return found
