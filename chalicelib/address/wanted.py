"""Variants that are wanted of one original: a message of the queue from which they are made ahead."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.address.key import Key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_VARIANTS = 256
"""Variants of the largest message. 256 spellings of 400 characters and a key of 1,024 bytes, with all that
JSON escapes in it, are less than 110 kB. Every SQS takes 256 KiB."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The variants, by their spellings, of the original that `key` names."""

    key: Key
    spellings: tuple[str, ...]

    def __str__(self) -> str:
        """Return it as a message of the queue."""
        return json.dumps({"key": self.key, "variants": self.spellings}, separators=(",", ":"))


def read(message: str) -> Wanted:
    """Return what a message asks for; `ValueError` if it is no such message."""
    try:
        said = json.loads(message)
        return Wanted(Key(str(said["key"])), tuple(map(str, said["variants"])))
    except (AttributeError, KeyError, TypeError) as fault:
        raise ValueError(f"no wanted variants: {message[:500]!r}") from fault


def messages(key: Key, spellings: Sequence[str]) -> Iterator[Wanted]:
    """Yield what is to be sent for these variants of one original: one message, if they are not too many."""
    for start in range(0, len(spellings), MOST_VARIANTS):
        yield Wanted(key, tuple(spellings[start : start + MOST_VARIANTS]))
