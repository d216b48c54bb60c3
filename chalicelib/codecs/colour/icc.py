"""ICC profiles (ICC.1:2022): written for what Little CMS has to convert from, and judged by their content."""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import TYPE_CHECKING

from chalicelib.codecs.colour.cicp import BT709, PRIMARIES, SRGB_CURVE, Curve
from chalicelib.codecs.colour.primaries import to_d50
from chalicelib.codecs.colour.tones import Display, srgb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    _Light = Curve | Callable[[float], float]
    """From a value (0 to 1) to light."""

    from chalicelib.codecs.colour.primaries import Primaries

_HEAD, _ENTRY = 128, 12
D50 = (0.9642, 1.0, 0.8249)
COLORANTS = (b"rXYZ", b"gXYZ", b"bXYZ")
CURVES = (b"rTRC", b"gTRC", b"bTRC")
TABLES = frozenset({b"A2B0", b"A2B1", b"D2B0", b"D2B1"})
"""With these tables a profile says more than colorants and curves do; Little CMS prefers the tables."""

_MOST_TAGS = 100


def space(profile: bytes) -> bytes:
    """Return the signature of the colour space that it is for, such as ``b"RGB "``; empty if it is broken.

    One that ends before it says that it does is broken, as in Chromium.
    """
    is_whole = _HEAD < len(profile) >= int.from_bytes(profile[:4], "big")
    return profile[16:20] if profile[36:40] == b"acsp" and is_whole else b""


def matrix_profile(primaries: Primaries, curve: Curve) -> bytes:
    """Return a profile of RGB with these primaries and this curve for all three channels."""
    parameters = b"para\0\0\0\0\0\3\0\0" + b"".join(map(_s15, curve))
    columns = zip(*to_d50(primaries), strict=True)
    colorants = {tag: _xyz(column) for tag, column in zip(COLORANTS, columns, strict=True)}
    tags = {b"wtpt": _xyz(D50), **colorants, **dict.fromkeys(CURVES, parameters)}
    return written(b"mntr", b"XYZ ", tags)


_GRID = 33
_CURVE_STEPS = 4096
_HIGHLIGHTS_FROM = 28 / 32
"""Where in the grid those highlights begin that are white on the screen, however bright they are."""


@lru_cache(maxsize=4)
def tone_mapping_link(primaries: int, transfer: int, peak: int) -> bytes:
    """Return a device link from RGB in PQ or HLG (code points of H.273) to sRGB; it takes 0.3 s to compute.

    Its curves bring each channel to what it would be in sRGB if the pixel were grey, so grey is exact; the
    table behind them, of 33 x 33 x 33 points, has the rest.
    """
    display = Display(primaries, transfer, peak)
    steps = [step / (_CURVE_STEPS - 1) for step in range(_CURVE_STEPS)]
    curve = _grey_curve(display, steps)
    lights = [display.light(value) for value in _inverted(curve, steps)]
    points = (display.shown((red, green, blue)) for red in lights for green in lights for blue in lights)
    table = b"".join(
        struct.pack(">3H", *(round(65535 * _stored(part)) for part in point)) for point in points
    )
    identity = (1, 0, 0, 0, 1, 0, 0, 0, 1)
    lut = b"mft2\0\0\0\0" + bytes((3, 3, _GRID, 0)) + b"".join(map(_s15, identity))
    lut += struct.pack(">HH", _CURVE_STEPS, _CURVE_STEPS)
    lut += 3 * struct.pack(f">{_CURVE_STEPS}H", *(round(65535 * part) for part in curve))
    ends = struct.pack(f">{_CURVE_STEPS}H", *(round(65535 * _clipped(step)) for step in steps))
    return written(b"link", b"RGB ", {b"A2B0": lut + table + 3 * ends})


_LEAST, _SPAN = -1.0, 2.5
"""The values in sRGB that the table holds. Those beyond 0 and 1 are clipped behind it: a table of clipped
values would be wrong between its points."""


