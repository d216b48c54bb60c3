"""Counts what a month of a site uses, and what pictures that are made ahead use."""

from __future__ import annotations

from dataclasses import dataclass, field

from ops.costs.systems import GIGABYTE, MAKING, OURS, System, Times
from ops.prices import Item, Usage, together
from ops.scale import estimate
from ops.scale.estimate import Work


@dataclass(frozen=True, slots=True)
class Site:
    """A month of a site.

    `hits` is the part of the views that CloudFront answers from its cache. `new` of the views are the first
    of a picture, which is then made. `stored` pictures are in the bucket. `size` is the bytes of a picture as
    viewers get it. `hits` and `size` are those of the cost table of Dynamic Image Transformation.
    """

    views: int = 10_000_000
    hits: float = 0.9
    new: int = 100_000
    stored: int = 1_000_000
    size: int = 45_000
    times: Times = field(default_factory=Times)

    @property
    def misses(self) -> int:
        """The views that CloudFront cannot answer from its cache."""
        return round(self.views * (1 - self.hits))


def month(system: System, site: Site) -> Usage:
    """Return what this month uses. A system that stores nothing makes a picture at each miss."""
    made = site.new if system.found is not None else site.misses
    return together(
        (site.views, system.view),
        (site.views, {Item.CDN_GIGABYTE: site.size / GIGABYTE}),
        (site.misses - made, system.found or {}),
        (made, system.made),
        (1, system.compute(made, site.times)),
        (1, system.month),
        (1, storage(site.stored, site.size) if system.stores else {}),
    )


def ahead(system: System, originals: int, variants: int, site: Site) -> Usage:
    """Return what it uses once to make `variants` of each of the `originals`.

    Ours does it behind a queue. The others have no way to do it, so somebody asks for each picture once.
    """
    pictures = originals * variants
    if system in OURS:
        work = Work(objects=originals, messages=originals, variants=pictures)
        return estimate.usage(work, MAKING.seconds(site.times))
    return together(
        (pictures, system.view),
        (pictures, {Item.CDN_GIGABYTE: site.size / GIGABYTE}),
        (pictures, system.made),
        (1, system.compute(pictures, site.times)),
    )


def storage(pictures: int, size: int) -> Usage:
    """Return what storing that many pictures uses in a month."""
    return {Item.S3_GIGABYTE: pictures * size / GIGABYTE}
