"""How options write numbers: each number in one canonical spelling (the protocol is `notation.Values`)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from chalicelib.address import suggestions


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number from `least` to `most`, without leading zeros."""

    least: int
    most: int

    def parse(self, text: str | None) -> int:
        """Return the number that `text` spells."""
        if not text or not re.fullmatch("0|-?[1-9][0-9]{0,5}", text):
            raise ValueError(text)
        if not self.least <= int(text) <= self.most:
            raise ValueError(text)
        return int(text)

    def spell(self, value: int) -> str:
        """Return the number in decimal."""
        return str(value)

    def nearest(self, text: str) -> int | None:
        """Return the number in `text`, which may have a unit or leading zeros, if it is within the bounds."""
        number = _number(text)
        return round(number) if number is not None and self.least <= number <= self.most else None

    @property
    def allowed(self) -> str:
        """The bounds."""
        return f"{self.least} to {self.most}"


@dataclass(frozen=True, slots=True)
class Decimal:
    """A number from `least` to `most` with at most one decimal place."""

    least: float
    most: float

    def parse(self, text: str | None) -> float:
        """Return the number that `text` spells."""
        if not text or not re.fullmatch("(?:0|[1-9][0-9]{0,2})(?:[.][0-9])?", text):
            raise ValueError(text)
        if not self.least <= float(text) <= self.most:
            raise ValueError(text)
        return float(text)

    def spell(self, value: float) -> str:
        """Return the number in decimal; a whole number has no decimal place."""
        return f"{value:g}"

    def nearest(self, text: str) -> float | None:
        """Return the number in `text`, rounded to one decimal place, if it is within the bounds."""
        number = _number(text)
        return round(number, 1) if number is not None and self.least <= number <= self.most else None

    @property
    def allowed(self) -> str:
        """The bounds."""
        return f"{self.least:g} to {self.most:g}, with at most one decimal place"


@dataclass(frozen=True, slots=True)
class Radius:
    """A whole number from 1 to `most`, or ``max``, whose value is infinity: as large as fits."""

    most: int

    def parse(self, text: str | None) -> float:
        """Return the radius that `text` spells."""
        return math.inf if text == "max" else self._numbers.parse(text)

    def spell(self, value: float) -> str:
        """Return the number in decimal, or ``max``."""
        return "max" if value == math.inf else str(value)

    def nearest(self, text: str) -> float | None:
        """Return infinity for a misspelled ``max``, else the number in `text` if it is within the bounds."""
        return math.inf if suggestions.nearest(text, ["max"]) else self._numbers.nearest(text)

    @property
    def allowed(self) -> str:
        """The bounds and the word."""
        return f"{self._numbers.allowed} or max"

    @property
    def _numbers(self) -> Integer:
        return Integer(1, self.most)


def _number(text: str) -> float | None:
    """Return the number in `text`, which may have a sign, leading zeros or a unit; else None."""
    match = re.fullmatch(r"([+-]?(?:\d{1,6}[.]?\d{0,6}|[.]\d{1,6}))(?:%|px|deg)?", text)
    return float(match[1]) if match else None
