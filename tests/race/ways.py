"""The ways in which a site can be set up, as far as freshness depends on them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Way:
    """`delivery` and `evict_by` are those of the configuration.

    With `redirects_spellings` the function at the edge leaves each picture one address. Without it, only a
    tag reaches all of them (docs/stack.md, OtherSpellings).
    """

    delivery: str
    evict_by: str
    redirects_spellings: bool = True

    @property
    def fails_over(self) -> bool:
        return self.delivery == "failover"

    def __str__(self) -> str:
        spellings = "one spelling" if self.redirects_spellings else "all spellings"
        return f"{self.delivery}, {self.evict_by}, {spellings}"


WAYS = (
    Way("redirect", "tag"),
    Way("redirect", "path"),
    Way("failover", "tag"),
    Way("failover", "path"),
    Way("redirect", "tag", redirects_spellings=False),
    Way("failover", "tag", redirects_spellings=False),
)
