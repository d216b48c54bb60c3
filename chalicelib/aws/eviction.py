"""Evictions: what the CDN is to forget, how urgent that is, and what tells one from every other. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.address.key import url_path
from chalicelib.aws import invalidation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.aws.bucket import Stored


class Urgency(StrEnum):
    """What may become of an eviction that a month's budget has no paths for (`chalicelib.aws.budget`)."""

    OPTIONAL = "optional"
    """It may be left out: the app answers whoever meets the kept redirect as before, and nothing is stale."""

    DUE = "due"
    """It is carried out, if need be some time later, together with everything else that the CDN has."""

    AT_ONCE = "at once"
    """A person has ordered it: it is carried out as it is, and counted."""

    EVERYTHING = "everything"
    """It is what takes the place of others: everything. A month has room for a fixed number of these."""


class HeldBack(Exception):  # noqa: N818 - the name says what happened
    """The month's budget has no paths for an eviction, or they cannot be counted: CloudFront was not told."""


@dataclass(frozen=True, slots=True)
class Eviction:
    """Invalidation items, and the `reference` by which CloudFront knows which evictions it has carried out.

    An eviction that may be ordered again is sent `alone`: put together with others, it would be another
    eviction each time, and paid for. One of everything is for what was ordered until `since`, in seconds
    since 1970.
    """

    items: tuple[str, ...]
    reference: str
    alone: bool = False
    urgency: Urgency = Urgency.DUE
    since: float = 0.0

    def __str__(self) -> str:
        """Return the eviction as a message of the queue."""
        told = {"items": self.items, "reference": self.reference, "alone": self.alone}
        return json.dumps({**told, "urgency": self.urgency, "since": self.since})

    def part(self, items: Sequence[str]) -> Eviction:
        """Return the eviction of some of the items; of the same items it is always the same one."""
        return Eviction(tuple(items), reference(self.reference, *items), urgency=self.urgency)


def read(message: str) -> Eviction:
    """Return the eviction of a message; `ValueError` if it is none. An earlier version wrote no urgency."""
    try:
        said = json.loads(message)
        return Eviction(
            tuple(map(str, said["items"])),
            str(said["reference"]),
            bool(said.get("alone")),
            Urgency(said.get("urgency", Urgency.DUE)),
            float(said.get("since", 0.0)),
        )
    except (AttributeError, KeyError, TypeError) as fault:
        raise ValueError(f"no eviction: {message[:500]!r}") from fault


def reference(*of: str) -> str:
    """Return the caller reference that follows from these texts: a digest, which does not depend on more."""
    return hashlib.sha256(json.dumps(of).encode()).hexdigest()


def of(stored: Stored, urgency: Urgency = Urgency.OPTIONAL) -> Eviction:
    """Return the eviction of a variant's path. For the same rendering of the variant it is the same one."""
    item = invalidation.item(url_path(stored.key))
    return Eviction((item,), reference(stored.rendering, item), alone=True, urgency=urgency)