def _stored(value: float) -> float:
    return min(max((value - _LEAST) / _SPAN, 0.0), 1.0)


def _clipped(stored: float) -> float:
    return min(max(stored * _SPAN + _LEAST, 0.0), 1.0)


def _grey_curve(display: Display, steps: list[float]) -> list[float]:
    """Return for each step the place in the grid, which grows all the way, from 0 to 1."""
    lights = [display.light(step) for step in steps]
    shown = [_HIGHLIGHTS_FROM * display.shown((light, light, light))[1] for light in lights]
    white = next((at for at, part in enumerate(shown) if part >= _HIGHLIGHTS_FROM - 1e-9), len(steps) - 1)
    beyond = max(len(steps) - 1 - white, 1)
    rest = [_HIGHLIGHTS_FROM + (1 - _HIGHLIGHTS_FROM) * at / beyond for at in range(len(steps) - white)]
    return shown[:white] + rest


def _inverted(curve: list[float], steps: list[float]) -> list[float]:
    """Return the values at which the growing `curve` reaches each point of the grid."""
    found, at = [], 0
    for point in range(_GRID):
        wanted = min(point / (_GRID - 1), curve[-1])
        while at < len(curve) - 2 and curve[at + 1] < wanted:
            at += 1
        rise = curve[at + 1] - curve[at]
        part = (wanted - curve[at]) / rise if rise > 0 else 0.0
        found.append(min(steps[at] + max(part, 0.0) / (len(steps) - 1), 1.0))
    return found


_FLATTEST, _STEEPEST = 1.5, 3.4
"""The powers that a curve is between. In what is more linear, 8 bits of a channel are too few for dark
colours."""
_EIGHTHS = [step / 8 for step in range(1, 8)]


@lru_cache(maxsize=64)
def suits_bytes(profile: bytes) -> bool:
    """Return whether the curves of this profile of RGB suit channels of 8 bits, and hide no part of them."""
    try:
        tags = tags_of(profile)
        return all(_suits_bytes(_curve(tags[tag])) for tag in CURVES)
    except (struct.error, KeyError, IndexError, ValueError, ArithmeticError):
        return False


def _suits_bytes(curve: _Light) -> bool:
    between = all(value**_STEEPEST <= curve(value) <= value**_FLATTEST for value in _EIGHTHS)
    return between and abs(curve(1.0) - 1) < 0.01  # noqa: PLR2004 - rounding


_CLOSE = 0.003
"""How far a colorant may be from sRGB's, in XYZ; the profiles of cameras and of editors are within 0.002."""

_SAME = 0.75 / 255
_JUDGED = [step / 32 for step in range(1, 33)]


@lru_cache(maxsize=64)
def is_srgb(profile: bytes) -> bool:
    """Return whether the profile, whatever its name, means sRGB within what 8 bits can show."""
    try:
        tags = tags_of(profile)
        if space(profile) != b"RGB " or profile[20:24] != b"XYZ " or tags.keys() & TABLES:
            return False
        colorants = [struct.unpack_from(">3i", tags[tag], 8) for tag in COLORANTS]
        return _are_srgbs(colorants) and all(_is_srgbs(_curve(tags[tag])) for tag in CURVES)
    except (struct.error, KeyError, IndexError, ValueError, ArithmeticError):
        return False


def _are_srgbs(colorants: list[tuple[int, ...]]) -> bool:
    wanted = zip(*to_d50(PRIMARIES[BT709]), strict=True)
    return all(
        abs(part / 65536 - other) < _CLOSE
        for own, column in zip(colorants, wanted, strict=True)
        for part, other in zip(own, column, strict=True)
    )


def _is_srgbs(curve: _Light) -> bool:
    return all(abs(srgb(curve(value)) - srgb(SRGB_CURVE(value))) < _SAME for value in _JUDGED)


