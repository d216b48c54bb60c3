"""Deploys a package: uploads its bundle, makes or updates the stack, waits, and says what became of it."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.config import ConfigError
from infra import template as checks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import ParameterTypeDef, StackTypeDef
    from types_boto3_s3 import S3Client

    from infra.package import Package


class DeploymentFailed(Exception):  # noqa: N818 - the name says what happened
    """The stack could not be made or updated; the message names the resource that failed, and its reason."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a deployed stack says of itself."""

    site_url: str
    source_bucket: str
    site_bucket: str
    distribution_id: str
    api_url: str
    img_tag: str


def deploy(  # noqa: PLR0913 - two clients, what, where to, under which name, how configured
    cloudformation: CloudFormationClient,
    s3: S3Client,
    package: Package,
    *,
    artifacts: str,
    name: str,
    parameters: Mapping[str, str] | None = None,
) -> Outputs:
    """Make or update the stack `name` from `package` and wait for it.

    `artifacts` is the bucket that bundle and template are uploaded to, named by their content. `parameters`
    override the template's own defaults; the app's own parser has to accept them.
    """
    template = json.loads(package.template.read_text())
    try:
        checks.check(template, parameters or {})
    except ConfigError as faults:
        raise DeploymentFailed(str(faults)) from faults
    template_url = _upload_template(s3, template, package.bundle, artifacts)
    given: list[ParameterTypeDef] = [
        {"ParameterKey": key, "ParameterValue": value} for key, value in (parameters or {}).items()
    ]
    try:
        _submit(cloudformation, name, template_url, given)
    except ClientError as refusal:
        if "No updates are to be performed" not in str(refusal):
            raise DeploymentFailed(refusal.response["Error"]["Message"]) from refusal
    return _outputs(_settled(cloudformation, name))


def _upload_template(s3: S3Client, template: dict[str, Any], code: Path, artifacts: str) -> str:
    bundle = _upload(s3, artifacts, code.read_bytes(), "zip")
    for properties in _functions(template):
        properties["CodeUri"] = f"s3://{artifacts}/{bundle}"
    key = _upload(s3, artifacts, json.dumps(template).encode(), "json")
    # By address, because the template is longer than CloudFormation takes in a request (51,200 bytes).
    return f"{s3.meta.endpoint_url}/{artifacts}/{key}"


def _upload(s3: S3Client, bucket: str, content: bytes, extension: str) -> str:
    key = f"{hashlib.sha256(content).hexdigest()}.{extension}"
    s3.put_object(Bucket=bucket, Key=key, Body=content)
    return key


def _functions(template: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            yield resource["Properties"]


def _submit(
    cloudformation: CloudFormationClient, name: str, template_url: str, parameters: list[ParameterTypeDef]
) -> None:
    submit = cloudformation.update_stack if _exists(cloudformation, name) else cloudformation.create_stack
    submit(
        StackName=name,
        TemplateURL=template_url,
        Parameters=parameters,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )


def _exists(cloudformation: CloudFormationClient, name: str) -> bool:
    try:
        cloudformation.describe_stacks(StackName=name)
    except ClientError as refusal:
        if "does not exist" in str(refusal):
            return False
        raise
    return True


def _settled(cloudformation: CloudFormationClient, name: str) -> StackTypeDef:
    pause = 0.05
    while True:
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        status = stack["StackStatus"]
        if not status.endswith("_IN_PROGRESS"):
            break
        time.sleep(pause)
        pause = min(pause * 1.5, 5.0)
    if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        raise DeploymentFailed(f"The stack {name} is {status}. {_first_failure(cloudformation, name)}")
    return stack


def _first_failure(cloudformation: CloudFormationClient, name: str) -> str:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]  # the latest comes first
    for event in reversed(events):
        reason = event.get("ResourceStatusReason", "")
        if event.get("ResourceStatus", "").endswith("_FAILED") and "cancelled" not in reason:
            return f"{event.get('LogicalResourceId')} ({event.get('ResourceType')}): {reason}"
    return "Its events name no resource that failed."


def _outputs(stack: StackTypeDef) -> Outputs:
    value = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    return Outputs(
        site_url=value["SiteUrl"],
        source_bucket=value["SourceBucket"],
        site_bucket=value["SiteBucket"],
        distribution_id=value["DistributionId"],
        api_url=value["ApiUrl"],
        img_tag=value["ImgTag"],
    )
