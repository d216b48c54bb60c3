"""The one way in which sizes and places become whole pixels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

_HALF = 0.5


def rounded(value: float | Fraction) -> int:
    """Return the nearest whole number; a half goes up, as in ``Math.round``, sharp and libvips.

    Python's `round` takes a half to the even neighbour instead: a page that computes 427 would get 426.
    """
    whole = math.floor(value)
    return whole + (value - whole >= _HALF)
