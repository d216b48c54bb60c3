"""Asking an AWS API: the answer, or why there is none. Everything that is asked may be refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from edge.access import UnreadablePolicyError
from edge.distributions import UnsupportedDistributionError
from ops.doctor.known import NotKnown, Unread
from ops.failures import explain

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_UNJUDGED = (UnreadablePolicyError, UnsupportedDistributionError, NotKnown)


class Clients(Protocol):
    """Whatever makes AWS clients: a boto3 session, or an emulator."""

    def client(self, service_name: Any, /) -> Any:  # noqa: ANN401 - boto3 has a type for each service
        """Return a client of a service."""


class Once:
    """The clients of another maker, each made once: making one takes longer than most calls."""

    def __init__(self, maker: Clients) -> None:
        self._maker = maker
        self._made: dict[str, Any] = {}

    def client(self, service_name: Any, /) -> Any:  # noqa: ANN401 - boto3 has a type for each service
        """Return the client of a service."""
        if service_name not in self._made:
            self._made[service_name] = self._maker.client(service_name)
        return self._made[service_name]


def ask(read: Callable[[], T]) -> T | Unread:
    """Return what `read` gives, or why it gives nothing."""
    try:
        return read()
    except (BotoCoreError, ClientError) as refusal:
        return Unread(explain(refusal))
    except _UNJUDGED as reason:
        return Unread(str(reason))
