"""Following the events of a stack."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from ops.deployment import events

if TYPE_CHECKING:
    from collections.abc import Iterator

STACK = "arn:aws:cloudformation:us-east-1:1:stack/shop/1"


class CloudFormation:
    """A stack with one more event at every request, listed in pages of two, newest first.

    The first `idle` looks find it as it was before.
    """

    def __init__(self, happens: int, idle: int = 0) -> None:
        self._happens = happens
        self._looks = -idle

    def describe_stacks(self, **_: object) -> dict[str, Any]:
        self._looks += 1
        under_way = 0 < self._looks < self._happens
        return {"Stacks": [{"StackStatus": "UPDATE_IN_PROGRESS" if under_way else "UPDATE_COMPLETE"}]}

    def describe_stack_events(self, **_: object) -> dict[str, Any]:
        return next(self.paginate())

    def get_paginator(self, _operation: str) -> CloudFormation:
        return self

    def paginate(self, **_: object) -> Iterator[dict[str, Any]]:
        told = [
            {"EventId": f"{number}", "Timestamp": datetime.now(UTC)}
            for number in reversed(range(min(max(self._looks, 0), self._happens) + 1))
        ]
        yield from ({"StackEvents": told[start : start + 2]} for start in range(0, len(told), 2))


@pytest.mark.parametrize("happens", [1, 2, 7])
@pytest.mark.parametrize("idle", [0, 3], ids=["begun at once", "begun late"])
def test_every_event_after_a_given_one_is_returned_once_and_in_order(
    happens: int, idle: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.deployment.events.time.sleep", lambda _: None)
    cloudformation: Any = CloudFormation(happens, idle)
    after = events.latest(cloudformation, STACK)
    seen = [event.id for event in events.follow(cloudformation, STACK, after=after)]
    assert seen == [f"{number}" for number in range(1, happens + 1)]


def test_an_operation_that_never_starts_is_not_waited_for_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1000, 20))
    monkeypatch.setattr("ops.deployment.events.time.sleep", lambda _: None)
    monkeypatch.setattr("ops.deployment.events.time.monotonic", lambda: next(clock))
    cloudformation: Any = CloudFormation(1, idle=100)
    assert list(events.follow(cloudformation, STACK, after="0")) == []
