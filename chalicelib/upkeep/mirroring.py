"""Mirrors of originals, brought up to date: `/a.png` then comes from the site, beside `/150x200/a.png`.

Whatever is reported of an original, it is looked at as it is now, and its mirror is brought to that state:
written, replaced, deleted, or left as it is. After each change both are looked at again, until nothing is
left to do. So of several workers, whoever writes last has seen what was written before, and messages may
come twice, late, or in any order.

What was replaced or deleted has to leave the CDN as well. That this is owed is written down before, and
struck out after the eviction is ordered: whoever comes next finds what a process that died has left.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.address.sources import ObjectName
from chalicelib.aws import eviction
from chalicelib.aws.bucket import Stored
from chalicelib.aws.index import SETTLED
from chalicelib.aws.mirrors import Changed, Mirrors, look_up, remove
from chalicelib.codecs.formats import SVG
from chalicelib.config.config import MirrorOriginals
from chalicelib.errors import Fault, NoImageMagick, Refusal, UnreadableOriginal, UpstreamBusy
from chalicelib.timing import Deadline
from chalicelib.upkeep.freshness import Unclear

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalicelib.aws.bucket import Original, Version
    from chalicelib.aws.clients import Aws
    from chalicelib.aws.index import Debt
    from chalicelib.aws.mirrors import Mirror
    from chalicelib.config.config import Config
    from chalicelib.observing import Record
    from chalicelib.render.rendered import Rendered
    from chalicelib.upkeep.freshness import Freshness

    Write = Callable[[str, Mirror | None], None]

log = logging.getLogger(__name__)

MOST_LOOKS = 5
"""How often a mirror is looked at, at most. Two looks are usual: the second one sees that all is right."""

FETCH_SECONDS = 40
"""Seconds in which an original has to be read whose metadata are to be removed."""

_LATER = (UpstreamBusy, NoImageMagick, UnreadableOriginal)
"""What says nothing of the original: the message is delivered again."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What belongs at a place: what `write` puts there, or nothing. `why` not, if somebody may wonder.

    It `is_clear` that there is nothing if it is not our own fault.
    """

    write: Write | None = None
    why: str = ""
    is_clear: bool = True


@dataclass(frozen=True, slots=True)
class Mirroring:
    """Brings mirrors up to date, in the buckets of `fresh` and through its orders.

    `strip` returns an original without its metadata. Of `overlays` there are no mirrors. A look that may end
    in writing one is taken only `in_time`.
    """

    fresh: Freshness
    mirrors: Mirrors
    accepted: frozenset[str]
    overlays: frozenset[ObjectName]
    strip: Callable[[Original], Rendered]
    record: Record
    in_time: Callable[[], bool]

    def follow(self, original: ObjectName, is_last: bool) -> None:  # noqa: FBT001 - as `Freshness` calls it
        """Bring the mirrors of the original up to date: there is one for each of its addresses in the site.

        `UpstreamBusy` if that is not possible now. `Unclear` if it fails by what may be our own fault, and
        this is not the last look: what is there stays until then, and goes with that.
        """
        index, evicts = self.fresh.site.index, self.fresh.orders.queue is not None
        places = sorted(self.fresh.sources.mirrors_of(original))
        earlier = index.owed(original.tag) if places and evicts else None
        also = earlier.also if earlier else frozenset()
        debts: list[Debt] = []
        for place in places:
            if debt := self._bring(original, place, also, is_last=is_last):
                debts.append(debt)
                also = debt.also
        # A younger one may be of another worker that has not replaced anything yet.
        if earlier and earlier.age >= SETTLED:
            debts.insert(0, earlier)
        if debts:
            self._evict(original, places, debts[-1])

    def _bring(self, original: ObjectName, place: str, also: frozenset[str], *, is_last: bool) -> Debt | None:
        """Bring the mirror at this place up to date, and return the eviction that is owed for it, if any.

        `also` are tags of other originals that are owed already: what was there may have been of another one.
        """
        debt = None
        for _ in range(MOST_LOOKS):
            if not self.in_time():
                break
            # The mirror first: what replaces it is then of no earlier version than it is itself.
            there = look_up(self.fresh.site, place)
            now = self.fresh.originals.look_up(original)
            try:
                if self._is_right(original, place, there, now):
                    return debt
                wanted = self._wanted(original, place, there, now)
                if not wanted.is_clear and not is_last:
                    raise Unclear(wanted.why)
                if not wanted.write and not (there and there.mode):
                    self._tell(place, wanted.why)
                    return debt
                if there and self.fresh.orders.queue:
                    also |= {there.tag} - {original.tag}
                    debt = self.fresh.site.index.owe(original.tag, also)
                self._put(place, there, wanted.write)
            except Changed:
                log.info("looked at again, because it has changed: %r", place)
        raise UpstreamBusy

    def _is_right(self, original: ObjectName, place: str, there: Mirror | None, now: Version | None) -> bool:
        if not there or not there.mode or not now:
            return False
        is_copy = (there.version, there.tag) == (now.etag, original.tag)
        is_made_so = there.recipe == self.mirrors.recipe and there.kind in self.accepted
        return is_copy and is_made_so and self._hindrance(original, place, now) is None

    def _wanted(self, original: ObjectName, place: str, there: Mirror | None, now: Version | None) -> _Wanted:
        """Return what belongs at this place. `Changed` if the original has changed while it was judged."""
        if not now:
            return _Wanted()
        hindrance = self._hindrance(original, place, now)
        if hindrance is not None:
            return _Wanted(why=hindrance)
        if there and not there.mode:
            return _Wanted(why="somebody else's object is there")
        try:
            return _Wanted(self._writer(original, now))
        except _LATER:
            raise
        except Refusal as refusal:
            return _Wanted(why=f"{refusal.code}: {refusal}", is_clear=not _may_be_ours(refusal))

    def _hindrance(self, original: ObjectName, place: str, now: Version) -> str | None:
        """Return why there can be no mirror, as far as one look tells; empty if nobody has to be told."""
        most = self.fresh.originals.max_bytes
        if self.mirrors.mode == MirrorOriginals.REMOVE or original in self.overlays:
            return ""
        if self.fresh.sources.is_reserved(place):
            return "the address is one of a variant, or of the site itself"
        if now.is_ours:
            return "it is a variant or a mirror itself"
        if not 0 < now.size <= most:
            return f"it has {now.size} bytes, and from 1 to {most} are allowed"
        return None

    def _writer(self, original: ObjectName, now: Version) -> Write:
        """Return what writes the mirror; a refusal if the original can have none.

        An SVG is a document that may run scripts: it is never copied as it is.
        """
        if self.mirrors.mode == MirrorOriginals.KEEP:
            kind = self.mirrors.recognise(original, now, self.accepted)
            if kind is not SVG:
                return partial(self.mirrors.copy, original, now, kind)
        found = self.fresh.originals.fetch(original, self.accepted, Deadline.within(FETCH_SECONDS))
        return partial(self.mirrors.store, found, self.strip(found))

    def _put(self, place: str, there: Mirror | None, write: Write | None) -> None:
        if write:
            write(place, there)
            self.record.tell_mirrored()
        elif there:
            remove(self.fresh.site, there)

    def _tell(self, place: str, why: str) -> None:
        if why:
            self.record.tell_not_mirrored()
            log.warning("not mirrored to %r: %s", place, why)

    def _evict(self, original: ObjectName, places: Sequence[str], debt: Debt) -> None:
        """Order the eviction that is owed: always the same one for the same debt."""
        orders = self.fresh.orders
        shown = (Stored(place, "", 0.0, original.tag) for place in places)
        items = orders.items(original.tag, places, [], shown, debt.also)
        orders.send(items, eviction.reference(debt.key, debt.revision))
        self.fresh.site.index.settle(debt)


def _may_be_ours(refusal: Refusal) -> bool:
    """Say whether the refusal may be our own fault: something of ours failed, or took too long."""
    return isinstance(refusal, Fault) or isinstance(refusal.__cause__, TimeoutError)


def mirroring(
    config: Config, aws: Aws, fresh: Freshness, record: Record, in_time: Callable[[], bool]
) -> Mirroring:
    """Return what brings the mirrors of the site up to date that `config` describes."""
    sources = config.sources.by_name
    overlays = (
        ObjectName(sources[each.source].bucket, sources[each.source].prefix + each.key)
        for each in config.watermarks.values()
    )
    return Mirroring(
        fresh=fresh,
        mirrors=Mirrors(aws, fresh.site, config.mirror_originals),
        accepted=config.image_types,
        overlays=frozenset(overlays),
        strip=partial(_strip, config),
        record=record,
        in_time=in_time,
    )


def _strip(config: Config, original: Original) -> Rendered:
    from chalicelib.upkeep import stripping  # noqa: PLC0415 - originals that are copied as they are need no darkroom

    return stripping.strip_in_darkroom(original, config.limits, config.image_types)
