"""The CloudFront distribution in front of the site: makes it forget what it may have cached."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.address.key import url_path
from chalicelib.aws import invalidation
from chalicelib.aws.queues import QueueError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from types_boto3_cloudfront import CloudFrontClient
    from types_boto3_ssm import SSMClient

    from chalicelib.aws.bucket import Stored
    from chalicelib.aws.queues import Queue

log = logging.getLogger(__name__)

REMEMBERED = 1000
"""Evictions that a process remembers, only to spare CloudFront a second call for the same one."""

PARAMETER = "ssm:"

_REFUSED = frozenset({"InvalidArgument", "BatchTooLarge"})
"""Error codes for a batch that will not be taken as it is at the next attempt either."""

_TOLD_BEFORE = "InvalidationBatchAlreadyExists"
_TOLD_BEFORE_IN_WORDS = "caller reference"
"""What CloudFront answers to a caller reference that it knows: a code of its own in the documents, but in
practice InvalidArgument, "Your request contains a caller reference that was used for a previous invalidation
batch" (aws/aws-cdk#3878)."""


class Refused(Exception):  # noqa: N818 - the name says what happened
    """CloudFront takes none of these `items` in any form. It was told the other ones of the same eviction."""

    def __init__(self, items: Iterable[str]) -> None:
        self.items = frozenset(items)
        super().__init__(f"CloudFront does not take {sorted(self.items)!r}")


@dataclass(frozen=True, slots=True)
class Eviction:
    """Invalidation items, and the `reference` by which CloudFront knows which evictions it has carried out.

    An eviction that may be ordered again is sent `alone`: put together with others, it would be another
    eviction each time, and paid for.
    """

    items: tuple[str, ...]
    reference: str
    alone: bool = False

    def __str__(self) -> str:
        """Return the eviction as a message of the queue."""
        return json.dumps({"items": self.items, "reference": self.reference, "alone": self.alone})

    def part(self, items: Sequence[str]) -> Eviction:
        """Return the eviction of some of the items; of the same items it is always the same one."""
        return Eviction(tuple(items), reference(self.reference, *items))


def reference(*of: str) -> str:
    """Return the caller reference that follows from these texts: a digest, which does not depend on more."""
    return hashlib.sha256(json.dumps(of).encode()).hexdigest()


def of(stored: Stored) -> Eviction:
    """Return the eviction of a variant's path. For the same rendering of the variant it is the same one."""
    item = invalidation.item(url_path(stored.key))
    return Eviction((item,), reference(stored.rendering, item), alone=True)


class Clients(Protocol):
    """The AWS clients that are needed here, made when they are first asked for."""

    @property
    def cloudfront(self) -> CloudFrontClient:
        """A CloudFront client."""

    @property
    def ssm(self) -> SSMClient:
        """A Systems Manager client."""


@dataclass(frozen=True)
class Distribution:
    """The CloudFront distribution of the site. With an empty `name` there is none.

    `name` is its id, or ``ssm:/parameter`` that holds it: a stack cannot tell a function the id of a
    distribution that refers to the function's own API.
    """

    clients: Clients
    name: str

    @cached_property
    def id(self) -> str:
        """The distribution's id, read when it is first needed."""
        if not self.name.startswith(PARAMETER):
            return self.name
        answer = self.clients.ssm.get_parameter(Name=self.name.removeprefix(PARAMETER))
        return answer["Parameter"]["Value"]

    def forget(self, eviction: Eviction) -> None:
        """Invalidate the eviction's items, once, however often it is called with the same eviction.

        CloudFront itself sees to that: with a caller reference that it knows it does nothing (API reference,
        InvalidationBatch). `Refused` names the items that it takes in no form; other errors are botocore's.
        """
        if self.name and (refused := list(self._refused(eviction))):
            raise Refused(refused)

    def _refused(self, eviction: Eviction) -> Iterator[str]:
        """Tell CloudFront, and yield the items that it does not take.

        A batch that is refused is told half by half, so that one bad item spoils no other. An item that is
        refused by itself is told as a wildcard.
        """
        if self._takes(eviction):
            return
        first, *others = eviction.items
        if others:
            middle = len(eviction.items) // 2
            yield from self._refused(eviction.part(eviction.items[:middle]))
            yield from self._refused(eviction.part(eviction.items[middle:]))
            return
        wide = invalidation.wider(first)
        if not wide or not self._takes(eviction.part([wide])):
            yield first

    def _takes(self, eviction: Eviction) -> bool:
        """Tell CloudFront in one call. False if it will never take this batch."""
        try:
            self.clients.cloudfront.create_invalidation(
                DistributionId=self.id,
                InvalidationBatch={
                    "Paths": {"Quantity": len(eviction.items), "Items": list(eviction.items)},
                    "CallerReference": eviction.reference,
                },
            )
        except ClientError as refusal:
            if _was_told_before(refusal):
                log.info("CloudFront was told before: %r", eviction)
                return True
            if refusal.response["Error"]["Code"] not in _REFUSED:
                raise
            log.warning("CloudFront refuses %r (%s)", eviction, refusal)
            return False
        return True


def _was_told_before(refusal: ClientError) -> bool:
    """Say whether CloudFront knows the caller reference, and so the items that it follows from."""
    error = refusal.response["Error"]
    return error["Code"] == _TOLD_BEFORE or (
        error["Code"] in _REFUSED and _TOLD_BEFORE_IN_WORDS in error.get("Message", "")
    )


@dataclass(frozen=True, slots=True)
class Evictor:
    """Has each rendering evicted at most once, by calling `tell`. Its failure is only logged."""

    tell: Callable[[Eviction], None]
    evicted: dict[str, None] = field(default_factory=dict)
    """The references of evictions that need not be mentioned again, oldest first."""

    def evict(self, stored: Stored) -> None:
        """Have the variant's path evicted. After a failure it is tried again at the next request."""
        eviction = of(stored)
        if eviction.reference in self.evicted:
            return
        try:
            self.tell(eviction)
        except (BotoCoreError, ClientError, QueueError, Refused):
            log.exception("could not evict %r", stored.key)
            return
        self.evicted[eviction.reference] = None
        if len(self.evicted) > REMEMBERED:
            del self.evicted[next(iter(self.evicted))]


def through(queue: Queue) -> Callable[[Eviction], None]:
    """Return what puts an eviction into the queue."""
    return lambda eviction: queue.send([str(eviction)])
