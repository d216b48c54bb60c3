"""What CloudFormation makes of a value: the intrinsic functions that our functions and conditions have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def defaults(template: Mapping[str, Any]) -> dict[str, str]:
    """Return the defaults of the template's parameters."""
    return {name: str(each["Default"]) for name, each in template["Parameters"].items() if "Default" in each}


def evaluated(value: Any, template: Mapping[str, Any], parameters: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON value
    """Return `value` for a stack of the `template` with these `parameters`.

    It has no maps but those of intrinsic functions, and none of AWS's own parameters.
    """
    if isinstance(value, list):
        return [evaluated(each, template, parameters) for each in value]
    if not isinstance(value, dict):
        return value
    ((name, given),) = value.items()
    if name == "Fn::If":
        condition, then, otherwise = given
        holds = evaluated({"Condition": condition}, template, parameters)
        return evaluated(then if holds else otherwise, template, parameters)
    known: dict[str, Callable[[Any], Any]] = {
        "Condition": lambda text: evaluated(template["Conditions"][text], template, parameters),
        "Ref": lambda name: parameters[name],
        "Fn::Sub": lambda text: re.sub(r"\$\{(\w+)\}", lambda match: parameters[match[1]], text),
        "Fn::Join": lambda given: given[0].join(given[1]),
        "Fn::Split": lambda given: given[1].split(given[0]),
        "Fn::Equals": lambda given: given[0] == given[1],
        "Fn::Not": lambda given: not given[0],
        "Fn::And": all,
        "Fn::Or": any,
    }
    return known[name](evaluated(given, template, parameters))
