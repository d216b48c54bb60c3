"""Reads the site bucket's configuration, and the regions of other buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.aws.bucket import Site
from edge.s3.bucket_reader import BucketReader
from ops.doctor.facts import SiteBucket
from ops.doctor.inside.asking import ask
from ops.doctor.known import NotKnown

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import PublicAccessBlockConfigurationTypeDef

    from chalicelib.address.sources import Source
    from infra.clients import Clients

_KEY_OF_AWS = "alias/aws/s3"
_NO_SETTINGS = "NoSuchPublicAccessBlockConfiguration"


def read_bucket(clients: Clients, name: str) -> SiteBucket:
    """Return the site bucket called `name`; `NotKnown` if it does not exist."""
    s3: S3Client = clients.client("s3")
    site = BucketReader(s3).site(name)
    if site is None:
        raise NotKnown(f"there is no bucket {name}")
    return SiteBucket(
        name,
        region_of(clients, name),
        site,
        _blocks(s3, name),
        ask(lambda: account_blocks(clients)),
    )


def read_is_indexed(clients: Clients, site: Source) -> bool:
    """Return whether the index of the site bucket is complete, or small enough for the app to complete it."""
    bucket = Site(clients.client("s3"), site.bucket, "", site.prefix)
    return bucket.index.is_complete() or bucket.first_keys() is not None


def region_of(clients: Clients, bucket: str) -> str:
    """Return the region of a bucket."""
    answer = clients.client("s3").head_bucket(Bucket=bucket)
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    return str(answer.get("BucketRegion") or headers.get("x-amz-bucket-region", ""))


def read_kms_key(clients: Clients, bucket: str) -> str:
    """Return the ARN of the customer's KMS key that a bucket encrypts with by default, or nothing.

    Objects may have been encrypted with other keys: this is the key of those that name none.
    """
    found = clients.client("s3").get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    named = (rule.get("ApplyServerSideEncryptionByDefault", {}) for rule in found["Rules"])
    key = next((each["KMSMasterKeyID"] for each in named if each.get("KMSMasterKeyID")), "")
    if not key or key.endswith(_KEY_OF_AWS):
        return ""
    is_arn = key.startswith("arn:") and ":key/" in key
    return key if is_arn else str(clients.client("kms").describe_key(KeyId=key)["KeyMetadata"]["Arn"])


def _blocks(s3: S3Client, bucket: str) -> frozenset[str]:
    try:
        stored = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] == _NO_SETTINGS:
            return frozenset()
        raise
    return _enabled(stored)


def account_blocks(clients: Clients) -> frozenset[str]:
    """Return the enabled settings of Block Public Access of the whole account."""
    control = clients.client("s3control")
    if ".amazonaws." not in control.meta.endpoint_url:
        raise NotKnown("an emulator has no settings for a whole account")
    account = clients.client("sts").get_caller_identity()["Account"]
    try:
        stored = control.get_public_access_block(AccountId=account)["PublicAccessBlockConfiguration"]
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] == _NO_SETTINGS:
            return frozenset()
        raise
    return _enabled(stored)


def _enabled(stored: PublicAccessBlockConfigurationTypeDef) -> frozenset[str]:
    return frozenset(name for name, is_on in stored.items() if is_on)
