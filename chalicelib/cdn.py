"""The distribution in front of the site: makes it forget what it may have cached."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from types_boto3_cloudfront import CloudFrontClient
    from types_boto3_ssm import SSMClient

    from chalicelib.eviction import Eviction

PARAMETER = "ssm:"


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
