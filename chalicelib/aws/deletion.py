"""Deleting objects: a thousand in one call, and one by one those whose keys XML cannot carry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.aws import s3

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from types_boto3_s3 import S3Client

_AT_ONCE = 1000
"""Objects that one call deletes (API reference, DeleteObjects)."""

_UNFIT_FOR_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write, not even escaped ("Characters"). DeleteObjects sends keys as XML, and S3
answers MalformedXML for all of them together (boto/boto3#2005); DeleteObject has the key in the address."""

_NOT_THE_SAME = frozenset({"NoSuchKey", "PreconditionFailed", "ConditionalRequestConflict"})
"""What S3 answers to a conditional deletion if the object is gone, or another one is in its place, or is just
being written (user guide, "How to perform conditional deletes")."""


class DeletionError(Exception):
    """S3 did not delete all that it was told to; `code` is its own word for why."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Doomed:
    """An object to be deleted: with a `version`, that version for good; with an `etag`, only if it has it."""

    key: str
    version: str = ""
    etag: str = ""

    @property
    def identifier(self) -> dict[str, str]:
        """The object as DeleteObjects names it."""
        named = {"Key": self.key, "VersionId": self.version, "ETag": self.etag}
        return {name: value for name, value in named.items() if value}


def delete(client: S3Client, bucket: str, objects: Iterable[Doomed]) -> None:
    """Delete the objects; `DeletionError` if S3 does not. An object that is gone already is as good."""
    fit: list[Doomed] = []
    for doomed in objects:
        if _UNFIT_FOR_XML.search(doomed.key):
            _delete_one(client, bucket, doomed)
        else:
            fit.append(doomed)
    for part in _parts(fit):
        _delete_together(client, bucket, part)


def _delete_together(client: S3Client, bucket: str, objects: Sequence[Doomed]) -> None:
    told: Any = {"Objects": [doomed.identifier for doomed in objects], "Quiet": True}
    with s3.faults():
        answer = client.delete_objects(Bucket=bucket, Delete=told)
    failed = [error for error in answer.get("Errors", []) if error.get("Code") not in _NOT_THE_SAME]
    if failed:
        raise DeletionError(
            f"{len(failed)} of {len(objects)} are not deleted: {failed[0]!r}", failed[0].get("Code", "")
        )


def _delete_one(client: S3Client, bucket: str, doomed: Doomed) -> None:
    conditions: Any = {"VersionId": doomed.version, "IfMatch": doomed.etag}
    with s3.faults():
        try:
            client.delete_object(
                Bucket=bucket, Key=doomed.key, **{name: value for name, value in conditions.items() if value}
            )
        except ClientError as fault:
            if s3.code(fault) not in _NOT_THE_SAME:
                raise


def _parts(objects: Sequence[Doomed]) -> Iterator[Sequence[Doomed]]:
    for start in range(0, len(objects), _AT_ONCE):
        yield objects[start : start + _AT_ONCE]
