"""The budget of a month: how many paths may be told to CloudFront for which evictions. Only arithmetic.

CloudFront bills every path, wildcard and tag of an invalidation, by calendar months in UTC. A queue's worker
orders at most `Budget.paths` in a month, whatever is asked of it:

    redirects (`OPTIONAL`)         as long as fewer than half of `named` are used
    changed originals (`DUE`)      as long as `named` are not used up
    everything in their place      once in each of `slots` equal parts of the month

`named` and the slots make up the budget, so a change is late by one slot at most. No count is needed for
that: within a slot every worker uses the same caller reference, and CloudFront bills one reference once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.aws.eviction import Eviction, Urgency, reference

_MOST_SLOTS = 8000
"""Parts of a month, at most: one in five minutes. Only 15 wildcards may be in progress at a time."""

CLOCKS_DIFFER = 60.0
"""Seconds that the clocks of two functions may differ. Lambda keeps them within milliseconds."""


def month(moment: float) -> str:
    """Return the month of a moment in seconds since 1970, like ``2026-11``."""
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m}"


def _bounds(moment: float) -> tuple[float, float]:
    """Return when the month of this moment begins, and when the next one does."""
    first = datetime.fromtimestamp(moment, UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (first + timedelta(days=32)).replace(day=1)
    return first.timestamp(), following.timestamp()


@dataclass(frozen=True, slots=True)
class Budget:
    """`paths` of a month. `everything` is the items that reach all that the CDN has of the site.

    Without `everything`, all paths are for redirects: without a queue, nothing can be told later.
    """

    paths: int
    everything: tuple[str, ...] = ()

    @property
    def slots(self) -> int:
        """The parts of a month in which everything can be told: half of the paths are for them."""
        return min(self.paths // 2 // len(self.everything), _MOST_SLOTS) - 1

    @property
    def named(self) -> int:
        """The paths that are for evictions as they are ordered.

        The first seconds of a month are those of the month before (`due`), so one part more can be paid for.
        """
        return self.paths - (self.slots + 1) * len(self.everything) if self.everything else self.paths

    def most(self, urgency: Urgency) -> float:
        """Return how many paths may have been told in a month after an eviction of this urgency."""
        if urgency is Urgency.OPTIONAL:
            return self.named // 2 if self.everything else self.named
        return self.named if urgency is Urgency.DUE else math.inf

    def slot(self, moment: float) -> float:
        """Return when the part of the month began that this moment is in, in seconds since 1970."""
        begin, end = _bounds(moment)
        length = (end - begin) / self.slots
        return begin + min(int((moment - begin) / length), self.slots - 1) * length

    def instead(self, since: float) -> Eviction:
        """Return the eviction of everything in place of what was ordered until `since`.

        The items are in its reference: sites with other KEY_PREFIXes may share the distribution.
        """
        told = reference("everything", repr(since), *self.everything)
        return Eviction(self.everything, told, alone=True, urgency=Urgency.EVERYTHING, since=since)

    def due(self, waiting: Eviction, now: float) -> Eviction | None:
        """Return what to tell for this eviction of everything; None if it has to wait for the next part.

        What is told in a part of the month reaches what was ordered before the part began. So that this holds
        by everybody's clock, nobody tells in the first seconds of it: these belong to the part before.
        """
        begin = self.slot(now - CLOCKS_DIFFER)
        return self.instead(begin) if begin > waiting.since else None

    def wait(self, waiting: Eviction, now: float) -> float:
        """Return the seconds until this eviction of everything is `due`."""
        begin, end = _bounds(waiting.since)
        following = self.slot(waiting.since) + (end - begin) / self.slots
        return max(0.0, following + CLOCKS_DIFFER - now)
