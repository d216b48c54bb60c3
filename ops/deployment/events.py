"""Reads the events of a stack: what CloudFormation does to each resource."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import StackEventTypeDef

_PAUSE = 2.0
"""The longest pause between two requests, in seconds. CloudFormation throttles more frequent requests."""

_START_TIMEOUT = 60.0
"""Seconds that CloudFormation has to start an operation."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one resource.

    The stack itself is a resource of the kind ``AWS::CloudFormation::Stack``.
    """

    id: str
    resource: str
    kind: str
    status: str
    reason: str
    at: datetime

    @property
    def is_under_way(self) -> bool:
        """Whether CloudFormation is still working on the resource. Another event tells the end."""
        return self.status.endswith("_IN_PROGRESS")

    @property
    def is_failure(self) -> bool:
        """Whether this event is a cause of a failure.

        A resource that is cancelled because of another is not.
        """
        return self.status.endswith("_FAILED") and "cancelled" not in self.reason.lower()


def latest(cloudformation: CloudFormationClient, stack: str) -> str:
    """Return the id of the last event of `stack`, for `follow`."""
    return cloudformation.describe_stack_events(StackName=stack)["StackEvents"][0]["EventId"]


def follow(cloudformation: CloudFormationClient, stack_id: str, *, after: str) -> Iterator[Event]:
    """Yield the events of the stack that come `after` the event with that id, until the operation ends.

    Before the first event, the stack still has the status of the previous operation, so that status does not
    count.
    """
    pause, last, deadline = 0.05, after, time.monotonic() + _START_TIMEOUT
    while True:
        has_begun = last != after or time.monotonic() > deadline
        # Read the status before the events, so that no event of the operation is missed.
        under_way = status(cloudformation, stack_id).endswith("_IN_PROGRESS")
        for event in _since(cloudformation, stack_id, last):
            yield event
            last = event.id
        if has_begun and not under_way:
            return
        time.sleep(pause)
        pause = min(pause * 1.5, _PAUSE)


def status(cloudformation: CloudFormationClient, stack_id: str) -> str:
    """Return the status of the stack. With an id, this works for a deleted stack as well."""
    return cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"]


def _since(cloudformation: CloudFormationClient, stack_id: str, after: str) -> list[Event]:
    """Return the events after that id, oldest first. CloudFormation lists them newest first."""
    found: list[Event] = []
    for page in cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_id):
        for entry in page["StackEvents"]:
            if entry["EventId"] == after:
                return found[::-1]
            found.append(_event(entry))
    return found[::-1]


def _event(entry: StackEventTypeDef) -> Event:
    return Event(
        entry["EventId"],
        entry.get("LogicalResourceId", ""),
        entry.get("ResourceType", ""),
        entry.get("ResourceStatus", ""),
        entry.get("ResourceStatusReason", ""),
        entry["Timestamp"],
    )


def first_failure(events: Iterable[Event]) -> Event | None:
    """Return the first failure. It is the cause; later failures are its consequences."""
    return next((event for event in events if event.is_failure), None)
