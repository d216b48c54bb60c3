"""Lists a bucket of any size: in parts that are listed at the same time, each in the order of its keys.

A part knows the last key that was dealt with, so a listing can be stopped and taken up again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from types_boto3_s3 import S3Client

MOST_PARTS = 16
"""Parts of a listing: enough for the threads, and few enough for a page too many in each."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An object of a listing."""

    key: str
    size: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """The objects of `bucket` whose keys begin with `prefix`, behind the key `after`, up to the key `until`.

    An empty `until` is the end of the bucket.
    """

    bucket: str
    prefix: str
    after: str = ""
    until: str = ""

    def behind(self, key: str) -> Part:
        """Return what is left of the part behind this key."""
        return replace(self, after=key)


def parts(s3: S3Client, bucket: str, prefix: str, most: int = MOST_PARTS) -> list[Part]:
    """Return at most so many parts that are all objects below `prefix` together, each object in one of them.

    They are cut between folders, as one page of S3's shows them: a bucket without folders is one part.
    """
    cuts = _folders(s3, bucket, prefix)
    step = -(-len(cuts) // most) or 1
    chosen = cuts[step::step]
    starts, ends = ["", *chosen], [*chosen, ""]
    return [Part(bucket, prefix, start, end) for start, end in zip(starts, ends, strict=True)]


def _folders(s3: S3Client, bucket: str, prefix: str) -> list[str]:
    """Return the folders below `prefix`, or below the one folder that it has and nothing else."""
    while True:
        page = s3.list_objects_v2(Bucket=bucket, Prefix=prefix, Delimiter="/")
        folders = [folder["Prefix"] for folder in page.get("CommonPrefixes", [])]
        if len(folders) != 1 or page.get("Contents"):
            return folders
        prefix = folders[0]


def pages(s3: S3Client, part: Part) -> Iterator[Sequence[Listed]]:
    """Yield the objects of the part, at most a thousand at a time."""
    after, is_last = part.after, False
    while not is_last:
        page = s3.list_objects_v2(Bucket=part.bucket, Prefix=part.prefix, StartAfter=after)
        entries = page.get("Contents", [])
        found = [
            Listed(entry["Key"], entry["Size"], entry["LastModified"])
            for entry in entries
            if not part.until or entry["Key"] <= part.until
        ]
        if found:
            yield found
            after = found[-1].key
        is_last = not page["IsTruncated"] or len(found) < len(entries)
