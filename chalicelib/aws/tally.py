"""The tally: how many paths CloudFront was told this month, written down where all functions see it.

It is one object in the site bucket, beside the index, and closed to viewers like that:

    <KEY_PREFIX>.index/invalidations

Its metadata says the month, the paths, and the last evictions that were counted, so that one that is told
again is not counted again. Its body is 16 random bytes, as of an entry of the index: each writing has an ETag
of its own, by which S3 refuses all but one of two that write at once, and a lifecycle rule leaves alone what
is that small. The first eviction of a month overwrites the month before.

Paths are counted before CloudFront is told: whoever dies in between has counted too many, never too few.
"""

from __future__ import annotations

import logging
import random
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.address.key import INDEX_FOLDER
from chalicelib.aws import budget, s3
from chalicelib.aws.eviction import HeldBack, Urgency

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from types_boto3_s3 import S3Client

    from chalicelib.address.sources import Source
    from chalicelib.aws.budget import Budget
    from chalicelib.aws.eviction import Eviction

log = logging.getLogger(__name__)

KEY = f"{INDEX_FOLDER}invalidations"
"""The object's key, below KEY_PREFIX."""

REMEMBERED = 64
"""Evictions that are remembered: metadata holds 2 KB (S3 user guide). CloudFront is told again within
minutes, and two workers tell it."""

_ATTEMPTS = 8
"""How often the count is read and written anew, if others write at the same time."""

_PAUSE = 0.004
"""Seconds of the first pause before it is read anew, at most; each further one may be twice as long. All of
them together take half a second."""

PATIENCE = 0.5
"""Seconds after which no other attempt begins: a viewer may be waiting."""

_SHORT = 16
"""Characters of a caller reference that are kept."""

_AGAIN = "+"

_FAILURES = (BotoCoreError, ClientError, ValueError)
"""S3 does not answer, refuses, or has something else there than a note of ours."""

_WRITTEN_SINCE = s3.TAKEN | s3.MISSING | {"OperationAborted"}
"""Somebody else has written the object since it was read, does so now, or has deleted it."""


class Clients(Protocol):
    """The AWS client that this module needs, created on first use."""

    @property
    def notes(self) -> S3Client:
        """An S3 client that gives up soon."""


class _Count(Enum):
    """Whether the paths are counted: just now, before (or they need not be), or not at all."""

    NEW = auto()
    KNOWN = auto()
    NONE = auto()


