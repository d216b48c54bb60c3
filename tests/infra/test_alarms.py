"""The alarms: each is on the dashboard and in the documents, and watches a metric that the app writes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from chalicelib import errors
from chalicelib.observing import NAMESPACE, Record
from infra import dashboard
from infra.package import PROJECT
from tests.infra.reading import of_kind
from tests.messages import causes

OPERATIONS = (PROJECT / "docs" / "operations.md").read_text()
FUNCTION = {"Name": "function", "Value": {"Ref": "APIHandler"}}


def sections() -> dict[str, str]:
    """Return the sections about alarms: heading to text."""
    chapter = OPERATIONS.partition("\n## Alarms\n")[2].partition("\n## ")[0]
    _, *parts = re.split(r"^### ", chapter, flags=re.MULTILINE)
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts}


def test_the_documents_have_a_section_for_each_alarm_and_for_nothing_else(document: Any) -> None:
    assert sorted(sections()) == sorted(of_kind(document, "AWS::CloudWatch::Alarm"))


@pytest.mark.parametrize("name", sections())
def test_each_section_names_a_command(name: str) -> None:
    assert re.search(r"`(python -m ops|aws) [^`]+`", sections()[name])


def test_the_dashboard_lists_every_alarm_of_the_template(document: Any) -> None:
    (_, values) = document["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    listed = re.findall(r"\$\{(\w+)\.Arn\}", json.dumps(values["Alarms"]))
    assert sorted(listed) == sorted(of_kind(document, "AWS::CloudWatch::Alarm"))


def test_an_alarm_that_is_added_to_the_template_is_on_the_dashboard() -> None:
    made = {"Type": "AWS::CloudWatch::Alarm", "Properties": {}}
    text: dict[str, Any] = {}
    template = {
        "Resources": {
            "One": made,
            "Two": made | {"Condition": "Sometimes"},
            "Dashboard": {"Type": "…", "Properties": {"DashboardBody": {"Fn::Sub": ["${Alarms}", text]}}},
        }
    }
    dashboard.declare(template)
    assert text["Alarms"]["Fn::Join"][1] == [
        {"Fn::Sub": '"${One.Arn}"'},
        {"Fn::If": ["Sometimes", {"Fn::Sub": ', "${Two.Arn}"'}, ""]},
    ]


def watched(document: Any) -> dict[str, Any]:
    """Return the alarms on the app's own metrics."""
    alarms = of_kind(document, "AWS::CloudWatch::Alarm")
    return {name: alarm for name, alarm in alarms.items() if alarm["Namespace"] == NAMESPACE}


def written(kind: type[errors.Refusal]) -> set[tuple[str, str, tuple[str, ...]]]:
    """Return namespace, name and dimensions of the metrics in the line of such a refusal."""
    record = Record("1", "301x200", "a.jpg")
    record.refuse(kind())
    line = record.line(is_cold=False)
    return {
        (directive["Namespace"], metric["Name"], tuple(f"{name}={line[name]}" for name in dimensions))
        for directive in line["_aws"]["CloudWatchMetrics"]
        for dimensions in directive["Dimensions"]
        for metric in directive["Metrics"]
    }


def test_every_cause_that_an_alarm_watches_is_one_that_the_app_writes(
    document: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "APIHandler")
    real = {metric for kind in causes(errors.Refusal) for metric in written(kind)}
    for alarm in watched(document).values():
        if FUNCTION not in alarm["Dimensions"]:
            continue  # of the queues' functions, see below
        values = tuple(
            f"{each['Name']}={each['Value'] if isinstance(each['Value'], str) else each['Value']['Ref']}"
            for each in alarm["Dimensions"]
        )
        assert (alarm["Namespace"], alarm["MetricName"], values) in real


def test_the_alarm_of_the_budget_watches_what_the_function_of_evictions_writes(
    document: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "Evict")
    others = [alarm for alarm in watched(document).values() if FUNCTION not in alarm["Dimensions"]]
    record = Record("1")
    record.tell(0, held=3)
    line = record.line(is_cold=False)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert [alarm["MetricName"] for alarm in others] == [each["Name"] for each in directive["Metrics"]]
    assert others[0]["Dimensions"] == [{"Name": "function", "Value": {"Ref": line["function"]}}]
    assert line["InvalidationsHeldBack"] == 3


def test_every_refusal_that_is_no_failure_of_ours_is_watched_by_an_alarm(
    document: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "APIHandler")
    seen = {
        (alarm["MetricName"], *(each["Value"] for each in alarm["Dimensions"] if each["Name"] == "cause"))
        for alarm in watched(document).values()
    }
    for kind in causes(errors.Refusal):
        if kind.status < 500:
            metrics = {
                (name, *(each[6:] for each in values if each.startswith("cause=")))
                for _, name, values in written(kind)
            }
            assert metrics & seen, kind


@pytest.mark.parametrize(
    ("alarm", "kind"),
    [
        ("NotAllowed", errors.NotAdmitted),
        ("MissingOriginals", errors.NoSuchOriginal),
        ("OriginalsRefused", errors.BrokenImage),
    ],
)
def test_one_picture_that_cloudfront_asks_for_all_the_time_rings_the_alarm_only_if_it_breaks_a_page(
    document: Any, alarm: str, kind: type[errors.Refusal]
) -> None:
    made = of_kind(document, "AWS::CloudWatch::Alarm")[alarm]
    threshold = document["Parameters"][made["Threshold"]["Ref"]]["Default"]
    seen = made["Period"] // kind.max_age  # what one of CloudFront's caches lets through of one address
    assert (threshold < seen) is (kind is errors.NotAdmitted)
