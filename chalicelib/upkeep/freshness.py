"""Freshness: no variant outlives the version of the original that it was made of.

When an original changes or goes, the index tells which variants there may be of it. Those of another version
are deleted and evicted from the CDN. A minute and a half later it is looked at a second time, because a
rendering that began before the change may be stored after the first look.

The order of the steps makes it safe to die between any two of them: delete, order the eviction, and only then
remove what was deleted from the index. Whoever tries again finds in the index what is not finished.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.address.key import FACES_FOLDER, is_short
from chalicelib.aws import eviction
from chalicelib.aws.index import SETTLED
from chalicelib.config.buckets import APP
from chalicelib.config.config import Delivery
from chalicelib.upkeep import answers, events, unindexed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from chalicelib.address.sources import ObjectName, Sources
    from chalicelib.aws.bucket import Originals, Site, Stored
    from chalicelib.aws.index import Entry
    from chalicelib.aws.queues import Message, Queue
    from chalicelib.upkeep.orders import Orders

log = logging.getLogger(__name__)

SECOND_LOOK = 90
"""Seconds until the second look. What was begun with the old version is stored by then: a request ends after
28 seconds. A variant that is made ahead is begun within 5 seconds of S3's word that the original is the same,
is rendered within 26, and storing it takes 24 at most."""


MOST_LOOKS = 4
"""How often an original is looked after, at most, if it fails by what may be our own fault."""


class Unclear(Exception):  # noqa: N818 - the name says what it is
    """The original may be to blame, or we: nothing was changed for it, and another try may tell."""


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What an original's other versions have left: `stale` variants by key, and what is only in the CDN.

    `gone` are places where nothing stale is stored any more: whoever deleted it may have died before its
    eviction was ordered. `answers` are the items of an invalidation that reach what the app itself answered.
    The `settled` entries can be removed when all that is seen to.
    """

    stale: Mapping[str, Stored]
    gone: Sequence[str]
    answers: Sequence[str]
    settled: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Freshness:
    """The buckets, the queue of `changes`, and the `orders` of evictions.

    `mirror` brings the mirrors of an original up to date, if the site has any; it is told whether this is the
    last look. What it cannot decide before that is `Unclear`. `notes` are the folders of what the app notes
    of an original for itself.
    """

    sources: Sources
    originals: Originals
    site: Site
    changes: Queue
    orders: Orders
    mirror: Callable[[ObjectName, bool], None] | None = None
    notes: Sequence[str] = (FACES_FOLDER,)

    def hear(self, messages: Sequence[Message], in_time: Callable[[], bool]) -> None:
        """Look after the originals that the messages say have changed, as long as it is `in_time`."""

        @cache
        def spellings() -> Sequence[str]:
            return unindexed.spellings(self.site)

        def heed(message: str) -> None:
            change = events.read(message)
            originals = [original for original in change.originals if self._has_variants(original)]
            for original in originals:
                self._refresh(original, spellings())
            # Before any mirror: it takes time, and whatever ends this process there keeps no variant stale.
            if originals and not change.looks:
                self._look_again(originals, 1)
            for original in originals:
                self._mirror(original, change.looks)

        self.changes.work(messages, heed, in_time)

    def _look_again(self, originals: Sequence[ObjectName], looks: int) -> None:
        self.changes.send([events.again(originals, looks)], delay=SECOND_LOOK)

    def _mirror(self, original: ObjectName, looks: int) -> None:
        """Bring its mirrors up to date, if there are any. What fails at first is left to the second look."""
        if not self.mirror:
            return
        try:
            self.mirror(original, looks + 1 >= MOST_LOOKS)
        except Unclear:
            if looks:
                self._look_again([original], looks + 1)
        except Exception:
            if looks:
                raise
            log.exception("not mirrored before the second look: %r", original.key)

    def purge(
        self, original: ObjectName, is_doomed: Callable[[str], bool], spellings: Sequence[str] = ()
    ) -> int:
        """Delete and evict the doomed variants of the original, of any version; return how many were stored.

        `is_doomed` is given the spelling of each. `spellings` are the variants that the index may lack.
        """
        return sum(
            self._clear(original, "", [entry for entry in entries if is_doomed(entry.spelling)])
            for entries in self._entries(original, spellings)
        )

    def _has_variants(self, original: ObjectName) -> bool:
        """Say whether there can be variants of it. In a bucket for both, S3 reports our notes as well."""
        return not self.sources.is_note(original) and bool(self.sources.keys_of(original))

    def _refresh(self, original: ObjectName, spellings: Sequence[str]) -> None:
        """Delete and evict what was made, or noted, of other versions of the original."""
        version = self.originals.version(original)
        for entries in self._entries(original, spellings):
            self._clear(original, version, entries)
        notes = [f"{self.sources.site.prefix}{folder}{original.tag}" for folder in self.notes]
        self.site.delete([stored.key for stored in self._stored(notes) if stored.etag != version])

    def _entries(self, original: ObjectName, spellings: Sequence[str]) -> Iterator[list[Entry]]:
        """Yield the entries of the original's variants, at first those that the index lacked until now."""
        index = self.site.index
        if spellings:
            known = [entry for page in index.pages(original.tag) for entry in page]
            places = [place for spelling in spellings for place in self._places(original, spelling)]
            found = [stored for stored in self._stored(places) if stored.tag == original.tag]
            yield list(unindexed.enter_missing(self.site, found, known))
        yield from index.pages(original.tag)

    def _clear(self, original: ObjectName, version: str, entries: Iterable[Entry]) -> int:
        """Delete and evict the variants of entries of other versions, then remove these entries.

        Return how many variants were stored.
        """
        outdated = [entry for entry in entries if entry.etag != version]
        left = self._look(original, version, outdated)
        items = self.orders.items(original.tag, (*left.stale, *left.gone), left.answers, left.stale.values())
        self.site.delete(list(left.stale))
        self.orders.send(items, _cause(outdated, left.settled))
        self.site.index.remove(left.settled)
        return len(left.stale)

    def _look(self, original: ObjectName, version: str, outdated: Sequence[Entry]) -> Leftovers:
        """Return what there is of the outdated entries.

        The index only says where to look: there may be a newer variant by now, or somebody else's file.
        """
        places = {entry: list(self._places(original, entry.spelling)) for entry in outdated}
        found = self._stored({place for each in places.values() for place in each})
        stale = {
            stored.key: stored for stored in found if stored.tag == original.tag and stored.etag != version
        }
        settled = [entry for entry in outdated if entry.age >= SETTLED or entry.is_answer]
        # Where an answer to a signed request leads, the variant itself has an entry.
        unsigned = [entry for entry in settled if not entry.is_signed]
        missing = [entry for entry in unsigned if stale.keys().isdisjoint(places[entry])]
        gone = [place for entry in missing for place in places[entry]]
        refusals = [
            item
            for entry in outdated
            if entry.is_refusal
            for key in self.sources.keys_of(original)
            for item in answers.refusal(entry.spelling, key)
        ]
        return Leftovers(stale, gone, [*refusals, *answers.signed(outdated, self.answering)], settled)

    @property
    def answering(self) -> tuple[str, ...]:
        """The site's folders where the CDN gets answers of the app itself."""
        return (APP,) if self.orders.delivery is Delivery.REDIRECT else (APP, self.sources.site.prefix)

    def _places(self, original: ObjectName, spelling: str) -> Iterator[str]:
        """Yield each place where this variant of the original may be; its tag tells whether it is one."""
        for key in self.sources.keys_of(original):
            place = f"{self.sources.site.prefix}{spelling}/{key}"
            if is_short(place):
                yield place

    def _stored(self, places: Iterable[str]) -> list[Stored]:
        with ThreadPoolExecutor(unindexed.AT_ONCE) as pool:
            return [stored for stored in pool.map(self.site.look_up, places) if stored]


def _cause(entries: Iterable[Entry], settled: Iterable[Entry]) -> str:
    """Return the reference of the eviction that follows from the entries: of the same ones the same one.

    When they are settled it is another one. Until then somebody may have stored a variant, and the CDN may
    have kept it, after the one before.
    """
    until_now = frozenset(settled)
    return eviction.reference(*sorted(f"{each.key} {each.revision} {each in until_now}" for each in entries))
