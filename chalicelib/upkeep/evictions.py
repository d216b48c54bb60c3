"""Evictions on their way to CloudFront through the queue that gathers them.

With a queue, only the function behind it has to know the distribution, and what many originals leave behind
becomes one call: CloudFront throttles calls, not paths.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.aws.cdn import Eviction, Refused, reference
from chalicelib.aws.invalidation import is_wildcard
from chalicelib.aws.queues import QueueError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from chalicelib.aws.cdn import Distribution
    from chalicelib.aws.queues import Message, Queue

log = logging.getLogger(__name__)

MOST_ITEMS = 10
"""Items of the largest eviction that is put into the queue."""

MOST_WILDCARDS = 10
"""Wildcards of the largest call. Only 15 may be in progress in a distribution, so CloudFront would never
take a call with more (developer guide, "Quotas on invalidations")."""


def some(items: Sequence[str], cause: str) -> Iterator[Eviction]:
    """Yield the evictions of the `items`, each small enough for the queue.

    Of the same items and the same `cause` they are always the same ones, which CloudFront carries out once.
    """
    for start in range(0, len(items), MOST_ITEMS):
        part = tuple(items[start : start + MOST_ITEMS])
        yield Eviction(part, reference(cause, *part))


def read(message: str) -> Eviction:
    """Return the eviction of a message; `ValueError` if it is none."""
    try:
        said = json.loads(message)
        return Eviction(tuple(map(str, said["items"])), str(said["reference"]), bool(said.get("alone")))
    except (AttributeError, KeyError, TypeError) as fault:
        raise ValueError(f"no eviction: {message[:500]!r}") from fault


def together(evictions: Iterable[Eviction]) -> Eviction:
    """Return one eviction of all items, each once. Of the same evictions it is always the same one."""
    every = sorted(set(evictions), key=lambda eviction: eviction.reference)
    if len(every) == 1:
        return every[0]
    return Eviction(
        tuple(sorted({item for eviction in every for item in eviction.items})),
        reference(*(eviction.reference for eviction in every)),
    )


def calls(evictions: Iterable[Eviction]) -> list[list[Eviction]]:
    """Return the evictions in the order in which CloudFront is told of them, with those of one call together.

    Wildcards come last, a few in each call: their quota is small, and must keep no other eviction waiting.
    """
    every = list(dict.fromkeys(evictions))
    wild = [eviction for eviction in every if _wildcards(eviction)]
    plain = [eviction for eviction in every if not _wildcards(eviction)]
    gathered = [eviction for eviction in plain if not eviction.alone]
    return [
        *([gathered] if gathered else []),
        *([eviction] for eviction in plain if eviction.alone),
        *([eviction] for eviction in wild if eviction.alone),
        *_few([eviction for eviction in wild if not eviction.alone]),
    ]


def _few(evictions: Sequence[Eviction]) -> Iterator[list[Eviction]]:
    """Yield the evictions in groups that have no more wildcards than one call may."""
    group: list[Eviction] = []
    for eviction in evictions:
        if group and len(_wildcards(together([*group, eviction]))) > MOST_WILDCARDS:
            yield group
            group = []
        group.append(eviction)
    if group:
        yield group


def _wildcards(eviction: Eviction) -> list[str]:
    return [item for item in eviction.items if is_wildcard(item)]


@dataclass(frozen=True, slots=True)
class DeliveredEvictions:
    """Messages that the `queue` of evictions has delivered, and the `distribution` that is to forget them."""

    messages: Sequence[Message]
    queue: Queue
    distribution: Distribution

    def carry_out(self, in_time: Callable[[], bool], told: Callable[[int], None] = lambda _: None) -> None:
        """Have the distribution forget all that the messages name, in as few calls as may be.

        After each call, `told` is given the number of items that CloudFront took.
        What is done is taken out of the queue at once, what there is no time for goes back into it.
        `QueueError` for messages that are no evictions and for items that CloudFront takes in no form;
        botocore's errors are not caught. After either, Lambda delivers again what is still in the queue, and
        gives it to the dead letters in the end.
        """
        orders, unread = self._read()
        waiting = calls(orders)
        refused: set[str] = set()
        while waiting:
            call = waiting.pop(0)
            untaken = self._tell(call, orders)
            told(len(set(together(call).items) - untaken))
            refused |= untaken
            if waiting and not in_time():
                self.queue.hand_back(
                    [message for call in waiting for each in call for message in orders[each]]
                )
                break
        if unread or refused:
            raise QueueError(
                f"{unread} messages are no evictions, CloudFront does not take {sorted(refused)!r}"
            )

    def _read(self) -> tuple[dict[Eviction, list[Message]], int]:
        """Return the messages of each eviction, and how many are of none."""
        orders: dict[Eviction, list[Message]] = {}
        unread = 0
        for message in self.messages:
            try:
                orders.setdefault(read(message.body), []).append(message)
            except ValueError:
                log.exception("not evicted")
                unread += 1
        return orders, unread

    def _tell(self, call: Sequence[Eviction], orders: Mapping[Eviction, Sequence[Message]]) -> frozenset[str]:
        """Tell CloudFront in one call, take what is done out of the queue, return what it refuses."""
        refused: frozenset[str] = frozenset()
        try:
            self.distribution.forget(together(call))
        except Refused as refusal:
            refused = refusal.items
        done = [eviction for eviction in call if refused.isdisjoint(eviction.items)]
        self.queue.finish([message for eviction in done for message in orders[eviction]])
        return refused
