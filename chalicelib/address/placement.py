"""How ``gravity`` is written: the name of a place, or a focal point in percent."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.address import suggestions
from chalicelib.address.numerals import Integer
from chalicelib.address.values import FocalPoint, Gravity

if TYPE_CHECKING:
    from collections.abc import Iterable

_PERCENT = Integer(0, 100)
_ACROSS = {0: "west", 50: "", 100: "east"}
_DOWN = {0: "north", 50: "", 100: "south"}


@dataclass(frozen=True, slots=True)
class Placement:
    """One of the `names`, or a point written as ``X-Y``: percent from the left and from the top.

    The nine points that have a name are the same as that name: ``0-0`` is northwest, ``50-50`` is center.
    """

    names: Iterable[Gravity]

    def parse(self, text: str | None) -> Gravity | FocalPoint:
        """Return the place that `text` names, or the point that it spells."""
        for name in self.names:
            if name == text:
                return name
        across, dash, down = (text or "").partition("-")
        if not dash:
            raise ValueError(text)
        return _named(_PERCENT.parse(across), _PERCENT.parse(down))

    def spell(self, value: Gravity | FocalPoint) -> str:
        """Return the name, or the two numbers."""
        return str(_named(value.across, value.down) if isinstance(value, FocalPoint) else value)

    def nearest(self, text: str) -> Gravity | FocalPoint | None:
        """Return the name most like `text`, or the point that two numbers may have meant."""
        numbers = re.fullmatch(r"(\d{1,3})\D+(\d{1,3})%?", text)
        with suppress(ValueError):
            return self.parse("{}-{}".format(*map(int, numbers.groups())) if numbers else self._nearest(text))
        return None

    def _nearest(self, text: str) -> str | None:
        return suggestions.nearest(text, self.names)

    @property
    def allowed(self) -> str:
        """The names, and the form of a point."""
        return f"{', '.join(self.names)}, or X-Y in percent, such as 30-70"


def _named(across: int, down: int) -> Gravity | FocalPoint:
    if across in _ACROSS and down in _DOWN:
        return Gravity((_DOWN[down] + _ACROSS[across]) or Gravity.CENTER)
    return FocalPoint(across, down)
