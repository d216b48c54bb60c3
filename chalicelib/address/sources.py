"""Where originals are: the source that a key belongs to, and the object in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.address import variant
from chalicelib.address.key import is_key
from chalicelib.errors import Malformed, NoSuchOriginal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.address.key import Key

DEFAULT = "default"
"""Name of the source that holds a key whose first segment names no other."""


@dataclass(frozen=True, slots=True)
class Source:
    """A bucket, or the part of a bucket under `prefix`, that originals are read from."""

    bucket: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class ObjectName:
    """One object: bucket and key."""

    bucket: str
    key: str

    @property
    def tag(self) -> str:
        """The cache tag of everything that is made of this original, whatever version of it.

        A digest, since a tag is at most 256 ASCII characters without commas and case-insensitive
        (CloudFront developer guide, "Invalidate by cache tag").
        """
        digest = hashlib.sha256(f"{self.bucket}/{self.key}".encode()).hexdigest()
        return f"original-{digest[:40]}"


@dataclass(frozen=True, slots=True)
class Sources:
    """Every source by name, the site that variants are stored in, and the names of its presets."""

    by_name: Mapping[str, Source]
    site: Source
    presets: frozenset[str] = frozenset()

    def locate(self, key: Key, pinned: str = "") -> ObjectName:
        """Return the original of `key`: in the `pinned` source, the one its first segment names, or default.

        A variant is never an original, also where one bucket holds both: or storage would have no bound.
        """
        source, rest = self._source_of(key, pinned)
        name = ObjectName(source.bucket, source.prefix + rest)
        if self._is_variant(name):
            raise Malformed("A variant is not an original: ask for the size of the original itself.")
        return name

    def keys_of(self, original: ObjectName) -> frozenset[str]:
        """Return every key that may lead to the `original`: under its source's name, and as it is.

        As it is, it leads there only in the default source or with a preset that is pinned to the source.
        """
        if self._is_variant(original):
            return frozenset()
        return frozenset(
            key
            for name, source in self.by_name.items()
            if source.bucket == original.bucket and original.key.startswith(source.prefix)
            for rest in [original.key.removeprefix(source.prefix)]
            for key in ([rest] if name == DEFAULT else [rest, f"{name}/{rest}"])
            if is_key(key)
        )

    def _source_of(self, key: str, pinned: str) -> tuple[Source, str]:
        if pinned:
            return self.by_name[pinned], key
        first, _, rest = key.partition("/")
        if rest and first in self.by_name and first != DEFAULT:
            return self.by_name[first], rest
        if DEFAULT in self.by_name:
            return self.by_name[DEFAULT], key
        raise NoSuchOriginal

    def _is_variant(self, name: ObjectName) -> bool:
        if name.bucket != self.site.bucket or not name.key.startswith(self.site.prefix):
            return False
        first, _, rest = name.key.removeprefix(self.site.prefix).partition("/")
        return bool(rest) and (first in self.presets or variant.is_spelling(first))
