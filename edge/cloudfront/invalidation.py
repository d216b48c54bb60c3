"""What an invalidation names: a path, all paths with a beginning, or a tag. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote_to_bytes


@dataclass(frozen=True, slots=True)
class Path:
    """One path with its query string, percent-decoded; with `is_prefix` all that begin with it."""

    path: bytes
    is_prefix: bool = False

    def names(self, address: bytes, tags: frozenset[str]) -> bool:  # noqa: ARG002 - the signature of every item
        """Say whether this is the decoded `address` of something in the cache."""
        return address.startswith(self.path) if self.is_prefix else address == self.path


@dataclass(frozen=True, slots=True)
class Tag:
    """A cache tag, in lower case."""

    tag: str

    def names(self, address: bytes, tags: frozenset[str]) -> bool:  # noqa: ARG002 - the signature of every item
        """Say whether `tags`, those of something in the cache, have this one."""
        return self.tag in tags


Item = Path | Tag


def parse(item: str) -> Item:
    """Return what one item of an invalidation batch names.

    Only a last ``*`` is a wildcard; ``%2A`` is the character. The leading slash may be missing.
    """
    if item.startswith("#"):
        return Tag(item[1:].lower())
    path, _, query = ("/" + item.removesuffix("*").removeprefix("/")).partition("?")
    return Path(decoded(path, query), is_prefix=item.endswith("*"))


def decoded(path: str, query: str = "") -> bytes:
    """Return the address that invalidations are compared with: the path decoded once, the query as it is."""
    return unquote_to_bytes(path) + (f"?{query}".encode() if query else b"")


def parse_tags(header: str) -> frozenset[str]:
    """Return the tags that the header of an origin's answer lists, in lower case."""
    return frozenset(tag.strip().lower() for tag in header.split(",") if tag.strip())
