"""An ICC profile that says what its colours are, and nothing else (ICC.1:2022)."""

from __future__ import annotations

import struct

from chalicelib.codecs.colour import icc

_WHITE, _TITLE, _RIGHTS = b"wtpt", b"desc", b"cprt"
_D50 = b"XYZ \0\0\0\0\0\0\xf6\xd6\0\1\0\0\0\0\xd3\x2d"
_NAME = b"mluc\0\0\0\0\0\0\0\1\0\0\0\x0cenUS\0\0\0\6\0\0\0\x1c" + "RGB".encode("utf-16-be")
"""The name and the copyright that every profile needs to have (10.15)."""

_XYZ_LENGTH = 20


def bare(profile: bytes) -> bytes:
    """Return a profile with the colorants and curves of this one; empty if it describes colours otherwise.

    Cameras and screens have such profiles. Those of presses and scanners have tables.
    """
    try:
        said = icc.tags_of(profile)
        if icc.space(profile) != b"RGB " or profile[20:24] != b"XYZ " or said.keys() & icc.TABLES:
            return b""
        kept = {tag: _colorant(said[tag]) for tag in icc.COLORANTS} | {
            tag: _curve(said[tag]) for tag in icc.CURVES
        }
    except (struct.error, KeyError, IndexError, ValueError):
        return b""
    return icc.written(b"mntr", b"XYZ ", {_TITLE: _NAME, _RIGHTS: _NAME, _WHITE: _D50} | kept)


_WHITE_WITHIN = 0.01
"""How far the sum of the colorants may be from white, in XYZ. Those of real profiles are within 0.002."""
_POSSIBLE = (-0.1, 1.1)
_LEAST_VOLUME = 0.1
"""The determinant of the colorants: 0.15 of the smallest television's, 0.16 of sRGB, 0.44 of ProPhoto."""


def is_plausible(profile: bytes) -> bool:
    """Return whether the colorants are such as a screen can have: they add up to white, and span its colours.

    What others do with a profile like (0, 0, 0) is not known: Rekognition could be shown black, and viewers a
    picture.
    """
    try:
        said = icc.tags_of(profile)
        numbers = [struct.unpack_from(">3i", _colorant(said[tag]), 8) for tag in icc.COLORANTS]
    except (struct.error, KeyError, IndexError, ValueError):
        return False
    red, green, blue = ([part / 65536 for part in colorant] for colorant in numbers)
    low, high = _POSSIBLE
    return (
        all(
            abs(sum(parts) - white) < _WHITE_WITHIN
            for *parts, white in zip(red, green, blue, icc.D50, strict=True)
        )
        and all(low <= part <= high for part in (*red, *green, *blue))
        and _volume(red, green, blue) >= _LEAST_VOLUME
    )


def _volume(red: list[float], green: list[float], blue: list[float]) -> float:
    """Return the determinant; below 0 if the three are in another order."""
    (a, b, c), (d, e, f), (g, h, i) = red, green, blue
    return a * (e * i - f * h) + b * (f * g - d * i) + c * (d * h - e * g)


def _colorant(content: bytes) -> bytes:
    if content[:4] != b"XYZ " or len(content) < _XYZ_LENGTH:
        raise ValueError(content[:4])
    return b"XYZ \0\0\0\0" + content[8:_XYZ_LENGTH]


def _curve(content: bytes) -> bytes:
    """Return a tag ``curv`` or ``para`` with its numbers and no more."""
    kind = content[:4]
    if kind == b"curv":
        length = 12 + 2 * struct.unpack_from(">I", content, 8)[0]
    elif kind == b"para":
        length = 12 + 4 * icc.PARAMETERS[struct.unpack_from(">H", content, 8)[0]]
    else:
        raise ValueError(kind)
    if len(content) < length:
        raise ValueError(kind)
    # What is reserved is zero, also if somebody has written there.
    reserved = content[8:10] + b"\0\0" if kind == b"para" else content[8:12]
    return kind + bytes(4) + reserved + content[12:length]
