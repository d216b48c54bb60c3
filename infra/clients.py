"""Where AWS clients come from."""

from __future__ import annotations

from typing import Any, Protocol


class Clients(Protocol):
    """Whatever makes AWS clients: a boto3 session, or an emulator."""

    def client(self, service_name: Any, /) -> Any:  # noqa: ANN401 - boto3 has a type for each service
        """Return a client of a service."""


class CachedClients:
    """The clients of another maker, each made once: making one takes longer than most calls."""

    def __init__(self, maker: Clients) -> None:
        self._maker = maker
        self._made: dict[str, Any] = {}

    def client(self, service_name: Any, /) -> Any:  # noqa: ANN401 - boto3 has a type for each service
        """Return the client of a service."""
        if service_name not in self._made:
            self._made[service_name] = self._maker.client(service_name)
        return self._made[service_name]
