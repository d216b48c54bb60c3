"""Finds libheif, in ImageMagick's library or beside it, and declares its functions (libheif/heif.h)."""

from __future__ import annotations

import ctypes
from ctypes import (
    POINTER,
    Structure,
    byref,
    c_char_p,
    c_float,
    c_int,
    c_size_t,
    c_ubyte,
    c_uint8,
    c_uint64,
    c_void_p,
)
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.codecs.imagemagick import codec, declare
from chalicelib.errors import BrokenImage, TooLarge

if TYPE_CHECKING:
    from collections.abc import Callable

_NAMES = ("libheif.so.1", "libheif.1.dylib")
_OLDEST = 0x010F0000
"""Version 1.15: older ones convert colours by BT.601 in full range, whatever the file says."""

YCBCR, RGB = 0, 1
INTERLEAVED = 10
RGB_BYTES, RGBA_BYTES, RGB_WORDS, RGBA_WORDS = 10, 11, 14, 15
"""Values of heif_chroma: interleaved channels of one byte, or of two bytes with the low one first."""

AV1 = 4


class Error(Structure):
    """heif_error."""

    _fields_ = (("code", c_int), ("subcode", c_int), ("message", c_char_p))


class Nclx(Structure):
    """heif_color_profile_nclx: code points of ITU-T H.273."""

    _fields_ = (
        ("version", c_uint8),
        ("primaries", c_int),
        ("transfer", c_int),
        ("matrix", c_int),
        ("full_range", c_uint8),
        ("chromaticities", c_float * 8),
    )


class DecodingOptions(Structure):
    """The first fields of heif_decoding_options, which libheif itself allocates."""

    _fields_ = (
        ("version", c_uint8),
        ("ignore_transformations", c_uint8),
        ("progress", c_void_p * 4),
        ("to_eight_bits", c_uint8),
        ("strict", c_uint8),
    )


WRITER = ctypes.CFUNCTYPE(c_uint64, c_void_p, c_void_p, c_size_t, c_void_p)
"""A function that takes what is written, and returns a heif_error.

ctypes cannot return a structure from Python. One of 16 bytes is returned in two registers, on x86-64 and on
ARM64: the first has code and subcode, as this number; the second, the message, must not be read.
"""


class Writer(Structure):
    """heif_writer."""

    _fields_ = (("version", c_int), ("write", WRITER))


_POINTER = POINTER(c_void_p)
_SIGNATURES: dict[str, tuple[object, tuple[object, ...]]] = {
    "heif_context_alloc": (c_void_p, ()),
    "heif_context_free": (None, (c_void_p,)),
    "heif_context_read_from_memory_without_copy": (Error, (c_void_p, c_char_p, c_size_t, c_void_p)),
    "heif_context_get_primary_image_handle": (Error, (c_void_p, _POINTER)),
    "heif_context_get_encoder_for_format": (Error, (c_void_p, c_int, _POINTER)),
    "heif_context_encode_image": (
        Error,
        (c_void_p, c_void_p, c_void_p, c_void_p, c_void_p),
    ),
    "heif_context_write": (Error, (c_void_p, POINTER(Writer), c_void_p)),
    "heif_decoding_options_alloc": (POINTER(DecodingOptions), ()),
    "heif_decoding_options_free": (None, (POINTER(DecodingOptions),)),
    "heif_decode_image": (Error, (c_void_p, _POINTER, c_int, c_int, POINTER(DecodingOptions))),
    "heif_encoder_release": (None, (c_void_p,)),
    "heif_encoder_set_lossy_quality": (Error, (c_void_p, c_int)),
    "heif_encoder_set_parameter": (Error, (c_void_p, c_char_p, c_char_p)),
    "heif_image_create": (Error, (c_int, c_int, c_int, c_int, _POINTER)),
    "heif_image_add_plane": (Error, (c_void_p, c_int, c_int, c_int, c_int)),
    "heif_image_release": (None, (c_void_p,)),
    "heif_image_get_width": (c_int, (c_void_p, c_int)),
    "heif_image_get_height": (c_int, (c_void_p, c_int)),
    "heif_image_get_plane": (c_void_p, (c_void_p, c_int, POINTER(c_int))),
    "heif_image_get_plane_readonly": (c_void_p, (c_void_p, c_int, POINTER(c_int))),
    "heif_image_set_nclx_color_profile": (Error, (c_void_p, POINTER(Nclx))),
    "heif_image_handle_release": (None, (c_void_p,)),
    "heif_image_handle_get_width": (c_int, (c_void_p,)),
    "heif_image_handle_get_height": (c_int, (c_void_p,)),
    "heif_image_handle_has_alpha_channel": (c_int, (c_void_p,)),
    "heif_image_handle_is_premultiplied_alpha": (c_int, (c_void_p,)),
    "heif_image_handle_get_luma_bits_per_pixel": (c_int, (c_void_p,)),
    "heif_image_handle_get_raw_color_profile_size": (c_size_t, (c_void_p,)),
    "heif_image_handle_get_raw_color_profile": (Error, (c_void_p, POINTER(c_ubyte))),
    "heif_image_handle_get_nclx_color_profile": (Error, (c_void_p, POINTER(POINTER(Nclx)))),
    "heif_nclx_color_profile_alloc": (POINTER(Nclx), ()),
    "heif_nclx_color_profile_free": (None, (POINTER(Nclx),)),
}
"""What each function returns and takes."""


@cache
def libheif() -> ctypes.CDLL | None:
    """Return libheif: built into ImageMagick's library, or beside it; None if it is missing or too old."""
    found = codec("heif_decode_image", _NAMES)
    if found is None or found.heif_get_version_number() & 0xFFFFFFFF < _OLDEST:
        return None
    declare(found, _SIGNATURES)
    return found


_OUT_OF_MEMORY = 6
_SECURITY_LIMIT = 1000


def check(error: Error) -> None:
    """Raise the refusal that the `error` calls for; nothing if there is none."""
    if error.code == _OUT_OF_MEMORY or error.subcode == _SECURITY_LIMIT:
        raise TooLarge
    if error.code:
        raise BrokenImage


def new(create: Callable[..., Error], *arguments: object) -> c_void_p:
    """Return what `create` makes of the `arguments`: it puts it where its last argument points to."""
    made = c_void_p()
    check(create(*arguments, byref(made)))
    return made
