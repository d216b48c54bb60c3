"""What was seen of a site from outside. Pure: `ops.doctor.outside.probe` gathers it."""

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
    """What was seen of a site.

    `nowhere` is the walk of a picture that exists nowhere, and `again` the same a moment later: whatever may
    be kept of it has been. `missing` is a picture whose variant was not stored yet, `present` one whose
    variant was; `stored` are the walks of further variants that the site bucket is known to hold.
    """

    address: Address
    nowhere: Walk
    again: Walk
    missing: Walk | Unread
    present: Walk | Unread
    stored: tuple[Walk, ...] = ()
    is_variant_guessed: bool = False

    @property
    def entry(self) -> Hop | None:
        """The site's own answer to a miss, if it answers at all."""
        return self.nowhere.hops[0] if self.nowhere.hops else None

    @property
    def walks(self) -> tuple[Walk, ...]:
        """Every walk there was."""
        seen = (self.nowhere, self.again, self.missing, self.present, *self.stored)
        return tuple(walk for walk in seen if isinstance(walk, Walk))

    @property
    def hops(self) -> tuple[Hop, ...]:
        """Every hop of every walk."""
        return tuple(hop for walk in self.walks for hop in walk.hops)
