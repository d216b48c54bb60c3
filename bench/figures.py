"""The arithmetic: from samples to medians, spreads and ratios."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

_SAMPLE_SECONDS = 0.1
_MOST_TIMES = 10


@dataclass(frozen=True, slots=True)
class Spread:
    """A median and how far the samples are apart."""

    median: float
    least: float
    most: float


def spread(samples: Sequence[float]) -> Spread:
    """Return the median of `samples` with the least and the most."""
    return Spread(statistics.median(samples), min(samples), max(samples))


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return how many times longer ours takes, by the medians."""
    return statistics.median(ours) / statistics.median(theirs)


def times_for(seconds: float) -> int:
    """Return how often something that takes `seconds` is repeated within one sample.

    A sample of a tenth of a second is long enough for the clock and short enough to take turns.
    """
    return max(1, min(_MOST_TIMES, round(_SAMPLE_SECONDS / max(seconds, 1e-6))))


def turn(order: Sequence[T], number: int) -> list[T]:
    """Return who goes after whom in round `number`: everybody has their turn at being first."""
    start = number % len(order)
    return [*order[start:], *order[:start]]
