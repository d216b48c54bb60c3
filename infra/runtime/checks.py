"""The result of one check of the proof: what was expected and what came."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its subject, the expected and the actual result, in words."""

    what: str
    expected: str
    came: str

    @property
    def passed(self) -> bool:
        """Whether the actual result is the expected one."""
        return self.came == self.expected
