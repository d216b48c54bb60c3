"""The environment: its variables are taken one by one, and every fault is kept until all are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from chalicelib.address.suggestions import did_you_mean, nearest
from chalicelib.errors import Refusal, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

T = TypeVar("T")

_SHOWN = 80
"""Characters of a faulty value that its fault shows."""

_MISSPELLED = 0.9
"""How alike a misspelled name is to the right one, as difflib measures it. That is one slip, or two in a long
name. The environment of a function has many other variables, and none of them may look like a mistake."""


class Environment:
    """The `variables`, and in `faults` a line for each that is wrong."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.faults: list[str] = []
        self._variables = variables
        self._taken: set[str] = set()

    def take(
        self, name: str, default: str, parse: Callable[[str], T], *, is_secret: bool = False
    ) -> T | None:
        """Return what `parse` reads in the variable `name`, which is `default` if it is empty or missing.

        If that raises a refusal or a ValueError, it becomes a fault, and None is returned. The fault shows
        the value, unless it is a secret: faults stand in logs and in the doctor's report.
        """
        self._taken.add(name)
        value = self._value(name) or default
        try:
            return parse(value)
        except (Refusal, ValueError) as fault:
            shown = "" if is_secret else f"={quoted(value, _SHOWN)}"
            self.faults.append(f"{name}{shown}: {fault}")
            return None

    def misspelled(self) -> Iterator[str]:
        """Yield a fault for each variable that is not ours, but is named almost like one without a value."""
        missing = {name for name in self._taken if not self._value(name)}
        for name in sorted(self._variables.keys() - self._taken):
            candidates = [known for known in missing if _is_similar(name.upper(), known)]
            if meant := _same_letters(name, candidates) or (
                candidates and nearest(name, candidates, alike=_MISSPELLED)
            ):
                yield f"{name}: there is no such variable.{did_you_mean(meant)}"

    def _value(self, name: str) -> str:
        return self._variables.get(name, "").strip()


def _same_letters(name: str, candidates: list[str]) -> str | None:
    """Return the candidate of which `name` only has the letters in another order, such as QEUUE for QUEUE.

    Two letters in each other's place are one slip, which difflib may count as two.
    """
    letters = sorted(name.upper())
    return next((known for known in candidates if sorted(known) == letters), None)


def _is_similar(one: str, other: str) -> bool:
    """Return whether two names can be alike. This is cheap: every start of a function compares hundreds."""
    return abs(len(one) - len(other)) <= 2 and len(set(one) ^ set(other)) <= 4  # noqa: PLR2004 - two slips
