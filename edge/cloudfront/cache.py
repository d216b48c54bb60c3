"""What the CDN keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edge.cloudfront.invalidation import decoded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge.cloudfront.invalidation import Item
    from edge.shared.answer import Answer


@dataclass(frozen=True, slots=True)
class CacheKey:
    """What makes two requests the same to the cache; the method does not, HEAD is answered from GET."""

    path: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    cookies: tuple[tuple[str, str], ...] = ()

    @property
    def address(self) -> bytes:
        """What invalidations are compared with."""
        return decoded(self.path, self.query)


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer that is kept; times are those of one monotonic clock, in seconds."""

    answer: Answer
    stored: float
    lifetime: float
    tags: frozenset[str] = frozenset()

    def is_fresh(self, now: float) -> bool:
        """Say whether the entry may be served without asking the origin."""
        return now < self.stored + self.lifetime

    def age(self, now: float) -> int:
        """Return for how many whole seconds the entry has been here."""
        return int(now - self.stored)


@dataclass(slots=True)
class Cache:
    """The entries, as long as the edge lives: it serves one machine, so nothing makes room for anything."""

    _entries: dict[CacheKey, Entry] = field(default_factory=dict)

    def get(self, key: CacheKey) -> Entry | None:
        """Return the entry of `key`, fresh or not."""
        return self._entries.get(key)

    def keep(self, key: CacheKey, entry: Entry) -> None:
        """Store `entry` in the place of what was there."""
        self._entries[key] = entry

    def drop(self, items: Iterable[Item]) -> None:
        """Drop every entry that one of `items` names."""
        for item in items:
            for key in [key for key, entry in self._entries.items() if item.names(key.address, entry.tags)]:
                del self._entries[key]
