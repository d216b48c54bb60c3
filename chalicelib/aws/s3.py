"""What S3 says of itself: why it says no, and what time it is."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
)

from chalicelib.errors import UpstreamBusy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import HeadObjectOutputTypeDef

MISSING = frozenset({"404", "NoSuchKey"})
"""S3 says that there is no such object."""

ABSENT = MISSING | {"403", "AccessDenied", "InvalidObjectState", "KeyTooLongError"}
"""There is no variant that can be served. Without s3:ListBucket, S3 answers 403 for an object that does not
exist (HeadObject API reference); an archived object exists, but cannot be read (GetObject API reference)."""

NAMELESS = MISSING | {"KeyTooLongError"}
"""There is no original with this key, and never can be one with too long a key."""

DENIED = frozenset({"403", "AccessDenied"})
"""S3 does not hand the object out, or there is none and the role lacks s3:ListBucket."""

LOCKED = frozenset(
    {
        "InvalidObjectState",
        "KMS.DisabledException",
        "KMS.InvalidKeyUsageException",
        "KMS.KMSInvalidStateException",
        "KMS.NotFoundException",
    }
)
"""The object exists, but nobody can read it: it is archived (GetObject API reference), or the key that it is
encrypted with cannot be used (KMS API reference, Decrypt; S3 puts ``KMS.`` in front)."""

TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
"""The object exists (412), or somebody else is writing it (409; user guide, "Conditional writes")."""

# S3 API reference, "Error responses". The numbers are for HEAD, whose answers have no body with a code.
_BUSY = {
    "SlowDown",
    "Throttling",
    "RequestTimeout",
    "InternalError",
    "ServiceUnavailable",
    "KMS.ThrottlingException",
    "ThrottlingException",
    "OperationAborted",
    "500",
    "502",
    "503",
}


@contextmanager
def faults() -> Iterator[None]:
    """Turn what another try may mend into `UpstreamBusy`; all else is a fault of ours.

    That is throttling, time-outs, lost connections, and bodies that arrive cut off or with a wrong checksum.
    """
    try:
        yield
    except (ConnectionError, HTTPClientError, IncompleteReadError, FlexibleChecksumError) as fault:
        raise UpstreamBusy from fault
    except ClientError as fault:
        if _is_busy(fault):
            raise UpstreamBusy from fault
        raise


def _is_busy(fault: ClientError) -> bool:
    status = fault.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code(fault) in _BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def code(fault: ClientError) -> str:
    """Return S3's own error code, or the HTTP status of an answer without one."""
    return fault.response.get("Error", {}).get("Code", "")


def is_repeated(fault: ClientError) -> bool:
    """Say whether S3 refused a repetition of a call: it may have carried out the call itself."""
    return bool(fault.response.get("ResponseMetadata", {}).get("RetryAttempts"))


def head(
    client: S3Client, bucket: str, key: str, absent: frozenset[str] = MISSING
) -> HeadObjectOutputTypeDef | None:
    """Return what S3 says of an object; None if its answer is one of the codes in `absent`."""
    try:
        return client.head_object(Bucket=bucket, Key=key)
    except ClientError as fault:
        if code(fault) in absent:
            return None
        raise


def age(answer: HeadObjectOutputTypeDef) -> float:
    """Return the age of an object in seconds, by the clock of S3 alone: ours may be wrong."""
    return (date(answer["ResponseMetadata"]) - answer["LastModified"]).total_seconds()


def date(metadata: Any) -> datetime:  # noqa: ANN401 - botocore types it as a dict of anything
    """Return when S3 answered, by its own clock, which is the one that its objects are dated by."""
    stated = metadata["HTTPHeaders"].get("date")
    return parsedate_to_datetime(stated) if stated else datetime.now(UTC)
