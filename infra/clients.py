"""Makers of AWS clients: what they have in common, and one that makes each client only once."""

from __future__ import annotations

from typing import Any, Protocol


class Clients(Protocol):
    """A maker of AWS clients, such as a boto3 session or an emulator."""

    def client(self, service_name: Any, /) -> Any:  # noqa: ANN401 - boto3 has a type for each service
        """Return a client of a service."""


class CachedClients:
    """Makes each client of another maker only once: making a client takes longer than most API calls."""

    def __init__(self, maker: Clients) -> None:
        self._maker = maker
        self._made: dict[str, Any] = {}

    def client(self, service_name: Any, /) -> Any:  # noqa: ANN401 - boto3 has a type for each service
        """Return the client of a service."""
        if service_name not in self._made:
            self._made[service_name] = self._maker.client(service_name)
        return self._made[service_name]
