"""What is read of a log, how it is counted, and what the terminal shows of what strangers wrote."""

from __future__ import annotations

import io
import json
from typing import Any

import boto3
import pytest
from click.testing import CliRunner
from freezegun import freeze_time
from hypothesis import given
from moto import mock_aws
from rich.console import Console

from chalicelib import errors
from chalicelib.observing import Outcome, Record
from ops.__main__ import main
from ops.logs import counting, reading, showing
from ops.logs.reading import Line
from tests.messages import hostile

NOW = "2026-11-26T12:00:00Z"
MOMENT = 1_795_694_400_000
"""The same, in milliseconds since 1970."""


def made(variant: str, bytes_in: int, bytes_out: int) -> dict[str, Any]:
    record = Record("1", variant, "a.jpg", Outcome.MADE)
    record.timings.moved.update(fetch=bytes_in, store=bytes_out)
    return record.line(is_cold=False)


def refused(variant: str, kind: type[errors.Refusal]) -> dict[str, Any]:
    record = Record("1", variant, "a.jpg")
    record.refuse(kind())
    return record.line(is_cold=True)


def worked(invalidations: int, held_back: int) -> dict[str, Any]:
    record = Record("1", outcome=Outcome.WORKED, messages=2, queue_age=3.5)
    record.tell(invalidations, held_back)
    return record.line(is_cold=False)


LINES = [
    made("300x200", 1000, 100),
    made("300x200", 500, 700),
    made("600x", 10, 5),
    refused("301x200", errors.NotAdmitted),
    refused("301x200", errors.NotAdmitted),
    refused("300x200", errors.BrokenImage),
    worked(7, 2),
]


def test_lines_are_counted_by_outcome_by_cause_and_by_variant() -> None:
    found = counting.count(Line(MOMENT, line) for line in LINES)
    assert found.outcomes == {"made": 3, "refused": 3, "worked": 1}
    assert found.causes == {"NotAdmitted": 2, "BrokenImage": 1}
    assert found.refused == {("NotAdmitted", "301x200"): 2, ("BrokenImage", "300x200"): 1}
    assert found.made == {"300x200": 2, "600x": 1}
    assert (found.bytes_in, found.bytes_out, found.bytes_saved) == (1510, 805, 905)
    assert (found.invalidations, found.held_back, found.cold) == (7, 2, 3)
    assert "7 invalidations, 2 held back; 3 cold starts" in showing.totals(found)


@freeze_time(NOW)
@mock_aws
def test_all_functions_are_read_and_what_is_no_line_of_ours_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    session = boto3.Session(region_name="us-east-1")
    others = ['[ERROR] no "outcome"', '{"outcome": 1}', '["outcome"]']
    written = {
        "": [(0, json.dumps(LINES[0])), *((number, other) for number, other in enumerate(others, start=1))],
        "/evict": [(-1, json.dumps(LINES[-1]))],
        "/refresh": [(-3_600_001, json.dumps(LINES[1]))],
        "/prewarm": [],
    }
    client = session.client("logs")
    for group, events in written.items():
        name = f"/resize404/shop{group}"
        client.create_log_group(logGroupName=name)
        client.create_log_stream(logGroupName=name, logStreamName="one")
        told = [{"timestamp": MOMENT + moment, "message": message} for moment, message in events]
        if told:
            client.put_log_events(logGroupName=name, logStreamName="one", logEvents=told)
    found = reading.lines(session, "shop", 3600)
    assert [(line.moment - MOMENT, line.outcome) for line in found] == [(-1, "worked"), (0, "made")]


@given(variant=hostile, key=hostile)
def test_the_terminal_shows_what_strangers_wrote_as_printable_text_without_markup(
    variant: str, key: str
) -> None:
    record = Record("1", f"[red]{variant}", key)
    record.refuse(errors.NotAdmitted())
    line = Line(MOMENT, record.line(is_cold=False))
    console = Console(file=io.StringIO(), width=1000, soft_wrap=True)
    for shown in [*showing.listed([line]), *showing.tables(counting.count([line]))]:
        console.print(shown)
    written = console.file.getvalue()  # type: ignore[attr-defined]  # it is the StringIO from above
    assert all(" " <= character <= "~" or character == "\n" for character in written)
    assert written.count("[red]") == 2


@pytest.mark.parametrize("text", ["1", "h", "0h", "1w", "-1h", "9999999d"])
def test_a_time_that_is_none_is_refused_with_examples(text: str) -> None:
    result = CliRunner().invoke(main, ["stats", "shop", "--since", text])
    assert result.exit_code == 2
    assert "90s, 15m, 2h or 7d" in result.output


def test_a_log_that_is_too_long_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [Line(MOMENT, LINES[0])] * 3
    assert not showing.shortage(lines)
    monkeypatch.setattr(showing, "MOST_LINES", 3)
    assert "shorter --since" in showing.shortage(lines)
