"""Counts lines: by outcome, by cause, and what was refused most."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ops.logs.reading import Line

MOST_VARIANTS = 20
"""Rows of variants that are shown."""


@dataclass(frozen=True, slots=True)
class Stats:
    """The counts of some lines.

    `outcomes` by their name, `causes` of what was refused, `refused` by cause and variant, `made` by variant.
    """

    outcomes: Counter[str]
    causes: Counter[str]
    refused: Counter[tuple[str, str]]
    made: Counter[str]
    bytes_in: int
    bytes_out: int
    bytes_saved: int
    invalidations: int
    held_back: int
    cold: int


def count(lines: Iterable[Line]) -> Stats:
    """Return the counts of the `lines`."""
    every = list(lines)
    made = [line for line in every if line.outcome == "made"]
    refused = [line for line in every if line.text("cause")]

    def total(name: str) -> int:
        return int(sum(line.number(name) for line in every))

    return Stats(
        outcomes=Counter(line.outcome for line in every),
        causes=Counter(line.text("cause") for line in refused),
        refused=Counter((line.text("cause"), line.text("variant")) for line in refused),
        made=Counter(line.text("variant") for line in made),
        bytes_in=total("bytes_in"),
        bytes_out=total("bytes_out"),
        bytes_saved=total("BytesSaved"),
        invalidations=total("Invalidations"),
        held_back=total("InvalidationsHeldBack"),
        cold=sum(line.said.get("cold") is True for line in every),
    )
