"""The bucket that CloudFormation reads packages from. Objects are named by the hash of their content."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ops.terminal.failures import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import LifecycleRuleTypeDef

    from infra.package import Package

_TEMPLATES = "templates/"


def bucket_name(account: str, region: str) -> str:
    """Return the name of the bucket for artifacts that `account` has in `region`."""
    return f"resize404-artifacts-{account}-{region}"


def make_bucket(s3: S3Client, bucket: str, account: str) -> bool:
    """Make `bucket`, private and encrypted, unless `account` has it already. Say whether it was made."""
    if _has(s3, bucket, account):
        return False
    region = s3.meta.region_name
    if region == "us-east-1":  # S3 refuses this name as a LocationConstraint, because it is the default
        s3.create_bucket(Bucket=bucket)
    else:
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})  # type: ignore[typeddict-item]  # one of them
    _protect(s3, bucket)
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": _lifecycle()})
    return True


def _has(s3: S3Client, bucket: str, account: str) -> bool:
    try:
        # Check the owner: another account may have made a bucket of this name to read our uploads.
        s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=account)
    except ClientError as refusal:
        code = refusal.response["Error"].get("Code")
        if code in {"404", "NoSuchBucket"}:
            return False
        if code == "403":
            raise Refused(
                f"The bucket {bucket} belongs to another account, or these credentials may not read it. "
                "Name your own bucket: --artifacts BUCKET"
            ) from refusal
        raise
    return True


def _protect(s3: S3Client, bucket: str) -> None:
    s3.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )
    s3.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
    )


def _lifecycle() -> list[LifecycleRuleTypeDef]:
    # CloudFormation keeps its own copy of a template. Bundles and layers must stay in the bucket, however
    # old: if an update fails, CloudFormation rolls back to the previous ones.
    return [
        {
            "ID": "templates",
            "Filter": {"Prefix": _TEMPLATES},
            "Status": "Enabled",
            "Expiration": {"Days": 30},
        },
        {
            "ID": "unfinished uploads",
            "Filter": {"Prefix": ""},
            "Status": "Enabled",
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        },
    ]


def upload(s3: S3Client, bucket: str, package: Package) -> str:
    """Upload bundle, layer and template of `package` to `bucket`. Return the template's URL."""
    template = json.loads(package.template.read_text())
    _refer(template, "AWS::Serverless::Function", "CodeUri", _upload(s3, bucket, package.bundle))
    if package.layer:
        _refer(template, "AWS::Serverless::LayerVersion", "ContentUri", _upload(s3, bucket, package.layer))
    content = json.dumps(template).encode()
    key = f"{_TEMPLATES}{hashlib.sha256(content).hexdigest()}.json"
    s3.put_object(Bucket=bucket, Key=key, Body=content)
    # A URL, because the template is larger than the limit for a template in a request (51,200 bytes).
    return f"{s3.meta.endpoint_url}/{bucket}/{key}"


def _upload(s3: S3Client, bucket: str, file: Path) -> str:
    content = file.read_bytes()
    key = hashlib.sha256(content).hexdigest() + file.suffix
    if not _is_there(s3, bucket, key):
        s3.put_object(Bucket=bucket, Key=key, Body=content)
    return f"s3://{bucket}/{key}"


def _is_there(s3: S3Client, bucket: str, key: str) -> bool:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError:
        return False  # also if these credentials may not look: the upload then fails with the reason
    return True


def _refer(template: Mapping[str, Any], kind: str, name: str, address: str) -> None:
    for properties in _of_type(template, kind):
        properties[name] = address


def _of_type(template: Mapping[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    for resource in template["Resources"].values():
        if resource["Type"] == kind:
            yield resource["Properties"]
