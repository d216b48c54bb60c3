"""The function's code in a stack, put together by the template's own conditions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chalicelib.config.config import ConfigError
from infra import template as templates
from infra.edge_functions import canonical, deployed
from infra.intrinsics import evaluated

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECT = Path(__file__).parents[3]
TEMPLATE = templates.render(templates.environment(PROJECT, "stack"))


def code_in(parameters: Mapping[str, str]) -> str:
    function = TEMPLATE["Resources"]["CanonicalAddress"]["Properties"]["FunctionCode"]
    return str(evaluated(function, TEMPLATE, parameters))


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
