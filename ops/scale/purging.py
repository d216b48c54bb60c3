"""``python -m ops purge``: deletes stored variants, and has CloudFront forget them.

It works as a change of the original does, by the same code (`chalicelib.upkeep.freshness`), for one original
after the other. What many originals leave in CloudFront is named by one wildcard for each variant.
"""

from __future__ import annotations

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import click

from chalicelib.address import key as keys
from chalicelib.address import variant as grammar
from chalicelib.address.key import url_path
from chalicelib.address.sources import ObjectName
from chalicelib.aws import invalidation
from chalicelib.aws.eviction import Urgency
from chalicelib.aws.queues import Queue
from chalicelib.config.config import Delivery, EvictBy, MirrorOriginals
from chalicelib.errors import Refusal
from chalicelib.upkeep import answers, evictions, unindexed, work
from chalicelib.upkeep.orders import LAST_FETCHES
from ops import prices
from ops.prices import Item
from ops.scale import listing
from ops.scale.listing import Part
from ops.terminal.failures import Refused, Stopped
from ops.terminal.output import amount, say, step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from rich.console import Console

    from chalicelib.address.policy import Policy
    from chalicelib.aws.bucket import Stored
    from chalicelib.upkeep.freshness import Freshness
    from ops.scale.deployed import Deployed
    from ops.scale.listing import Listed

AT_ONCE = 8
"""Originals that are dealt with at a time; each looks up eight variants at a time."""

_CALLS: prices.Usage = {Item.S3_READ: 4, Item.S3_WRITE: 1}
"""The calls for one variant: it is listed and looked up; deletions are free."""

_SHOWN = 20
"""Names of variants that are shown."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which variants go: those whose spelling `is_doomed`, of originals whose keys begin with `prefix`."""

    is_doomed: Callable[[str], bool] = lambda _: True
    prefix: str = ""


def unlisted(policy: Policy) -> Selection:
    """Return the variants that the allowlist does not allow to everybody."""

    def is_unlisted(spelling: str) -> bool:
        try:
            policy.admit(policy.read(spelling))
        except Refusal:
            return True
        return False

    return Selection(is_unlisted)


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to purge: the folders of the variants by spelling, and how many objects are in them."""

    spellings: tuple[str, ...]
    objects: int


@dataclass(frozen=True, slots=True)
class Purge:
    """Deletes variants of a deployed site. From Python, call `originals` or `folders`.

    `file` names the variants that a purge has begun with: CloudFront has to forget them, also if the purge is
    killed.
    """

    deployed: Deployed
    file: Path

    def originals(self, originals: Sequence[ObjectName]) -> int:
        """Purge all variants of these originals, and return how many were stored."""
        freshness, lacking = self._freshness(evicts=True), unindexed.spellings(self.deployed.site)
        total = sum(freshness.purge(original, lambda _: True, lacking) for original in originals)
        self._order(self.left_waiting(originals))
        return total

    def left_waiting(self, originals: Sequence[ObjectName]) -> list[str]:
        """Return the items for what earlier changes of the originals may have left to a budget.

        Such an eviction waits for hours, and the index no longer has the variants that it is for. Their tag
        reaches them where CloudFront certainly has it. Else only everything does.
        """
        here = self.deployed.config
        if not here.invalidation_budget:
            return []
        has_tags = here.evict_by is EvictBy.TAG and here.delivery is Delivery.FAILOVER
        if has_tags and here.mirror_originals is MirrorOriginals.NONE:
            return [f"{invalidation.TAG}{original.tag}" for original in originals]
        return [*answers.everything(here.site.prefix)]

    def find(self, selection: Selection) -> Found:
        """Return what there is of the selection. It reads one list of each folder."""
        begun = self._begun()
        spellings = tuple(
            name
            for name in dict.fromkeys([*self.deployed.site.folders(), *begun])
            if _is_variant(name) and selection.is_doomed(name)
        )
        with ThreadPoolExecutor(AT_ONCE) as pool:
            objects = sum(pool.map(lambda name: sum(map(len, self._pages(name, selection))), spellings))
        return Found(spellings, objects)

    def folders(
        self, selection: Selection, found: Found, told: Callable[[int], None] = lambda _: None
    ) -> int:
        """Purge what was `found`, and return how many variants were stored. `told` is given each number.

        CloudFront is told last, in one wildcard for each variant: it would fetch again what is still stored.
        """
        self._begin(found.spellings)
        freshness, lacking = self._freshness(evicts=False), unindexed.spellings(self.deployed.site)
        total = 0
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for spelling in found.spellings:
                purge = partial(self._purge, freshness, selection, lacking, spelling)
                for page in self._pages(spelling, selection):
                    number = sum(pool.map(purge, (listed.key for listed in page)))
                    total += number
                    told(number)
        self._order(self.wildcards(selection, found.spellings))
        self.file.unlink(missing_ok=True)
        return total

    def wildcards(self, selection: Selection, spellings: Sequence[str]) -> list[str]:
        """Return the items that have CloudFront forget the variants, and what the app answered for them."""
        prefix = self.deployed.config.site.prefix
        variants = (url_path(f"{prefix}{spelling}/{selection.prefix}") for spelling in spellings)
        answering = self._freshness(evicts=False).answering
        told = (answers.of_variant(spelling, folder) for spelling in spellings for folder in answering)
        return sorted({*map(invalidation.beginning, variants), *told})

    def _pages(self, spelling: str, selection: Selection) -> Iterator[Sequence[Listed]]:
        site = self.deployed.config.site
        part = Part(site.bucket, f"{site.prefix}{spelling}/{selection.prefix}")
        return listing.pages(self.deployed.clients.s3, part)

    def _purge(
        self, freshness: Freshness, selection: Selection, lacking: Sequence[str], spelling: str, place: str
    ) -> int:
        """Purge the original of the variant at this place: of all its doomed variants, to look only once."""
        stored = self.deployed.site.look_up(place)
        original = stored and self._original(stored, spelling)
        return freshness.purge(original, selection.is_doomed, lacking) if original else 0

    def _original(self, stored: Stored, spelling: str) -> ObjectName | None:
        """Return the original of a stored variant; None if it is somebody else's file.

        A preset that the configuration no longer names may have been for one source: the tag tells.
        """
        sources = self.deployed.config.sources
        rest = stored.key.removeprefix(f"{sources.site.prefix}{spelling}/")
        named = [(source, rest) for source in sources.by_name.values()]
        named += [(source, rest.removeprefix(f"{name}/")) for name, source in sources.by_name.items()]
        candidates = (ObjectName(source.bucket, source.prefix + key) for source, key in named)
        return next((original for original in candidates if original.tag == stored.tag), None)

    def _order(self, items: Sequence[str]) -> None:
        if queue := self.deployed.evictions:
            orders = evictions.some(items, f"purge {uuid.uuid4()}", Urgency.AT_ONCE)
            queue.send([str(order) for order in orders], delay=LAST_FETCHES)

    def _begun(self) -> list[str]:
        """Return the variants that an earlier purge began with, and did not finish."""
        try:
            return [str(name) for name in json.loads(self.file.read_text())]
        except (OSError, ValueError, TypeError):
            return []

    def _begin(self, spellings: Sequence[str]) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(spellings))

    def _freshness(self, *, evicts: bool) -> Freshness:
        here, clients = self.deployed.config, self.deployed.clients
        changes, told = Queue(clients, here.changes_queue), self.deployed.evictions if evicts else None
        return work.freshness(here, clients.s3, changes, told, Urgency.AT_ONCE)


def _is_variant(name: str) -> bool:
    return grammar.is_spelling(name) or grammar.is_preset_name(name)


@dataclass(frozen=True, slots=True)
class Order:
    """The operator's order: `names` of originals, or a `selection`; `yes` skips the question."""

    names: Sequence[str] = ()
    selection: Selection | None = None
    dry_run: bool = False
    yes: bool = False


