"""Facts that may be missing. A missing fact carries the reason, and checks do not guess it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unread:
    """Stands in place of a fact that could not be read; `why` is the reason."""

    why: str


class NotKnown(Exception):  # noqa: N818 - the name says what happened
    """A check needs a fact that could not be read. The message says why."""


def known(fact: T | Unread) -> T:
    """Return the fact, or raise `NotKnown`. The outcome of the check is then: not checked."""
    if isinstance(fact, Unread):
        raise NotKnown(fact.why)
    return fact
