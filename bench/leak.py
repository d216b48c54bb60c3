"""Whether memory grows: thousands of renderings in one process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench import places
from bench.cases import LEAK
from bench.rivals import OURS
from bench.worker import working

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.rivals import Engine

_STEP = 1000


@dataclass(frozen=True, slots=True)
class Held:
    """Memory in kB that the process holds after so many renderings."""

    renderings: int
    rss: int


def watch(renderings: int, core: int, engine: Engine = OURS) -> Iterator[Held]:
    """Yield after each thousand `renderings`, shared between the cases, what the process holds."""
    with working(engine, core) as worker:
        done = 0
        while done < renderings:
            step = min(_STEP, renderings - done)
            for case in LEAK:
                sample = worker.make(case.task(places.CORPUS), max(1, step // len(LEAK)))
            done += step
            yield Held(done, sample.rss)


def growth(held: list[Held]) -> int:
    """Return how many kB lie between the first step, when all has been allocated once, and the last."""
    return held[-1].rss - held[0].rss
