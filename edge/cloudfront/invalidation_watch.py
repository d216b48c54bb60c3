"""Finds new invalidations, and applies each one after a delay."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from edge.cloudfront.invalidation import parse
from edge.shared.recent import Recent

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.cloudfront.invalidation import Item


class InvalidationWatch:
    """The invalidations of one distribution. Each takes effect `delay` seconds after the watch first sees it.

    `ids` returns the ids of all invalidations; `items` returns the path items of one. Both block, and threads
    call them. The watch ignores invalidations that exist when it starts, because nothing was cached before.
    """

    def __init__(
        self,
        ids: Callable[[], tuple[str, ...]],
        items: Callable[[str], tuple[str, ...]],
        delay: float,
    ) -> None:
        self._ids = ids
        self._items = items
        self._delay = delay
        self._seen = set(ids())
        self._pending: list[tuple[float, tuple[Item, ...]]] = []
        self._unseen = Recent(self._read, seconds=0)

    async def due(self) -> list[Item]:
        """Return the items that take effect now.

        The call sees every invalidation that was created before it. Without a delay they take effect at once.
        """
        for invalidation, items in await self._unseen.get(None):
            if invalidation not in self._seen:
                self._seen.add(invalidation)
                self._pending.append((time.monotonic() + self._delay, tuple(map(parse, items))))
        now = time.monotonic()
        due = [item for moment, items in self._pending for item in items if moment <= now]
        self._pending = [(moment, items) for moment, items in self._pending if moment > now]
        return due

    def _read(self, _: None) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple((unseen, self._items(unseen)) for unseen in self._ids() if unseen not in self._seen)
