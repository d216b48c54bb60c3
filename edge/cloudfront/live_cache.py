"""The cache with a clock: finds fresh entries, keeps answers for their lifetime, applies invalidations."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from edge.cloudfront.cache import Cache, CacheKey, Entry
from edge.cloudfront.invalidation import parse_tags
from edge.cloudfront.ttl import lifetime, worst_lifetime

if TYPE_CHECKING:
    from edge.cloudfront.distribution import Behaviour, Distribution
    from edge.cloudfront.invalidation_watch import InvalidationWatch
    from edge.shared.answer import Answer


class LiveCache:
    """A cache that applies the invalidations of `watch`. With `worst` it keeps redirects for too long."""

    def __init__(self, watch: InvalidationWatch, *, worst: bool) -> None:
        self._watch = watch
        self._worst = worst
        self._cache = Cache()

    async def invalidate(self) -> None:
        """Remove the entries that due invalidations name."""
        self._cache.drop(await self._watch.due())

    def collapses(self, behaviour: Behaviour) -> bool:
        """Say whether one answer may serve several waiting viewers of `behaviour` (request collapsing)."""
        return self._worst or behaviour.cache.bounds.keeps

    def hit(self, key: CacheKey) -> Answer | None:
        """Return the fresh answer for `key` with its Age, or None if the origin must be asked."""
        now = time.monotonic()
        entry = self._cache.get(key)
        if entry is None or not entry.is_fresh(now):
            return None
        return entry.answer.replacing({"Age": str(entry.age(now))})

    def stale(self, key: CacheKey) -> Entry | None:
        """Return the stored answer for `key` if its status is 200.

        Redirects and errors are not revalidated.
        """
        entry = self._cache.get(key)
        return entry if entry and entry.answer.status == HTTPStatus.OK else None

    def keep(self, key: CacheKey, given: Answer, behaviour: Behaviour, distribution: Distribution) -> None:
        """Keep the origin's answer `given`, if that is allowed."""
        seconds = self._lifetime(given, behaviour, distribution)
        if seconds is not None:
            tags = parse_tags(given.headers.get(distribution.tag_header, ""))
            self._cache.keep(key, Entry(given, time.monotonic(), seconds, tags))

    def keep_on(self, key: CacheKey, stale: Entry, seconds: float) -> None:
        """Keep `stale` for `seconds` more, because its origin fails."""
        self._cache.keep(key, replace(stale, lifetime=time.monotonic() - stale.stored + seconds))

    def _lifetime(self, given: Answer, behaviour: Behaviour, distribution: Distribution) -> float | None:
        now = datetime.now(UTC)
        seconds = lifetime(
            given.status,
            given.headers,
            behaviour.cache.bounds,
            now=now,
            error_ttl=distribution.error_ttl(given.status),
        )
        worst = worst_lifetime(given.status, given.headers, now=now) if self._worst else None
        return seconds if worst is None else max(worst, seconds or 0.0)
