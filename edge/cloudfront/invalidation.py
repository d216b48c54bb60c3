"""The items of an invalidation: a path, all paths that start with a prefix, or a cache tag. Pure.

CloudFront decodes nothing: it compares paths as they are written. So a path that is encoded in another way
than the viewer's address invalidates nothing (developer guide, "What you need to know when invalidating
paths").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_PATHS, MAX_WILDCARDS = 3000, 15
"""Items that may be in progress at one time (developer guide, "Quotas on invalidations")."""

_MAX_LENGTH = 4000
# All but the unsafe characters of RFC 1738, which the developer guide names: one of them is ``~``, which is
# known to be refused (aws/aws-sdk#525). So is ``'`` (laurilehmijoki/s3_website 2.8.4).
_PATH = re.compile(r"/(?:[A-Za-z0-9$\-_.+!(),;/?:@&=]|%[0-9A-Fa-f]{2})*\*?")
_TAG = re.compile(r"#[\x21-\x2b\x2d-\x7e]{1,256}")
_TILDE = re.compile("%7e", re.IGNORECASE)


class RefusedBatchError(ValueError):
    """CloudFront does not take these items; `code` is its error code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Path:
    """One path with its query string, as it is written.

    With `is_prefix` it names all paths that start with it.
    """

    path: str
    is_prefix: bool = False

    def names(self, address: str, tags: frozenset[str]) -> bool:  # noqa: ARG002 - the signature of every item
        """Say whether this item names the cache entry with the `address`.

        With ``%7E`` it names nothing: CloudFront takes such a path and invalidates nothing (aws/aws-sdk#525).
        """
        if _TILDE.search(self.path):
            return False
        return address.startswith(self.path) if self.is_prefix else address == self.path


@dataclass(frozen=True, slots=True)
class Tag:
    """A cache tag, in lower case."""

    tag: str

    def names(self, address: str, tags: frozenset[str]) -> bool:  # noqa: ARG002 - the signature of every item
        """Say whether this item names the cache entry with these `tags`."""
        return self.tag in tags


Item = Path | Tag


def check(items: Sequence[str], quantity: int) -> None:
    """Check the items of a batch as CloudFront does; `RefusedBatchError` with the code that it answers."""
    if quantity != len(items):
        raise RefusedBatchError(
            "InconsistentQuantities", "The value of Quantity and the size of Items do not match."
        )
    if not items or not all(map(_is_valid, items)):
        raise RefusedBatchError(
            "InvalidArgument", "Your request contains one or more invalid invalidation paths."
        )
    wildcards = sum(item.endswith("*") for item in items if not item.startswith("#"))
    if wildcards > MAX_WILDCARDS or len(items) > MAX_PATHS:
        raise RefusedBatchError(
            "TooManyInvalidationsInProgress",
            "Your request exceeds the number of invalidations that may be in progress.",
        )


def _is_valid(item: str) -> bool:
    return bool(_PATH.fullmatch(item) or _TAG.fullmatch(item)) and len(item) <= _MAX_LENGTH


def parse(item: str) -> Item:
    """Return the parsed `item` of a valid batch. A ``*`` is a wildcard; ``%2A`` is the character."""
    if item.startswith("#"):
        return Tag(item[1:].lower())
    return Path(item.removesuffix("*"), is_prefix=item.endswith("*"))


def parse_tags(header: str) -> frozenset[str]:
    """Return the tags in the header of an origin's answer, in lower case."""
    return frozenset(tag.strip().lower() for tag in header.split(",") if tag.strip())
