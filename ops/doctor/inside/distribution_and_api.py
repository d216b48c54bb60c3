"""Reads the configurations of the distribution and the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.cloudfront.distribution_reader import DistributionReader
from ops.doctor.facts import Api, Distribution
from ops.doctor.host_names import EXECUTE_API, REST, WEBSITE
from ops.doctor.known import NotKnown

if TYPE_CHECKING:
    from infra.clients import Clients


def read_distribution(clients: Clients, distribution_id: str, mark: str = "") -> Distribution:
    """Return the distribution with all policies that it refers to.

    In one that the stack did not make, `mark` tells what is ours. The rest may have any settings.
    """
    reader = DistributionReader(clients.client("cloudfront"))
    return Distribution(distribution_id, reader.get(distribution_id, mark))


def bucket_behind(distribution: Distribution, path: str) -> str:
    """Return the bucket that answers for a raw `path`; `NotKnown` if no bucket does."""
    domain = distribution.behaviour(path).origin.domain
    origin = WEBSITE.fullmatch(domain) or REST.fullmatch(domain)
    if not origin:
        raise NotKnown(f"the origin {domain} is not a bucket")
    return origin["bucket"]


def api_behind(distribution: Distribution, path: str) -> str:
    """Return the id of the API that answers for a raw `path`; `NotKnown` if no API does."""
    domain = distribution.behaviour(path).origin.domain
    api = EXECUTE_API.fullmatch(domain)
    if not api:
        raise NotKnown(f"the origin {domain} is not a REST API")
    return api["api"]


def read_api(clients: Clients, api_id: str) -> Api:
    """Return the REST API; `NotKnown` if API Gateway does not give its endpoint type."""
    client = clients.client("apigateway")
    types = client.get_rest_api(restApiId=api_id).get("endpointConfiguration", {}).get("types", [])
    if not types:
        raise NotKnown("API Gateway does not give the type of the API's endpoint")
    return Api(api_id, client.meta.region_name, tuple(types))
