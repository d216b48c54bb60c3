"""Reads whether an existing distribution has the behaviours of the stack that it is to serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.config.config import EvictBy
from ops import distribution_config
from ops.distribution_config import Pattern
from ops.doctor.facts import Adoption

if TYPE_CHECKING:
    from types_boto3_cloudfront import CloudFrontClient

    from infra.clients import Clients
    from ops.doctor.facts import Function
    from ops.doctor.inside.stack import Stack


def mark(clients: Clients, stack: Stack) -> str:
    """Return what tells the stack's part of the distribution that serves it: nothing if all of it is."""
    if not _is_adopted(stack):
        return ""
    return distribution_config.mark(stack.name, clients.client("cloudformation").meta.region_name)


def read_adoption(clients: Clients, stack: Stack, function: Function) -> Adoption | None:
    """Return how far the distribution is what `ops adopt` makes of it; None if it is the stack's own."""
    if not _is_adopted(stack):
        return None
    cloudfront: CloudFrontClient = clients.client("cloudfront")
    theirs, own = (
        cloudfront.get_distribution_config(Id=each)["DistributionConfig"]
        for each in (stack.output("DistributionId"), stack.id_of("Distribution"))
    )
    ours, configuration = mark(clients, stack), function.configuration
    by_tag = configuration.evict_by is EvictBy.TAG
    pattern = Pattern({**own}, ours, configuration.site.prefix, by_tag=by_tag)
    return Adoption(
        is_there=distribution_config.has_any({**theirs}, ours),
        is_current=distribution_config.with_ours({**theirs}, pattern) == theirs,
    )


def _is_adopted(stack: Stack) -> bool:
    return stack.output("DistributionId") != stack.id_of("Distribution")
