"""What `ops cost` says that we use is what we use."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from infra.package import PROJECT
from ops import prices
from ops.costs import systems
from ops.costs.systems import FAILOVER, MAKING, REDIRECT, SAMPLE, System, Times
from ops.prices import Item
from tests.test_service import staged

TEMPLATE = PROJECT / "infra" / "stack.yaml"


@pytest.mark.usefixtures("aws")
def test_the_app_makes_these_calls_of_s3_for_a_picture() -> None:
    stage, calls = staged(), list[str]()
    stage.put("a.jpg")
    stage.s3.meta.events.register("provide-client-params", lambda model, **_: calls.append(model.name))
    stage.ask("100x100/a.jpg")
    assert sorted(calls) == ["GetObject", "HeadObject", "PutObject", "PutObject"]
    hop = {REDIRECT.name: 2, FAILOVER.name: 1}
    for system in systems.OURS:
        assert system.made[Item.S3_READ] == 2 + hop[system.name], system.name
        assert system.made[Item.S3_WRITE] == 2, system.name


def resources(kind: str) -> list[dict[str, Any]]:
    class Loader(yaml.SafeLoader):
        """Reads CloudFormation's short forms as nothing: only types and conditions are asked for."""

    Loader.add_multi_constructor("!", lambda *_: None)
    template = yaml.load(TEMPLATE.read_text(), Loader)  # noqa: S506 - a SafeLoader
    return [each for each in template["Resources"].values() if each.get("Type") == kind]


def test_a_stack_in_us_east_1_has_this_many_alarms_and_dashboards() -> None:
    off = {"HasRateLimit", "HasInvalidationBudget"}
    alarms = [each for each in resources("AWS::CloudWatch::Alarm") if each.get("Condition") not in off]
    for system in systems.OURS:
        assert system.month[Item.ALARM] == len(alarms)
        assert system.month[Item.DASHBOARD] == len(resources("AWS::CloudWatch::Dashboard"))


def test_the_app_has_this_many_metrics_at_most_without_those_of_refusals() -> None:
    document = (PROJECT / "docs" / "operations.md").read_text()
    assert "There are at most ten without a cause" in document
    assert [system.month[Item.METRIC] for system in systems.OURS] == [10, 10]


def test_lambda_polls_this_many_queues() -> None:
    polled = len(re.findall(r"@works_on\(", (PROJECT / "app.py").read_text()))
    for system in systems.OURS:
        assert system.month[Item.SQS_REQUEST] == polled * 5 * 730 * 3600 / 20


def test_the_function_has_this_memory() -> None:
    assert (
        json.loads((PROJECT / ".chalice" / "config.json").read_text())["lambda_memory_size"] == MAKING.memory
    )


def test_the_milliseconds_are_those_that_were_measured() -> None:
    document = (PROJECT / "docs" / "performance.md").read_text()
    measured = re.search(r"\| 12 MP JPEG → 300 px WebP \| (\d+) \(", document)
    assert measured
    assert Times().work == pytest.approx(int(measured[1]), rel=0.1)


@pytest.mark.parametrize(
    ("system", "column"), [(REDIRECT, 1), (FAILOVER, 2), (SAMPLE, 3)], ids=["redirect", "failover", "sample"]
)
def test_first_views_cost_what_the_architecture_says(system: System, column: int) -> None:
    document = (PROJECT / "docs" / "architecture.md").read_text()
    (row,) = (line for line in document.splitlines() if line.startswith("| ten thousand first views"))
    calls = prices.together((1, system.view), (1, system.made), (1, {Item.LAMBDA_REQUEST: 1}))
    usd = 10_000 * prices.of().total(calls | {Item.CDN_GIGABYTE: 0})
    assert f"{usd:.3f}" == row.split("|")[column + 1].strip()
