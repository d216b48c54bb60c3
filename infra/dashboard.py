"""The dashboard's list of alarms: all that the template has, so that none can be forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def declare(template: Mapping[str, Any]) -> None:
    """Fill the alarms of the `template` into its dashboard."""
    _text, values = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    conditions = alarms(template)
    always = [name for name, condition in conditions.items() if condition is None]
    sometimes = {name: condition for name, condition in conditions.items() if condition is not None}
    arns = ", ".join(map(_arn, always))
    values["Alarms"] = {"Fn::Join": ["", [{"Fn::Sub": arns}, *_conditional(sometimes)]]}


def alarms(template: Mapping[str, Any]) -> dict[str, str | None]:
    """Return the name of each alarm in the `template`, and the condition under which there is one."""
    return {
        name: resource.get("Condition")
        for name, resource in template["Resources"].items()
        if resource.get("Type") == "AWS::CloudWatch::Alarm"
    }


def _arn(name: str) -> str:
    return f'"${{{name}.Arn}}"'


def _conditional(alarms: Mapping[str, str | None]) -> Iterator[Mapping[str, Any]]:
    for name, condition in alarms.items():
        yield {"Fn::If": [condition, {"Fn::Sub": f", {_arn(name)}"}, ""]}
