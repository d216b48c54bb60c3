"""The parameters for making or updating a stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ops.deployment.parameters import Parameters

if TYPE_CHECKING:
    from collections.abc import Mapping

DECLARED: Mapping[str, Any] = {
    "Presets": {"Type": "String", "Default": "thumb=1x1"},
    "LogRetentionDays": {"Type": "Number", "Default": 30},
    "RefererSecret": {"Type": "String", "NoEcho": True},
}
STACK = {"Presets": "thumb=1x1", "LogRetentionDays": "30", "RefererSecret": "****", "Gone": "x"}


def submitted(parameters: Parameters) -> dict[str, str | None]:
    """Return the submitted values; None means that the stack keeps its own."""
    return {
        entry["ParameterKey"]: None if entry.get("UsePreviousValue") else entry["ParameterValue"]
        for entry in parameters.submitted()
    }


def test_a_new_stack_gets_the_given_values_and_its_own_secret() -> None:
    first, second = (submitted(Parameters(DECLARED, {"Presets": "a=2x2"}, {})) for _ in range(2))
    assert first["Presets"] == "a=2x2"
    assert first.keys() == {"Presets", "RefererSecret"}
    assert len(first["RefererSecret"] or "") >= 32
    assert first["RefererSecret"] != second["RefererSecret"]


def test_an_update_keeps_the_secret_and_all_values_that_are_not_given() -> None:
    assert submitted(Parameters(DECLARED, {"Presets": "a=2x2"}, STACK)) == {
        "Presets": "a=2x2",
        "LogRetentionDays": None,
        "RefererSecret": None,
    }


def test_an_old_stack_without_a_secret_gets_one() -> None:
    sent = submitted(Parameters(DECLARED, {}, {"Presets": "thumb=1x1"}))
    assert sent["Presets"] is None
    assert sent["RefererSecret"]


def test_a_secret_can_be_given() -> None:
    given = {"RefererSecret": "0123456789abcdef"}
    assert submitted(Parameters(DECLARED, given, {})) == given
    assert submitted(Parameters(DECLARED, given, STACK))["RefererSecret"] == "0123456789abcdef"


def test_a_template_without_a_secret_gets_none() -> None:
    declared = {name: DECLARED[name] for name in ("Presets",)}
    assert submitted(Parameters(declared, {}, {})) == {}


def test_the_readable_values_contain_no_secret() -> None:
    assert Parameters(DECLARED, {"RefererSecret": "s"}, STACK).readable == {
        "Presets": "thumb=1x1",
        "LogRetentionDays": "30",
    }


def test_a_secret_that_is_given_is_checked_and_one_that_the_stack_keeps_is_not() -> None:
    assert Parameters(DECLARED, {"RefererSecret": "s"}, STACK).checkable["RefererSecret"] == "s"
    assert "RefererSecret" not in Parameters(DECLARED, {}, STACK).checkable


@pytest.mark.parametrize(
    ("given", "before", "kept"),
    [
        pytest.param({}, STACK, {}, id="all as the defaults are"),
        pytest.param({}, {**STACK, "Presets": "a=2x2"}, {"Presets": "a=2x2"}, id="one that differs"),
        pytest.param({"Presets": "b=3x3"}, {**STACK, "Presets": "a=2x2"}, {}, id="one that is given"),
        pytest.param({}, {**STACK, "LogRetentionDays": "7"}, {"LogRetentionDays": "7"}, id="a number"),
    ],
)
def test_kept_values_that_differ_from_the_defaults_are_known(
    given: Mapping[str, str], before: Mapping[str, str], kept: Mapping[str, str]
) -> None:
    assert Parameters(DECLARED, given, before).differing_from_defaults == kept
