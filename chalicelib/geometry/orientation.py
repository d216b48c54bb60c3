"""The eight ways in which a rectangle can be turned and mirrored, numbered as in EXIF.

A picture's orientation (CIPA DC-008, tag 0x0112) says how its stored pixels have to be turned and mirrored
to make the picture upright.
"""

from __future__ import annotations

_Axes = tuple[int, int, int, int]

_AXES: dict[int, _Axes] = {
    1: (1, 0, 0, 1),
    2: (-1, 0, 0, 1),
    3: (-1, 0, 0, -1),
    4: (1, 0, 0, -1),
    5: (0, 1, 1, 0),
    6: (0, -1, 1, 0),
    7: (0, -1, -1, 0),
    8: (0, 1, -1, 0),
}
"""The matrix (a, b, c, d) of each: x' = a x + b y, y' = c x + d y."""

_NUMBERS = {axes: number for number, axes in _AXES.items()}

_FLOP, _FLIP = 2, 4
_QUARTERS = (1, 6, 3, 8)

UPRIGHT = 1


def then(first: int, second: int) -> int:
    """Return the orientation that has the effect of `first` followed by `second`."""
    (a, b, c, d), (e, f, g, h) = _AXES[second], _AXES[first]
    return _NUMBERS[a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h]


def inverse(orientation: int) -> int:
    """Return the orientation that undoes `orientation`."""
    a, b, c, d = _AXES[orientation]
    return _NUMBERS[a, c, b, d]


def mirrored_and_turned(*, flip: bool, flop: bool, degrees: int) -> int:
    """Return the orientation that mirrors, and then turns clockwise by the quarters in `degrees`."""
    mirrored = then(_FLOP if flop else UPRIGHT, _FLIP if flip else UPRIGHT)
    return then(mirrored, _QUARTERS[degrees // 90 % 4])
