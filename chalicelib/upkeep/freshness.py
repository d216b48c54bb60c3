"""Freshness: no variant outlives the version of the original that it was made of.

An original that changed or went is looked for in every variant that there is. What was made of another
version is evicted and deleted. A minute later all is looked for again, for the sake of a rendering that began
before the change and ended after the first look.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.address import variant
from chalicelib.address.key import FACES_FOLDER, is_short, url_path
from chalicelib.config.config import EvictBy
from chalicelib.upkeep import events, evictions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from chalicelib.address.sources import ObjectName, Sources
    from chalicelib.aws.bucket import Originals, Site, Stored
    from chalicelib.aws.queues import Message, Queue

SECOND_LOOK = 60
"""Seconds until the second look. A rendering has ended by then: API Gateway waits for 29."""

HEAD_START = 5
"""Seconds that are left to delete in, before what is deleted is evicted."""

_AT_ONCE = 8
"""Objects that are looked up at a time; botocore keeps 10 connections open."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """Where it all is, the queue of `changes`, and that of `evictions`, if there is a CDN to evict from."""

    sources: Sources
    originals: Originals
    site: Site
    changes: Queue
    evictions: Queue | None
    evict_by: EvictBy

    def hear(self, messages: Sequence[Message]) -> None:
        """Look after the originals that the messages say have changed."""
        spellings = self._spellings()

        def heed(message: str) -> None:
            change = events.read(message)
            for original in change.originals:
                self._refresh(original, spellings)
            if change.originals and not change.is_second_look:
                self.changes.send([events.again(change.originals)], delay=SECOND_LOOK)

        self.changes.work(messages, heed)

    def _spellings(self) -> list[str]:
        """Return the variants that anything is stored of; those, too, that are no longer admitted."""
        folders = self.site.folders(self.sources.site.prefix)
        return [name for name in folders if variant.is_spelling(name) or variant.is_preset_name(name)]

    def _refresh(self, original: ObjectName, spellings: Iterable[str]) -> None:
        """Evict and delete what was made, or noted, of other versions of the original."""
        version = self.originals.version(original)
        note = f"{self.sources.site.prefix}{FACES_FOLDER}{original.tag}"
        variants = [
            stored.key
            for stored in self._stored(self._places(original, spellings))
            if stored.tag == original.tag and stored.etag != version
        ]
        # First, for what is gone would not be found again if this were to end in between.
        self._order_eviction(original, variants)
        ordered = time.monotonic()
        notes = [stored.key for stored in self._stored([note]) if stored.etag != version]
        self.site.delete([*variants, *notes])
        if time.monotonic() - ordered > HEAD_START:
            # The CDN may have been asked for what was evicted already and not deleted yet.
            self._order_eviction(original, variants)

    def _places(self, original: ObjectName, spellings: Iterable[str]) -> Iterator[str]:
        """Yield each place where a variant of the original may be; its tag tells whether it is one."""
        keys = self.sources.keys_of(original)
        for spelling in spellings:
            for key in keys:
                place = f"{self.sources.site.prefix}{spelling}/{key}"
                if is_short(place):
                    yield place

    def _stored(self, places: Iterable[str]) -> list[Stored]:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return [stored for stored in pool.map(self.site.look_up, places) if stored]

    def _order_eviction(self, original: ObjectName, variants: Sequence[str]) -> None:
        if not variants or not self.evictions:
            return
        by_tag = self.evict_by is EvictBy.TAG
        items = [f"#{original.tag}"] if by_tag else [url_path(variant) for variant in variants]
        self.evictions.send([str(order) for order in evictions.some(items)], delay=HEAD_START)
