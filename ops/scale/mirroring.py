"""``python -m ops mirror``: brings the mirrors of originals up to date that have been there for long.

For each original it sends the message of a second look, as if the original had changed: the function behind
the queue of changes does the rest. What is right already is left as it is. Mirrors of no original are found
in the site bucket, and go (`leftovers`).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from chalicelib.address.sources import ObjectName
from chalicelib.aws import queues
from chalicelib.aws.queues import Queue
from chalicelib.config.config import MirrorOriginals
from chalicelib.upkeep import events
from ops import prices
from ops.prices import Item
from ops.scale import leftovers, listing
from ops.scale.enqueuing import PARTS_AT_ONCE, SENDERS
from ops.terminal.failures import Refused, Stopped
from ops.terminal.output import amount, say, step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from ops.scale.choice import Choice
    from ops.scale.deployed import Deployed
    from ops.scale.leftovers import Leftover
    from ops.scale.listing import Part

_CALLS: prices.Usage = {Item.S3_READ: 8, Item.S3_WRITE: 2, Item.SQS_REQUEST: 2.1}
"""The calls for an original that has no mirror yet (tests/upkeep/test_mirroring.py): it is listed in the
index and copied; the others look. A tenth of a call sends its message."""

_CALLS_OF_LEFTOVERS: prices.Usage = {
    Item.S3_READ: 8,
    Item.S3_WRITE: 1,
    Item.SQS_REQUEST: 2.1,
    Item.INVALIDATED_PATH: 1,
}
"""The calls for a mirror that goes, and the path by which it leaves the CDN."""

_SHOWN = 20
"""Mirrors of no original that are shown."""


@dataclass(frozen=True, slots=True)
class Order:
    """The operator's order: of which originals. `dry_run` only counts, `yes` skips the question."""

    choice: Choice
    dry_run: bool = False
    yes: bool = False


def run(console: Console, deployed: Deployed, order: Order) -> None:
    """Have the mirrors brought up to date. Say before how many they are, and ask."""
    if deployed.config.mirror_originals is MirrorOriginals.NONE:
        raise Refused(
            "This site has no mirrors. Type: python -m ops deploy NAME --parameter MirrorOriginals=strip"
        )
    with step(console, "Originals counted"):
        originals = count(deployed, order.choice)
    with step(console, "Mirrors of no original looked for"):
        left = leftovers.find(deployed, order.choice.prefix)
    price = prices.of().total(prices.together((originals, _CALLS), (len(left), _CALLS_OF_LEFTOVERS)))
    say(
        console,
        f"{amount(originals, 'original')}, MirrorOriginals={deployed.config.mirror_originals}, and "
        f"{amount(len(left), 'mirror')} of no original, to be deleted: calls to AWS for at most "
        f"USD {price:.2f}, and the time of the function.",
    )
    say(console, "".join(f"  {each.mirror.place!r}\n" for each in left[:_SHOWN]).rstrip())
    if order.dry_run or not (originals or left):
        say(console, "Nothing was changed." if order.dry_run else "There is nothing to mirror.")
        return
    if not (order.yes or click.confirm("Bring their mirrors up to date?", err=True)):
        raise Refused("Nothing was changed.")
    _send(console, deployed, order.choice, left)


def _send(console: Console, deployed: Deployed, choice: Choice, left: Sequence[Leftover]) -> None:
    try:
        with step(console, "Messages sent"):
            sent = clear(deployed, left) + mirror(deployed, choice)
    except KeyboardInterrupt as interrupt:
        raise Stopped("Stopped. The same command begins again; what is done costs only looks.") from interrupt
    say(
        console, f"{amount(sent, 'original')} asked for. The function Refresh mirrors them in the background."
    )


def count(deployed: Deployed, choice: Choice) -> int:
    """Return how many originals of the choice an address leads to."""
    with ThreadPoolExecutor(PARTS_AT_ONCE) as pool:
        pages = pool.map(lambda part: sum(map(len, _pages(deployed, choice, part))), _parts(deployed, choice))
        return sum(pages)


def mirror(deployed: Deployed, choice: Choice) -> int:
    """Send the message for each original of the choice, and return how many they are."""
    return sum(
        _ask_for(deployed, page)
        for part in _parts(deployed, choice)
        for page in _pages(deployed, choice, part)
    )


def clear(deployed: Deployed, left: Sequence[Leftover]) -> int:
    """Have mirrors of no original deleted and evicted; return for how many the function Refresh is asked.

    It looks after each place that an original may have.
    """
    leftovers.take_away(deployed, [each for each in left if each.owner is None])
    return _ask_for(deployed, [each.owner for each in left if each.owner])


def _ask_for(deployed: Deployed, originals: Sequence[ObjectName]) -> int:
    """Send the message for each of these, and return how many they are."""
    queue = Queue(deployed.clients, deployed.config.changes_queue)
    # One original in a message: what fails, or takes long, keeps no other one waiting.
    bodies = [events.again([original]) for original in originals]
    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(queue.send, queues.parts(bodies)))
    return len(originals)


def _parts(deployed: Deployed, choice: Choice) -> Iterator[Part]:
    for _, source in choice.places():
        yield from listing.parts(deployed.clients.s3, source.bucket, source.prefix)


def _pages(deployed: Deployed, choice: Choice, part: Part) -> Iterator[Sequence[ObjectName]]:
    """Yield the originals of the part that have a place in the site."""
    sources = deployed.config.sources
    for page in listing.pages(deployed.clients.s3, part):
        names = (
            ObjectName(part.bucket, listed.key)
            for listed in page
            if not (choice.since and listed.modified < choice.since)
        )
        yield [name for name in names if not sources.is_note(name) and sources.mirrors_of(name)]
