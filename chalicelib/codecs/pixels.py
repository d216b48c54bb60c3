"""Copies pixels to and from ImageMagick, as bytes: 8 bits a channel, row by row."""

from __future__ import annotations

import ctypes
from typing import Any, Protocol

from chalicelib.codecs.imagemagick import Image, core, library
from chalicelib.geometry.plan import Extent

_CHAR_PIXEL, _SHORT_PIXEL = 1, 7

_is_opaque = getattr(core, "IsOpaqueImage", None) or core.IsImageOpaque
"""ImageMagick 6 and 7 differ in the name."""
_is_opaque.restype, _is_opaque.argtypes = ctypes.c_int, (ctypes.c_void_p, ctypes.c_void_p)
_image_of = library.GetImageFromMagickWand
_image_of.restype, _image_of.argtypes = ctypes.c_void_p, (ctypes.c_void_p,)
_new_exception = core.AcquireExceptionInfo
_new_exception.restype, _new_exception.argtypes = ctypes.c_void_p, ()
_drop_exception = core.DestroyExceptionInfo
_drop_exception.restype, _drop_exception.argtypes = ctypes.c_void_p, (ctypes.c_void_p,)


class Pixels(Protocol):
    """The type of `exported`, for code that must not import this module."""

    def __call__(self, image: Any, channels: str, top: int = 0, height: int | None = None) -> bytes:  # noqa: ANN401 - Wand has no types
        """Return rows of the picture as bytes."""


def exported(image: Image, channels: str, top: int = 0, height: int | None = None) -> bytes:
    """Return `height` rows from `top` on, or all. `channels` is, for example, ``RGB``; P is a byte of 0."""
    rows = image.height if height is None else height
    pixels = (ctypes.c_ubyte * (image.width * rows * len(channels)))()
    area = (image.wand, 0, top, image.width, rows)
    if not library.MagickExportImagePixels(*area, channels.encode(), _CHAR_PIXEL, ctypes.byref(pixels)):
        image.raise_exception()
    return bytes(pixels)


def imported(
    image: Image,
    size: Extent,
    samples: bytes | ctypes.Array[ctypes.c_ubyte],
    channels: str = "RGB",
    *,
    deep: bool = False,
) -> None:
    """Fill the empty `image` with pixels: rows of the `channels`, each a byte, or 16 bits if `deep`."""
    storage = _SHORT_PIXEL if deep else _CHAR_PIXEL
    if not library.MagickConstituteImage(image.wand, *size, channels.encode(), storage, samples):
        image.raise_exception()
    image.depth = 16 if deep else 8


def round_to_bytes(image: Image) -> None:
    """Round every channel to a byte, for coders that would cut it down: ImageMagick 6's of PNG does."""
    channels = "RGBA" if image.alpha_channel else "RGB"
    area = (image.wand, 0, 0, *image.size)
    rounded = exported(image, channels)
    if not library.MagickImportImagePixels(*area, channels.encode(), _CHAR_PIXEL, rounded):
        image.raise_exception()


_BAND = 64
"""Rows that are compared at once."""


def is_grey(image: Image) -> bool:
    """Return whether all pixels are grey: encoders then write one channel for the three."""
    bands = (
        exported(image, "RGB", top, min(_BAND, image.height - top)) for top in range(0, image.height, _BAND)
    )
    return all(band[::3] == band[1::3] == band[2::3] for band in bands)


def to_ink(image: Image) -> None:
    """Take red, green, blue and alpha for what they are in truth: cyan, magenta, yellow and black."""
    size = Extent(*image.size)
    with Image() as ink:
        imported(ink, size, exported(image, "RGBA"), "CMYK")
        image.image_set(ink)


def to_full_range(image: Image, bits: int) -> None:
    """Stretch the levels of limited range (ITU-T H.273: 16 to 235 of 8 `bits`) to all that there are."""
    unit = 2 ** (bits - 8) / (2**bits - 1)
    image.level(16 * unit, 235 * unit)


def divide_by_alpha(image: Image) -> None:
    """Turn colours that are multiplied by their alpha into ordinary ones."""
    with image.clone() as alpha:
        alpha.alpha_channel = "extract"
        image.alpha_channel = "off"
        image.composite(alpha, operator="divide_src")
        image.composite(alpha, operator="copy_opacity")


def drop_opaque_alpha(image: Image) -> None:
    """Drop an alpha channel that is opaque everywhere: with one, every step takes half as long again."""
    if not image.alpha_channel:
        return
    exception = _new_exception()
    opaque = _is_opaque(_image_of(image.wand), exception)
    _drop_exception(exception)
    if opaque:
        image.alpha_channel = "off"
