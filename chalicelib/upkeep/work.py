"""What keeps the site right while nobody waits: the work of the queues, put together as configured."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.aws.bucket import Originals, Site
from chalicelib.aws.cdn import Distribution
from chalicelib.aws.clients import BACKGROUND_TIMEOUTS, Aws
from chalicelib.aws.queues import Queue
from chalicelib.config.config import ConfigError
from chalicelib.upkeep import evictions
from chalicelib.upkeep.freshness import Freshness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.aws.queues import Message
    from chalicelib.config.config import Config


@cache
def _aws() -> Aws:
    """Return the clients of this process."""
    return Aws(BACKGROUND_TIMEOUTS)


def evict(config: Config, messages: Sequence[Message]) -> None:
    """Have the distribution forget what is in the queue of evictions."""
    if not config.distribution_id:
        raise ConfigError(["DISTRIBUTION_ID: is needed to evict what INVALIDATION_QUEUE brings."])
    evictions.carry_out([message.body for message in messages], Distribution(_aws(), config.distribution_id))


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
