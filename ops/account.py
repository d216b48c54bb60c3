"""The AWS account that the operator is signed in to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import NoRegionError

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_s3 import S3Client

_AWS = (".amazonaws.", ".api.aws")
_EIGHT_ATTEMPTS = Config(retries={"mode": "standard", "max_attempts": 8})


@dataclass(frozen=True, slots=True)
class Account:
    """An account in one region. Its credentials have been checked."""

    session: boto3.Session
    number: str
    region: str
    cloudformation: CloudFormationClient
    s3: S3Client

    @property
    def is_rehearsal(self) -> bool:
        """Whether the account is an emulator's (``AWS_ENDPOINT_URL``) and not one of AWS."""
        return not any(sign in self.cloudformation.meta.endpoint_url for sign in _AWS)

    @property
    def partition(self) -> str:
        """The partition of AWS that the account is in: aws, aws-cn."""
        return self.session.get_partition_for_region(self.region)

    def __str__(self) -> str:
        return f"account {self.number}, {self.region}"


def session(profile: str | None = None, region: str | None = None) -> boto3.Session:
    """Return a session of `profile` and `region`, or of the environment as the AWS CLI reads it."""
    # The AWS CLI reads AWS_REGION; boto3 does not.
    return boto3.Session(profile_name=profile, region_name=region or os.environ.get("AWS_REGION"))


def sign_in(profile: str | None = None, region: str | None = None) -> Account:
    """Return the account of `profile` and `region`, or of the environment.

    Raises botocore's errors if the region or the credentials are missing or wrong.
    """
    signed = session(profile, region)
    if not signed.region_name:
        raise NoRegionError
    return Account(
        signed,
        signed.client("sts").get_caller_identity()["Account"],
        signed.region_name,
        signed.client("cloudformation", config=_EIGHT_ATTEMPTS),
        signed.client("s3", config=_EIGHT_ATTEMPTS),
    )
