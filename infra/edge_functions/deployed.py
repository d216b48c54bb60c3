"""The functions' code in a stack: its parameters decide which parts of one CloudFormation puts together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.config.config import ConfigError
from infra.edge_functions import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

_WANTED = {
    **{use: ("AllowedOptions", (f"format={use}", "format=*")) for use in canonical.AUTO},
    **{system: ("Compat", (system,)) for system in canonical.SYSTEMS},
}
"""What a part of the function is used for: the parameter that asks for it, and the texts in it that do so."""


def uses(parameters: Mapping[str, str]) -> frozenset[str]:
    """Return what the function is used for in a stack with `parameters`."""
    return frozenset(
        use
        for use, (parameter, texts) in _WANTED.items()
        if any(text in parameters[parameter] for text in texts)
    )


def check(parameters: Mapping[str, str]) -> None:
    """Raise `ConfigError` if the function of a stack with `parameters` is none that CloudFront would take."""
    used = uses(parameters)
    faults = [_conflict(*pair) for pair in canonical.CONFLICTS if used.issuperset(pair)]
    size = len(canonical.code(parameters["KeyPrefix"], used).encode())
    if not faults and size > canonical.MAX_BYTES:
        faults = [_too_large(size, [system for system in canonical.SYSTEMS if system in used])]
    # With an existing distribution there is always one, which it may still use.
    is_there = parameters["OtherSpellings"] == "redirect" or parameters.get("ExistingDistribution")
    if is_there and faults:
        raise ConfigError(faults)
    if parameters["OtherSpellings"] != "redirect" and parameters["Compat"]:
        raise ConfigError(["Compat needs OtherSpellings=redirect: the function at the edge does the work."])


def _conflict(one: str, other: str) -> str:
    return f"Compat: {one} and {other} write the same address for different pictures. Leave one of them out."


def _too_large(size: int, systems: list[str]) -> str:
    cure = f"leave out one of {', '.join(systems)} in Compat" if systems else "shorten KEY_PREFIX"
    taken = f"CloudFront takes {canonical.MAX_BYTES:,}"
    return f"The function at the edge would have {size:,} bytes, and {taken}: {cure}."


def declare(template: dict[str, Any]) -> None:
    """Give `template` the code of both functions, and the conditions that choose the parts of the one."""
    before_the_app = template["Resources"]["BeforeTheApp"]["Properties"]
    before_the_app["FunctionCode"] = canonical.shipped("before_the_app.js")
    parts = canonical.parts("${KeyPrefix}")
    for part in parts:
        template["Conditions"] |= {_condition((use,)): _asks(use) for use in part.users}
        if part.users[1:]:
            any_of = [{"Condition": _condition((use,))} for use in part.users]
            template["Conditions"][_condition(part.users)] = {"Fn::Or": any_of}
    function = template["Resources"]["CanonicalAddress"]["Properties"]
    function["FunctionCode"] = {"Fn::Join": ["", [_code(part) for part in parts]]}


def _code(part: canonical.Part) -> dict[str, Any]:
    if not part.users:
        return {"Fn::Sub": part.code}
    return {"Fn::If": [_condition(part.users), part.code, ""]}


def _condition(users: tuple[str, ...]) -> str:
    return "UsesAtEdge" + "Or".join(use.title().replace("-", "") for use in users)


def _asks(use: str) -> dict[str, Any]:
    """Return the condition that one of the texts stands in the parameter: taken out, it is another text.

    Conditions know no "contains", but Join and Split work in them (aws-cloudformation/cfn-lint#881,
    cdklabs/cdk-from-cfn#150). The comma is there so that no empty text is split.
    """
    parameter, texts = _WANTED[use]
    whole = {"Fn::Join": [",", ["", {"Ref": parameter}]]}
    absent = [{"Fn::Equals": [{"Fn::Join": ["", {"Fn::Split": [text, whole]}]}, whole]} for text in texts]
    return {"Fn::Not": absent if len(absent) == 1 else [{"Fn::And": absent}]}
