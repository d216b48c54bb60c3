"""Change sets: what a deployment would do to a stack, before it does it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from ops.deployment.lookup import find, is_new
from ops.terminal.failures import DeploymentFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import DescribeChangeSetOutputTypeDef, ParameterTypeDef

_NOTHING = ("didn't contain changes", "No updates are to be performed")
TAGS = {"application": "resize404"}
"""On the stack and, through it, on all that it makes: what they cost can be told apart."""


@dataclass(frozen=True, slots=True)
class Change:
    """What would be done to one resource.

    `action` is ``Add``, ``Modify``, ``Remove``, …; `replacement` is ``True``, ``False`` or ``Conditional``
    for one that is modified, else empty.
    """

    action: str
    resource: str
    kind: str
    replacement: str


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What CloudFormation would do to a stack.

    Without `changes` there may still be something to do, to outputs say: what `is_empty` is not executed.
    """

    arn: str
    stack_id: str
    makes_the_stack: bool
    changes: tuple[Change, ...]
    is_empty: bool = False


def propose(
    cloudformation: CloudFormationClient,
    name: str,
    template_url: str,
    parameters: Sequence[ParameterTypeDef],
    *,
    new: bool,
) -> ChangeSet:
    """Return what making (`new`) or updating the stack `name` would do; nothing is done yet."""
    made = cloudformation.create_change_set(
        StackName=name,
        ChangeSetName=f"deploy-{uuid4().hex}",
        ChangeSetType="CREATE" if new else "UPDATE",
        TemplateURL=template_url,
        Parameters=parameters,
        Tags=[{"Key": key, "Value": value} for key, value in TAGS.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    answer = _settled(cloudformation, made["Id"])
    failed = answer["Status"] == "FAILED"
    proposed = ChangeSet(made["Id"], made["StackId"], new, _changes(cloudformation, answer), is_empty=failed)
    if failed:
        discard(cloudformation, proposed)
        reason = answer.get("StatusReason", "")
        if not any(sign in reason for sign in _NOTHING):
            raise DeploymentFailed(f"CloudFormation does not take the template: {reason}")
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
    """Have CloudFormation begin with what was `proposed`."""
    # So that a first deployment that fails leaves nothing, not even what is to outlive the stack one day.
    cloudformation.execute_change_set(ChangeSetName=proposed.arn, RetainExceptOnCreate=True)


def discard(cloudformation: CloudFormationClient, proposed: ChangeSet) -> None:
    """Take back what was `proposed`, and the empty stack that CloudFormation makes for a first change set."""
    cloudformation.delete_change_set(ChangeSetName=proposed.arn)
    # Somebody else may have made it meanwhile.
    if proposed.makes_the_stack and is_new(find(cloudformation, proposed.stack_id)):
        cloudformation.delete_stack(StackName=proposed.stack_id)
