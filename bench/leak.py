"""Tests whether memory grows: it makes thousands of renderings in one process."""

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
    """The memory in kB that the process has after so many renderings."""

    renderings: int
    rss: int


def watch(renderings: int, core: int, engine: Engine = OURS) -> Iterator[Held]:
    """Yield the process's memory after each thousand `renderings`; the cases share them evenly."""
    with working(engine, core) as worker:
        done = 0
        while done < renderings:
            step = min(_STEP, renderings - done)
            for case in LEAK:
                sample = worker.make(case.task(places.CORPUS), max(1, step // len(LEAK)))
            done += step
            yield Held(done, sample.rss)


def growth(held: list[Held]) -> int:
    """Return by how many kB memory grew after the first step, which has allocated everything once."""
    return held[-1].rss - held[0].rss
