"""Mirrors that are left although no original belongs to them any more.

The original was deleted while the site made no mirrors, or its event was lost; its source, or KEY_PREFIX, is
called otherwise now. No list of originals leads to such a mirror: only one of the site bucket does.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.aws import eviction, mirrors
from chalicelib.aws.bucket import Originals, Stored
from chalicelib.aws.eviction import Urgency
from chalicelib.aws.queues import Queue
from chalicelib.upkeep import work
from ops import mirror_places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.address.sources import ObjectName
    from chalicelib.aws.mirrors import Mirror
    from chalicelib.upkeep.orders import Orders
    from ops.scale.deployed import Deployed

AT_ONCE = 16
"""Objects of the site that are looked at at a time."""

_BEFORE_EVICTION = 60
"""Seconds from the order of an eviction until it begins. The mirror is deleted in between, and not before: an
operator who stops the command in the middle finds the mirror again, and orders once more."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """A mirror of no original. `owner` is the original that would belong at its place, if any can."""

    mirror: Mirror
    owner: ObjectName | None


def find(deployed: Deployed, prefix: str = "") -> list[Leftover]:
    """Return the mirrors in the site of no original; with a `prefix`, those whose keys begin so."""
    sources, below = deployed.config.sources, f"{deployed.config.site.prefix}{prefix}" if prefix else ""
    places = mirror_places.pages(deployed.clients.s3, sources, below)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [
            leftover
            for page in places
            for leftover in pool.map(lambda place: _judged(deployed, place), page)
            if leftover
        ]


def take_away(deployed: Deployed, leftovers: Sequence[Leftover]) -> None:
    """Delete and evict mirrors at places that no original can have: Refresh never looks there."""
    config, clients = deployed.config, deployed.clients
    changes = Queue(clients, config.changes_queue)
    orders = work.freshness(config, clients.s3, changes, deployed.evictions, Urgency.AT_ONCE).orders
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda left: _take_away(deployed, orders, left.mirror), leftovers))


def _take_away(deployed: Deployed, orders: Orders, mirror: Mirror) -> None:
    shown = Stored(mirror.place, "", 0.0, mirror.tag)
    items = orders.items(mirror.tag, [mirror.place], [], [shown])
    orders.send(items, eviction.reference(mirror.place, mirror.revision), delay=_BEFORE_EVICTION)
    mirrors.remove(deployed.site, mirror)


def _judged(deployed: Deployed, place: str) -> Leftover | None:
    """Return the mirror at this place if it is left over."""
    mirror = mirrors.look_up(deployed.site, place)
    if not mirror or not mirror.mode:
        return None
    owner = deployed.config.sources.original_at(place)
    originals = Originals(deployed.clients.s3, deployed.config.limits.source_bytes)
    is_owned = owner is not None and owner.tag == mirror.tag and originals.look_up(owner) is not None
    return None if is_owned else Leftover(mirror, owner)
