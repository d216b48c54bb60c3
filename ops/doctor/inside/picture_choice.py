"""Chooses the pictures to look at: one whose variant is not stored yet, and some stored variants."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.address.key import url_path
from chalicelib.address.policy import ANY
from chalicelib.address.sources import DEFAULT
from ops.doctor.outside.address import encoded
from ops.doctor.outside.probe import USUAL_SIZES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_s3 import S3Client

    from chalicelib.address.sources import Source
    from chalicelib.config.config import Config
    from infra.clients import Clients

STORED = 3
"""The maximum number of stored variants to look at."""

_TRIED = 20
_LISTED = 500
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif")


@dataclass(frozen=True, slots=True)
class Choice:
    """The pictures to look at, percent-encoded: a variant and a key, and the paths of stored variants.

    `unsuitable` says why there is no key.
    """

    variant: str
    key: str = ""
    stored: tuple[str, ...] = ()
    unsuitable: str = ""


def choose(clients: Clients, configuration: Config, *, variant: str, key: str) -> Choice:
    """Return the pictures to look at. `variant` and `key` are the operator's choice, if not empty."""
    s3: S3Client = clients.client("s3")
    variants = (variant,) if variant else tuple(_variants(configuration))
    stored = tuple(map(url_path, newest_variants(s3, configuration.site)))
    if not variants:
        return Choice("", stored=stored, unsuitable="the app allows no variant at all")
    keys = (key,) if key else tuple(_originals(s3, configuration))
    pairs = islice(product(keys, variants), _TRIED)
    found = next((pair for pair in pairs if not _is_stored(s3, configuration, *pair)), None)
    if found is None:
        return Choice(encoded(variants[0]), stored=stored, unsuitable=_why(configuration, keys))
    return Choice(encoded(found[1]), encoded(found[0]), stored)


def _variants(configuration: Config) -> Iterator[str]:
    policy = configuration.policy
    yield from sorted(policy.boxes - {ANY})
    yield from sorted(policy.presets)
    if ANY in policy.sizes:
        yield from USUAL_SIZES


def _originals(s3: S3Client, configuration: Config) -> Iterator[str]:
    source = configuration.sources.by_name.get(DEFAULT)
    if source is None:
        return
    listed = s3.list_objects_v2(Bucket=source.bucket, Prefix=source.prefix, MaxKeys=_LISTED)
    for entry in listed.get("Contents", []):
        key = entry["Key"].removeprefix(source.prefix)
        if key.lower().endswith(_PICTURES) and 0 < entry["Size"] <= configuration.limits.source_bytes:
            yield key


def newest_variants(s3: S3Client, site: Source) -> tuple[str, ...]:
    """Return the keys of the newest variants among the first that S3 lists.

    What the app notes beside them begins with a dot, and comes before the slash.
    """
    page = s3.list_objects_v2(
        Bucket=site.bucket, Prefix=site.prefix, StartAfter=f"{site.prefix}/", MaxKeys=_LISTED
    )
    newest = sorted(page.get("Contents", []), key=lambda entry: entry["LastModified"], reverse=True)
    return tuple(entry["Key"] for entry in newest[:STORED])


def _is_stored(s3: S3Client, configuration: Config, key: str, variant: str) -> bool:
    try:
        s3.head_object(Bucket=configuration.site.bucket, Key=f"{configuration.site.prefix}{variant}/{key}")
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] in {"404", "NoSuchKey"}:
            return False
        raise
    return True


def _why(configuration: Config, keys: tuple[str, ...]) -> str:
    if keys:
        return "all variants that were tried are stored already; name another with --key and --variant"
    source = configuration.sources.by_name.get(DEFAULT)
    where = f"in {source.bucket}" if source else "without a default source"
    return f"there is no picture {where}: upload one, or name one with --key"
