"""What was read from the AWS APIs a moment ago, so that not every request reads it again."""

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
"""For how long a configuration that was read is taken to hold."""


class Recent(Generic[K, V]):
    """Results of `read`, each good for `seconds`; however many ask at once, one thread reads.

    With 0 seconds an answer is never older than the question: what existed when `get` was called is seen.
    """

    def __init__(self, read: Callable[[K], V], seconds: float = CONFIGURATION_SECONDS) -> None:
        self._read = read
        self._seconds = seconds
        self._oldest = 0.0
        self._known: dict[K, tuple[float, V]] = {}
        self._locks: defaultdict[K, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def get(self, key: K) -> V:
        """Return what `read(key)` gives, or gave a moment ago."""
        asked = time.monotonic()
        async with self._locks[key]:
            known = self._known.get(key)
            if known is None or known[0] < max(asked - self._seconds, self._oldest):
                begun = time.monotonic()
                known = self._known[key] = (begun, await asyncio.to_thread(self._read, key))
            return known[1]

    def forget(self) -> None:
        """Make every later `get` read anew; may be called from any thread."""
        self._oldest = time.monotonic()
