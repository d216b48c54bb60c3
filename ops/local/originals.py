"""The emulator's bucket of originals, as the local page sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import CORSRuleTypeDef

_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Bucket:
    """The bucket called `bucket`. Originals of at most `most_bytes` may be uploaded from a page."""

    s3: S3Client
    bucket: str
    most_bytes: int

    def newest(self) -> Sequence[str]:
        """Return all keys, those that were put last first."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        entries = [entry for page in pages for entry in page.get("Contents", [])]
        return [
            entry["Key"]
            for entry in sorted(entries, key=lambda entry: entry["LastModified"].timestamp(), reverse=True)
        ]

    def read(self, key: str) -> tuple[str, bytes] | None:
        """Return the type and the bytes of the original, or None."""
        try:
            found = self.s3.get_object(Bucket=self.bucket, Key=key)
        except self.s3.exceptions.NoSuchKey:
            return None
        return found["ContentType"], found["Body"].read()

    def upload_form(self) -> Mapping[str, object]:
        """Return a presigned form for one file under any key (S3 API reference, "POST Object")."""
        limits: list[object] = [
            ["starts-with", "$Content-Type", ""],
            ["content-length-range", 1, self.most_bytes],
        ]
        # For a key that ends with ${filename}, boto3 adds the condition that it begins with the text before
        # that: any key will do.
        made = self.s3.generate_presigned_post(self.bucket, "${filename}", Conditions=limits, ExpiresIn=_HOUR)
        return {"url": made["url"], "fields": _without_key(made["fields"])}

    def allow_uploads(self, *origins: str) -> None:
        """Let pages of `origins` upload."""
        rule: CORSRuleTypeDef = {
            "AllowedOrigins": list(origins),
            "AllowedMethods": ["POST"],
            "AllowedHeaders": ["*"],
        }
        self.s3.put_bucket_cors(Bucket=self.bucket, CORSConfiguration={"CORSRules": [rule]})


def _without_key(fields: Mapping[str, str]) -> dict[str, str]:
    """Return `fields` without the key: the page says it for each file."""
    return {name: value for name, value in fields.items() if name != "key"}
