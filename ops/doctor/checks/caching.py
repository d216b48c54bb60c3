"""Checks of caches: they must not keep redirects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.doctor.checks.site import entry
from ops.doctor.diagnosis import Verdict, fault, not_checked, ok
from ops.doctor.known import NotKnown, Unread
from ops.doctor.outside.hops import Walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.cloudfront.ttl import Bounds
    from ops.doctor.facts import Facts

_APP = "/resize/300x200/nowhere.jpg"


def _bounds(facts: Facts) -> Iterator[tuple[str, Bounds]]:
    """Yield the behaviours that a miss passes: their patterns and how long they keep answers."""
    if isinstance(facts.inside.distribution, Unread):
        raise NotKnown(facts.inside.distribution.why)
    for path in (f"/{facts.a_key}", _APP):
        behaviour = facts.inside.distribution.behaviour(path)
        yield behaviour.pattern, behaviour.cache.bounds


def minimum_is_zero(facts: Facts) -> Verdict:
    """Judge whether no behaviour has a MinTTL. With a MinTTL, CloudFront ignores no-store."""
    if isinstance(facts.inside.distribution, Unread):
        return _seen_minimum(facts)
    above = [(pattern, bounds.least) for pattern, bounds in _bounds(facts) if bounds.least > 0]
    if above:
        return fault(f"MinTTL is {above[0][1]:.0f} for {above[0][0]}")
    return ok("MinTTL is 0")


def _seen_minimum(facts: Facts) -> Verdict:
    for hop in facts.outside.hops:
        if hop.is_from_cache and "no-store" in hop.headers.get("cache-control", ""):
            return fault(f"{hop.path} has no-store, but comes from a cache")
    raise NotKnown("no answer with no-store came from a cache; to read MinTTL, name --distribution")


def default_is_zero(facts: Facts) -> Verdict:
    """Judge whether no behaviour has a DefaultTTL: S3's redirect has no Cache-Control."""
    if isinstance(facts.inside.distribution, Unread):
        return _seen_default(facts)
    bounds = tuple(_bounds(facts))
    if any(each.least > 0 for _, each in bounds):
        return not_checked("MinTTL is above 0, and DefaultTTL cannot be below it")
    above = [(pattern, each.default) for pattern, each in bounds if each.default > 0]
    if above:
        return fault(f"DefaultTTL is {above[0][1]:.0f} for {above[0][0]}")
    return ok("DefaultTTL is 0")


def _seen_default(facts: Facts) -> Verdict:
    first = entry(facts)
    again = facts.outside.again.hops
    if first.onward and "cache-control" not in first.headers and again and again[0].is_from_cache:
        return fault("a second request for S3's redirect is answered from a cache")
    return ok("a second request for S3's redirect is not answered from a cache")


def nothing_stale(facts: Facts) -> Verdict:
    """Judge whether no cache serves a redirect for a variant that is stored."""
    walks = [*facts.outside.stored]
    if isinstance(facts.outside.present, Walk):
        walks.append(facts.outside.present)
    if not walks:
        raise NotKnown("no stored variant is known")
    for walk in walks:
        if walk.hops and walk.hops[0].onward and walk.hops[0].is_from_cache:
            return fault(f"{walk.hops[0].path} is stored, and a cache answers {walk.hops[0].status} for it")
    return ok(f"none of {len(walks)} that were checked")
