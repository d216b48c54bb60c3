"""Puts the real parts together: AWS clients, buckets, distribution and renderer, as configured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.aws import cdn
from chalicelib.aws.bucket import Originals, Site
from chalicelib.aws.cdn import Distribution, Evictor
from chalicelib.aws.clients import Aws
from chalicelib.aws.errands import Errands
from chalicelib.aws.faces import Detector
from chalicelib.aws.overlays import Overlays
from chalicelib.aws.queues import Queue
from chalicelib.codecs.formats import SVG
from chalicelib.config.config import FaceDetection
from chalicelib.darkroom.darkroom import of_this_process
from chalicelib.service import Service

if TYPE_CHECKING:
    from chalicelib.address.variant import Variant
    from chalicelib.aws.bucket import Original
    from chalicelib.aws.tally import Tally
    from chalicelib.config.config import Config
    from chalicelib.render.extras import Extras
    from chalicelib.render.rendered import Rendered
    from chalicelib.timing import Deadline


def assemble(config: Config) -> Service:
    """Return the service that `config` describes."""
    renderer = of_this_process(drawings=SVG.name in config.image_types)
    # First, so that it loads ImageMagick while we load the AWS SDK.
    renderer.open()
    aws = Aws()
    originals = Originals(aws.s3, config.limits.source_bytes)

    def rendered(original: Original, variant: Variant, needed: Extras, deadline: Deadline) -> Rendered:
        name, limits, accepted = original.name.quoted, config.limits, config.image_types
        settled = variant.settled(config.metadata)
        return renderer.render(
            original.data, settled, limits, accepted, needed, name, deadline, original.wanted
        )

    moderator = None
    if config.moderation:
        from chalicelib.aws.moderation import Moderator  # noqa: PLC0415 - sites without it load nothing for it

        moderator = Moderator(aws, config.site, config.moderation, config.limits)
    return Service(
        config=config,
        originals=originals,
        site=Site(aws.s3, config.site.bucket, config.cache_control, config.site.prefix),
        evictor=evictor(config, aws),
        render=rendered,
        detector=Detector(aws, config.site, enabled=config.face_detection is FaceDetection.REKOGNITION),
        overlays=Overlays(originals, config.sources, config.watermarks),
        ahead=Errands(Queue(aws, config.prewarm_queue)).send,
        moderator=moderator,
    )


def evictor(config: Config, aws: Aws) -> Evictor:
    """Return what invalidates paths in the distribution: through the queue if there is one, else at once."""
    if config.invalidation_queue:
        return Evictor(cdn.through(Queue(aws, config.invalidation_queue)))
    return Evictor(Distribution(aws, config.distribution_id, redirects_tally(config, aws)).forget)


def redirects_tally(config: Config, aws: Aws) -> Tally | None:
    """Return what counts the paths of redirects, which this function alone invalidates without a queue."""
    if not config.invalidation_budget:
        return None
    from chalicelib.aws.budget import Budget  # noqa: PLC0415 - without a budget nobody counts
    from chalicelib.aws.tally import Tally  # noqa: PLC0415 - likewise

    return Tally(aws, config.site, Budget(config.invalidation_budget))
