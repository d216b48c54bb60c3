"""The work of the queues, put together as configured."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.aws import clients
from chalicelib.aws.bucket import Originals, Site
from chalicelib.aws.cdn import Distribution
from chalicelib.aws.clients import BACKGROUND_TIMEOUTS, Aws
from chalicelib.aws.origin import Origin
from chalicelib.aws.queues import Queue
from chalicelib.config.config import ConfigError
from chalicelib.upkeep.evictions import DeliveredEvictions
from chalicelib.upkeep.freshness import Freshness

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalicelib.aws.queues import Message
    from chalicelib.config.config import Config

LONGEST_CALL = clients.longest(BACKGROUND_TIMEOUTS)
"""Seconds of the longest call to CloudFront. One that Lambda cut short might be paid for twice."""

LONGEST_CHANGE = 120
"""Seconds that are reserved for a change. An original with 10,000 stale variants loses them page by page, so
that each attempt leaves fewer."""


@cache
def _aws() -> Aws:
    """Return the clients of this process."""
    return Aws(BACKGROUND_TIMEOUTS)


def _origin(config: Config) -> Origin:
    """Return the site's origin; none for an emulator, where the origin's name still leads to AWS."""
    is_aws = ".amazonaws." in _aws().s3.meta.endpoint_url
    return Origin(config.site_origin if is_aws else "", config.site_origin_referer)


def evict(
    config: Config,
    messages: Sequence[Message],
    seconds_left: Callable[[], float],
    told: Callable[[int], None] = lambda _: None,
) -> None:
    """Have the distribution forget what is in the queue of evictions. `told` counts what it took."""
    if not config.distribution_id:
        raise ConfigError(["DISTRIBUTION_ID: is needed to evict what INVALIDATION_QUEUE brings."])
    queue = Queue(_aws(), config.invalidation_queue)
    distribution = Distribution(_aws(), config.distribution_id)
    DeliveredEvictions(messages, queue, distribution).carry_out(lambda: seconds_left() > LONGEST_CALL, told)


def refresh(config: Config, messages: Sequence[Message], seconds_left: Callable[[], float]) -> None:
    """Look after the originals that the queue of changes reports."""
    evictions = Queue(_aws(), config.invalidation_queue) if config.invalidation_queue else None
    Freshness(
        sources=config.sources,
        originals=Originals(_aws().s3, config.limits.source_bytes),
        site=Site(_aws().s3, config.site.bucket, config.cache_control, config.site.prefix),
        changes=Queue(_aws(), config.changes_queue),
        evictions=evictions,
        evict_by=config.evict_by,
        origin=_origin(config),
        delivery=config.delivery,
    ).hear(messages, lambda: seconds_left() > LONGEST_CHANGE)
