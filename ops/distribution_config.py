"""The configuration of a distribution: a stack's behaviours are put before the others, and removed alone.

CloudFront replaces the whole configuration at each call, so each function here returns a whole one. A stack's
own distribution is the pattern: its origins are copied under ids that begin with the stack's mark, and its
behaviours under paths of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.aws.invalidation import TAG_HEADER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Configuration = Mapping[str, Any]
    """A distribution's configuration, as ``GetDistributionConfig`` answers it."""

_FIRST = "resize404."
"""The beginning of every mark. No other part of a mark can end in a dot, so no mark begins with another."""

_LISTS = ("Origins", "OriginGroups", "CacheBehaviors")
_TAGS = "CacheTagConfig"
_HIDDEN = "(not shown)"


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a stack puts into another distribution.

    `own` is the configuration of the stack's own distribution. `mark` is what the ids of our origins begin
    with. `by_tag` says whether pictures are invalidated by their cache tags.
    """

    own: Configuration
    mark: str
    key_prefix: str
    by_tag: bool = True

    @property
    def behaviours(self) -> list[dict[str, Any]]:
        """Our behaviours, in their order. That of pictures is the own distribution's default behaviour."""
        pictures = {"PathPattern": f"/{self.key_prefix}*", **self.own["DefaultCacheBehavior"]}
        every = [*_items(self.own, "CacheBehaviors"), pictures]
        return [self._ours(each, "TargetOriginId") for each in every]

    @property
    def origins(self) -> list[dict[str, Any]]:
        """Our origins."""
        return [self._ours(each, "Id") for each in _items(self.own, "Origins")]

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Our origin groups."""
        return [self._group(each) for each in _items(self.own, "OriginGroups")]

    def _ours(self, part: Configuration, name: str) -> dict[str, Any]:
        """Return the part with our mark in front of the id called `name`."""
        return {**part, name: f"{self.mark}{part[name]}"}

    def _group(self, group: Configuration) -> dict[str, Any]:
        members = [self._ours(each, "OriginId") for each in group["Members"]["Items"]]
        return {**self._ours(group, "Id"), "Members": {**group["Members"], "Items": members}}


def mark(stack: str, region: str) -> str:
    """Return what the ids of this stack's origins begin with in a distribution that it did not make."""
    return f"{_FIRST}{stack}.{region}."


def with_ours(theirs: Configuration, pattern: Pattern) -> dict[str, Any]:
    """Return the configuration with ours, in place of any earlier ones of the same stack.

    CloudFront takes the first behaviour that matches, so ours are in front.
    """
    others = without_ours(theirs, pattern.mark)
    groups = [*_items(others, "OriginGroups"), *pattern.groups]
    return {
        **others,
        "Origins": _listed([*_items(others, "Origins"), *pattern.origins]),
        **({"OriginGroups": _listed(groups)} if pattern.groups else {}),
        "CacheBehaviors": _listed([*pattern.behaviours, *_items(others, "CacheBehaviors")]),
        **({_TAGS: {"HeaderName": TAG_HEADER}} if pattern.by_tag and not tag_header(others) else {}),
    }


def without_ours(theirs: Configuration, mark: str) -> dict[str, Any]:
    """Return the configuration without what bears our `mark`. All else stays as it is, in its order."""
    left = {name: [each for each in _items(theirs, name) if not _bears(mark, each)] for name in _LISTS}
    changed = {name: _listed(left[name]) for name in _LISTS if left[name] != _items(theirs, name)}
    after = {**theirs, **changed}
    is_needed = any(_bears(_FIRST, each) for each in left["Origins"])  # by another stack
    if changed and tag_header(theirs) == TAG_HEADER and not is_needed:
        del after[_TAGS]
    return after


def has_any(theirs: Configuration, mark: str) -> bool:
    """Say whether anything in the configuration bears our `mark`."""
    return without_ours(theirs, mark) != theirs


def covered(theirs: Configuration, mark: str, patterns: Iterable[str]) -> list[str]:
    """Return the patterns of their behaviours that nothing would reach behind ours, which have `patterns`."""
    folders = tuple(_from_root(each).removesuffix("*") for each in patterns)
    others = _items(without_ours(theirs, mark), "CacheBehaviors")
    return [each["PathPattern"] for each in others if _from_root(each["PathPattern"]).startswith(folders)]


def tag_header(theirs: Configuration) -> str:
    """Return the header that CloudFront reads cache tags from, in lower case; empty if there is none."""
    return str(theirs.get(_TAGS, {}).get("HeaderName", "")).lower()


def error_pages(theirs: Configuration) -> dict[int, str]:
    """Return the statuses that viewers get a page for in place of the answer, and the paths of the pages."""
    responses = _items(theirs, "CustomErrorResponses")
    return {each["ErrorCode"]: each["ResponsePagePath"] for each in responses if each.get("ResponsePagePath")}


def without_secrets(configuration: Configuration) -> dict[str, Any]:
    """Return the configuration without the values of the headers that origins are sent: some are secrets."""
    return {**configuration, "Origins": _listed([_open(each) for each in _items(configuration, "Origins")])}


def _open(origin: Configuration) -> dict[str, Any]:
    sent = [{**each, "HeaderValue": _HIDDEN} for each in _items(origin, "CustomHeaders")]
    return {**origin, "CustomHeaders": _listed(sent)} if sent else dict(origin)


def _bears(mark: str, part: Configuration) -> bool:
    """Say whether an origin, a group or a behaviour is of those with this mark."""
    return str(part.get("TargetOriginId") or part["Id"]).startswith(mark)


def _from_root(pattern: str) -> str:
    """Return the path pattern with the slash that CloudFront adds if it is not there."""
    return f"/{pattern.removeprefix('/')}"


def _items(configuration: Configuration, name: str) -> list[dict[str, Any]]:
    return list(configuration.get(name, {}).get("Items", []))


def _listed(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a list as CloudFront answers it: an empty one has no ``Items``."""
    return {"Quantity": len(items), **({"Items": items} if items else {})}
