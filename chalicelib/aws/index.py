"""The index: of each original the variants that there have been, so that they are found when it changes.

For each variant, and each version of its original, one object of 16 random bytes in the site bucket:

    <KEY_PREFIX>.index/<tag of the original>/<ETag of its version>/<spelling of the variant>

It is written before the variant, and removed after the variant is deleted and its eviction is ordered. So
what is in the bucket or in the CDN is in the index, wherever a process dies. It lies where no variant can: a
variant's first segment is a size or a preset's name, and neither begins with a dot.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.address.key import INDEX_FOLDER
from chalicelib.aws import s3
from chalicelib.aws.deletion import Doomed, delete

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from types_boto3_s3 import S3Client

SIZE = 16
"""Bytes of an entry: fewer than any picture has, so that a lifecycle rule can tell them apart."""

REFUSED = "refused"
"""Stands in an entry for the version, if the CDN may keep a refusal that lasts instead of a variant."""

SIGNED = "signed"
"""Stands in an entry for the version, if the CDN may keep answers to signed requests for the variant."""

SETTLED = 55
"""Seconds until the variant of an entry is stored or never will be. Lambda ends the app after 28; what is
made ahead is rendered within 26, and storing it takes 24 at most."""

_COMPLETE = f"{INDEX_FOLDER}complete"

_OWED = f"{INDEX_FOLDER}owed-"

_ALSO = "also"
"""The metadata of a debt that names the other cache tags."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A variant, by its spelling, of the version `etag` of an original; written `age` seconds ago.

    `revision` is different each time that the entry is written: it is the ETag of the entry itself.
    """

    key: str
    spelling: str
    etag: str
    revision: str
    age: float = 0.0

    @property
    def is_refusal(self) -> bool:
        """Whether the entry is of a refusal, which goes with any change of the original."""
        return self.etag == REFUSED

    @property
    def is_signed(self) -> bool:
        """Whether the entry is of answers to signed requests, which go with any change of the original."""
        return self.etag == SIGNED

    @property
    def is_answer(self) -> bool:
        """Whether the entry is of the app's own answers, and not of a variant that may be stored later."""
        return self.is_refusal or self.is_signed


@dataclass(frozen=True, slots=True)
class Debt:
    """An eviction that is owed: of what was, or is about to be, replaced; written down `age` seconds ago.

    `revision` is different each time that it is written down. `also` are the cache tags of other originals
    whose mirrors were replaced.
    """

    key: str
    revision: str
    age: float = 0.0
    also: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Index:
    """The index in the site bucket, under `prefix`."""

    s3: S3Client
    bucket: str
    prefix: str

    def enter(self, tag: str, etag: str, spelling: str) -> Entry:
        """Write down that there may be this variant, of this version, of the original with this tag."""
        key = f"{self.prefix}{INDEX_FOLDER}{tag}/{etag}/{spelling}"
        with s3.faults():
            # Random: a revision that is made of the same version once more must not look like the one before.
            answer = self.s3.put_object(Bucket=self.bucket, Key=key, Body=uuid.uuid4().bytes)
        return Entry(key, spelling, etag, answer["ETag"])

    def pages(self, tag: str) -> Iterator[list[Entry]]:
        """Yield the entries of the original with this tag, at most a thousand at a time."""
        prefix = f"{self.prefix}{INDEX_FOLDER}{tag}/"
        with s3.faults():
            for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
                now = s3.date(page["ResponseMetadata"])
                yield [
                    _read(each["Key"], prefix, each["ETag"], (now - each["LastModified"]).total_seconds())
                    for each in page.get("Contents", [])
                ]

    def remove(self, entries: Iterable[Entry]) -> None:
        """Remove the entries, except for those that have been written again since they were read."""
        delete(self.s3, self.bucket, [Doomed(entry.key, etag=entry.revision) for entry in entries])

    def owe(self, tag: str, also: frozenset[str] = frozenset()) -> Debt:
        """Write down that the mirrors of the original with this tag have to be evicted, and `also` others."""
        key = f"{self.prefix}{_OWED}{tag}"
        with s3.faults():
            answer = self.s3.put_object(
                Bucket=self.bucket,
                Key=key,
                Body=uuid.uuid4().bytes,
                Metadata={_ALSO: " ".join(sorted(also))} if also else {},
            )
        return Debt(key, answer["ETag"], also=also)

    def owed(self, tag: str) -> Debt | None:
        """Return what is owed of the mirrors of the original with this tag, if anything."""
        key = f"{self.prefix}{_OWED}{tag}"
        with s3.faults():
            answer = s3.head(self.s3, self.bucket, key)
        if answer is None:
            return None
        also = frozenset(answer["Metadata"].get(_ALSO, "").split())
        return Debt(key, answer["ETag"], s3.age(answer), also)

    def settle(self, debt: Debt) -> None:
        """Remove the debt, unless it has been written down again since."""
        delete(self.s3, self.bucket, [Doomed(debt.key, etag=debt.revision)])

    def is_complete(self) -> bool:
        """Say whether the index knows all that is stored, also what was stored before there was one."""
        with s3.faults():
            return s3.head(self.s3, self.bucket, f"{self.prefix}{_COMPLETE}") is not None

    def declare_complete(self) -> None:
        """Write down that the index knows all that is stored."""
        with s3.faults():
            self.s3.put_object(Bucket=self.bucket, Key=f"{self.prefix}{_COMPLETE}")


def _read(key: str, prefix: str, revision: str, age: float) -> Entry:
    """Return the entry that is stored under `key`."""
    etag, _, spelling = key.removeprefix(prefix).rpartition("/")
    return Entry(key, spelling, etag, revision, age)
