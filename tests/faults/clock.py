"""The clock of a test: what would be waited for passes at once."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest


@dataclass
class Clock:
    """Shows the real time, and the seconds that somebody would have waited."""

    waited: float = 0.0
    real: Callable[[], float] = field(default=time.perf_counter)

    def wait(self, seconds: float) -> None:
        """Let the seconds pass."""
        self.waited += seconds

    def now(self) -> float:
        """Return the seconds of `time.perf_counter`, with those that were waited."""
        return self.real() + self.waited

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Let deadlines, and botocore's pauses before it tries again, go by this clock."""
        patch.setattr(time, "perf_counter", self.now)
        patch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=self.wait))
