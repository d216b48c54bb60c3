"""The observations of a site from outside. Pure; `probe` gathers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.doctor.outside.hops import Walk

if TYPE_CHECKING:
    from ops.doctor.known import Unread
    from ops.doctor.outside.address import Address
    from ops.doctor.outside.hops import Hop


@dataclass(frozen=True, slots=True)
class Outside:
    """The walks that were made to examine a site.

    `nowhere` is the walk for a picture that does not exist. `again` repeats its first request a moment later,
    when caches may have kept the answer. `missing` is the walk for a variant that was not stored yet,
    `present` for one that was. `stored` are walks for other variants that are in the site bucket.
    `respelled` is the first request of `nowhere` in another spelling of its address.
    """

    address: Address
    nowhere: Walk
    again: Walk
    missing: Walk | Unread
    present: Walk | Unread
    respelled: Walk
    stored: tuple[Walk, ...] = ()
    is_variant_guessed: bool = False

    @property
    def entry(self) -> Hop | None:
        """The site's own answer to a miss, or None if it does not answer."""
        return self.nowhere.hops[0] if self.nowhere.hops else None

    @property
    def walks(self) -> tuple[Walk, ...]:
        """All walks that were made."""
        seen = (self.nowhere, self.again, self.respelled, self.missing, self.present, *self.stored)
        return tuple(walk for walk in seen if isinstance(walk, Walk))

    @property
    def hops(self) -> tuple[Hop, ...]:
        """All hops of all walks."""
        return tuple(hop for walk in self.walks for hop in walk.hops)
