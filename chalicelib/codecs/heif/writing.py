"""Writes AVIF: sRGB in full range, with transparency, by aom.

ImageMagick 6 hands libheif samples in limited range that it calls full, and no transparency: white becomes a
light grey.
"""

from __future__ import annotations

import ctypes
from contextlib import ExitStack
from ctypes import byref, c_int, c_void_p, string_at
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.codecs.colour.cicp import BT709, SRGB_TRANSFER
from chalicelib.codecs.heif.library import (
    AV1,
    INTERLEAVED,
    RGB,
    RGB_BYTES,
    RGBA_BYTES,
    WRITER,
    Writer,
    check,
    libheif,
    new,
)
from chalicelib.codecs.heif.reading import opened
from chalicelib.codecs.samples import CLEAR, Samples
from chalicelib.errors import Fault, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

_BITS = 8
_BT601_MATRIX = 6


@cache
def can_write() -> bool:
    """Return whether libheif can write a transparent picture here, and read it."""
    try:
        with opened(_encoded(CLEAR, 50, {})) as picture:
            return picture.alpha and not any(picture.decoded().data[3::4])
    except Refusal:
        return False


@cache
def _tuning() -> Mapping[str, str]:
    """Return the parameter that aims at what the eye sees; nothing for an aom before 3.12, which has none."""
    tuning = {"aom:tune": "iq"}
    try:
        _encoded(CLEAR, 50, tuning)
    except Refusal:
        return {}
    return tuning


def avif(samples: Samples, quality: int, parameters: Mapping[str, str]) -> bytes:
    """Return the picture as AVIF; `Fault` if libheif cannot write it.

    `quality` is 1 to 100. The `parameters` are those of libheif's encoder, such as ``speed`` and ``chroma``.
    """
    try:
        return _encoded(samples, quality, {**parameters, **_tuning()})
    except Refusal as refusal:
        raise Fault from refusal


def _encoded(samples: Samples, quality: int, parameters: Mapping[str, str]) -> bytes:
    library = libheif()
    if library is None:
        raise Fault
    with ExitStack() as stack:
        context = _context(library, stack)
        encoder = _encoder(library, context, stack)
        check(library.heif_encoder_set_lossy_quality(encoder, quality))
        for name, value in parameters.items():
            check(library.heif_encoder_set_parameter(encoder, name.encode(), value.encode()))
        image = _image(library, samples, stack)
        check(library.heif_context_encode_image(context, image, encoder, None, None))
        return _written(library, context)


def _context(library: ctypes.CDLL, stack: ExitStack) -> c_void_p:
    context = c_void_p(library.heif_context_alloc())
    stack.callback(library.heif_context_free, context)
    return context


def _encoder(library: ctypes.CDLL, context: c_void_p, stack: ExitStack) -> c_void_p:
    encoder = new(library.heif_context_get_encoder_for_format, context, AV1)
    stack.callback(library.heif_encoder_release, encoder)
    return encoder


def _image(library: ctypes.CDLL, samples: Samples, stack: ExitStack) -> c_void_p:
    """Return libheif's copy of the pixels, whose rows may be longer."""
    size, pixel = samples.size, len(samples.channels)
    image = new(library.heif_image_create, *size, RGB, RGBA_BYTES if pixel == len("RGBA") else RGB_BYTES)
    stack.callback(library.heif_image_release, image)
    check(library.heif_image_add_plane(image, INTERLEAVED, *size, _BITS))
    stride = c_int()
    start = library.heif_image_get_plane(image, INTERLEAVED, byref(stride))
    row = size.width * pixel
    for number in range(size.height):
        ctypes.memmove(start + number * stride.value, samples.data[number * row : (number + 1) * row], row)
    nclx = library.heif_nclx_color_profile_alloc()
    stack.callback(library.heif_nclx_color_profile_free, nclx)
    said = nclx.contents
    said.primaries, said.transfer, said.matrix, said.full_range = BT709, SRGB_TRANSFER, _BT601_MATRIX, 1
    check(library.heif_image_set_nclx_color_profile(image, nclx))
    return image


def _written(library: ctypes.CDLL, context: c_void_p) -> bytes:
    """Return the file. Whether libheif wrote one is told by that alone: see `WRITER` on what it returns."""
    parts: list[bytes] = []

    def write(_context: int, data: int, size: int, _user: int) -> int:
        parts.append(string_at(data, size))
        return 0

    library.heif_context_write(context, byref(Writer(1, WRITER(write))), None)
    if not parts:
        raise Fault
    return b"".join(parts)
