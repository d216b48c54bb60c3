"""Gathers all facts from the AWS APIs: about a stack, or only about a distribution or a bucket."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from chalicelib.address.sources import Source
from ops.doctor.facts import Inside
from ops.doctor.inside import adoption
from ops.doctor.inside.asking import ask
from ops.doctor.inside.bucket import read_bucket, read_is_indexed, region_of
from ops.doctor.inside.cache_tags import tag_arrives
from ops.doctor.inside.distribution_and_api import api_behind, bucket_behind, read_api, read_distribution
from ops.doctor.inside.function import read_function, read_troubles
from ops.doctor.inside.inspection import read_inspection
from ops.doctor.inside.mirrors_left import read_mirrors_left
from ops.doctor.inside.permissions import Functions, read_permissions
from ops.doctor.inside.queues import read_dead_letters
from ops.doctor.inside.refusals import read_not_allowed
from ops.doctor.inside.source_events import read_silent
from ops.doctor.inside.spending import read_spending
from ops.doctor.known import Unread, known

if TYPE_CHECKING:
    from infra.clients import Clients
    from ops.doctor.facts import Distribution, Function
    from ops.doctor.inside.stack import Stack

_NO_STACK = Unread("only your own stack has this information: name it with --stack")

_NOT_ASKED = Unread("the origin was not asked")

NOTHING = Inside(**{piece.name: _NO_STACK for piece in fields(Inside)})
"""No facts from the AWS APIs, for an examination from outside."""


def of_stack(clients: Clients, stack: Stack) -> Inside:
    """Return the facts about a stack."""
    distribution = ask(
        lambda: read_distribution(clients, stack.output("DistributionId"), adoption.mark(clients, stack))
    )
    function = ask(lambda: read_function(clients, stack.id_of("APIHandler")))
    functions = stack.of_kind("AWS::Lambda::Function")
    return Inside(
        stack=stack.name,
        bucket=ask(lambda: read_bucket(clients, stack.output("SiteBucket"))),
        distribution=distribution,
        adoption=ask(lambda: adoption.read_adoption(clients, stack, known(function))),
        api=ask(lambda: read_api(clients, stack.id_of("RestAPI"))),
        function=function,
        inspection=ask(lambda: read_inspection(clients, stack.id_of("Inspect"))),
        permissions=ask(
            lambda: read_permissions(
                clients, _functions(clients, stack, known(function)), known(distribution).id
            )
        ),
        source_regions=ask(lambda: _source_regions(clients, known(function))),
        dead_letters=ask(lambda: read_dead_letters(clients, stack.of_kind("AWS::SQS::Queue"))),
        troubles=ask(lambda: read_troubles(clients, functions)),
        not_allowed=ask(lambda: read_not_allowed(clients, stack.name)),
        tag_arrives=_NOT_ASKED,
        is_indexed=ask(lambda: read_is_indexed(clients, known(function).configuration.site)),
        mirrors_left=ask(lambda: read_mirrors_left(clients, known(function).configuration)),
        silent_sources=ask(lambda: read_silent(clients, stack, known(function))),
        spending=ask(lambda: read_spending(clients, known(function).configuration)),
    )


def with_tag(clients: Clients, inside: Inside, origin_url: str) -> Inside:
    """Return the facts with those that need a stored variant: looking at the site may just have made one."""

    def site() -> Source:
        if isinstance(inside.function, Unread):
            return Source(known(inside.bucket).name)
        return inside.function.configuration.site

    arrives = ask(lambda: tag_arrives(clients, known(inside.distribution), site(), origin_url))
    return replace(inside, tag_arrives=arrives)


def of_parts(clients: Clients, distribution_id: str, bucket: str, prefix: str = "") -> Inside:
    """Return the facts about a distribution and its origins, or only about a bucket.

    Pictures are below `prefix`: other paths of a distribution may have other origins.
    """
    distribution: Distribution | Unread = (
        ask(lambda: read_distribution(clients, distribution_id))
        if distribution_id
        else Unread("no distribution was named: --distribution")
    )
    return replace(
        NOTHING,
        bucket=ask(lambda: read_bucket(clients, bucket or bucket_behind(known(distribution), f"/{prefix}"))),
        distribution=distribution,
        api=ask(lambda: read_api(clients, api_behind(known(distribution), "/resize/"))),
    )


def _functions(clients: Clients, stack: Stack, handler: Function) -> Functions:
    """Return the stack's functions. A queue's function is None if the queue is not configured."""
    queues = {"Evict": "INVALIDATION_QUEUE", "Refresh": "CHANGES_QUEUE", "Prewarm": "PREWARM_QUEUE"}
    evictor, refresher, prewarmer = (
        read_function(clients, stack.id_of(name)) if handler.environment.get(queue) else None
        for name, queue in queues.items()
    )
    return Functions(handler, evictor, refresher, prewarmer)


def _source_regions(clients: Clients, function: Function) -> dict[str, str]:
    sources = function.configuration.sources.by_name.values()
    return {source.bucket: region_of(clients, source.bucket) for source in sources}
