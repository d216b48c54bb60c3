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
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.address.key import INDEX_FOLDER
from chalicelib.aws import budget, s3
from chalicelib.aws.count import Count
from chalicelib.aws.eviction import HeldBack, Urgency

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from types_boto3_s3 import S3Client

    from chalicelib.address.sources import Source
    from chalicelib.aws.budget import Budget
    from chalicelib.aws.eviction import Eviction

log = logging.getLogger(__name__)

KEY = f"{INDEX_FOLDER}invalidations"
"""The object's key, below KEY_PREFIX."""

_ATTEMPTS = 8
"""How often the count is read and written anew, if others write at the same time."""

_PAUSE = 0.004
"""Seconds of the first pause before it is read anew, at most; each further one may be twice as long. All of
them together take half a second."""

PATIENCE = 0.5
"""Seconds after which no other attempt begins: a viewer may be waiting."""

_SHORT = 16
"""Characters of a caller reference that are kept."""

_FAILURES = (BotoCoreError, ClientError, ValueError)
"""S3 does not answer, refuses, or has something else there than a count of ours."""

_WRITTEN_SINCE = s3.TAKEN | s3.MISSING | {"OperationAborted"}
"""Somebody else has written the object since it was read, does so now, or has deleted it."""


class Clients(Protocol):
    """The AWS client that this module needs, created on first use."""

    @property
    def notes(self) -> S3Client:
        """An S3 client that gives up soon."""


class _Outcome(Enum):
    """Whether the paths are counted: just now, before (or they need not be), or not at all."""

    COUNTED = auto()
    COUNTED_BEFORE = auto()
    REFUSED = auto()


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
        outcome = self._count(eviction)
        if outcome is _Outcome.REFUSED:
            raise HeldBack(f"no budget for {len(eviction.items)} paths")
        try:
            yield
        except ClientError as refusal:
            # A repeated call may be refused for what the first one has done.
            if outcome is _Outcome.COUNTED and not s3.is_repeated(refusal):
                self._take_off(eviction)
            raise

    def read(self) -> Count:
        """Return the count of this month. botocore's errors, and `ValueError` for what is no count of ours.

        What is no count, or says a month that is not yet, holds until the month in which it was written ends.
        """
        now = budget.month(time.time())
        answer = s3.head(self.clients.notes, self.site.bucket, self._key)
        if answer is None:
            return Count(now)
        anew = Count(now, revision=answer["ETag"])
        try:
            count = Count.read(answer["Metadata"], answer["ETag"])
        except ValueError:
            if _is_of_earlier_month(answer["LastModified"], now):
                return anew
            raise
        if count.month > now and _is_of_earlier_month(answer["LastModified"], now):
            return anew
        return count.of(now)

    @property
    def _key(self) -> str:
        return f"{self.site.prefix}{KEY}"

    def _count(self, eviction: Eviction) -> _Outcome:
        """Count the eviction's paths, if the budget has them, unless they are counted already.

        What cannot be counted is dealt with as if the budget were used up. So the bill stays within it.
        """
        if eviction.urgency is Urgency.EVERYTHING:
            return _Outcome.COUNTED_BEFORE
        order, paths, most = _order(eviction), len(eviction.items), self.budget.most(eviction.urgency)
        try:
            for _ in _attempts():
                count = self.read()
                is_known = count.has(order)
                if not is_known and count.paths + paths > most:
                    return _Outcome.REFUSED
                if self._write(count, count.marking(order) if is_known else count.adding(order, paths)):
                    return _Outcome.COUNTED_BEFORE if is_known else _Outcome.COUNTED
            log.error("cannot count %s paths in %s: others always do at the same time", paths, self._key)
        except _FAILURES:
            log.exception("cannot count %s paths in %s", paths, self._key)
        return _Outcome.COUNTED_BEFORE if eviction.urgency is Urgency.AT_ONCE else _Outcome.REFUSED

    def _take_off(self, eviction: Eviction) -> None:
        order, paths = _order(eviction), len(eviction.items)
        try:
            for _ in _attempts():
                count = self.read()
                if self._write(count, count.without(order, paths)):
                    return
        except _FAILURES:
            log.exception("%s paths in %s are counted that CloudFront did not take", paths, self._key)

    def _write(self, read: Count, count: Count) -> bool:
        """Write the count if it is not what was `read`; False if somebody else has written since then."""
        if count == read:
            return True
        condition: Any = {"IfMatch": count.revision} if count.revision else {"IfNoneMatch": "*"}
        try:
            self.clients.notes.put_object(
                Bucket=self.site.bucket,
                Key=self._key,
                Body=uuid.uuid4().bytes,
                Metadata=count.metadata,
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
