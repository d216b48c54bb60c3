"""What the process inside is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.address.variant import Variant
    from chalicelib.codecs.limits import Limits
    from chalicelib.render.extras import Extras


@dataclass(frozen=True, slots=True)
class Order:
    """The arguments of `chalicelib.render.render`, but for the original's bytes and what decodes them."""

    variant: Variant
    limits: Limits
    accepted: frozenset[str]
    needed: Extras
    wanted: tuple[Variant, ...] = ()
    """All variants that are ordered of this original in turn, this one among them."""
