"""Checks of what happens when an original changes: its variants are found, and leave the CDN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.aws.invalidation import TAG_HEADER
from chalicelib.config.config import EvictBy
from ops.doctor.diagnosis import Verdict, fault, ok, warning
from ops.doctor.known import Unread, known

if TYPE_CHECKING:
    from ops.doctor.facts import Facts


def tags_arrive(facts: Facts) -> Verdict:
    """Judge whether an invalidation by tag reaches what the distribution keeps."""
    header = known(facts.inside.distribution).deployed.tag_header
    # If the function's configuration is not known, a CacheTagConfig is the only sign that tags are used.
    is_known = not (header and isinstance(facts.inside.function, Unread))
    if is_known and facts.configuration.evict_by is EvictBy.PATH:
        return ok("EVICT_BY is path: each variant is invalidated by its own path")
    if header.lower() != TAG_HEADER:
        named = f"names {header}" if header else "is missing"
        return fault(f"CacheTagConfig {named}, so invalidations by tag have no effect")
    if facts.fails_over:
        return ok("S3 answers the distribution with the tag, as with all metadata")
    if not known(facts.inside.tag_arrives):
        return warning(
            f"the origin answers without {TAG_HEADER}, so each variant is invalidated by path as well"
        )
    return ok("the origin answers with the tag: one path for all variants of a changed original")


def is_indexed(facts: Facts) -> Verdict:
    """Judge whether the variants of a changed original are found in the index."""
    if known(facts.inside.is_indexed):
        return ok("the variants of a changed original are found in the index")
    return warning("the index is not complete, so each change looks into every folder of the bucket")


def has_no_mirrors_left(facts: Facts) -> Verdict:
    """Judge whether a site without mirrors has some left that nothing changes or deletes any more."""
    if left := known(facts.inside.mirrors_left):
        return warning(
            f"MIRROR_ORIGINALS is not set, but {left[0]} is a mirror: mirrors stay as they are, also those "
            "of originals that are deleted"
        )
    return ok("no mirror is left behind")


def sources_tell(facts: Facts) -> Verdict:
    """Judge whether every source bucket tells the stack of originals that are put or deleted."""
    if silent := known(facts.inside.silent_sources):
        return warning(
            f"{', '.join(silent)} does not tell the stack of every change, so variants of originals that "
            "are replaced or deleted stay"
        )
    return ok("every source bucket tells the stack of changes")


def keeps_to_budget(facts: Facts) -> Verdict:
    """Judge whether the month's budget of invalidations has paths left for changed originals."""
    spending = facts.inside.spending
    if spending is None:
        return ok("INVALIDATION_BUDGET is not set: invalidations have no limit")
    told = known(spending)
    if told.paths + told.everything > told.most:
        return warning(
            f"{told.paths:,} paths were invalidated this month, and {told.most:,} of {told.budget:,} are for "
            "what is invalidated by name: a changed original leaves CloudFront together with everything "
            f"else, up to {told.minutes} minutes late"
        )
    if told.paths >= told.redirects:
        return warning(
            f"{told.paths:,} paths were invalidated this month, and {told.redirects:,} of {told.budget:,} "
            "are for redirects: those that CloudFront has kept stay, and their viewers meet the app"
        )
    return ok(f"{told.paths:,} of {told.most:,} paths are used this month")
