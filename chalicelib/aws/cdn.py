"""The CloudFront distribution in front of the site: makes it forget what it may have cached."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws import eviction as evictions
from chalicelib.aws import invalidation
from chalicelib.aws.eviction import HeldBack, Urgency
from chalicelib.aws.queues import QueueError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from types_boto3_cloudfront import CloudFrontClient
    from types_boto3_ssm import SSMClient

    from chalicelib.aws.bucket import Stored
    from chalicelib.aws.eviction import Eviction
    from chalicelib.aws.queues import Queue
    from chalicelib.aws.tally import Tally

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
    distribution that refers to the function's own API. With a `tally`, it is told what the tally counts.
    """

    clients: Clients
    name: str
    tally: Tally | None = None

    @cached_property
    def id(self) -> str:
        """The distribution's id, read when it is first needed."""
        if not self.name.startswith(PARAMETER):
            return self.name
        answer = self.clients.ssm.get_parameter(Name=self.name.removeprefix(PARAMETER))
        return answer["Parameter"]["Value"]

    def forget(self, eviction: Eviction) -> int:
        """Invalidate the eviction's items, once, however often it is called with the same eviction.

        CloudFront itself sees to that: with a caller reference that it knows it does nothing (API reference,
        InvalidationBatch). Return how many items it was told. `Refused` names those that it takes in no form,
        `HeldBack` says that the month's budget has no paths for them; other errors are botocore's.
        """
        if not self.name:
            return 0
        if refused := list(self._refused(eviction)):
            raise Refused(refused)
        return len(eviction.items)

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
            with self._counted(eviction):
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

    def _counted(self, eviction: Eviction) -> AbstractContextManager[None]:
        return self.tally.counted(eviction) if self.tally else nullcontext()


def _was_told_before(refusal: ClientError) -> bool:
    """Say whether CloudFront knows the caller reference, and so the items that it follows from."""
    error = refusal.response["Error"]
    return error["Code"] == _TOLD_BEFORE or (
        error["Code"] in _REFUSED and _TOLD_BEFORE_IN_WORDS in error.get("Message", "")
    )


class Told(NamedTuple):
    """How many paths CloudFront has `taken`, and how many were `held` back by the month's budget."""

    taken: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class Evictor:
    """Has each rendering evicted at most once, by calling `tell`. Its failure is only logged.

    `tell` returns how many paths it told CloudFront itself.
    """

    tell: Callable[[Eviction], int]
    evicted: dict[str, None] = field(default_factory=dict)
    """The references of evictions that need not be mentioned again, oldest first."""

    def evict(self, stored: Stored, urgency: Urgency = Urgency.OPTIONAL) -> Told:
        """Have the variant's path evicted. After a failure it is tried again at the next request."""
        eviction = evictions.of(stored, urgency)
        if eviction.reference in self.evicted:
            return Told()
        try:
            told = self.tell(eviction)
        except HeldBack as why:
            log.warning("did not evict %r: %s", stored.key, why)
            return Told(held=len(eviction.items))
        except (BotoCoreError, ClientError, QueueError, Refused):
            log.exception("could not evict %r", stored.key)
            return Told()
        self.evicted[eviction.reference] = None
        if len(self.evicted) > REMEMBERED:
            del self.evicted[next(iter(self.evicted))]
        return Told(told)


def through(queue: Queue) -> Callable[[Eviction], int]:
    """Return what puts an eviction into the queue. The function behind the queue tells CloudFront."""

    def tell(eviction: Eviction) -> int:
        queue.send([str(eviction)])
        return 0

    return tell
