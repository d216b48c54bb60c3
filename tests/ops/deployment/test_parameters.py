"""The parameters for making or updating a stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from infra import template as templates
from infra.package import PROJECT
from ops.deployment.parameters import Parameters, read
from ops.terminal.failures import DeploymentFailed

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


@pytest.fixture(scope="module")
def template() -> Any:
    return templates.render(templates.environment(PROJECT, "stack"))


@pytest.mark.parametrize(
    ("sources", "buckets", "objects"),
    [
        pytest.param("", "", "", id="none any more"),
        pytest.param(
            "press=press-photos",
            "arn:aws-cn:s3:::press-photos",
            "arn:aws-cn:s3:::press-photos/*",
            id="a whole bucket",
        ),
        pytest.param(
            "a=one/x,b=one/y/,c=two",
            "arn:aws-cn:s3:::one,arn:aws-cn:s3:::two",
            "arn:aws-cn:s3:::one/x/*,arn:aws-cn:s3:::one/y/*,arn:aws-cn:s3:::two/*",
            id="folders of one bucket, and another",
        ),
    ],
)
def test_the_arns_of_further_sources_are_filled_in(
    sources: str, buckets: str, objects: str, template: Any
) -> None:
    given = read(template, {"Sources": sources}, partition="aws-cn").given
    assert (given["SourceBucketArns"], given["SourceObjectArns"]) == (buckets, objects)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"Sources": "our-avatars"}, "SOURCES"),
        ({"Sources": "default=other-bucket"}, "given twice"),
        ({"SourcePrefix": "../"}, "SOURCES"),
        ({"SourcePrefix": "photos"}, "with a slash at its end"),
        ({"ExistingSourceBucket": "s3://photos"}, "without s3://"),
        ({"SourceKeyArns": "alias/photos"}, "an alias will not do"),
        ({"PermissionsBoundary": "boundary"}, "The ARN of a policy"),
    ],
)
def test_faulty_sources_are_refused_in_words(given: dict[str, str], said: str, template: Any) -> None:
    with pytest.raises(DeploymentFailed, match=said):
        read(template, given)


@pytest.mark.parametrize(
    ("before", "refused"),
    [
        pytest.param({"NamePrefix": "resize404"}, True, id="a stack with another prefix"),
        pytest.param({"LogRetentionDays": "30"}, True, id="a stack of an earlier version"),
        pytest.param({"NamePrefix": "acme-img"}, False, id="a stack with this prefix"),
        pytest.param({}, False, id="a new stack"),
    ],
)
def test_the_prefix_of_names_cannot_be_changed(
    before: dict[str, str], *, refused: bool, template: Any
) -> None:
    parameters = [{"ParameterKey": name, "ParameterValue": value} for name, value in before.items()]
    stack: Any = {"Parameters": parameters}
    if not refused:
        assert read(template, {"NamePrefix": "acme-img"}, stack).given["NamePrefix"] == "acme-img"
        return
    with pytest.raises(DeploymentFailed, match="NamePrefix is resize404 and stays so"):
        read(template, {"NamePrefix": "acme-img"}, stack)
