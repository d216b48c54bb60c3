"""Invalidations as they take hold: some time after they were first seen."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from edge.cloudfront.invalidation import parse
from edge.shared.recent import Recent

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.cloudfront.invalidation import Item


class InvalidationWatch:
    """The invalidations of one distribution, each taking hold `delay` seconds after it was first seen.

    `ids` lists the ids of all invalidations there are and `items` the path items of one; both block and are
    called in threads. Those that exist when the watch begins are over: nothing was cached then.
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
        """Return what is to be dropped now.

        An invalidation created before the call is seen by it, and with no delay it takes hold at once.
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
