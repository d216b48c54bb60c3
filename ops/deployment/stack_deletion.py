"""Deletes a stack, and shows the progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from ops.deployment import events, progress
from ops.terminal.failures import GoesOn, Refused, explain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console
    from types_boto3_cloudformation import CloudFormationClient

    from ops.deployment.events import Event


def resources(cloudformation: CloudFormationClient, stack_id: str) -> Mapping[str, str]:
    """Return the resources of the stack: logical id to physical id."""
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_id)
    return {
        entry["LogicalResourceId"]: entry.get("PhysicalResourceId", "")
        for page in pages
        for entry in page["StackResourceSummaries"]
        if entry["ResourceStatus"] != "DELETE_COMPLETE"
    }


def delete(console: Console, cloudformation: CloudFormationClient, stack_id: str) -> None:
    """Delete the stack. `Refused` names the resource that could not be deleted, and the reason."""
    failure = attempt(console, cloudformation, stack_id)
    if failure:
        raise refusal(failure)


def refusal(failure: Event) -> Refused:
    """Return the exception for a resource that could not be deleted."""
    return Refused(f"{failure.resource} ({failure.kind}) could not be deleted: {failure.reason}")


def attempt(console: Console, cloudformation: CloudFormationClient, stack_id: str) -> Event | None:
    """Delete the stack. Return the first event of a resource that could not be deleted, or None."""
    after = events.latest(cloudformation, stack_id)
    total = len(resources(cloudformation, stack_id))
    cloudformation.delete_stack(StackName=stack_id)
    try:
        seen = progress.show(console, events.follow(cloudformation, stack_id, after=after), total=total)
    except KeyboardInterrupt as interrupt:
        raise GoesOn(stack_id.split("/")[1]) from interrupt
    except (BotoCoreError, ClientError) as failure:
        raise Refused(f"{explain(failure)}\n{GoesOn(stack_id.split('/')[1])}") from failure
    return events.first_failure(seen)
