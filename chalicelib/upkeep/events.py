"""The messages of the queue of changes: S3's own, those of EventBridge, and ours to look again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from chalicelib.address.sources import ObjectName

if TYPE_CHECKING:
    from collections.abc import Iterable

_TEST = "s3:TestEvent"
"""What S3 sends once when notifications are configured."""

_EVENTBRIDGE = "aws.s3"
"""The `source` of S3's events in EventBridge (S3 user guide, "EventBridge event message structure")."""


@dataclass(frozen=True, slots=True)
class Change:
    """Originals that were written or removed; `looks` is how often they were looked after already."""

    originals: tuple[ObjectName, ...]
    looks: int = 0


def read(message: str) -> Change:
    """Return the change that a message reports; `ValueError` if it reports none."""
    try:
        said = json.loads(message)
        if said.get("Event") == _TEST:
            return Change(())
        if "again" in said:
            originals = tuple(ObjectName(bucket, key) for bucket, key in said["again"])
            return Change(originals, looks=int(said.get("looks", 1)))
        if said.get("source") == _EVENTBRIDGE:
            return Change((_of_eventbridge(said["detail"]),))
        return Change(tuple(_original(record["s3"]) for record in said["Records"]))
    except (AttributeError, KeyError, TypeError) as fault:
        raise ValueError(f"no notification of S3: {message[:500]!r}") from fault


def again(originals: Iterable[ObjectName], looks: int = 1) -> str:
    """Return the message that asks to look after these originals once more, after so many looks."""
    said: dict[str, object] = {"again": [[original.bucket, original.key] for original in originals]}
    return json.dumps(said | ({"looks": looks} if looks > 1 else {}))


def _original(said: dict[str, dict[str, str]]) -> ObjectName:
    # Here, and nowhere else, a key is encoded as a form is, with a plus for a space (S3 user guide, "Event
    # message structure").
    return ObjectName(said["bucket"]["name"], unquote_plus(said["object"]["key"], errors="strict"))


def _of_eventbridge(said: dict[str, dict[str, str]]) -> ObjectName:
    # The key is as it is, not encoded.
    return ObjectName(str(said["bucket"]["name"]), str(said["object"]["key"]))
