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
    """The median, the least and the most of some samples."""

    median: float
    least: float
    most: float


def spread(samples: Sequence[float]) -> Spread:
    """Return the `Spread` of the `samples`."""
    return Spread(statistics.median(samples), min(samples), max(samples))


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the ratio of the medians: how many times as long ours takes."""
    return statistics.median(ours) / statistics.median(theirs)


def times_for(seconds: float) -> int:
    """Return how often a rendering that takes `seconds` is repeated within one sample.

    A sample of a tenth of a second is long enough for the clock, and short enough for taking turns.
    """
    return max(1, min(_MOST_TIMES, round(_SAMPLE_SECONDS / max(seconds, 1e-6))))


def turn(order: Sequence[T], number: int) -> list[T]:
    """Return the order in round `number`: each round begins with the next one."""
    start = number % len(order)
    return [*order[start:], *order[:start]]
