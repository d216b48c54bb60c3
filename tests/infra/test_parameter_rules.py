"""CloudFormation's own rules for parameters, checked before anything is packaged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.config.config import ConfigError
from infra import parameter_rules, template
from infra.package import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

ENVIRONMENT = template.environment(PROJECT, "stack")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Any:
    nowhere: Path = tmp_path_factory.mktemp("empty")
    return template.render(ENVIRONMENT, imagemagick=nowhere)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("RenderTimeout", "26", "RenderTimeout='26': A number from 1 to 25 is needed, in digits only."),
        ("RequestsPerSecond", "10001", "A number from 1 to 10,000 is needed"),
        ("VariantDays", "-1", "A number from 0 on is needed"),
        ("VariantDays", "", "A number from 0 on is needed"),
        ("VariantDays", "1.5", "A number from 0 on is needed"),
        ("AlarmEmail", "me", "One e-mail address such as you@example.com is needed, or nothing."),
        ("DomainName", "Img.Shop.test", "A name such as img.example.com is needed, in lower case."),
        ("OriginShieldRegion", "Frankfurt", "The name of a region such as eu-central-1"),
        ("RefererSecret", "short", "RefererSecret: At least 16 letters"),
        ("RefererSecret", "x" * 201, "At most 200 characters are allowed; these are 201."),
        ("PriceClass", "PriceClass_300", "Did you mean 'PriceClass_200'?"),
        ("Architecture", "aarch64", "One of these is needed: x86_64, arm64."),
        ("RateLimit", "5", "0, or at least 10, is needed."),
    ],
)
def test_a_value_that_cloudformation_would_refuse_is_refused_in_words(
    rendered: Any, name: str, value: str, said: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        template.check(rendered, {name: value})
    (fault,) = refused.value.faults
    assert fault.startswith(name)
    assert said in fault


def test_what_the_apps_own_parser_says_is_not_said_again(rendered: Any) -> None:
    with pytest.raises(ConfigError) as refused:
        template.check(rendered, {"RenderTimeout": "15s", "AlarmEmail": "me", "AllowedOptions": "Fit=Cover"})
    assert sorted(fault.partition("=")[0] for fault in refused.value.faults) == [
        "ALLOWED_OPTIONS",
        "AlarmEmail",
        "RENDER_TIMEOUT",
    ]


@pytest.mark.parametrize(
    "given",
    [{"MirrorOriginals": "strip"}, {"Families": "card: 150x150 300x200"}],
    ids=lambda given: next(iter(given)),
)
def test_what_needs_a_queue_finds_those_of_the_stack(rendered: Any, given: dict[str, str]) -> None:
    assert template.check(rendered, given).changes_queue


def test_every_default_of_the_template_keeps_its_own_rules(rendered: Any) -> None:
    declared = rendered["Parameters"]
    defaults = {name: str(each["Default"]) for name, each in declared.items() if "Default" in each}
    assert [*parameter_rules.faults(declared, defaults)] == []


def test_every_pattern_that_the_app_does_not_explain_is_explained_by_the_template(rendered: Any) -> None:
    bare = [
        name
        for name, each in rendered["Parameters"].items()
        if "AllowedPattern" in each and "ConstraintDescription" not in each
    ]
    variables = {name: re.sub("(?<=[a-z])[A-Z]", r"_\g<0>", name).upper() for name in bare}
    assert [name for name, variable in variables.items() if variable not in ENVIRONMENT] == []
