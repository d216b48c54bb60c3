"""The functions of an account as they are published, read through the CloudFront API. Blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.cloudfront.distribution import UnsupportedDistributionError

if TYPE_CHECKING:
    from types_boto3_cloudfront import CloudFrontClient

    from edge.cloudfront.distribution import Association

EVENT = "viewer-request"
RUNTIME = "cloudfront-js-2.0"
"""The only event that the edge runs functions for, and the only runtime that it has."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function: its name and its code."""

    name: str
    code: str


class PublishedFunctions:
    """The functions of one account."""

    def __init__(self, cloudfront: CloudFrontClient) -> None:
        self._cloudfront = cloudfront

    def get(self, associations: tuple[Association, ...]) -> Function | None:
        """Return the function that runs for every request of a viewer; None if a behaviour has none.

        `UnsupportedDistributionError` if the behaviour has another kind of function.
        """
        for each in associations:
            if each.event != EVENT or ":lambda:" in each.arn:
                raise UnsupportedDistributionError(f"The edge does not run {each.arn} for {each.event}.")
        return self._read(associations[0].arn.rpartition("/")[2]) if associations else None

    def _read(self, name: str) -> Function:
        described = self._cloudfront.describe_function(Name=name, Stage="LIVE")["FunctionSummary"]
        runtime = described["FunctionConfig"]["Runtime"]
        if runtime != RUNTIME:
            raise UnsupportedDistributionError(f"The edge does not run {name}, which is for {runtime}.")
        code = self._cloudfront.get_function(Name=name, Stage="LIVE")["FunctionCode"].read()
        return Function(name, code.decode())
