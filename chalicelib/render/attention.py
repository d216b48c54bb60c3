"""Where people look: ``gravity=smart``, and ``gravity=face`` where no face is known.

Three signs draw the eye, above all where there is detail: the colour of skin, strong colours, and colours
unlike the rest of the picture. The first two and their weighting by detail are the idea of smartcrop.js
(Jonas Wagner, 2014), also of libvips' attention crop; the last is the global contrast of Achanta et al.,
"Frequency-tuned salient region detection" (CVPR 2009), a simple relative of the centre-surround contrast of
Itti, Koch and Niebur (1998). Computed on about 56 x 56 cells, in plain Python, it takes 2 to 5 ms.
"""

from __future__ import annotations

import ctypes
import math
from typing import TYPE_CHECKING

from chalicelib.codecs.imagemagick import library
from chalicelib.geometry.focus import Attention
from chalicelib.geometry.rounding import rounded
from chalicelib.render.steps.to_srgb import to_srgb
from chalicelib.render.steps.turn import turn

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.render.job import Job

    Pixel = tuple[int, int, int]

LONGER_SIDE = 56
"""Cells along the picture's longer side. Twice as many find the same places in four times the time."""

_SAMPLES = 4
"""Pixels that are averaged along a cell's side. Only these are read, so a large picture costs no more."""

_DETAIL, _SATURATION, _SKIN, _CONTRAST = 0.25, 0.1, 3.0, 0.6
_WITHOUT_DETAIL = 0.1
"""The factor of a sign where there is no detail; with full detail it is 1 more."""

_LEAST_WEIGHT = 0.02
"""The least weight of a cell, so that noise does not decide in a picture without any sign."""

_FULL_DETAIL = 160
_FULL_CONTRAST = 128 * math.sqrt(3)
_SKIN_HUE = (0.78, 0.57, 0.44)
_SKIN_WITHIN = 0.2
_LIT = range(50, 246)
"""The lightness in which a colour can be recognised."""

_STRONG = 0.4
"""The saturation from which a colour is strong."""


def attention(image: Image, job: Job) -> Attention:
    """Return what draws the eye in a decoded picture, after it is converted to sRGB and turned upright."""
    width, height = image.size
    scale = min(LONGER_SIDE / max(width, height), 1)
    across, down = max(1, rounded(width * scale)), max(1, rounded(height * scale))
    with image.clone() as copy:
        copy.sample(min(width, across * _SAMPLES), min(height, down * _SAMPLES))
        copy.scale(across, down)
        copy.background_color = "#808080"
        copy.alpha_channel = "remove"
        to_srgb(copy, job)
        turn(copy, job)
        return weighted(_rgb(copy), copy.width)


def _rgb(image: Image) -> bytes:
    width, height = image.size
    pixels = (ctypes.c_ubyte * (width * height * 3))()
    area = (image.wand, 0, 0, width, height)
    if not library.MagickExportImagePixels(*area, b"RGB", 1, ctypes.byref(pixels)):
        image.raise_exception()
    return bytes(pixels)


def weighted(rgb: bytes, columns: int) -> Attention:
    """Return what draws the eye in a picture of `columns` pixels across, given as rows of RGB."""
    red, green, blue = rgb[::3], rgb[1::3], rgb[2::3]
    pixels = list(zip(red, green, blue, strict=True))
    light = [(2 * r + 5 * g + b) / 8 for r, g, b in pixels]
    mean = (sum(red) / len(red), sum(green) / len(green), sum(blue) / len(blue))
    signs = (
        _SKIN * _skin(pixel, lightness) + _SATURATION * _strength(pixel) + _CONTRAST * _unlike(pixel, mean)
        for pixel, lightness in zip(pixels, light, strict=True)
    )
    weights = (
        _LEAST_WEIGHT + _DETAIL * detail + (detail + _WITHOUT_DETAIL) * sign
        for sign, detail in zip(signs, _details(light, columns), strict=True)
    )
    return Attention(columns, tuple(weights))


def _details(light: list[float], columns: int) -> list[float]:
    """Return how much each cell differs from its four neighbours, by a Laplacian; 0 to 1."""
    above = light[:columns] + light[:-columns]
    below = light[columns:] + light[-columns:]
    before = [light[at - (at % columns > 0)] for at in range(len(light))]
    after = [light[at + (at % columns < columns - 1)] for at in range(len(light))]
    return [
        min(abs(4 * here - up - down - left - right) / _FULL_DETAIL, 1.0)
        for here, up, down, left, right in zip(light, above, below, before, after, strict=True)
    ]


def _skin(pixel: Pixel, lightness: float) -> float:
    """Return how near the colour's hue is to the hue of skin, at any lightness; 0 to 1."""
    if int(lightness) not in _LIT:
        return 0.0
    length = math.hypot(*pixel)
    distance = math.dist([channel / length for channel in pixel], _SKIN_HUE)
    return max(0.0, 1 - distance / _SKIN_WITHIN)


def _strength(pixel: Pixel) -> float:
    """Return how strong the colour is, beyond the usual; 0 to 1."""
    most = max(pixel)
    return max(0.0, (1 - min(pixel) / most - _STRONG) / (1 - _STRONG)) if int(most) in _LIT else 0.0


def _unlike(pixel: Pixel, mean: tuple[float, float, float]) -> float:
    """Return how much the colour differs from the mean of the picture; 0 to 1."""
    return min(math.dist(pixel, mean) / _FULL_CONTRAST, 1.0)
