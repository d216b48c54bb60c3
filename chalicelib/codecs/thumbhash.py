"""ThumbHash: a picture in some 25 bytes, which pages show until the picture itself is there.

By Evan Wallace (https://evanw.github.io/thumbhash/). The colours are taken apart into light, yellow against
blue, and red against green, and these and the transparency into cosines; of these only the slowest are kept.
"""

from __future__ import annotations

import math
from functools import cache
from itertools import chain, pairwise
from operator import mul
from typing import NamedTuple

from chalicelib.geometry.rounding import rounded

LONGEST_SIDE = 100
"""The most pixels on a side of the picture that is taken."""

_DECIMALS = 9
"""Of a cosine's part in a picture: fewer than two processors can differ in, and more than the hash keeps."""

Plane = list[list[float]]
"""One channel: rows of numbers."""


class Waves(NamedTuple):
    """A channel as cosines: the constant part, the others from 0 to 1, and the largest of these."""

    constant: float
    others: list[float]
    scale: float


def encode(width: int, height: int, rgba: bytes) -> bytes:
    """Return the ThumbHash of a picture of at most 100 x 100 pixels, four bytes each, row by row."""
    red, green, blue, alpha = (_plane(rgba[channel::4], width) for channel in range(4))
    opacity = sum(map(sum, alpha))
    transparent = opacity < width * height
    if transparent:
        red, green, blue = (_on_average(plane, alpha, opacity) for plane in (red, green, blue))
    light, yellow, reddish = _opponents(red, green, blue)
    longest = 5 if transparent else 7
    across, down = (max(1, rounded(longest * side / max(width, height))) for side in (width, height))
    parts = [_waves(light, max(3, across), max(3, down)), _waves(yellow, 3, 3), _waves(reddish, 3, 3)]
    if transparent:
        parts.append(_waves(alpha, 5, 5))
    is_landscape = width > height
    head = _head(parts, down if is_landscape else across, is_landscape=is_landscape)
    return head + _nibbles(list(chain.from_iterable(part.others for part in parts)))


def _plane(samples: bytes, width: int) -> Plane:
    return [
        [sample / 255 for sample in samples[start : start + width]] for start in range(0, len(samples), width)
    ]


def _on_average(plane: Plane, alpha: Plane, opacity: float) -> Plane:
    """Return the channel as it looks in front of the picture's average colour."""
    rows = list(zip(plane, alpha, strict=True))
    average = sum(sum(map(mul, row, opaque)) for row, opaque in rows) / opacity if opacity else 0.0
    return [
        [average * (1 - part) + value * part for value, part in zip(row, opaque, strict=True)]
        for row, opaque in rows
    ]


def _opponents(red: Plane, green: Plane, blue: Plane) -> tuple[Plane, Plane, Plane]:
    """Return light, yellow against blue, and red against green."""
    rows = [list(zip(*row, strict=True)) for row in zip(red, green, blue, strict=True)]
    return (
        [[(r + g + b) / 3 for r, g, b in row] for row in rows],
        [[(r + g) / 2 - b for r, g, b in row] for row in rows],
        [[r - g for r, g, _ in row] for row in rows],
    )


def _waves(plane: Plane, across: int, down: int) -> Waves:
    """Return the channel's cosines, at most `across` by `down`: the triangle of the slowest."""
    width, height = len(plane[0]), len(plane)
    by_row = [[sum(map(mul, row, wave)) for row in plane] for wave in _cosines(width, across)]
    found = [
        round(sum(map(mul, by_row[x], _cosines(height, down)[y])) / (width * height), _DECIMALS)
        for y in range(down)
        for x in range(across)
        if x * down < across * (down - y)
    ]
    constant, *others = found
    scale = max(map(abs, others), default=0.0)
    if not scale:
        return Waves(constant, others, scale)
    return Waves(constant, [0.5 + 0.5 / scale * other for other in others], scale)


@cache
def _cosines(length: int, count: int) -> list[list[float]]:
    """Return the `count` slowest cosines over so many pixels."""
    return [[math.cos(math.pi / length * n * (at + 0.5)) for at in range(length)] for n in range(count)]


def _head(parts: list[Waves], shorter: int, *, is_landscape: bool) -> bytes:
    """Return the constant parts, the scales and the number of cosines on the shorter side."""
    light, yellow, reddish, *opacity = parts
    colours = (
        rounded(63 * light.constant)
        | rounded(31.5 + 31.5 * yellow.constant) << 6
        | rounded(31.5 + 31.5 * reddish.constant) << 12
        | rounded(31 * light.scale) << 18
        | bool(opacity) << 23
    )
    scales = shorter | rounded(63 * yellow.scale) << 3 | rounded(63 * reddish.scale) << 9 | is_landscape << 15
    alpha = [rounded(15 * part.constant) | rounded(15 * part.scale) << 4 for part in opacity]
    return colours.to_bytes(3, "little") + scales.to_bytes(2, "little") + bytes(alpha)


def _nibbles(values: list[float]) -> bytes:
    """Return two values in each byte, the first in the lower half."""
    fours = [rounded(15 * value) for value in values] + [0]
    return bytes(low | high << 4 for at, (low, high) in enumerate(pairwise(fours)) if at % 2 == 0)
