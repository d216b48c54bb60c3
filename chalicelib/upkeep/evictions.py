"""Evictions on their way to CloudFront through the queue that gathers them.

With a queue, only the function behind it has to know the distribution, and what many originals leave behind
becomes one call: CloudFront throttles calls, not paths.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.cdn import Refused, Told
from chalicelib.aws.eviction import Eviction, HeldBack, Urgency, read, reference
from chalicelib.aws.invalidation import is_wildcard
from chalicelib.aws.queues import QueueError
from chalicelib.upkeep.held_back import HeldBackEvictions

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


def some(items: Sequence[str], cause: str, urgency: Urgency = Urgency.DUE) -> Iterator[Eviction]:
    """Yield the evictions of the `items`, each small enough for the queue.

    Of the same items and the same `cause` they are always the same ones, which CloudFront carries out once.
    """
    for start in range(0, len(items), MOST_ITEMS):
        part = tuple(items[start : start + MOST_ITEMS])
        yield Eviction(part, reference(cause, *part), urgency=urgency)


def together(evictions: Iterable[Eviction]) -> Eviction:
    """Return one eviction of all items, each once. Of the same evictions it is always the same one.

    They are equally urgent.
    """
    every = sorted(set(evictions), key=lambda eviction: eviction.reference)
    if len(every) == 1:
        return every[0]
    return Eviction(
        tuple(sorted({item for eviction in every for item in eviction.items})),
        reference(*(eviction.reference for eviction in every)),
        urgency=every[0].urgency,
        since=max(eviction.since for eviction in every),
    )


def calls(evictions: Iterable[Eviction]) -> list[list[Eviction]]:
    """Return the evictions in the order in which CloudFront is told of them, with those of one call together.

    Wildcards come last, a few in each call: their quota is small, and must keep no other eviction waiting.
    What is not equally urgent is told in different calls: a budget may have paths for one of them alone.
    """
    every = list(dict.fromkeys(evictions))
    wild = [eviction for eviction in every if _wildcards(eviction)]
    plain = [eviction for eviction in every if not _wildcards(eviction)]
    return [
        *_equally_urgent([eviction for eviction in plain if not eviction.alone]),
        *([eviction] for eviction in plain if eviction.alone),
        *([eviction] for eviction in wild if eviction.alone),
        *(
            few
            for group in _equally_urgent([eviction for eviction in wild if not eviction.alone])
            for few in _few(group)
        ),
    ]


def _equally_urgent(evictions: Iterable[Eviction]) -> list[list[Eviction]]:
    groups: defaultdict[Urgency, list[Eviction]] = defaultdict(list)
    for eviction in evictions:
        groups[eviction.urgency].append(eviction)
    return list(groups.values())


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

    def carry_out(self, in_time: Callable[[], bool], note: Callable[[Told], None] = lambda _: None) -> None:
        """Have the distribution forget all that the messages name, in as few calls as may be.

        After each call, `note` is given the number of items that CloudFront took, and of those that the
        budget held back.
        What is done is taken out of the queue at once, what there is no time for goes back into it.
        A call that fails keeps no other one waiting. Afterwards the first failure is raised: botocore's
        errors, and `QueueError` also for messages that are no evictions and for items that CloudFront takes
        in no form. After either, Lambda delivers again what is still in the queue, and gives it to the dead
        letters in the end.
        """
        orders, unread = self._read()
        named = [order for order in orders if order.urgency is not Urgency.EVERYTHING]
        waiting = [*calls(named), *self._held_back.calls(orders)]
        refused: set[str] = set()
        failures: list[Exception] = []
        while waiting:
            call = waiting.pop(0)
            try:
                refused |= self._make(call, orders, note)
            except (BotoCoreError, ClientError, QueueError) as failure:
                log.exception("a call failed, and its messages stay in the queue")
                failures.append(failure)
            if waiting and not in_time():
                self.queue.hand_back(
                    [message for call in waiting for each in call for message in orders[each]]
                )
                break
        if unread or refused:
            failures.append(
                QueueError(
                    f"{unread} messages are no evictions, CloudFront does not take {sorted(refused)!r}"
                )
            )
        if failures:
            raise failures[0]

    @property
    def _held_back(self) -> HeldBackEvictions:
        return HeldBackEvictions(self.distribution, self.queue)

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

    def _make(
        self,
        call: Sequence[Eviction],
        orders: Mapping[Eviction, Sequence[Message]],
        note: Callable[[Told], None],
    ) -> frozenset[str]:
        """Make the call, take what is done out of the queue, and return the items that CloudFront refuses."""
        told, refused = self._tell(call)
        note(told)
        self._finish(call, orders, refused)
        return refused

    def _tell(self, call: Sequence[Eviction]) -> tuple[Told, frozenset[str]]:
        """Tell CloudFront in one call, and return what it refuses as well."""
        eviction = together(call)
        try:
            return Told(self._held_back.forget(eviction)), frozenset()
        except HeldBack:
            return self._held_back.hold(eviction), frozenset()
        except Refused as refusal:
            return Told(len({*eviction.items} - refusal.items)), refusal.items

    def _finish(
        self,
        call: Sequence[Eviction],
        orders: Mapping[Eviction, Sequence[Message]],
        refused: frozenset[str],
    ) -> None:
        """Take what is done out of the queue."""
        done = [eviction for eviction in call if refused.isdisjoint(eviction.items)]
        self.queue.finish([message for eviction in done for message in orders[eviction]])
