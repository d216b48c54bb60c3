"""Looks a stack up by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import StackTypeDef


def find(cloudformation: CloudFormationClient, name: str) -> StackTypeDef | None:
    """Return the stack `name`, or None if it does not exist."""
    try:
        return cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as refusal:
        if "does not exist" in str(refusal):
            return None
        raise


def is_new(stack: StackTypeDef | None) -> bool:
    """Say whether `stack` does not exist yet, or has only a change set that was never executed."""
    return stack is None or stack["StackStatus"] == "REVIEW_IN_PROGRESS"
