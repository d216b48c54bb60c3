"""Evictions: what the CDN is to forget, told to it at once or through a queue that gathers them.

Through the queue, only the function behind it needs the distribution, and what an original has left behind
becomes one call: CloudFront throttles calls, not paths.
"""

from __future__ import annotations

import hashlib
import json
import logging
import uuid
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.aws.cdn import Eviction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from chalicelib.aws.cdn import Distribution

log = logging.getLogger(__name__)

_NEVER = "InvalidArgument"
"""CloudFront's word for a path that it will not take at the next attempt either."""

MOST_ITEMS = 10
"""Items of the largest eviction that is put into the queue."""


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
