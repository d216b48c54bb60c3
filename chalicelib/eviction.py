"""Evictions: what the CDN is to forget, told to it at once or through a queue that gathers them.

Through the queue, only the function behind it needs the distribution, and what an original has left behind
becomes one call: CloudFront throttles calls, not paths.
"""

from __future__ import annotations

import hashlib
import json
import logging
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.key import url_path
from chalicelib.queues import QueueError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from chalicelib.bucket import Stored
    from chalicelib.cdn import Distribution
    from chalicelib.queues import Queue

log = logging.getLogger(__name__)

REMEMBERED = 1000
"""How many evictions a process remembers, only to spare CloudFront from being told twice."""

_NEVER = "InvalidArgument"
"""CloudFront's word for a path that it will not take at the next attempt either."""

MOST_ITEMS = 10
"""Items of the largest eviction that is put into the queue."""


@dataclass(frozen=True, slots=True)
class Eviction:
    """Paths as CloudFront takes them, or ``#tag``, and the `reference` by which it knows what it has done.

    What may be ordered again is told it `alone`: put together with others, it would be another eviction each
    time, and paid for.
    """

    items: tuple[str, ...]
    reference: str
    alone: bool = False

    def __str__(self) -> str:
        """Return the message that it is in the queue."""
        return json.dumps({"items": self.items, "reference": self.reference, "alone": self.alone})


def of(stored: Stored) -> Eviction:
    """Return the eviction of a variant's path: the same one for the same rendering of it."""
    return Eviction((url_path(stored.key),), stored.rendering, alone=True)


def some(items: Sequence[str]) -> Iterator[Eviction]:
    """Yield new evictions of the `items`, each small enough for the queue."""
    for start in range(0, len(items), MOST_ITEMS):
        yield Eviction(tuple(items[start : start + MOST_ITEMS]), uuid.uuid4().hex)


def read(message: str) -> Eviction:
    """Return the eviction of a message; `ValueError` if it is none."""
    try:
        said = json.loads(message)
        return Eviction(tuple(map(str, said["items"])), str(said["reference"]), bool(said.get("alone")))
    except (AttributeError, KeyError, TypeError) as fault:
        raise ValueError(f"no eviction: {message:.500}") from fault


def together(evictions: Iterable[Eviction]) -> Eviction:
    """Return one eviction of all items, each once; of the same evictions it is the same one."""
    every = sorted(set(evictions), key=lambda eviction: eviction.reference)
    references = hashlib.sha256(" ".join(eviction.reference for eviction in every).encode())
    return Eviction(
        tuple(sorted({item for eviction in every for item in eviction.items})), references.hexdigest()
    )


@dataclass(frozen=True, slots=True)
class Evictor:
    """Has each rendering evicted at most once, by whatever `tells` the CDN. Its failure is only logged."""

    tell: Callable[[Eviction], None]
    evicted: dict[str, None] = field(default_factory=dict)
    """The renderings that need not be mentioned again, oldest first."""

    def evict(self, stored: Stored) -> None:
        """Have the variant's path evicted. A failure is forgotten: the picture matters more."""
        if stored.rendering in self.evicted:
            return
        try:
            self.tell(of(stored))
        except (BotoCoreError, ClientError, QueueError):
            log.exception("could not evict %r", stored.key)
            return
        self.evicted[stored.rendering] = None
        if len(self.evicted) > REMEMBERED:
            del self.evicted[next(iter(self.evicted))]


def through(queue: Queue) -> Callable[[Eviction], None]:
    """Return what puts an eviction into the queue."""
    return lambda eviction: queue.send([str(eviction)])


def carry_out(messages: Iterable[str], distribution: Distribution) -> None:
    """Have the distribution forget all that the messages name, in as few calls as may be.

    Whatever botocore raises goes on: Lambda then delivers the messages again, and in the end to the dead
    letters. What cannot be read never will be, and is only logged.
    """
    evictions = []
    for message in messages:
        try:
            evictions.append(read(message))
        except ValueError:
            log.exception("not evicted")
    for eviction in dict.fromkeys(eviction for eviction in evictions if eviction.alone):
        _tell([eviction], distribution)
    if others := [eviction for eviction in evictions if not eviction.alone]:
        _tell(others, distribution)


def _tell(evictions: Sequence[Eviction], distribution: Distribution) -> None:
    """Tell the distribution of all in one call, or of each in one if it will never take them like that."""
    try:
        distribution.forget(evictions[0] if len(evictions) == 1 else together(evictions))
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] != _NEVER:
            raise
        if len(evictions) == 1:
            log.exception("CloudFront does not take %r", evictions[0].items)
            return
        for eviction in evictions:
            _tell([eviction], distribution)
