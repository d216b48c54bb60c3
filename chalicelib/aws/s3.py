"""What S3 says when it says no."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError, IncompleteReadError  # noqa: A004

from chalicelib.errors import UpstreamBusy

if TYPE_CHECKING:
    from collections.abc import Iterator

MISSING = frozenset({"404", "NoSuchKey"})
"""There is no such object."""

ABSENT = MISSING | {"403", "AccessDenied", "InvalidObjectState", "KeyTooLongError"}
"""Nor is there one for a viewer. Without s3:ListBucket, S3 answers 403 where an object does not exist
(HeadObject API reference); an archived one is there, but cannot be read (GetObject API reference)."""

TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
"""The object is there (412), or another write of it is under way (409; user guide, "Conditional writes")."""

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


@contextmanager
def faults() -> Iterator[None]:
    """Turn throttling, time-outs and lost connections into `UpstreamBusy`; all else is a fault of ours."""
    try:
        yield
    except (ConnectionError, HTTPClientError, IncompleteReadError) as fault:
        raise UpstreamBusy from fault
    except ClientError as fault:
        if code(fault) in _BUSY:
            raise UpstreamBusy from fault
        raise


def code(fault: ClientError) -> str:
    """Return S3's own word for what went wrong, or the status of an answer without one."""
    return fault.response.get("Error", {}).get("Code", "")
