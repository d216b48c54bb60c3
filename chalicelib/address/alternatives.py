"""Alternatives: what a site allows that is nearest to something that it does not allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.address.numerals import Decimal, Integer
from chalicelib.address.options import OPTIONS
from chalicelib.address.suggestions import most_alike
from chalicelib.address.variant import parse_size

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.address.variant import Size

_MOST = 3
"""How many alternatives a refusal names."""


def nearest_sizes(size: Size, allowed: Iterable[str]) -> list[str]:
    """Return the `allowed` sizes that differ least from `size`."""
    return sorted(allowed, key=lambda text: (_difference(size, parse_size(text)), text))[:_MOST]


def _difference(one: Size, other: Size) -> int:
    """Return by how many device pixels the sides of two boxes differ. An open side counts as 0."""
    return sum(abs((a or 0) - (b or 0)) for a, b in zip(one.box, other.box, strict=True))


def nearest_values(spelling: str, allowed: Iterable[str]) -> list[str]:
    """Return the nearest of an option's `allowed` spellings: numbers by size, other values by letters."""
    if not isinstance(OPTIONS[spelling.partition("=")[0]].values, Integer | Decimal):
        return most_alike(spelling, allowed, _MOST)
    number = _number(spelling)
    return sorted(allowed, key=lambda other: (abs(_number(other) - number), other))[:_MOST]


def _number(spelling: str) -> float:
    return float(spelling.partition("=")[2])
