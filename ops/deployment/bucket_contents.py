"""Measures and deletes the contents of buckets, before the buckets are deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.aws.deletion import DeletionError, Doomed, delete

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class Content:
    """The number of current objects in a bucket, and their total size in bytes."""

    objects: int
    bytes: int


def exists(s3: S3Client, bucket: str) -> bool:
    """Say whether `bucket` exists."""
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError as refusal:
        if refusal.response["Error"].get("Code") in {"404", "NoSuchBucket"}:
            return False
        raise
    return True


def measure(s3: S3Client, bucket: str) -> Content:
    """Return the size of `bucket`. This takes one request for each thousand objects."""
    objects = total = 0
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in page.get("Contents", []):
            objects, total = objects + 1, total + entry["Size"]
    return Content(objects, total)


def empty(s3: S3Client, bucket: str) -> None:
    """Delete everything in `bucket`: all versions of all objects, delete markers, unfinished uploads."""
    for batch in _versions(s3, bucket):
        try:
            delete(s3, bucket, batch)
        except DeletionError as failure:
            error = {"Code": failure.code, "Message": str(failure)}
            raise ClientError({"Error": error}, "DeleteObjects") from failure  # type: ignore[typeddict-item]  # boto3 raises the same
    for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket):
        for upload in page.get("Uploads", []):
            s3.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])


def _versions(s3: S3Client, bucket: str) -> Iterator[list[Doomed]]:
    """Yield the versions of all objects, page by page."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        entries = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        yield [Doomed(entry["Key"], version=entry["VersionId"]) for entry in entries]
