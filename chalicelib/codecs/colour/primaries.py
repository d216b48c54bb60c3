"""The arithmetic of primaries and white points: 3 x 3 matrices between light of RGB and XYZ."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]
Point = tuple[float, float]


class Primaries(NamedTuple):
    """The chromaticities x and y (CIE 1931) of red, green, blue and white."""

    red: Point
    green: Point
    blue: Point
    white: Point


D65: Point = (0.3127, 0.3290)
_D50: Vector = (0.9642, 1.0, 0.8249)
"""The white of ICC's connection space (ICC.1:2022, 6.3.4.3)."""

_BRADFORD: Matrix = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
"""From XYZ to the responses of the eye that the Bradford adaptation scales (ICC.1:2022, annex E)."""


def times(left: Matrix, right: Matrix) -> Matrix:
    """Return the product of two matrices."""
    columns = tuple(zip(*right, strict=True))
    return _matrix(
        [[sum(a * b for a, b in zip(row, column, strict=True)) for column in columns] for row in left]
    )


def applied(matrix: Matrix, vector: Vector) -> Vector:
    """Return the product of a matrix and a vector."""
    x, y, z = vector
    a, b, c = matrix
    return (
        a[0] * x + a[1] * y + a[2] * z,
        b[0] * x + b[1] * y + b[2] * z,
        c[0] * x + c[1] * y + c[2] * z,
    )


def inverse(matrix: Matrix) -> Matrix:
    """Return the inverse; `ZeroDivisionError` without one."""
    (a, b, c), (d, e, f), (g, h, i) = matrix
    adjugate = (
        (e * i - f * h, c * h - b * i, b * f - c * e),
        (f * g - d * i, a * i - c * g, c * d - a * f),
        (d * h - e * g, b * g - a * h, a * e - b * d),
    )
    determinant = a * adjugate[0][0] + b * adjugate[1][0] + c * adjugate[2][0]
    return _matrix([[part / determinant for part in row] for row in adjugate])


@lru_cache(maxsize=64)
def to_xyz(primaries: Primaries) -> Matrix:
    """Return the matrix from light of these primaries to XYZ, with Y = 1 for white.

    `ZeroDivisionError` where the primaries span no triangle.
    """
    columns = [_xyz(point) for point in primaries[:3]]
    rows = _matrix(list(zip(*columns, strict=True)))
    scale = applied(inverse(rows), _xyz(primaries.white))
    return _matrix([[part * factor for part, factor in zip(row, scale, strict=True)] for row in rows])


def to_d50(primaries: Primaries) -> Matrix:
    """Return the matrix to XYZ as ICC profiles have it: adapted to the white D50."""
    white, wanted = (applied(_BRADFORD, point) for point in (_xyz(primaries.white), _D50))
    gains = [b / a for a, b in zip(white, wanted, strict=True)]
    scaled = _matrix([[gain * part for part in row] for gain, row in zip(gains, _BRADFORD, strict=True)])
    return times(times(inverse(_BRADFORD), scaled), to_xyz(primaries))


def _xyz(point: Point) -> Vector:
    x, y = point
    return x / y, 1.0, (1 - x - y) / y


def _matrix(rows: list[list[float]] | list[tuple[float, ...]]) -> Matrix:
    first, second, third = ((row[0], row[1], row[2]) for row in rows)
    return first, second, third
