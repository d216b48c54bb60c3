"""What becomes of evictions that the month's budget has no paths for (`chalicelib.aws.budget`).

What may be left out is left out. In place of the others everything is evicted: at once, as long as the budget
has paths for that; else with the next part of the month, for which a message waits in the queue.
"""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.aws.cdn import Told
from chalicelib.aws.eviction import Eviction, HeldBack, Urgency, reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.aws.budget import Budget
    from chalicelib.aws.cdn import Distribution
    from chalicelib.aws.queues import Queue

log = logging.getLogger(__name__)

_LONGEST_DELAY = 900
"""Seconds that a queue keeps a message back, at most (API reference, SendMessageBatch)."""


@dataclass(frozen=True, slots=True)
class HeldBackEvictions:
    """Evictions of everything, which take the place of others, from the `queue` to the `distribution`."""

    distribution: Distribution
    queue: Queue

    @property
    def _budget(self) -> Budget | None:
        return self.distribution.tally.budget if self.distribution.tally else None

    def calls(self, evictions: Iterable[Eviction]) -> list[list[Eviction]]:
        """Return those of everything: the ones that are due, and the ones that have to wait, together."""
        now = time.time()
        groups: dict[bool, list[Eviction]] = {True: [], False: []}
        for eviction in evictions:
            if eviction.urgency is Urgency.EVERYTHING:
                groups[self._due(eviction, now) is not None].append(eviction)
        return [group for group in groups.values() if group]

    def forget(self, eviction: Eviction) -> int:
        """Tell CloudFront, and return how many items it was told. `HeldBack` if that has to wait."""
        if eviction.urgency is not Urgency.EVERYTHING:
            return self.distribution.forget(eviction)
        due = self._due(eviction, time.time())
        if due is None:
            raise HeldBack
        return self.distribution.forget(due)

    def hold(self, eviction: Eviction) -> Told:
        """See to an eviction that is held back, and return what CloudFront was told in its place."""
        budget = self._budget
        if budget is None or eviction.urgency is Urgency.OPTIONAL:
            log.warning("did not evict %.500r: the budget has no paths for it", eviction.items)
            return Told(held=len(eviction.items))
        if eviction.urgency is Urgency.EVERYTHING:
            self._wait(budget, eviction)
            return Told()
        return Told(self._replace(budget, eviction), len(eviction.items))

    def _due(self, eviction: Eviction, now: float) -> Eviction | None:
        """Return what to tell for an eviction of everything. Without a budget, what was ordered is told."""
        return self._budget.due(eviction, now) if self._budget else eviction

    def _replace(self, budget: Budget, eviction: Eviction) -> int:
        """Evict everything in its place, now or later; return how many items CloudFront was told."""
        told = reference("everything", eviction.reference, *budget.everything)
        try:
            return self.distribution.forget(Eviction(budget.everything, told, alone=True))
        except HeldBack:
            log.warning("evict everything later, in place of %.500r", eviction.items)
            self._wait(budget, budget.instead(time.time()))
            return 0

    def _wait(self, budget: Budget, eviction: Eviction) -> None:
        seconds = math.ceil(budget.wait(eviction, time.time()))
        self.queue.send([str(eviction)], delay=min(max(seconds, 1), _LONGEST_DELAY))
