"""CloudFormation's change sets: the changes that a deployment would make to a stack."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from ops.deployment.lookup import find, is_new
from ops.terminal.failures import DeploymentFailed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import DescribeChangeSetOutputTypeDef, ParameterTypeDef

_REASONS_OF_NO_CHANGE = ("didn't contain changes", "No updates are to be performed")
TAGS = {"application": "resize404"}
"""Tags of the stack and, through it, of all its resources. They allow to find their costs."""


@dataclass(frozen=True, slots=True)
class Change:
    """The change of one resource.

    `action` is ``Add``, ``Modify``, ``Remove``, …. For a modified resource, `replacement` is ``True``,
    ``False`` or ``Conditional``; otherwise it is empty.
    """

    action: str
    resource: str
    kind: str
    replacement: str


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """The changes that CloudFormation would make to a stack.

    A change set without `changes` of resources may still change outputs. Only one that `is_empty` changes
    nothing.
    """

    arn: str
    stack_id: str
    makes_the_stack: bool
    changes: tuple[Change, ...]
    is_empty: bool = False


def propose(  # noqa: PLR0913 - what CloudFormation itself takes
    cloudformation: CloudFormationClient,
    name: str,
    template_url: str,
    parameters: Sequence[ParameterTypeDef],
    *,
    new: bool,
    tags: Mapping[str, str] | None = None,
    role_arn: str | None = None,
) -> ChangeSet:
    """Return the changes of making (`new`) or updating the stack `name`. This does not change the stack.

    The stack gets `tags` beside ours. With a `role_arn`, CloudFormation acts as this role, now and later.
    """
    acting = {"RoleARN": role_arn} if role_arn else {}
    made = cloudformation.create_change_set(
        StackName=name,
        ChangeSetName=f"deploy-{uuid4().hex}",
        ChangeSetType="CREATE" if new else "UPDATE",
        TemplateURL=template_url,
        Parameters=parameters,
        Tags=[{"Key": key, "Value": value} for key, value in {**(tags or {}), **TAGS}.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        **acting,  # type: ignore[arg-type]  # boto3's types know no argument that may be missing
    )
    answer = _settled(cloudformation, made["Id"])
    failed = answer["Status"] == "FAILED"
    proposed = ChangeSet(made["Id"], made["StackId"], new, _changes(cloudformation, answer), is_empty=failed)
    if failed:
        discard(cloudformation, proposed)
        reason = answer.get("StatusReason", "")
        if not any(text in reason for text in _REASONS_OF_NO_CHANGE):
            raise DeploymentFailed(f"CloudFormation does not accept the template: {reason}")
    return proposed


def _settled(cloudformation: CloudFormationClient, arn: str) -> DescribeChangeSetOutputTypeDef:
    pause = 0.05
    while True:
        answer = cloudformation.describe_change_set(ChangeSetName=arn)
        if answer["Status"] in {"CREATE_COMPLETE", "FAILED"}:
            return answer
        time.sleep(pause)
        pause = min(pause * 1.5, 2.0)


def _changes(
    cloudformation: CloudFormationClient, first: DescribeChangeSetOutputTypeDef
) -> tuple[Change, ...]:
    found, page = list(first["Changes"]), first
    while token := page.get("NextToken"):
        page = cloudformation.describe_change_set(ChangeSetName=first["ChangeSetId"], NextToken=token)
        found += page["Changes"]
    resources = [change["ResourceChange"] for change in found if "ResourceChange" in change]
    return tuple(
        Change(
            resource.get("Action", ""),
            resource.get("LogicalResourceId", ""),
            resource.get("ResourceType", ""),
            resource.get("Replacement", ""),
        )
        for resource in resources
    )


def execute(cloudformation: CloudFormationClient, proposed: ChangeSet) -> None:
    """Start the changes in `proposed`."""
    # RetainExceptOnCreate: if a first deployment fails, CloudFormation deletes also the resources that a
    # later deletion of the stack would retain.
    cloudformation.execute_change_set(ChangeSetName=proposed.arn, RetainExceptOnCreate=True)


def discard(cloudformation: CloudFormationClient, proposed: ChangeSet) -> None:
    """Delete the change set, and the empty stack that CloudFormation makes for a first change set."""
    cloudformation.delete_change_set(ChangeSetName=proposed.arn)
    # Only if the stack is still empty: somebody else may have deployed to it meanwhile.
    if proposed.makes_the_stack and is_new(find(cloudformation, proposed.stack_id)):
        cloudformation.delete_stack(StackName=proposed.stack_id)
