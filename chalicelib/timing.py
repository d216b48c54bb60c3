"""Time: how long each step of a request took, and when something has to be finished."""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self


@dataclass(frozen=True, slots=True)
class Timings:
    """The milliseconds of each step, in the order of the steps, and the bytes that a step `moved`.

    `paths` are the invalidated paths that CloudFront was `told`, and those that a budget `held` back.
    """

    steps: dict[str, float] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)
    paths: dict[str, int] = field(default_factory=dict)
    start: float = field(default_factory=time.perf_counter)

    @contextmanager
    def measure(self, step: str) -> Iterator[None]:
        """Measure the time inside ``with`` and keep it as `step`, also if it fails."""
        begin = time.perf_counter()
        try:
            yield
        finally:
            self.steps[step] = (time.perf_counter() - begin) * 1000

    def spent(self) -> dict[str, float]:
        """Return the milliseconds of each step, and those since the start as ``total``."""
        return {**self.steps, "total": (time.perf_counter() - self.start) * 1000}

    def __str__(self) -> str:
        """Return the value of a Server-Timing header (W3C Server Timing)."""
        return ", ".join(f"{step};dur={spent:.1f}" for step, spent in self.spent().items())


@dataclass(frozen=True, slots=True, order=True)
class Deadline:
    """The moment by which something has to be finished, in seconds of `time.perf_counter`."""

    moment: float

    @classmethod
    def within(cls, seconds: float) -> Self:
        """Return the deadline so many seconds from now."""
        return cls(time.perf_counter() + seconds)

    def left(self) -> float:
        """Return the seconds that are left; none are left after the deadline."""
        return max(0.0, self.moment - time.perf_counter())

    def earlier(self, seconds: float) -> Deadline:
        """Return the deadline that comes so many seconds before this one."""
        return Deadline(self.moment - seconds)


NEVER = Deadline(math.inf)
"""The deadline of what nobody waits for."""
