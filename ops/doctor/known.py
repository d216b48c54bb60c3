"""Facts that may be missing: what could not be learnt carries the reason, and no check guesses instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unread:
    """In the place of a fact: why nobody knows it."""

    why: str


class NotKnown(Exception):  # noqa: N818 - the name says what happened
    """A check needs a fact that could not be learnt; the message says why."""


def known(fact: T | Unread) -> T:
    """Return the fact, or raise `NotKnown`, which makes a check say: not checked."""
    if isinstance(fact, Unread):
        raise NotKnown(fact.why)
    return fact
