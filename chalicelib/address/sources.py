"""Sources: the buckets that originals are in, and which object of which source a key names."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.address import variant
from chalicelib.address.key import NOTES, Key, is_key, is_short, shown
from chalicelib.errors import Malformed, NoSuchOriginal, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT = "default"
"""The name of the source for keys whose first segment does not name a source."""

RESERVED = frozenset({"resize", "playground", variant.INFO})
"""First segments of the site that are neither a variant nor an original: they have a meaning of their own."""

_INDEX_DOCUMENT = "index.html"
"""What the site answers for a folder, and at its root."""

_TAG = re.compile("original-[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Source:
    """A bucket, or the part of it whose keys begin with `prefix`."""

    bucket: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class ObjectName:
    """One object: bucket and key."""

    bucket: str
    key: str

    @property
    def quoted(self) -> str:
        """Bucket and key in quotes, for the log: a key may have line breaks in it."""
        return repr(f"{self.bucket}/{self.key}")

    @property
    def tag(self) -> str:
        """The cache tag of every variant of this original, of any version of it.

        It is a digest, because a tag has at most 256 ASCII characters, no commas, and no difference between
        upper and lower case (CloudFront developer guide, "Invalidate by cache tag").
        """
        digest = hashlib.sha256(f"{self.bucket}/{self.key}".encode()).hexdigest()
        return f"original-{digest[:40]}"


def is_tag(text: str) -> bool:
    """Say whether the text is the cache tag of an original."""
    return _TAG.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Sources:
    """Every source by its name, the site that variants are stored in, and the names of its presets."""

    by_name: Mapping[str, Source]
    site: Source
    presets: frozenset[str] = frozenset()

    def locate(self, key: Key, pinned: str = "") -> ObjectName:
        """Return the original that `key` names.

        It is in the `pinned` source if there is one; else in the source that the first segment of `key`
        names; else in the default source. A variant is never an original, even if one bucket holds both.
        Otherwise variants of variants could be stored without end.
        """
        source, rest = self._source_of(key, pinned)
        name = ObjectName(source.bucket, source.prefix + rest)
        if self._is_variant(name):
            raise Malformed(f"{shown(key)} is a variant, not an original. Ask for a size of its original.")
        return name

    def keys_of(self, original: ObjectName) -> frozenset[str]:
        """Return every key that may name the `original`, with and without its source's name in front.

        A key without it names the original only in the default source, or with a preset for that source.
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

    def mirrors_of(self, original: ObjectName) -> frozenset[str]:
        """Return the places in the site for a copy of the `original`: one for each address that leads to it.

        `is_reserved` says which of them are kept free.
        """
        places = (
            f"{self.site.prefix}{key}" for key in self.keys_of(original) if self._leads_to(Key(key), original)
        )
        return frozenset(place for place in places if is_short(place))

    def original_at(self, place: str) -> ObjectName | None:
        """Return the original whose mirror belongs at this `place` in the site; None if there can be none."""
        key = place.removeprefix(self.site.prefix)
        if not place.startswith(self.site.prefix) or not is_key(key):
            return None
        try:
            return self.locate(Key(key))
        except Refusal:
            return None

    def is_reserved(self, place: str) -> bool:
        """Say whether a variant, a note of the app or a page of the site may be stored at this `place`."""
        segments = place.removeprefix(self.site.prefix).split("/")
        return (
            segments[0].startswith(".")
            or segments[0] in {*RESERVED, *self.presets}
            or variant.is_spelling(segments[0])
            or segments[-1] == _INDEX_DOCUMENT
        )

    def _leads_to(self, key: Key, original: ObjectName) -> bool:
        try:
            return self.locate(key) == original
        except Refusal:
            return False

    def is_note(self, name: ObjectName) -> bool:
        """Say whether this is an object in which the app notes something: S3 lists and reports it as well."""
        notes = tuple(f"{self.site.prefix}{folder}" for folder in NOTES)
        return name.bucket == self.site.bucket and name.key.startswith(notes)

    def _source_of(self, key: str, pinned: str) -> tuple[Source, str]:
        if pinned:
            return self.by_name[pinned], key
        first, _, rest = key.partition("/")
        if rest and first in self.by_name and first != DEFAULT:
            return self.by_name[first], rest
        if DEFAULT in self.by_name:
            return self.by_name[DEFAULT], key
        raise NoSuchOriginal(f"There is no original {shown(key)}. Here a key begins with a source's name.")

    def _is_variant(self, name: ObjectName) -> bool:
        if name.bucket != self.site.bucket or not name.key.startswith(self.site.prefix):
            return False
        first, _, rest = name.key.removeprefix(self.site.prefix).partition("/")
        return bool(rest) and (first in {*self.presets, variant.INFO} or variant.is_spelling(first))
