"""What CloudFormation itself allows as the value of a parameter, checked before anything is packaged.

The rules are those of the template, so that they stand in one place (CloudFormation user guide, "Parameters":
`AllowedPattern`, `AllowedValues`, `MinValue`, `MaxValue`, `MinLength`, `MaxLength`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from chalicelib.address.suggestions import did_you_mean, nearest
from chalicelib.errors import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NUMBER = re.compile(r"-?[0-9]{1,15}")


def faults(declared: Mapping[str, Any], values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the name of each parameter whose value breaks a rule of its declaration, with the fault."""
    for name in sorted(values.keys() & declared.keys()):
        if needed := _needed(declared[name], values[name]):
            is_secret = str(declared[name].get("NoEcho", False)).lower() == "true"
            yield name, f"{name}{'' if is_secret else '=' + quoted(values[name], 80)}: {needed}"


def _needed(rules: Mapping[str, Any], value: str) -> str:
    """Return what is needed in place of `value`, or nothing if it is allowed."""
    allowed = [str(each) for each in rules.get("AllowedValues", [])]
    if allowed and value not in allowed:
        names = ", ".join(each or "nothing" for each in allowed)
        return f"One of these is needed: {names}.{did_you_mean(nearest(value, filter(None, allowed)))}"
    if rules["Type"] == "Number" and not _is_between(value, rules.get("MinValue"), rules.get("MaxValue")):
        return f"A number{_range(rules)} is needed, in digits only."
    if len(value) > rules.get("MaxLength", len(value)):
        return f"At most {rules['MaxLength']:,} characters are allowed; these are {len(value):,}."
    is_short = len(value) < rules.get("MinLength", 0)
    if is_short or not re.fullmatch(rules.get("AllowedPattern", "(?s:.*)"), value):
        told = rules.get("ConstraintDescription", "another value is needed")
        return f"{told[:1].upper()}{told[1:]}."
    return ""


def _is_between(value: str, least: float | None, most: float | None) -> bool:
    if not _NUMBER.fullmatch(value):
        return False
    return (least is None or least <= int(value)) and (most is None or int(value) <= most)


def _range(rules: Mapping[str, Any]) -> str:
    least, most = (f"{rules[name]:,}" if name in rules else "" for name in ("MinValue", "MaxValue"))
    if least and most:
        return f" from {least} to {most}"
    return f" from {least} on" if least else ""
