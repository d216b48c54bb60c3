"""The page at the root of the site: ours, until the owner puts an ``index.html`` into the site bucket."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

PAGE = Path(__file__).with_name("front_page.html")
KEY = "index.html"
"""The index document of the stack (infra/stack.yaml)."""

_OURS = {"page": "resize404"}
"""The metadata of our own page. One that the owner has put, also a changed copy of ours, does not have it."""

_GONE = {"404", "NoSuchKey", "NotFound"}
_TAKEN = {"PreconditionFailed", "ConditionalRequestConflict"}


class Left(Enum):
    """What became of the page at the root."""

    OURS = "ours"
    OWNERS = "owner's"


def put(s3: S3Client, bucket: str) -> Left:
    """Put our page into the site bucket, unless the owner has put one. Return whose page is there then.

    The condition in the request holds even if the owner uploads at this moment.
    """
    try:
        found = s3.head_object(Bucket=bucket, Key=KEY)
    except ClientError as refusal:
        if refusal.response["Error"].get("Code") not in _GONE:
            raise
        condition = {"IfNoneMatch": "*"}
    else:
        if found["Metadata"] != _OURS:
            return Left.OWNERS
        condition = {"IfMatch": found["ETag"]}
    return _write(s3, bucket, condition)


def _write(s3: S3Client, bucket: str, condition: dict[str, str]) -> Left:
    try:
        s3.put_object(
            Bucket=bucket,
            Key=KEY,
            Body=PAGE.read_bytes(),
            ContentType="text/html; charset=utf-8",
            CacheControl="public, max-age=300",
            Metadata=_OURS,
            **condition,  # type: ignore[arg-type]  # one of two arguments, each a string
        )
    except ClientError as refusal:
        if refusal.response["Error"].get("Code") in _TAKEN:
            return Left.OWNERS
        raise
    return Left.OURS
