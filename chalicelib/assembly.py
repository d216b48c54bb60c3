"""The real parts, put together: AWS clients, buckets, distribution and renderer, as configured."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from chalicelib import eviction
from chalicelib.aws import Aws
from chalicelib.bucket import Originals, Site
from chalicelib.cdn import Distribution
from chalicelib.config import FaceDetection
from chalicelib.darkroom import Darkroom, share
from chalicelib.eviction import Evictor
from chalicelib.faces import Detector
from chalicelib.queues import Queue
from chalicelib.service import Service
from chalicelib.watermarks import Overlays

if TYPE_CHECKING:
    from chalicelib.bucket import Original
    from chalicelib.config import Config
    from chalicelib.extras import Extras
    from chalicelib.rendered import Rendered
    from chalicelib.variant import Variant


@cache
def darkroom() -> Darkroom:
    """Return the darkroom of this process, of which one is enough."""
    return Darkroom(share(os.environ))


def assemble(config: Config) -> Service:
    """Return the service that `config` describes."""
    renderer = darkroom()
    # First of all: it loads ImageMagick while we load the AWS SDK.
    renderer.open()
    aws = Aws()
    originals = Originals(aws.s3, config.limits.source_bytes)

    def rendered(original: Original, variant: Variant, needed: Extras) -> Rendered:
        name = f"{original.name.bucket}/{original.name.key}"
        return renderer.render(original.data, variant, config.limits, config.image_types, needed, name)

    return Service(
        config=config,
        originals=originals,
        site=Site(aws.s3, config.site.bucket, config.cache_control),
        evictor=evictor(config, aws),
        render=rendered,
        detector=Detector(aws, config.site, enabled=config.face_detection is FaceDetection.REKOGNITION),
        overlays=Overlays(originals, config.sources, config.watermarks),
    )


def evictor(config: Config, aws: Aws) -> Evictor:
    """Return what tells the distribution: through the queue, if there is one."""
    if config.invalidation_queue:
        return Evictor(eviction.through(Queue(aws, config.invalidation_queue)))
    return Evictor(Distribution(aws, config.distribution_id).forget)
