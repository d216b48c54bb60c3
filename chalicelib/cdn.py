"""The distribution in front of the site: makes it forget a redirect that it may have cached."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.key import url_path

if TYPE_CHECKING:
    from types_boto3_cloudfront import CloudFrontClient
    from types_boto3_ssm import SSMClient

    from chalicelib.bucket import Stored

log = logging.getLogger(__name__)

PARAMETER = "ssm:"

REMEMBERED = 1000
"""How many evictions a process remembers, only to spare CloudFront from being told twice."""


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
    evicted: dict[str, None] = field(default_factory=dict)
    """The renderings that need not be mentioned again, oldest first."""

    @cached_property
    def id(self) -> str:
        """The distribution's id, read when it is first needed."""
        if not self.name.startswith(PARAMETER):
            return self.name
        answer = self.clients.ssm.get_parameter(Name=self.name.removeprefix(PARAMETER))
        return answer["Parameter"]["Value"]

    def evict(self, stored: Stored) -> None:
        """Invalidate the variant's path, at most once however often this is called for one rendering of it.

        CloudFront itself sees to that: a caller reference that it knows returns the earlier invalidation
        (API reference, InvalidationBatch). A failure is logged and forgotten: the picture matters more.
        """
        if not self.name or stored.rendering in self.evicted:
            return
        try:
            self.clients.cloudfront.create_invalidation(
                DistributionId=self.id,
                InvalidationBatch={
                    "Paths": {"Quantity": 1, "Items": [url_path(stored.key)]},
                    "CallerReference": stored.rendering,
                },
            )
        except (BotoCoreError, ClientError):
            log.exception("could not invalidate %r", stored.key)
            return
        self.evicted[stored.rendering] = None
        if len(self.evicted) > REMEMBERED:
            del self.evicted[next(iter(self.evicted))]
