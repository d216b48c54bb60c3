"""A stack's events on the terminal."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from rich.console import Console

from ops.deployment import events, progress
from ops.deployment.events import Event


def event(resource: str, status: str, reason: str = "", kind: str = "AWS::S3::Bucket") -> Event:
    return Event(f"{resource}-{status}", resource, kind, status, reason, datetime.now(UTC))


HISTORY = [
    event("shop", "CREATE_IN_PROGRESS", kind="AWS::CloudFormation::Stack"),
    event("Site", "CREATE_IN_PROGRESS"),
    event("Source", "CREATE_IN_PROGRESS"),
    event("Source", "CREATE_FAILED", "Resource creation cancelled"),
    event("Site", "CREATE_FAILED", "the name is taken"),
    event("Source", "DELETE_SKIPPED"),
    event("shop", "ROLLBACK_COMPLETE", kind="AWS::CloudFormation::Stack"),
]


def test_each_finished_resource_is_a_line_and_each_failure_has_its_reason() -> None:
    console = Console(width=100)
    with console.capture() as said:
        seen = progress.show(console, HISTORY, total=2)
    assert seen == HISTORY
    assert said.get().splitlines() == [
        "✗ Source  AWS::S3::Bucket  CREATE_FAILED",
        "✗ Site  AWS::S3::Bucket  CREATE_FAILED",
        "  the name is taken",
        "• Source  AWS::S3::Bucket  DELETE_SKIPPED",
    ]


def test_the_board_shows_running_resources_and_the_progress() -> None:
    console, board = Console(width=100), progress.Board(3)
    for each in (event("Site", "CREATE_COMPLETE"), event("Source", "CREATE_IN_PROGRESS")):
        board.take(each)
    with console.capture() as shown:
        console.print(board)
    assert "1 of 3" in shown.get()
    assert re.search("… Source +0 s", shown.get())
    assert "Site" not in shown.get()


@pytest.mark.parametrize(
    ("history", "resource"),
    [
        pytest.param(HISTORY, "Site", id="not a resource that was cancelled because of it"),
        pytest.param(HISTORY[:3], None, id="none"),
    ],
)
def test_the_cause_is_the_first_failure_that_is_not_a_cancellation(
    history: list[Event], resource: str | None
) -> None:
    cause = events.first_failure(history)
    assert (cause.resource if cause else None) == resource
