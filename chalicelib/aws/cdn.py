"""The distribution in front of the site: makes it forget what it may have cached."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.address.key import url_path
from chalicelib.aws.queues import QueueError

if TYPE_CHECKING:
    from collections.abc import Callable

    from types_boto3_cloudfront import CloudFrontClient
    from types_boto3_ssm import SSMClient

    from chalicelib.aws.bucket import Stored
    from chalicelib.aws.queues import Queue

log = logging.getLogger(__name__)

REMEMBERED = 1000
"""How many evictions a process remembers, only to spare CloudFront from being told twice."""

PARAMETER = "ssm:"


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
    """The CloudFront distribution of the site; an empty `name` says that there is none.

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
        """Invalidate what the eviction names, once however often it is told the same eviction.

        CloudFront itself sees to that: a caller reference that it knows returns the earlier invalidation
        (API reference, InvalidationBatch). Whatever botocore raises is the caller's to judge.
        """
        if not self.name:
            return
        self.clients.cloudfront.create_invalidation(
            DistributionId=self.id,
            InvalidationBatch={
                "Paths": {"Quantity": len(eviction.items), "Items": list(eviction.items)},
                "CallerReference": eviction.reference,
            },
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
