"""A deployed stack: its outputs, and `deploy`, which makes it without questions and without output."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from ops.deployment import artifacts as uploads
from ops.deployment import change_sets, events
from ops.deployment import parameters as configuration
from ops.deployment.lookup import find, is_new
from ops.terminal.failures import DeploymentFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import StackTypeDef
    from types_boto3_s3 import S3Client

    from infra.package import Package
    from ops.deployment.events import Event

__all__ = ["DeploymentFailed", "Outputs", "deploy", "find", "is_new", "is_ours", "outputs", "result"]

_OUR_OUTPUTS = {"SiteUrl", "SourceBucket", "SiteBucket", "DistributionId", "ImgTag"}
_SUCCEEDED = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
_FIX_AND_DEPLOY = "Fix the cause, then deploy again."
_ADVICE = {
    "UPDATE_ROLLBACK_COMPLETE": f"The stack is as it was before. {_FIX_AND_DEPLOY}",
    "UPDATE_ROLLBACK_FAILED": (
        "Fix the cause, then type: aws cloudformation continue-update-rollback --stack-name {name}"
    ),
}


@dataclass(frozen=True, slots=True)
class Outputs:
    """The outputs of a deployed stack."""

    site_url: str
    source_bucket: str
    site_bucket: str
    distribution_id: str
    distribution_domain: str
    api_url: str
    img_tag: str
    upload_command: str
    dashboard_url: str
    inspect_function: str
    playground_url: str = ""
    version: str = ""
    """Empty for a stack of 0.1.0, which does not tell it."""


def deploy(  # noqa: PLR0913 - two clients, the package, and three settings by keyword
    cloudformation: CloudFormationClient,
    s3: S3Client,
    package: Package,
    *,
    artifacts: str,
    name: str,
    parameters: Mapping[str, str] | None = None,
) -> Outputs:
    """Make or update the stack `name` from `package`, and wait for the result.

    The package is uploaded to the bucket `artifacts`. `parameters` take precedence over the stack's current
    values, and those over the template's defaults. The app's own parser checks them.
    """
    found = find(cloudformation, name)
    before = None if is_new(found) else found
    template = json.loads(package.template.read_text())
    wanted = configuration.read(template, parameters or {}, before)
    address = uploads.upload(s3, artifacts, package)
    try:
        proposed = change_sets.propose(cloudformation, name, address, wanted.submitted(), new=before is None)
    except ClientError as refusal:
        raise DeploymentFailed(refusal.response["Error"]["Message"]) from refusal
    if proposed.is_empty:
        return outputs(cloudformation, name)
    after = events.latest(cloudformation, proposed.stack_id)
    change_sets.execute(cloudformation, proposed)
    seen = list(events.follow(cloudformation, proposed.stack_id, after=after))
    return result(cloudformation, name, seen)


def is_ours(stack: StackTypeDef) -> bool:
    """Say whether `stack` is a resize404 stack: by its tags, or by its outputs if other tools deployed it."""
    tags = {tag["Key"]: tag["Value"] for tag in stack.get("Tags", [])}
    names = {output["OutputKey"] for output in stack.get("Outputs", [])}
    return change_sets.TAGS.items() <= tags.items() or names >= _OUR_OUTPUTS


def result(cloudformation: CloudFormationClient, name: str, seen: Iterable[Event]) -> Outputs:
    """Return the outputs of the stack after an operation; `seen` are the operation's events.

    Raises `DeploymentFailed` if the operation failed.
    """
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    status = stack["StackStatus"]
    if status not in _SUCCEEDED:
        advice = _ADVICE.get(status, _FIX_AND_DEPLOY).format(name=name)
        raise DeploymentFailed(f"The stack {name} is {status}. {_cause(seen)}\n{advice}")
    return _outputs(stack)


def outputs(cloudformation: CloudFormationClient, name: str) -> Outputs:
    """Return the stack's outputs. After a rolled back update they are those from before the update."""
    return _outputs(cloudformation.describe_stacks(StackName=name)["Stacks"][0])


def _cause(seen: Iterable[Event]) -> str:
    failure = events.first_failure(seen)
    if failure is None:
        return "Its events do not name a failed resource."
    return f"{failure.resource} ({failure.kind}): {failure.reason}"


def _outputs(stack: StackTypeDef) -> Outputs:
    value = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    return Outputs(
        site_url=value["SiteUrl"],
        source_bucket=value["SourceBucket"],
        site_bucket=value["SiteBucket"],
        distribution_id=value["DistributionId"],
        distribution_domain=value["DistributionDomain"],
        api_url=value["ApiUrl"],
        img_tag=value["ImgTag"],
        upload_command=value["UploadCommand"],
        dashboard_url=value["DashboardUrl"],
        inspect_function=value["InspectFunction"],
        playground_url=value.get("PlaygroundUrl", ""),
        version=value.get("Version", ""),
    )
