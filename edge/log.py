"""What the edge saw: every request that reached the CDN, and every one that the CDN sent to an origin."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, overload


@dataclass(frozen=True, slots=True)
class Seen:
    """One request and how it was answered.

    `at` says where it arrived. `origin` is the domain name of the origin that the behaviour names, also for a
    request that the CDN answered by itself. `path` is raw and has its query string; at an origin it begins
    with the origin's own path. `cache` is Hit, RefreshHit, Miss or Error, and empty at an origin.
    """

    at: Literal["cdn", "origin"]
    origin: str
    method: str
    path: str
    status: int
    cache: str = ""


class Log(Sequence[Seen]):
    """All that was seen, oldest first; it may be read while the edge writes to it."""

    def __init__(self) -> None:
        self._seen: list[Seen] = []
        self._lock = threading.Lock()

    def add(self, seen: Seen) -> None:
        """Append one record."""
        with self._lock:
            self._seen.append(seen)

    def clear(self) -> None:
        """Forget what was seen, between two parts of a test."""
        with self._lock:
            self._seen.clear()

    def copy(self) -> tuple[Seen, ...]:
        """Return what was seen until now."""
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
