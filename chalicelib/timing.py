"""How long each step of a request took, for the developer tools of the viewer's browser."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Timings:
    """The milliseconds of each step, in the order of the steps."""

    steps: dict[str, float] = field(default_factory=dict)
    start: float = field(default_factory=time.perf_counter)

    @contextmanager
    def measure(self, step: str) -> Iterator[None]:
        """Measure the time inside ``with`` and keep it as `step`, also if it fails."""
        begin = time.perf_counter()
        try:
            yield
        finally:
            self.steps[step] = (time.perf_counter() - begin) * 1000

    def __str__(self) -> str:
        """Return the value of a Server-Timing header (W3C Server Timing)."""
        total = (time.perf_counter() - self.start) * 1000
        return ", ".join(f"{step};dur={spent:.1f}" for step, spent in [*self.steps.items(), ("total", total)])
