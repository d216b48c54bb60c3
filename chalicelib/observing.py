"""One line of JSON for each request and each batch of messages: what was asked and what came of it.

The line also holds CloudWatch metrics (CloudWatch user guide, "Specification: Embedded metric format"):
CloudWatch reads the numbers out of the log, so the app calls nobody. Every metric has the dimension
``function``; `Refused` also has ``cause``, which is always the name of a class of `Refusal`.

A line has no secrets and an upper length (`MOST_BYTES`). ``docs/operations.md`` says what each field means.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from chalicelib.timing import Timings
from chalicelib.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from chalicelib.errors import Refusal

NAMESPACE = "resize404"
"""The namespace of all metrics in CloudWatch."""

MOST_BYTES = 8192
"""Bytes of the longest line."""

_LONGEST = {"variant": 128, "key": 256}
"""Characters of a stranger's text that a line keeps. JSON escapes one in at most 12 bytes."""

_CUT = "..."
_SIGNATURE = re.compile(r"(s\s*=)[^,/]{16,}", re.IGNORECASE)
"""A signature, or enough of one to be of use."""

_MOST_READ = 4096
"""Characters of a stranger's text that are looked at."""

_MOST_ENCODINGS = 5
"""How often a text is percent-decoded, at most. What is still encoded after that is not shown."""

_lines = count()
"""How many lines this process has written. The first one belongs to a cold start."""


class Outcome(StrEnum):
    """What became of a request, or of a batch of messages."""

    MADE = "made"
    STORED = "stored"
    RE_ENTERED = "re-entered"
    REFUSED = "refused"
    FAILED = "failed"
    WORKED = "worked"


