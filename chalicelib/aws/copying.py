"""Copies of objects that S3 makes itself, whatever their size: in one call, or in parts at the same time."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import CompletedPartTypeDef

    from chalicelib.address.sources import ObjectName
    from chalicelib.aws.bucket import Version

log = logging.getLogger(__name__)

PART = 64 << 20
"""Bytes of the largest object that is copied in one call, and of a part. S3 would copy 5 GB in one call (API
reference, CopyObject), but would take about a minute for it, which no time-out of ours allows."""

_MOST_PARTS = 10_000
"""Parts of a multipart upload (S3 user guide, "Amazon S3 multipart upload limits")."""

AT_ONCE = 8
"""Parts that are copied at a time; botocore keeps 10 connections open."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of this `version` of the `source`, to be made at the `target`.

    `said` is the copy's own content type, Cache-Control and metadata, `condition` what must hold of the
    target. Nothing of the source is taken over but its bytes: neither metadata nor tags.
    """

    source: ObjectName
    version: Version
    target: ObjectName
    said: Mapping[str, Any]
    condition: Mapping[str, Any]

    def make(self, s3: S3Client) -> None:
        """Make the copy. It is there, whole, when the last call succeeds, and not before."""
        if self.version.size > PART:
            self._make_in_parts(s3)
            return
        replaced: Any = {"MetadataDirective": "REPLACE", "TaggingDirective": "REPLACE"}
        s3.copy_object(**self._place, **self._bytes, **replaced, **self.said, **self.condition)

    def _make_in_parts(self, s3: S3Client) -> None:
        """Make the copy by a multipart upload. If that fails, S3 is told to throw the parts away.

        If this process dies, the lifecycle rule of the bucket does it.
        """
        upload = s3.create_multipart_upload(**self._place, **self.said)["UploadId"]

        def copy_part(part: tuple[int, str]) -> CompletedPartTypeDef:
            number, span = part
            answer = s3.upload_part_copy(
                **self._place, **self._bytes, UploadId=upload, PartNumber=number, CopySourceRange=span
            )
            return {"PartNumber": number, "ETag": answer["CopyPartResult"]["ETag"]}

        try:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                parts = list(pool.map(copy_part, enumerate(_spans(self.version.size), start=1)))
            s3.complete_multipart_upload(
                **self._place, UploadId=upload, MultipartUpload={"Parts": parts}, **self.condition
            )
        except BaseException:
            self._abort(s3, upload)
            raise

    def _abort(self, s3: S3Client, upload: str) -> None:
        try:
            s3.abort_multipart_upload(**self._place, UploadId=upload)
        except (BotoCoreError, ClientError):
            # The caller is told why the upload failed. The bucket's lifecycle rule removes the parts.
            log.warning("could not abort an upload to %r", self.target.key, exc_info=True)

    @property
    def _place(self) -> Any:  # noqa: ANN401 - arguments of several calls
        return {"Bucket": self.target.bucket, "Key": self.target.key}

    @property
    def _bytes(self) -> Any:  # noqa: ANN401 - likewise
        source = {"Bucket": self.source.bucket, "Key": self.source.key}
        return {"CopySource": source, "CopySourceIfMatch": f'"{self.version.etag}"'}


def _spans(size: int) -> Iterator[str]:
    """Yield the range of each part of an object with so many bytes."""
    length = max(PART, -(-size // _MOST_PARTS))
    for start in range(0, size, length):
        yield f"bytes={start}-{min(start + length, size) - 1}"
