"""Orders of evictions: what the CDN has to be told so that it forgets pictures, and how that is sent."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from chalicelib.address.key import url_path
from chalicelib.aws import invalidation
from chalicelib.aws.eviction import Urgency
from chalicelib.config.config import Delivery, EvictBy
from chalicelib.upkeep import evictions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.aws.bucket import Stored
    from chalicelib.aws.origin import Origin
    from chalicelib.aws.queues import Queue

LAST_FETCHES = 5
"""Seconds that the CDN is given to end its requests for what is deleted, before it is told to forget it."""


@dataclass(frozen=True, slots=True)
class Orders:
    """The `queue` of evictions if there is a CDN to evict from, and how evictions are named.

    The `origin` is asked whether an eviction by tag is enough. With failover that is known: S3 answers the
    distribution with all metadata. `urgency` says what a budget may do to what is ordered.
    """

    queue: Queue | None
    evict_by: EvictBy
    origin: Origin
    delivery: Delivery = Delivery.REDIRECT
    urgency: Urgency = Urgency.DUE

    def items(
        self,
        tag: str,
        places: Iterable[str],
        answers: Iterable[str],
        stored: Iterable[Stored],
        also: Iterable[str] = (),
    ) -> list[str]:
        """Return the items of an eviction: the original's tag, if that is enough, or also each path.

        `answers` are items of their own, `also` tags of other originals. What is `stored`
        shows whether tags arrive at the CDN.
        """
        paths = sorted({invalidation.item(url_path(place)) for place in places}.union(answers))
        if not self.queue or not paths:
            return []
        if self.evict_by is EvictBy.PATH:
            return paths
        named = [f"{invalidation.TAG}{each}" for each in (tag, *sorted(also))]
        is_enough = self.delivery is Delivery.FAILOVER or any(
            map(self.origin.hands_out_tag, islice(stored, 1))
        )
        return named if is_enough else [*named, *paths]

    def send(self, items: Sequence[str], cause: str, delay: int = LAST_FETCHES) -> None:
        """Order the eviction that follows from the `cause`: always the same one from the same cause.

        It begins after `delay` seconds.
        """
        if items and self.queue:
            orders = evictions.some(items, cause, self.urgency)
            self.queue.send([str(order) for order in orders], delay=delay)
