"""Where a site bucket can have mirrors: not in the folders of variants, of notes, and of originals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.address import variant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_s3 import S3Client

    from chalicelib.address.sources import Sources

_BEHIND = "\U0010ffff"
"""No key of a folder comes behind this character."""


def pages(s3: S3Client, sources: Sources, prefix: str = "") -> Iterator[list[str]]:
    """Yield the objects of the site bucket that can be mirrors, by pages. It leaps over whole folders."""
    after, is_last = "", False
    while not is_last:
        page = s3.list_objects_v2(Bucket=sources.site.bucket, Prefix=prefix, StartAfter=after)
        keys = [entry["Key"] for entry in page.get("Contents", [])]
        yield [key for key in keys if not _folder_of_others(sources, key)]
        is_last = not page["IsTruncated"]
        if keys:
            folder = _folder_of_others(sources, keys[-1])
            after = f"{folder}{_BEHIND}" if folder else keys[-1]


def _folder_of_others(sources: Sources, key: str) -> str:
    """Return the folder of variants, of notes, or of originals that this key is in; empty if in none."""
    for source in sources.by_name.values():
        if source.bucket == sources.site.bucket and source.prefix and key.startswith(source.prefix):
            return source.prefix
    prefix = sources.site.prefix if key.startswith(sources.site.prefix) else ""
    first, slash, _ = key.removeprefix(prefix).partition("/")
    is_of_variants = variant.is_spelling(first) or first in {*sources.presets, variant.INFO}
    return f"{prefix}{first}/" if slash and (is_of_variants or first.startswith(".")) else ""
