"""The AWS clients, and how patient each is."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_cloudfront import CloudFrontClient
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient
    from types_boto3_ssm import SSMClient

    from chalicelib.aws.faces import Rekognition

# API Gateway gives up after 29 s: three tries must fit in, with time left to render.
PATIENCE = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
# A picture without its faces is better than one that comes too late.
BRIEFLY = Config(connect_timeout=1, read_timeout=4, retries={"mode": "standard", "total_max_attempts": 2})
# The picture is stored by then, and its viewer is waiting.
HASTE = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2})
# Nobody waits for what a queue brings, and a thousand paths are more than CloudFront takes in a moment. A
# batch that is given up, and comes again with others, would be paid for twice.
LEISURE = Config(connect_timeout=2, read_timeout=15, retries={"mode": "standard", "total_max_attempts": 3})

_PRESIGNING = Config(
    signature_version="s3v4",
    # Without these, an address presigned outside us-east-1 names the global host, which redirects, which
    # breaks the signature.
    s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
)


class Aws:
    """The AWS clients, each made when it is first needed: S3 always, the others seldom.

    `pace` is how those are called that the picture itself does not need.
    """

    def __init__(self, pace: Config = HASTE) -> None:
        self._pace = pace

    @cached_property
    def s3(self) -> S3Client:
        """An S3 client that presigns with SigV4 in every region."""
        return boto3.client("s3", config=PATIENCE.merge(_PRESIGNING))

    @cached_property
    def cloudfront(self) -> CloudFrontClient:
        """A CloudFront client."""
        return boto3.client("cloudfront", config=self._pace)

    @cached_property
    def ssm(self) -> SSMClient:
        """A Systems Manager client."""
        return boto3.client("ssm", config=self._pace)

    @cached_property
    def sqs(self) -> SQSClient:
        """An SQS client."""
        return boto3.client("sqs", config=self._pace)

    @cached_property
    def rekognition(self) -> Rekognition:
        """A Rekognition client."""
        client: Rekognition = boto3.client("rekognition", config=BRIEFLY)
        return client
