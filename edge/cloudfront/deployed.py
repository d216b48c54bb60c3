"""A distribution and its functions as they are deployed, read again when they are a second old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.cloudfront.distribution_reader import DistributionReader
from edge.cloudfront.functions.published import PublishedFunctions
from edge.shared.recent import Recent

if TYPE_CHECKING:
    from types_boto3_cloudfront import CloudFrontClient

    from edge.cloudfront.distribution import Behaviour, Distribution
    from edge.cloudfront.functions.published import Function


class Deployed:
    """The distribution called `distribution_id`."""

    def __init__(self, cloudfront: CloudFrontClient, distribution_id: str) -> None:
        self._id = distribution_id
        self._distributions = Recent(DistributionReader(cloudfront).get)
        self._functions = Recent(PublishedFunctions(cloudfront).get)

    async def distribution(self) -> Distribution:
        """Return the distribution with all its policies."""
        return await self._distributions.get(self._id)

    async def function(self, behaviour: Behaviour) -> Function | None:
        """Return the function that runs for every request to `behaviour`, None if it has none."""
        return await self._functions.get(behaviour.associations)

    async def check(self) -> None:
        """Read everything once; botocore's errors or `UnsupportedDistributionError` if that is impossible."""
        for behaviour in (await self.distribution()).behaviours:
            await self.function(behaviour)

    def forget(self) -> None:
        """Read everything anew when it is next needed."""
        self._distributions.forget()
        self._functions.forget()
