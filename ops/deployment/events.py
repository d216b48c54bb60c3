"""What happens to a stack, event by event."""

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
"""Seconds between two looks, when it takes long: CloudFormation throttles who looks more often."""

_BEGINNING = 60.0
"""Seconds that CloudFormation has to begin with what it was told to do."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one resource; the stack itself is a resource of kind ``AWS::CloudFormation::Stack``."""

    id: str
    resource: str
    kind: str
    status: str
    reason: str
    at: datetime

    @property
    def is_under_way(self) -> bool:
        """Whether something is being done to the resource, and the end of it is another event."""
        return self.status.endswith("_IN_PROGRESS")

    @property
    def is_failure(self) -> bool:
        """Whether this event is a cause of trouble; a resource that stops because another failed is none."""
        return self.status.endswith("_FAILED") and "cancelled" not in self.reason.lower()


def latest(cloudformation: CloudFormationClient, stack: str) -> str:
    """Return the id of the last event of `stack`, after which `follow` goes on."""
    return cloudformation.describe_stack_events(StackName=stack)["StackEvents"][0]["EventId"]


def follow(cloudformation: CloudFormationClient, stack_id: str, *, after: str) -> Iterator[Event]:
    """Yield the events of the stack that come `after` the one with that id, until the stack has settled.

    What has not begun has not settled either: until its first event, the status is the one from before.
    """
    pause, last, patience = 0.05, after, time.monotonic() + _BEGINNING
    while True:
        has_begun = last != after or time.monotonic() > patience
        # Asked for before the events: none of those that led to a settled stack can then be missed.
        under_way = status(cloudformation, stack_id).endswith("_IN_PROGRESS")
        for event in _since(cloudformation, stack_id, last):
            yield event
            last = event.id
        if has_begun and not under_way:
            return
        time.sleep(pause)
        pause = min(pause * 1.5, _PAUSE)


def status(cloudformation: CloudFormationClient, stack_id: str) -> str:
    """Return the status of the stack, by its id even of one that has been deleted."""
    return cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"]


def _since(cloudformation: CloudFormationClient, stack_id: str, after: str) -> list[Event]:
    """Return the events after that id, the oldest first; CloudFormation tells the latest first."""
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
    """Return the event that the trouble began with; what follows from it says less."""
    return next((event for event in events if event.is_failure), None)
