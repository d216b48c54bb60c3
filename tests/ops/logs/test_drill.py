"""The likeliest outage: a page uses a size that is not allowed. Alarm, log and counts show it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

import edge
from ops.deployment import stack
from ops.local.walkthrough import follow
from tests.pictures import png
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ops.conftest import Operator

PAGE = ("a.png", "b.png", "c.png")


@pytest.fixture
def site(operator: Operator, standing: str) -> Iterator[edge.Edge]:
    """The stack's distribution, with the page's originals in its bucket."""
    outputs = stack.outputs(operator.account.cloudformation, standing)
    for key in PAGE:
        operator.aws.client("s3").put_object(Bucket=outputs.source_bucket, Key=key, Body=png())
    with edge.serve(outputs.distribution_id, endpoint_url=operator.aws.endpoint_url) as front:
        yield front


def resource(operator: Operator, name: str, logical: str) -> str:
    found = operator.account.cloudformation.describe_stack_resource(StackName=name, LogicalResourceId=logical)
    return found["StackResourceDetail"]["PhysicalResourceId"]


def refusals(operator: Operator, name: str) -> list[dict[str, Any]]:
    """Return the lines of refused pictures, as `ops logs` prints them."""
    printed = operator.types("logs", name, "--cause", "NotAdmitted", "--json").output
    return [json.loads(line) for line in printed.splitlines()]


def metrics(line: dict[str, Any]) -> dict[tuple[str, str, frozenset[tuple[str, str]]], float]:
    """Return the metrics that CloudWatch makes of a line: namespace, name and dimensions, to the value."""
    return {
        (each["Namespace"], metric["Name"], frozenset((name, line[name]) for name in names)): line[
            metric["Name"]
        ]
        for each in line["_aws"]["CloudWatchMetrics"]
        for names in each["Dimensions"]
        for metric in each["Metrics"]
    }


def test_a_page_with_a_size_that_is_not_allowed_is_seen_by_alarm_log_and_stats(
    operator: Operator, standing: str, site: edge.Edge
) -> None:
    for _viewer in range(3):
        for key in PAGE:
            assert follow(f"{site.url}/301x200/{key}")[-1].status == 403
    assert until(lambda: len(refusals(operator, standing)) >= len(PAGE))

    # The lines: one for each picture. The edge answers the other viewers with what it kept.
    lines = refusals(operator, standing)
    assert sorted(line["key"] for line in lines) == sorted(PAGE)
    assert {(line["variant"], line["outcome"], line["cause"]) for line in lines} == {
        ("301x200", "refused", "NotAdmitted")
    }

    # The alarm: it watches the very metric that these lines are, and they are enough for it.
    name = resource(operator, standing, "NotAllowed")
    (alarm,) = operator.aws.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    watched = (
        alarm["Namespace"],
        alarm["MetricName"],
        frozenset((each["Name"], each["Value"]) for each in alarm["Dimensions"]),
    )
    assert alarm["Statistic"] == "Sum"
    assert sum(metrics(line)[watched] for line in lines) >= alarm["Threshold"]

    # What the operator reads.
    counted = operator.types("stats", standing).output
    assert re.search(r"NotAdmitted +301x200 +3\b", counted)
    listed = operator.types("logs", standing, "--since", "15m", "--cause", "NotAdmitted").output
    assert re.search(r"refused +NotAdmitted +\d+ ms +301x200/a\.png", listed)


def test_a_picture_that_is_made_is_counted_with_what_it_saves(
    operator: Operator, standing: str, site: edge.Edge
) -> None:
    assert follow(f"{site.url}/150x150/a.png")[-1].status == 200
    assert until(lambda: "150x150" in operator.types("stats", standing).output)
    counted = operator.types("stats", standing).output
    assert re.search(r"made +1\b", counted)
    assert f"{len(png()):,} bytes read" in counted


def test_a_stack_that_does_not_exist_is_named(operator: Operator) -> None:
    for command in ("logs", "stats"):
        result = operator.types(command, "nowhere")
        assert result.exit_code == 1
        assert "There is no log group /resize404/nowhere here." in result.output