@dataclass(slots=True)
class Record:
    """What is known so far of one request, or of one batch of messages. `write` ends it.

    `queue_age` is the age in seconds of the oldest of the `messages` of a batch. `made_ahead` are the
    variants that were made before anybody asked, `mirrored` the mirrors that were written, `not_mirrored` the
    originals that cannot have one. The paths and tags that CloudFront took, and those that a
    budget held back, are in the `timings`.
    """

    request_id: str = ""
    variant: str = ""
    key: str = ""
    outcome: Outcome = Outcome.FAILED
    refusal: Refusal | None = None
    messages: int = 0
    queue_age: float | None = None
    made_ahead: int = 0
    mirrored: int = 0
    not_mirrored: int = 0
    timings: Timings = field(default_factory=Timings)

    def ask(self, segments: Sequence[str]) -> None:
        """Note which variant is asked for, and of which key: the first of the segments, and the others."""
        self.variant, *key = segments
        self.key = "/".join(key)

    def refuse(self, refusal: Refusal) -> None:
        """Note that the request was refused, and why."""
        is_ours = refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        self.outcome = Outcome.FAILED if is_ours else Outcome.REFUSED
        self.refusal = refusal

    def tell(self, told: int, held: int = 0) -> None:
        """Note that CloudFront took so many more invalidation items, and that a budget held others back."""
        paths = self.timings.paths
        paths.update(told=paths.get("told", 0) + told, held=paths.get("held", 0) + held)

    def tell_made(self, variants: int) -> None:
        """Note that so many more variants were made ahead."""
        self.made_ahead += variants

    def tell_mirrored(self) -> None:
        """Note that one more mirror was written."""
        self.mirrored += 1

    def tell_not_mirrored(self) -> None:
        """Note that one more original cannot have a mirror."""
        self.not_mirrored += 1

    @property
    def asked(self) -> str:
        """Variant and key as a line of the log may show them. Any character may be in it."""
        return f"{shown(self.variant, _LONGEST['variant'])}/{shown(self.key, _LONGEST['key'])}"

    def _metrics(self) -> Iterator[tuple[str, str, float]]:
        """Yield name, unit (as CloudWatch spells it) and value of each metric without a cause."""
        bytes_in, bytes_out = self.timings.moved.get("fetch", 0), self.timings.moved.get("store", 0)
        if self.outcome is Outcome.MADE:
            yield "Made", "Count", 1
            yield "BytesSaved", "Bytes", max(0, bytes_in - bytes_out)
        if self.outcome is Outcome.RE_ENTERED:
            yield "ReEntered", "Count", 1
        if self.refusal and self.refusal.lasts:
            yield "OriginalsRefused", "Count", 1
        if told := self.timings.paths.get("told"):
            yield "Invalidations", "Count", told
        if held := self.timings.paths.get("held"):
            yield "InvalidationsHeldBack", "Count", held
        if self.made_ahead:
            yield "MadeAhead", "Count", self.made_ahead
        if self.mirrored:
            yield "Mirrored", "Count", self.mirrored
        if self.not_mirrored:
            yield "NotMirrored", "Count", self.not_mirrored
        if self.queue_age is not None:
            yield "QueueAge", "Seconds", round(self.queue_age, 3)

    def _directives(self, metrics: Sequence[tuple[str, str]]) -> Iterator[Mapping[str, Any]]:
        """Yield what tells CloudWatch which fields are metrics, and which are their dimensions."""
        if metrics:
            yield _directive(["function"], metrics)
        if self.refusal:
            yield _directive(["function", "cause"], [("Refused", "Count")])

    def line(self, *, is_cold: bool) -> dict[str, Any]:
        """Return the line as JSON's own types. Fields that do not apply are left out."""
        metrics = list(self._metrics())
        directives = list(self._directives([(name, unit) for name, unit, _ in metrics]))
        fields = {
            "_aws": _metadata(directives) if directives else None,
            "function": os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "local"),
            "version": VERSION,
            "request_id": self.request_id[:64],
            "cold": is_cold,
            "outcome": self.outcome,
            "cause": self.refusal.code if self.refusal else None,
            "variant": shown(self.variant, _LONGEST["variant"]) or None,
            "key": shown(self.key, _LONGEST["key"]) or None,
            "messages": self.messages or None,
            "bytes_in": self.timings.moved.get("fetch"),
            "bytes_out": self.timings.moved.get("store"),
            "ms": {step: round(spent, 1) for step, spent in self.timings.spent().items()},
            **{name: value for name, _, value in metrics},
            "Refused": 1 if self.refusal else None,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def write(self) -> None:
        """Write the line to the log. It is no line of a logger: CloudWatch reads metrics from JSON alone."""
        line = json.dumps(self.line(is_cold=next(_lines) == 0), separators=(",", ":"))
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def _metadata(directives: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": directives}


def _directive(dimensions: Sequence[str], metrics: Sequence[tuple[str, str]]) -> Mapping[str, Any]:
    """Return the part of ``_aws`` that names metrics with these dimensions."""
    return {
        "Namespace": NAMESPACE,
        "Dimensions": [dimensions],
        "Metrics": [{"Name": name, "Unit": unit} for name, unit in metrics],
    }


def shown(text: str, most: int) -> str:
    """Return a stranger's percent-encoded `text` for the log: decoded, without signatures, cut after `most`.

    It may hold any character, so it is written as JSON or as a ``repr``, never as it is.
    """
    once = unquote(text[:_MOST_READ])
    bare = _SIGNATURE.sub(rf"\1{_CUT}", _decoded(once))
    told = bare if _CUT in bare else once
    return told if len(told) <= most else told[:most] + _CUT


def _decoded(text: str) -> str:
    """Return `text` with all percent-encodings undone, also those of percent signs."""
    for _ in range(_MOST_ENCODINGS):
        decoded = unquote(text)
        if decoded == text:
            return text
        text = decoded
    return _CUT


@contextmanager
def request(segments: Sequence[str], request_id: str) -> Iterator[Record]:
    """Yield the record of a request for these `segments` of a variant and a key, and write it in the end."""
    record = Record(request_id)
    record.ask(segments)
    try:
        yield record
    finally:
        record.write()


@contextmanager
def batch(sent: Sequence[float], request_id: str) -> Iterator[Record]:
    """Yield the record of a batch, and write it in the end.

    `sent` says when each message was put into the queue, in seconds since 1970.
    """
    age = max(0.0, time.time() - min(sent)) if sent else None
    record = Record(request_id, messages=len(sent), queue_age=age)
    try:
        with record.timings.measure("work"):
            yield record
        record.outcome = Outcome.WORKED
    finally:
        record.write()
