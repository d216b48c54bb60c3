"""The CDN's cache: keys, entries and the store. Pure; `live_cache` adds the clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge.cloudfront.invalidation import Item
    from edge.shared.answer import Answer


@dataclass(frozen=True, slots=True)
class CacheKey:
    """The parts of a request that the cache compares.

    The method is not one of them: the cache answers HEAD from the answer to GET.
    """

    path: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    cookies: tuple[tuple[str, str], ...] = ()

    @property
    def address(self) -> str:
        """The address that invalidations are compared with, as it is written."""
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(frozen=True, slots=True)
class Entry:
    """A kept answer. Times are seconds of one monotonic clock."""

    answer: Answer
    stored: float
    lifetime: float
    tags: frozenset[str] = frozenset()

    def is_fresh(self, now: float) -> bool:
        """Say whether the entry may be served without asking the origin."""
        return now < self.stored + self.lifetime

    def age(self, now: float) -> int:
        """Return the entry's age in whole seconds."""
        return int(now - self.stored)


@dataclass(slots=True)
class Cache:
    """All entries. The cache never removes an entry to make room: it serves one machine for a short time."""

    _entries: dict[CacheKey, Entry] = field(default_factory=dict)

    def get(self, key: CacheKey) -> Entry | None:
        """Return the entry of `key`, even if it is stale."""
        return self._entries.get(key)

    def keep(self, key: CacheKey, entry: Entry) -> None:
        """Store `entry`. It replaces the previous entry of `key`."""
        self._entries[key] = entry

    def drop(self, items: Iterable[Item]) -> None:
        """Remove every entry that an invalidation item names."""
        for item in items:
            for key in [key for key, entry in self._entries.items() if item.names(key.address, entry.tags)]:
                del self._entries[key]