@dataclass(frozen=True, slots=True)
class Note:
    """What the object says: so many `paths` in the `month`, and the `orders` that were counted last.

    `revision` is its ETag; empty if there is no object yet. An order that CloudFront is told again, perhaps
    by two functions at once, is marked: nobody then knows that it was not taken.
    """

    month: str
    paths: int = 0
    orders: tuple[str, ...] = ()
    revision: str = ""

    def of(self, month: str) -> Note:
        """Return the note as it is in this month: with nothing counted, if it is of an earlier one.

        It never goes back: somebody's clock may be slow at the turn of the month.
        """
        return self if self.month >= month else Note(month, revision=self.revision)

    def marking(self, order: str) -> Note:
        """Return the note with a mark at an order that is told again; the same one if it has it already."""
        marked = f"{order}{_AGAIN}"
        return replace(self, orders=tuple(marked if each == order else each for each in self.orders))

    def has(self, order: str) -> bool:
        """Say whether the order is counted."""
        return not {order, f"{order}{_AGAIN}"}.isdisjoint(self.orders)

    def counting(self, order: str, paths: int) -> Note:
        """Return the note with the paths of one order more."""
        return replace(self, paths=self.paths + paths, orders=(*self.orders, order)[-REMEMBERED:])

    def without(self, order: str, paths: int) -> Note:
        """Return the note without the paths of an order; the same one if it is not there, or told again."""
        if order not in self.orders:
            return self
        kept = tuple(each for each in self.orders if each != order)
        return replace(self, paths=max(0, self.paths - paths), orders=kept)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts the paths of the site's evictions, and holds back those that the `budget` has no paths for."""

    clients: Clients
    site: Source
    budget: Budget

    @contextmanager
    def counted(self, eviction: Eviction) -> Iterator[None]:
        """Count the eviction; CloudFront is told within the ``with``. `HeldBack` if it must not be.

        If CloudFront certainly did not take it, its paths are taken off the count again.
        """
        count = self._count(eviction)
        if count is _Count.NONE:
            raise HeldBack(f"no budget for {len(eviction.items)} paths")
        try:
            yield
        except ClientError as refusal:
            # A repeated call may be refused for what the first one has done.
            if count is _Count.NEW and not s3.is_repeated(refusal):
                self._take_off(eviction)
            raise

    def read(self) -> Note:
        """Return the note of this month. botocore's errors, and `ValueError` for what is no note of ours.

        What is no note, or says a month that is not yet, holds until the month in which it was written ends.
        """
        now = budget.month(time.time())
        answer = s3.head(self.clients.notes, self.site.bucket, self._key)
        if answer is None:
            return Note(now)
        anew = Note(now, revision=answer["ETag"])
        try:
            note = _read(answer["Metadata"], answer["ETag"])
        except ValueError:
            if _is_of_earlier_month(answer["LastModified"], now):
                return anew
            raise
        if note.month > now and _is_of_earlier_month(answer["LastModified"], now):
            return anew
        return note.of(now)

    @property
    def _key(self) -> str:
        return f"{self.site.prefix}{KEY}"

    def _count(self, eviction: Eviction) -> _Count:
        """Count the eviction's paths, if the budget has them, unless they are counted already.

        What cannot be counted is dealt with as if the budget were used up. So the bill stays within it.
        """
        if eviction.urgency is Urgency.EVERYTHING:
            return _Count.KNOWN
        order, paths, most = _order(eviction), len(eviction.items), self.budget.most(eviction.urgency)
        try:
            for _ in _attempts():
                note = self.read()
                is_known = note.has(order)
                if not is_known and note.paths + paths > most:
                    return _Count.NONE
                if self._write(note, note.marking(order) if is_known else note.counting(order, paths)):
                    return _Count.KNOWN if is_known else _Count.NEW
            log.error("cannot count %s paths in %s: others always do at the same time", paths, self._key)
        except _FAILURES:
            log.exception("cannot count %s paths in %s", paths, self._key)
        return _Count.KNOWN if eviction.urgency is Urgency.AT_ONCE else _Count.NONE

    def _take_off(self, eviction: Eviction) -> None:
        order, paths = _order(eviction), len(eviction.items)
        try:
            for _ in _attempts():
                note = self.read()
                if self._write(note, note.without(order, paths)):
                    return
        except _FAILURES:
            log.exception("%s paths in %s are counted that CloudFront did not take", paths, self._key)

    def _write(self, read: Note, note: Note) -> bool:
        """Write the note if it is not what was `read`; False if somebody else has written since then."""
        if note == read:
            return True
        condition: Any = {"IfMatch": note.revision} if note.revision else {"IfNoneMatch": "*"}
        try:
            self.clients.notes.put_object(
                Bucket=self.site.bucket,
                Key=self._key,
                Body=uuid.uuid4().bytes,
                Metadata={"month": note.month, "paths": str(note.paths), "orders": " ".join(note.orders)},
                **condition,
            )
        except ClientError as fault:
            if s3.code(fault) in _WRITTEN_SINCE:
                return False
            raise
        return True


def _attempts() -> Iterator[None]:
    """Yield for each attempt, after a random pause: those who write at the same time draw apart."""
    end = time.monotonic() + PATIENCE
    yield
    for number in range(_ATTEMPTS - 1):
        time.sleep(random.uniform(0, _PAUSE * 2**number))  # noqa: S311 - no secret
        if time.monotonic() > end:
            return
        yield


def _order(eviction: Eviction) -> str:
    return eviction.reference[:_SHORT]


def _is_of_earlier_month(moment: datetime, now: str) -> bool:
    return budget.month(moment.timestamp()) < now


def _read(metadata: Mapping[str, str], revision: str) -> Note:
    try:
        orders = tuple(metadata.get("orders", "").split())
        return Note(metadata["month"], int(metadata["paths"]), orders, revision)
    except KeyError as missing:
        raise ValueError(f"the object has no {missing} in its metadata") from missing