def tags_of(profile: bytes) -> dict[bytes, bytes]:
    """Return the content of each tag (7.3)."""
    (count,) = struct.unpack_from(">I", profile, _HEAD)
    entries = (
        struct.unpack_from(">4sII", profile, _HEAD + 4 + _ENTRY * number)
        for number in range(min(count, _MOST_TAGS))
    )
    return {tag: profile[at : at + length] for tag, at, length in entries}


PARAMETERS = (1, 3, 4, 5, 7)
"""How many numbers each type of parametric curve has (10.18)."""


def _curve(content: bytes) -> _Light:
    """Return the curve of a tag ``curv`` (10.6) or ``para`` (10.18); `ValueError` for any other."""
    if content[:4] == b"curv":
        (count,) = struct.unpack_from(">I", content, 8)
        return _sampled(struct.unpack_from(f">{min(count, 65536)}H", content, 12))
    if content[:4] == b"para":
        (kind,) = struct.unpack_from(">H", content, 8)
        numbers = struct.unpack_from(f">{PARAMETERS[kind]}i", content, 12)
        return _parametric(kind, [number / 65536 for number in numbers])
    raise ValueError(content[:4])


def _sampled(samples: tuple[int, ...]) -> _Light:
    if len(samples) < 2:  # noqa: PLR2004 - none: the light itself; one: its power, in 1/256
        return Curve(samples[0] / 256 if samples else 1.0)
    last = len(samples) - 1

    def curve(value: float) -> float:
        at = min(int(value * last), last - 1)
        part = value * last - at
        return (samples[at] * (1 - part) + samples[at + 1] * part) / 65535

    return curve


def _parametric(kind: int, numbers: list[float]) -> _Light:
    if kind in {0, 3}:
        return Curve(*numbers)
    g, a, b, *rest = numbers
    if kind == 4:  # noqa: PLR2004 - the type with all seven numbers
        c, d, e, f = rest
        return lambda value: (a * value + b) ** g + e if value >= d else c * value + f
    offset = rest[0] if rest else 0.0
    return lambda value: (a * value + b) ** g + offset if a * value + b >= 0 else offset


def of_grey(profile: bytes) -> bytes:
    """Return a profile of RGB in which grey means what this profile of grey says; empty if it says nothing.

    A profile without a curve, or with one to lightness (the connection space ``Lab``), says nothing here.
    """
    try:
        curve = tags_of(profile).get(b"kTRC", b"")
    except struct.error:
        return b""
    if not curve or profile[20:24] != b"XYZ ":
        return b""
    columns = zip(*to_d50(PRIMARIES[BT709]), strict=True)
    colorants = {tag: _xyz(column) for tag, column in zip(COLORANTS, columns, strict=True)}
    return written(b"mntr", b"XYZ ", {b"wtpt": _xyz(D50), **colorants, **dict.fromkeys(CURVES, curve)})


def written(kind: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    """Return a profile of version 4 for RGB."""
    table, content, places = struct.pack(">I", len(tags)), b"", dict[bytes, int]()
    for tag, value in tags.items():
        if value not in places:  # what is the same is written once
            places[value] = _HEAD + 4 + _ENTRY * len(tags) + len(content)
            content += value + bytes(-len(value) % 4)
        table += struct.pack(">4sII", tag, places[value], len(value))
    head = struct.pack(
        ">I4sI4s4s4s", _HEAD + len(table) + len(content), bytes(4), 4 << 24, kind, b"RGB ", connection
    )
    head = (head + bytes(12) + b"acsp").ljust(68, b"\0") + b"".join(map(_s15, D50))
    return head.ljust(_HEAD, b"\0") + table + content


def _xyz(values: Iterable[float]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(map(_s15, values))


def _s15(value: float) -> bytes:
    """Return a number as s15Fixed16; or the nearest: the power of a gAMA may be beyond them."""
    return struct.pack(">i", min(max(round(value * 65536), -1 << 31), (1 << 31) - 1))
