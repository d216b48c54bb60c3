"""The items of an invalidation: a path, all paths that start with a prefix, or a cache tag. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote_to_bytes


@dataclass(frozen=True, slots=True)
class Path:
    """One percent-decoded path with its query string.

    With `is_prefix` it names all paths that start with it.
    """

    path: bytes
    is_prefix: bool = False

    def names(self, address: bytes, tags: frozenset[str]) -> bool:  # noqa: ARG002 - the signature of every item
        """Say whether this item names the cache entry with the decoded `address`."""
        return address.startswith(self.path) if self.is_prefix else address == self.path


@dataclass(frozen=True, slots=True)
class Tag:
    """A cache tag, in lower case."""

    tag: str

    def names(self, address: bytes, tags: frozenset[str]) -> bool:  # noqa: ARG002 - the signature of every item
        """Say whether this item names the cache entry with these `tags`."""
        return self.tag in tags


Item = Path | Tag


def parse(item: str) -> Item:
    """Return the parsed `item` of an invalidation batch.

    A ``*`` is a wildcard only at the end; ``%2A`` is the character. The leading slash is optional.
    """
    if item.startswith("#"):
        return Tag(item[1:].lower())
    path, _, query = ("/" + item.removesuffix("*").removeprefix("/")).partition("?")
    return Path(decoded(path, query), is_prefix=item.endswith("*"))


def decoded(path: str, query: str = "") -> bytes:
    """Return the address that invalidations are compared with: the path decoded once, the query unchanged."""
    return unquote_to_bytes(path) + (f"?{query}".encode() if query else b"")


def parse_tags(header: str) -> frozenset[str]:
    """Return the tags in the header of an origin's answer, in lower case."""
    return frozenset(tag.strip().lower() for tag in header.split(",") if tag.strip())
