"""The edge's log: every request to the CDN, and every request from the CDN to an origin."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, overload


@dataclass(frozen=True, slots=True)
class Seen:
    """One request and its answer.

    `at` is the server that got the request. `origin` is the domain name of the behaviour's origin, even if
    the CDN answered from its cache. `path` is raw and includes the query string; at an origin it starts with
    the origin's own path. `cache` is Hit, RefreshHit, Miss, Error or FunctionGeneratedResponse at the CDN. It
    is empty at an origin.
    """

    at: Literal["cdn", "origin"]
    origin: str
    method: str
    path: str
    status: int
    cache: str = ""


class Log(Sequence[Seen]):
    """All records, oldest first. Other threads may read it while the edge writes."""

    def __init__(self) -> None:
        self._seen: list[Seen] = []
        self._lock = threading.Lock()

    def add(self, seen: Seen) -> None:
        """Append one record."""
        with self._lock:
            self._seen.append(seen)

    def clear(self) -> None:
        """Remove all records, for example between two parts of a test."""
        with self._lock:
            self._seen.clear()

    def copy(self) -> tuple[Seen, ...]:
        """Return all records until now."""
        with self._lock:
            return tuple(self._seen)

    @overload
    def __getitem__(self, index: int) -> Seen: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Seen]: ...
    def __getitem__(self, index: int | slice) -> Seen | Sequence[Seen]:
        return self.copy()[index]

    def __len__(self) -> int:
        return len(self.copy())
