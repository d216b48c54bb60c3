"""Calls an AWS API, and turns a refusal into `Unread`, because any call may be refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import UpstreamBusy
from edge.cloudfront.distribution import UnsupportedDistributionError
from edge.s3.bucket_policy import UnreadablePolicyError
from ops.doctor.known import NotKnown, Unread
from ops.terminal.failures import explain

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_UNJUDGED = (UnreadablePolicyError, UnsupportedDistributionError, NotKnown, UpstreamBusy)


def ask(read: Callable[[], T]) -> T | Unread:
    """Return the result of `read`, or `Unread` with the reason if it fails."""
    try:
        return read()
    except (BotoCoreError, ClientError) as refusal:
        return Unread(explain(refusal))
    except _UNJUDGED as reason:
        return Unread(str(reason))
