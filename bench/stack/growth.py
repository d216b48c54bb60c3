"""From samples to figures: what grows while the system runs."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.stack.processes import Held, Sample

_WARM_UP = 0.2
"""The part of a run in which caches fill and libraries are loaded."""

_PART = 0.2
"""The part after the warm-up, and the part at the end, that are compared."""


@dataclass(frozen=True, slots=True)
class Grown:
    """The largest process of a kind: memory in MB, files and threads, early in the run and at its end."""

    kind: str
    rss: tuple[float, float]
    files: tuple[float, float]
    threads: tuple[float, float]


def grown(samples: Sequence[Sample]) -> list[Grown]:
    """Return how the largest process of each kind has grown: medians, so that no single moment counts."""
    end = samples[-1].seconds
    early = [each for each in samples if _WARM_UP * end <= each.seconds < (_WARM_UP + _PART) * end]
    late = [each for each in samples if each.seconds >= (1 - _PART) * end]
    return [
        Grown(
            kind,
            *(
                (_median(early, kind, what), _median(late, kind, what))
                for what in ("rss", "files", "threads")
            ),
        )
        for kind in kinds(samples)
    ]


def kinds(samples: Iterable[Sample]) -> list[str]:
    """Return the kinds of processes in the order in which they appear."""
    return list(dict.fromkeys(kind for each in samples for kind in each.kinds))


def largest(each: Sample, kind: str, what: str) -> float | None:
    """Return what the largest process of a kind holds, memory in MB; None if there is none."""
    processes = each.kinds.get(kind, {}).values()
    return max((_of(held, what) for held in processes), default=None)


def _of(held: Held, what: str) -> float:
    found: Any = getattr(held, what)
    return float(found) / 1000 if what == "rss" else float(found)


def _median(samples: Iterable[Sample], kind: str, what: str) -> float:
    found = [value for each in samples if (value := largest(each, kind, what)) is not None]
    return statistics.median(found) if found else 0.0
