"""Reads a stack's outputs, and the ids of its resources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from ops.doctor.known import NotKnown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from types_boto3_cloudformation import CloudFormationClient

    from infra.clients import Clients


class CannotExamine(Exception):  # noqa: N818 - the name says what happened
    """The site cannot be examined. The message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack. `resources` maps a logical id to a type and a physical id."""

    name: str
    outputs: Mapping[str, str]
    resources: Mapping[str, tuple[str, str]]

    def id_of(self, logical: str) -> str:
        """Return the physical id of a resource; `NotKnown` if the stack does not have it."""
        if logical not in self.resources:
            raise NotKnown(f"the stack {self.name} has no {logical}")
        return self.resources[logical][1]

    def output(self, name: str) -> str:
        """Return an output; `NotKnown` if the stack does not have it."""
        if not self.outputs.get(name):
            raise NotKnown(f"the stack {self.name} has no output {name}")
        return self.outputs[name]

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """Return the physical ids of all resources of a CloudFormation type."""
        return tuple(physical for found, physical in self.resources.values() if found == kind)


def read_stack(clients: Clients, name: str) -> Stack:
    """Return the stack; `CannotExamine` if it does not exist, botocore's errors if it may not be read."""
    cloudformation: CloudFormationClient = clients.client("cloudformation")
    try:
        found = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as refusal:
        if "does not exist" in str(refusal):
            region = cloudformation.meta.region_name
            raise CannotExamine(f"There is no stack {name} in {region}. Check --region.") from refusal
        raise
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    return Stack(
        name,
        {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])},
        {
            resource["LogicalResourceId"]: (resource["ResourceType"], resource.get("PhysicalResourceId", ""))
            for page in pages
            for resource in page["StackResourceSummaries"]
            if resource["ResourceStatus"] != "DELETE_COMPLETE"
        },
    )
