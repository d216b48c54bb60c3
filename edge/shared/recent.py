"""Keeps results of AWS API calls for a short time, so that not every request repeats the call."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

K = TypeVar("K", bound="Hashable")
V = TypeVar("V")

CONFIGURATION_SECONDS = 1.0
"""How long a configuration is used before it is read again."""


class Recent(Generic[K, V]):
    """Keeps each result of `read` for `seconds`. Of several simultaneous calls for a key, only one reads.

    With 0 seconds a result is never older than the call of `get`.
    """

    def __init__(self, read: Callable[[K], V], seconds: float = CONFIGURATION_SECONDS) -> None:
        self._read = read
        self._seconds = seconds
        self._oldest = 0.0
        self._known: dict[K, tuple[float, V]] = {}
        self._locks: defaultdict[K, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def get(self, key: K) -> V:
        """Return the recent result of `read(key)`, or read it now."""
        asked = time.monotonic()
        async with self._locks[key]:
            known = self._known.get(key)
            if known is None or known[0] < max(asked - self._seconds, self._oldest):
                begun = time.monotonic()
                known = self._known[key] = (begun, await asyncio.to_thread(self._read, key))
            return known[1]

    def forget(self) -> None:
        """Forget all results, so that every later `get` reads again. Any thread may call this."""
        self._oldest = time.monotonic()
