"""The real parts, put together: AWS clients, buckets, distribution and renderer, as configured."""

from __future__ import annotations

import os
from functools import cache, cached_property
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config as ClientConfig

from chalicelib.bucket import Originals, Site
from chalicelib.cdn import Distribution
from chalicelib.config import FaceDetection
from chalicelib.darkroom import Darkroom, share
from chalicelib.faces import Detector
from chalicelib.service import Service
from chalicelib.watermarks import Overlays

if TYPE_CHECKING:
    from types_boto3_cloudfront import CloudFrontClient
    from types_boto3_s3 import S3Client
    from types_boto3_ssm import SSMClient

    from chalicelib.bucket import Original
    from chalicelib.config import Config
    from chalicelib.extras import Extras
    from chalicelib.faces import Rekognition
    from chalicelib.rendered import Rendered
    from chalicelib.variant import Variant

# API Gateway gives up after 29 s: three tries must fit in, with time left to render.
PATIENCE = ClientConfig(
    signature_version="s3v4",
    # Without these, an address presigned outside us-east-1 names the global host, which redirects, which
    # breaks the signature.
    s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
)
# A picture without its faces is better than one that comes too late.
BRIEFLY = ClientConfig(
    connect_timeout=1, read_timeout=4, retries={"mode": "standard", "total_max_attempts": 2}
)
# The picture is stored by then, and its viewer is waiting.
HASTE = ClientConfig(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2})


class Aws:
    """The AWS clients, each made when it is first needed: S3 always, the others seldom."""

    @cached_property
    def s3(self) -> S3Client:
        """An S3 client that presigns with SigV4 in every region."""
        return boto3.client("s3", config=PATIENCE)

    @cached_property
    def cloudfront(self) -> CloudFrontClient:
        """A CloudFront client."""
        return boto3.client("cloudfront", config=HASTE)

    @cached_property
    def ssm(self) -> SSMClient:
        """A Systems Manager client."""
        return boto3.client("ssm", config=HASTE)

    @cached_property
    def rekognition(self) -> Rekognition:
        """A Rekognition client."""
        client: Rekognition = boto3.client("rekognition", config=BRIEFLY)
        return client


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
        distribution=Distribution(aws, config.distribution_id),
        render=rendered,
        detector=Detector(aws, config.site, enabled=config.face_detection is FaceDetection.REKOGNITION),
        overlays=Overlays(originals, config.sources, config.watermarks),
    )
