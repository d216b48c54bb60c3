"""Generates the table of the stack's parameters in ``docs/stack.md`` from the template."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra import template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROJECT = Path(__file__).parents[1]
DOCUMENT = PROJECT / "docs" / "stack.md"

_PLACE = re.compile(r"(?<=infra parameters -->\n)(.*?)(?=<!-- /parameters -->)", re.DOTALL)
_NOWHERE = Path("/nowhere")


def table() -> str:
    """Return the table with a row for each parameter, grouped as in the CloudFormation console."""
    declared = template.render(template.environment(PROJECT, "stack"), imagemagick=_NOWHERE)
    rows = ["| parameter | default | values | |", "|---|---|---|---|", *_rows(declared)]
    return "\n".join(rows) + "\n"


def _rows(declared: Mapping[str, Any]) -> Iterator[str]:
    for group in declared["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]:
        yield f"| **{group['Label']['default']}** | | | |"
        for name in group["Parameters"]:
            parameter = declared["Parameters"][name]
            yield f"| `{name}` | {_default(parameter)} | {_values(parameter)} | {parameter['Description']} |"


def _default(parameter: Mapping[str, Any]) -> str:
    if "Default" not in parameter:
        return "made up" if parameter.get("NoEcho") else "needed"
    return f"`{parameter['Default']}`" if parameter["Default"] != "" else "empty"


def _values(parameter: Mapping[str, Any]) -> str:
    """Return the allowed values or bounds. A pattern is left out: the parameter's description explains it."""
    if "AllowedValues" in parameter:
        return ", ".join(f"`{value}`" if value != "" else "empty" for value in parameter["AllowedValues"])
    least, most = parameter.get("MinValue"), parameter.get("MaxValue")
    if most is not None:
        return f"{least}–{most}"  # noqa: RUF001 - a range, as the other tables have it
    return f"at least {least}" if least is not None else ""


def written(document: str) -> str:
    """Return `document` with the current table."""
    return _PLACE.sub(lambda _: table(), document, count=1)
