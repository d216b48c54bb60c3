"""The parameters that a stack is made or updated with."""

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
    """Return what is submitted: a value, or None for the one that the stack has."""
    return {
        entry["ParameterKey"]: None if entry.get("UsePreviousValue") else entry["ParameterValue"]
        for entry in parameters.submitted()
    }


def test_a_new_stack_gets_what_is_given_and_a_secret_of_its_own() -> None:
    first, second = (submitted(Parameters(DECLARED, {"Presets": "a=2x2"}, {})) for _ in range(2))
    assert first["Presets"] == "a=2x2"
    assert first.keys() == {"Presets", "RefererSecret"}
    assert len(first["RefererSecret"] or "") >= 32
    assert first["RefererSecret"] != second["RefererSecret"]


def test_an_update_keeps_what_is_not_given_with_the_secret() -> None:
    assert submitted(Parameters(DECLARED, {"Presets": "a=2x2"}, STACK)) == {
        "Presets": "a=2x2",
        "LogRetentionDays": None,
        "RefererSecret": None,
    }


def test_a_stack_from_before_the_secret_gets_one() -> None:
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


def test_what_is_told_has_no_secret() -> None:
    assert Parameters(DECLARED, {"RefererSecret": "s"}, STACK).readable == {
        "Presets": "thumb=1x1",
        "LogRetentionDays": "30",
    }


@pytest.mark.parametrize(
    ("given", "before", "kept"),
    [
        pytest.param({}, STACK, {}, id="all as the defaults are"),
        pytest.param({}, {**STACK, "Presets": "a=2x2"}, {"Presets": "a=2x2"}, id="one that differs"),
        pytest.param({"Presets": "b=3x3"}, {**STACK, "Presets": "a=2x2"}, {}, id="one that is given"),
        pytest.param({}, {**STACK, "LogRetentionDays": "7"}, {"LogRetentionDays": "7"}, id="a number"),
    ],
)
def test_what_is_kept_against_a_newer_default_is_known(
    given: Mapping[str, str], before: Mapping[str, str], kept: Mapping[str, str]
) -> None:
    assert Parameters(DECLARED, given, before).differing_from_defaults == kept
