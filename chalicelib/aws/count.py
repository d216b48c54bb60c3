"""How many paths CloudFront was told in a month, as the metadata of an object say it. Only values.

`chalicelib.aws.tally` keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

REMEMBERED = 64
"""Evictions that are remembered: metadata holds 2 KB (S3 user guide). CloudFront is told again within
minutes, and two workers tell it."""

_AGAIN = "+"


@dataclass(frozen=True, slots=True)
class Count:
    """So many `paths` in the `month`, and the `orders` that were counted last.

    `revision` is the object's ETag; empty if there is no object yet. An order that CloudFront is told again,
    perhaps by two functions at once, is marked: then it is not taken off, even if one of them is refused.
    """

    month: str
    paths: int = 0
    orders: tuple[str, ...] = ()
    revision: str = ""

    @classmethod
    def read(cls, metadata: Mapping[str, str], revision: str) -> Self:
        """Return what the metadata say; `ValueError` if they are not those of a count."""
        try:
            orders = tuple(metadata.get("orders", "").split())
            return cls(metadata["month"], int(metadata["paths"]), orders, revision)
        except KeyError as missing:
            raise ValueError(f"the object has no {missing} in its metadata") from missing

    @property
    def metadata(self) -> dict[str, str]:
        """The count as metadata."""
        return {"month": self.month, "paths": str(self.paths), "orders": " ".join(self.orders)}

    def of(self, month: str) -> Count:
        """Return the count as it is in this month: nothing, if it is of an earlier one.

        It never goes back: somebody's clock may be slow at the turn of the month.
        """
        return self if self.month >= month else Count(month, revision=self.revision)

    def marking(self, order: str) -> Count:
        """Return the count with a mark at an order that is told again; the same one if it has it already."""
        marked = f"{order}{_AGAIN}"
        return replace(self, orders=tuple(marked if each == order else each for each in self.orders))

    def has(self, order: str) -> bool:
        """Say whether the order is counted."""
        return not {order, f"{order}{_AGAIN}"}.isdisjoint(self.orders)

    def adding(self, order: str, paths: int) -> Count:
        """Return the count with the paths of one order more."""
        return replace(self, paths=self.paths + paths, orders=(*self.orders, order)[-REMEMBERED:])

    def without(self, order: str, paths: int) -> Count:
        """Return the count without the paths of an order; the same one if it is not there, or told again."""
        if order not in self.orders:
            return self
        kept = tuple(each for each in self.orders if each != order)
        return replace(self, paths=max(0, self.paths - paths), orders=kept)
