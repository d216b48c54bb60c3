"""What was expected beside what came."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what it is, what was expected and what came, in words."""

    what: str
    expected: str
    came: str

    @property
    def passed(self) -> bool:
        """Whether it came as expected."""
        return self.came == self.expected
