"""The work of the queues, put together as configured."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.address.key import FACES_FOLDER, MODERATION_FOLDER
from chalicelib.aws import clients
from chalicelib.aws.bucket import Originals, Site
from chalicelib.aws.budget import Budget
from chalicelib.aws.cdn import Distribution
from chalicelib.aws.clients import BACKGROUND_TIMEOUTS, VIEWER_TIMEOUTS
from chalicelib.aws.eviction import Urgency
from chalicelib.aws.origin import Origin
from chalicelib.aws.queues import Queue
from chalicelib.aws.tally import PATIENCE, Tally
from chalicelib.config.config import ConfigError, MirrorOriginals
from chalicelib.observing import Record
from chalicelib.upkeep import answers
from chalicelib.upkeep.evictions import DeliveredEvictions
from chalicelib.upkeep.freshness import Freshness
from chalicelib.upkeep.orders import Orders

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from types_boto3_s3 import S3Client

    from chalicelib.aws.cdn import Told
    from chalicelib.aws.queues import Message
    from chalicelib.aws.tally import Clients
    from chalicelib.config.config import Config

LONGEST_CALL = clients.longest(BACKGROUND_TIMEOUTS)
"""Seconds of the longest call to CloudFront. One that Lambda cut short might be paid for twice."""

LONGEST_COUNT = 3 * (2 * clients.longest(VIEWER_TIMEOUTS) + PATIENCE)
"""Seconds that counting takes, at most: in vain by name, then for everything, and taken off again if
CloudFront does not take that. Each time the last attempt reads and writes."""

LONGEST_CHANGE = 120
"""Seconds that are reserved for a change. An original with 10,000 stale variants loses them page by page, so
that each attempt leaves fewer."""

LONGEST_MIRROR = 180
"""Seconds that are reserved for one look at a mirror, and what follows from it: while S3 is slow, 48 to look
and 132 to judge the original and copy it in parts; or 40 to read it, RENDER_TIMEOUT twice, 24 to store it."""


def evict(
    config: Config,
    messages: Sequence[Message],
    seconds_left: Callable[[], float],
    note: Callable[[Told], None] = lambda _: None,
) -> None:
    """Have the distribution forget what is in the queue of evictions. `note` counts what it was told."""
    if not config.distribution_id:
        raise ConfigError(["DISTRIBUTION_ID: is needed to evict what INVALIDATION_QUEUE brings."])
    aws = clients.background()
    distribution = Distribution(aws, config.distribution_id, tally(config, aws))
    longest = LONGEST_CALL + LONGEST_COUNT if distribution.tally else LONGEST_CALL
    queue = Queue(aws, config.invalidation_queue)
    DeliveredEvictions(messages, queue, distribution).carry_out(lambda: seconds_left() > longest, note)


def tally(config: Config, aws: Clients) -> Tally | None:
    """Return what counts invalidated paths, if they have a budget."""
    if not config.invalidation_budget:
        return None
    return Tally(aws, config.site, Budget(config.invalidation_budget, answers.everything(config.site.prefix)))


def refresh(
    config: Config,
    messages: Sequence[Message],
    seconds_left: Callable[[], float],
    record: Record | None = None,
) -> None:
    """Look after the originals that the queue of changes reports. The `record` has what became of mirrors."""
    aws = clients.background()
    evictions = Queue(aws, config.invalidation_queue) if config.invalidation_queue else None
    changes = Queue(aws, config.changes_queue)
    fresh = freshness(config, aws.s3, changes, evictions)
    longest = LONGEST_CHANGE
    if config.mirror_originals is not MirrorOriginals.NONE:
        from chalicelib.upkeep.mirroring import mirroring  # noqa: PLC0415 - most sites have no mirrors

        mirrors = mirroring(config, aws, fresh, record or Record(), lambda: seconds_left() > LONGEST_MIRROR)
        fresh = replace(fresh, mirror=mirrors.follow)
        longest = max(LONGEST_CHANGE, LONGEST_MIRROR)
    fresh.hear(messages, lambda: seconds_left() > longest)


def freshness(
    config: Config,
    s3: S3Client,
    changes: Queue,
    evictions: Queue | None,
    urgency: Urgency = Urgency.DUE,
) -> Freshness:
    """Return what looks after originals that have changed, as `config` describes the site."""
    # An emulator has no origin to ask: the origin's name still leads to AWS.
    is_aws = ".amazonaws." in s3.meta.endpoint_url
    return Freshness(
        sources=config.sources,
        originals=Originals(s3, config.limits.source_bytes),
        site=Site(s3, config.site.bucket, config.cache_control, config.site.prefix),
        changes=changes,
        orders=Orders(
            evictions,
            config.evict_by,
            Origin(config.site_origin if is_aws else "", config.site_origin_referer),
            config.delivery,
            urgency,
        ),
        notes=(FACES_FOLDER, MODERATION_FOLDER) if config.moderation else (FACES_FOLDER,),
    )
