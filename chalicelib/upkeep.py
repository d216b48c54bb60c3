"""What keeps the site right while nobody waits: the work of the queues, put together as configured."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib import eviction
from chalicelib.aws import LEISURE, Aws
from chalicelib.bucket import Originals, Site
from chalicelib.cdn import Distribution
from chalicelib.config import ConfigError
from chalicelib.freshness import Freshness
from chalicelib.queues import Queue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.config import Config
    from chalicelib.queues import Message


@cache
def _aws() -> Aws:
    """Return the clients of this process."""
    return Aws(LEISURE)


def evict(config: Config, messages: Sequence[Message]) -> None:
    """Have the distribution forget what is in the queue of evictions."""
    if not config.distribution_id:
        raise ConfigError(["DISTRIBUTION_ID: is needed to evict what INVALIDATION_QUEUE brings."])
    eviction.carry_out([message.body for message in messages], Distribution(_aws(), config.distribution_id))


def refresh(config: Config, messages: Sequence[Message]) -> None:
    """Look after the originals that the queue of changes tells of."""
    evictions = Queue(_aws(), config.invalidation_queue) if config.invalidation_queue else None
    Freshness(
        sources=config.sources,
        originals=Originals(_aws().s3, config.limits.source_bytes),
        site=Site(_aws().s3, config.site.bucket, config.cache_control),
        changes=Queue(_aws(), config.changes_queue),
        evictions=evictions,
        evict_by=config.evict_by,
    ).hear(messages)
