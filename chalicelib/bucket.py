"""The two kinds of bucket: sources that originals are read from, and the site that variants are stored in."""

from __future__ import annotations

import hashlib
import logging
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError, IncompleteReadError  # noqa: A004

from chalicelib.errors import NoSuchOriginal, TooLarge, UpstreamBusy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_s3 import S3Client

    from chalicelib.rendered import Rendered
    from chalicelib.sources import ObjectName

log = logging.getLogger(__name__)

PRESIGNED_SECONDS = 60
"""How long a presigned address works: long enough to follow a redirect, too short to pass around."""

# Without s3:ListBucket, S3 answers 403 where an object does not exist (HeadObject API reference).
# An archived object is there, but cannot be read (GetObject API reference). A key too long names nothing.
_ABSENT = {"404", "403", "NoSuchKey", "AccessDenied", "InvalidObjectState", "KeyTooLongError"}
# 412: the object is there; 409: another write of it is under way (S3 user guide, "Conditional writes").
_TAKEN = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}
# S3 API reference, "Error responses". The numbers stand where an answer to HEAD has no body to say more.
_BUSY = {
    "SlowDown",
    "Throttling",
    "RequestTimeout",
    "InternalError",
    "ServiceUnavailable",
    "500",
    "502",
    "503",
}


@dataclass(frozen=True, slots=True)
class Original:
    """An original's bytes, and what identifies them: `name` and the entity tag, without its quotes."""

    name: ObjectName
    data: bytes
    etag: str

    @property
    def tag(self) -> str:
        """The cache tag of everything made of this original, whatever version of it.

        A digest, since a tag is at most 256 ASCII characters without commas and case-insensitive
        (CloudFront developer guide, "Invalidate by cache tag").
        """
        digest = hashlib.sha256(f"{self.name.bucket}/{self.name.key}".encode()).hexdigest()
        return f"original-{digest[:40]}"


@dataclass(frozen=True, slots=True)
class Stored:
    """A variant in the site bucket: its key, the id of the rendering that stored it, its age in seconds."""

    key: str
    rendering: str
    age: float


@dataclass(frozen=True, slots=True)
class Originals:
    """The source buckets."""

    s3: S3Client
    max_bytes: int

    def fetch(self, name: ObjectName) -> Original:
        """Return the original; `NoSuchOriginal`, or `TooLarge` without reading more than the limit."""
        with _s3_faults():
            try:
                answer = self.s3.get_object(Bucket=name.bucket, Key=name.key)
            except ClientError as fault:
                if _code(fault) in _ABSENT:
                    log.warning("no original %r in %s (%s)", name.key, name.bucket, _code(fault))
                    raise NoSuchOriginal from fault
                raise
            with answer["Body"] as body:
                if answer["ContentLength"] > self.max_bytes:
                    raise TooLarge(f"The original is larger than {self.max_bytes} bytes.")
                return Original(name, body.read(), answer["ETag"].strip('"'))


@dataclass(frozen=True, slots=True)
class Site:
    """The site bucket."""

    s3: S3Client
    bucket: str
    cache_control: str

    def find(self, key: str) -> Stored | None:
        """Return what is stored under `key`, if anything is."""
        with _s3_faults():
            try:
                answer = self.s3.head_object(Bucket=self.bucket, Key=key)
            except ClientError as fault:
                if _code(fault) in _ABSENT:
                    return None
                raise
        # Both times are S3's own, so no clock of ours can be wrong.
        age = _date(answer["ResponseMetadata"]) - answer["LastModified"]
        return Stored(
            key, answer["Metadata"].get("rendering", answer["ETag"].strip('"')), age.total_seconds()
        )

    def store(self, key: str, rendered: Rendered, original: Original) -> Stored | None:
        """Store the variant under `key`; None if somebody else stored it first, which is as good."""
        rendering = uuid.uuid4().hex
        with _s3_faults():
            try:
                self.s3.put_object(
                    Bucket=self.bucket,
                    Key=key,
                    Body=rendered.data,
                    ContentType=rendered.content_type,
                    CacheControl=self.cache_control,
                    Metadata={
                        "cache-tag": original.tag,
                        "original-etag": original.etag,
                        "rendering": rendering,
                    },
                    IfNoneMatch="*",
                )
            except ClientError as fault:
                if _code(fault) in _TAKEN:
                    return None
                raise
        return Stored(key, rendering, 0.0)

    def presign(self, key: str, method: str = "GET") -> str:
        """Return a short-lived address of the object at S3 itself, which no CDN stands in front of."""
        operation = "head_object" if method == "HEAD" else "get_object"
        return self.s3.generate_presigned_url(
            operation, Params={"Bucket": self.bucket, "Key": key}, ExpiresIn=PRESIGNED_SECONDS
        )


@contextmanager
def _s3_faults() -> Iterator[None]:
    """Turn throttling, time-outs and lost connections into `UpstreamBusy`; all else is a fault of ours."""
    try:
        yield
    except (ConnectionError, HTTPClientError, IncompleteReadError) as fault:
        raise UpstreamBusy from fault
    except ClientError as fault:
        if _code(fault) in _BUSY:
            raise UpstreamBusy from fault
        raise


def _code(fault: ClientError) -> str:
    return fault.response.get("Error", {}).get("Code", "")


def _date(metadata: Any) -> datetime:  # noqa: ANN401 - botocore types it as a dict of anything
    stated = metadata["HTTPHeaders"].get("date")
    return parsedate_to_datetime(stated) if stated else datetime.now(UTC)
