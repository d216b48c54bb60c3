"""The edge's log: requests to the CDN, and requests from the CDN to an origin."""

from __future__ import annotations

import threading
from collections import deque
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


MOST_RECORDS = 10_000
"""Some 3 MB. A log of all requests would fill the memory of a site that runs for days."""


class Log(Sequence[Seen]):
    """The last records, oldest first. Other threads may read it while the edge writes."""

    def __init__(self, most: int = MOST_RECORDS) -> None:
        self._seen: deque[Seen] = deque(maxlen=most)
        self._lock = threading.Lock()

    def add(self, seen: Seen) -> None:
        """Append one record; the oldest one goes if there are too many."""
        with self._lock:
            self._seen.append(seen)

    def clear(self) -> None:
        """Remove all records, for example between two parts of a test."""
        with self._lock:
            self._seen.clear()

    def copy(self) -> tuple[Seen, ...]:
        """Return the records until now."""
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