def run(console: Console, purge: Purge, order: Order) -> None:
    """Purge. Say before what goes, and ask."""
    if order.selection is None:
        originals = _located(purge.deployed, order.names)
        besides = ", ".join(purge.left_waiting(originals)[:_SHOWN])
        also = f", and have CloudFront forget {besides}" if besides else ""
        _ask(console, order, f"all variants of {amount(len(order.names), 'original')}{also}")
        gone = _uninterrupted(console, lambda: purge.originals(originals))
    else:
        gone = _run_selection(console, purge, order, order.selection)
    say(console, f"{amount(gone, 'variant')} deleted. CloudFront is told through the queue of evictions.")


def _located(deployed: Deployed, names: Sequence[str]) -> list[ObjectName]:
    """Return the originals with these keys; `Refused` if one is no key."""
    try:
        return [deployed.config.sources.locate(keys.check(name)) for name in names]
    except Refusal as refusal:
        raise Refused(str(refusal)) from refusal


def _run_selection(console: Console, purge: Purge, order: Order, selection: Selection) -> int:
    with step(console, "Variants counted"):
        found = purge.find(selection)
    paths = len(purge.wildcards(selection, found.spellings))
    say(console, "".join(f"  {name}\n" for name in found.spellings[:_SHOWN]).rstrip())
    price = prices.of().total(prices.together((found.objects, _CALLS), (paths, {Item.INVALIDATED_PATH: 1})))
    _ask(
        console,
        order,
        f"{amount(found.objects, 'object')} of {amount(len(found.spellings), 'variant')}, with "
        f"{amount(paths, 'path')} to invalidate, for about USD {price:.2f}",
    )
    return _uninterrupted(console, lambda: purge.folders(selection, found))


def _ask(console: Console, order: Order, what: str) -> None:
    say(console, f"Purge {what}.")
    if order.dry_run or not (order.yes or click.confirm("Delete them?", err=True)):
        raise Refused("Nothing was changed.")


def _uninterrupted(console: Console, purge: Callable[[], int]) -> int:
    try:
        with step(console, "Variants deleted"):
            return purge()
    except KeyboardInterrupt as interrupt:
        raise Stopped("Stopped. Type the same command again: CloudFront is told at its end.") from interrupt
