"""The function's code in a stack, put together by the template's own conditions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.config.config import ConfigError
from infra import template as templates
from infra.edge_functions import canonical, deployed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PROJECT = Path(__file__).parents[3]
TEMPLATE = templates.render(templates.environment(PROJECT, "stack"))


def evaluated(value: Any, parameters: Mapping[str, str]) -> Any:
    """Return what CloudFormation makes of `value`, of the intrinsic functions that stand in the function."""
    if isinstance(value, list):
        return [evaluated(each, parameters) for each in value]
    if not isinstance(value, dict):
        return value
    ((name, given),) = value.items()
    if name == "Fn::If":
        return evaluated(given[1] if evaluated({"Condition": given[0]}, parameters) else given[2], parameters)
    known: dict[str, Callable[[Any], Any]] = {
        "Condition": lambda text: evaluated(TEMPLATE["Conditions"][text], parameters),
        "Ref": lambda name: parameters[name],
        "Fn::Sub": lambda text: re.sub(r"\$\{(\w+)\}", lambda match: parameters[match[1]], text),
        "Fn::Join": lambda given: given[0].join(given[1]),
        "Fn::Split": lambda given: given[1].split(given[0]),
        "Fn::Equals": lambda given: given[0] == given[1],
        "Fn::Not": lambda given: not given[0],
        "Fn::And": all,
        "Fn::Or": any,
    }
    return known[name](evaluated(given, parameters))


def code_in(parameters: Mapping[str, str]) -> str:
    function = TEMPLATE["Resources"]["CanonicalAddress"]["Properties"]["FunctionCode"]
    return str(evaluated(function, parameters))


ALLOWED = [
    ("", ()),
    ("fit=cover", ()),
    ("format=auto", ()),
    ("format=auto-avif", ("auto-avif",)),
    ("fit=cover, format=auto-jpeg ,quality=*", ("auto-jpeg",)),
    ("format=auto-avif,format=auto-jpeg", ("auto-avif", "auto-jpeg")),
    ("fit=cover,format=*", ("auto-avif", "auto-jpeg")),
]


@pytest.mark.parametrize(("options", "uses"), ALLOWED)
def test_the_stack_puts_together_what_its_parameters_ask_for(options: str, uses: tuple[str, ...]) -> None:
    parameters = {"AllowedOptions": options, "KeyPrefix": "img/", "Compat": ""}
    assert deployed.uses(parameters) == frozenset(uses)
    assert code_in(parameters) == canonical.code("img/", uses)


@pytest.mark.parametrize("system", canonical.SYSTEMS)
def test_the_stack_adds_what_a_system_needs(system: str) -> None:
    parameters = {"AllowedOptions": "format=auto-avif", "KeyPrefix": "", "Compat": system}
    assert code_in(parameters) == canonical.code("", ["auto-avif", system])


def test_the_stack_adds_what_several_systems_share_once() -> None:
    parameters = {"AllowedOptions": "", "KeyPrefix": "", "Compat": "sir, cloudinary,thumbor"}
    assert code_in(parameters) == canonical.code("", ["cloudinary", "sir", "thumbor"])


def test_a_function_that_cloudfront_would_not_take_is_refused_before_the_deployment() -> None:
    long = {"KeyPrefix": "a" * 7000 + "/", "AllowedOptions": "", "OtherSpellings": "redirect", "Compat": ""}
    with pytest.raises(ConfigError, match=r"The function at the edge would have 1\d,\d{3} bytes"):
        deployed.check(long)
    deployed.check({**long, "OtherSpellings": "serve"})
