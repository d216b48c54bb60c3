"""The playground on the site: the stack's parameter `Playground` decides whether it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from ops.playground.files import FOLDER, Playground, keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_cloudformation.type_defs import StackTypeDef
    from types_boto3_s3 import S3Client

_OURS = {"page": "resize404"}
"""The metadata of our own files. What the owner has put beside them does not have it, and stays."""


def update(s3: S3Client, bucket: str, stack: StackTypeDef) -> bool:
    """Put the page that `stack` wants into its site bucket, or remove it. Return whether it is there then."""
    parameters = {
        each["ParameterKey"]: each.get("ParameterValue", "") for each in stack.get("Parameters", [])
    }
    offered = keys(parameters.get("Playground", ""))
    wanted = Playground("", parameters.get("KeyPrefix", ""), offered) if offered else None
    put = _put(s3, bucket, wanted) if wanted else set()
    for key in _ours(s3, bucket):
        if key not in put:
            s3.delete_object(Bucket=bucket, Key=key)
    return wanted is not None


def _put(s3: S3Client, bucket: str, wanted: Playground) -> set[str]:
    """Put all files, and return their keys. With ``no-cache`` nobody has files of two versions."""
    files = {FOLDER + file.name: file for file in wanted.files()}
    # With Delivery=failover the distribution asks S3's REST endpoint, which has no index documents.
    files[FOLDER] = files[f"{FOLDER}index.html"]
    for key, file in files.items():
        s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=file.body,
            ContentType=file.content_type,
            CacheControl="no-cache",
            Metadata=_OURS,
        )
    return set(files)


def _ours(s3: S3Client, bucket: str) -> Iterator[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=FOLDER)
    for entry in (entry for page in pages for entry in page.get("Contents", [])):
        if _metadata(s3, bucket, entry["Key"]) == _OURS:
            yield entry["Key"]


def _metadata(s3: S3Client, bucket: str, key: str) -> dict[str, str]:
    try:
        return s3.head_object(Bucket=bucket, Key=key)["Metadata"]
    except ClientError as refusal:
        if refusal.response["Error"].get("Code") == "404":
            return {}
        raise
