"""An original for work that takes longer than one picture: it is read once, and again if it has changed."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chalicelib.timing import Deadline

if TYPE_CHECKING:
    from chalicelib.address.sources import ObjectName
    from chalicelib.address.variant import Variant
    from chalicelib.aws.bucket import Original, Originals

CONFIRMED_SECONDS = 5
"""How long an original that was read, or looked at, counts as unchanged.

A variant that is begun within this time is stored before the second look at a change, like one that a viewer
waits for (`chalicelib.upkeep.freshness`), whatever becomes of this process."""


@dataclass(slots=True)
class Reread:
    """The original called `name`, of which all variants in `wanted` are made.

    It keeps the bytes: it is made for one message, and thrown away.
    """

    originals: Originals
    name: ObjectName
    wanted: tuple[Variant, ...] = ()
    _original: Original | None = None
    _fresh: Deadline = field(default_factory=lambda: Deadline.within(0))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, accepted: frozenset[str], deadline: Deadline) -> Original:
        """Return the original, at most `CONFIRMED_SECONDS` old, or raise what `Asked.read` raises."""
        with self._lock:
            if self._original and self._fresh.left():
                return self._original
            fresh = Deadline.within(CONFIRMED_SECONDS)
            if not self._original or self.originals.version(self.name) != self._original.etag:
                original = self.originals.fetch(self.name, accepted, deadline)
                self._original = replace(original, wanted=self.wanted)
            self._fresh = fresh
            return self._original
