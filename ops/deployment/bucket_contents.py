"""Buckets that are about to go: what is in them, and how they become empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import ObjectIdentifierTypeDef


@dataclass(frozen=True, slots=True)
class Content:
    """How many objects a bucket shows, and how many bytes they are together."""

    objects: int
    bytes: int


def exists(s3: S3Client, bucket: str) -> bool:
    """Say whether there is such a bucket."""
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError as refusal:
        if refusal.response["Error"].get("Code") in {"404", "NoSuchBucket"}:
            return False
        raise
    return True


def measure(s3: S3Client, bucket: str) -> Content:
    """Return what is in `bucket`; a thousand objects take a request."""
    objects = total = 0
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in page.get("Contents", []):
            objects, total = objects + 1, total + entry["Size"]
    return Content(objects, total)


def empty(s3: S3Client, bucket: str) -> None:
    """Delete what keeps `bucket` from being deleted: all versions of objects, markers, unfinished uploads."""
    for batch in _versions(s3, bucket):
        answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": batch, "Quiet": True})
        for fault in answer.get("Errors", []):
            error = {"Code": fault.get("Code", ""), "Message": fault.get("Message", "")}
            raise ClientError({"Error": error}, "DeleteObjects")  # type: ignore[typeddict-item]  # boto3 raises the same
    for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket):
        for upload in page.get("Uploads", []):
            s3.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])


def _versions(s3: S3Client, bucket: str) -> Iterator[list[ObjectIdentifierTypeDef]]:
    """Yield the versions of all objects, a thousand at a time, which is what one request deletes."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        entries = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if entries:
            yield [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in entries]
