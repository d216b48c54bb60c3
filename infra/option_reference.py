"""Generates the reference of the options from their declarations: in ``docs/urls.md``, and as JSON."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.address.options import OPTIONS

if TYPE_CHECKING:
    from chalicelib.address.options import Option

DOCUMENT = Path(__file__).parents[1] / "docs" / "urls.md"

_PLACE = re.compile(r"(?<=-->\n)(.*?)(?=<!-- /options -->)", re.DOTALL)


def table() -> str:
    """Return the table with a row for each option: name, values, default, and description."""
    rows = [
        f"| `{name}` | {option.values.allowed} | {option.default_doc} | {option.doc} |"
        for name, option in OPTIONS.items()
    ]
    return "\n".join(["| option | values | default | |", "|---|---|---|---|", *rows, ""])


def as_json() -> str:
    """Return the options as a JSON list, for example to generate a form.

    ``kind`` is the type of the values (``integer``, ``oneof``, …), ``values`` their bounds or names.
    ``default`` is spelled as in an address, or null if the option is off by default.
    """
    return json.dumps(declared(), indent=2)


def declared() -> list[dict[str, Any]]:
    """Return what `as_json` writes."""
    return [_declared(option) for option in OPTIONS.values()]


def _declared(option: Option) -> dict[str, Any]:
    values: Any = option.values
    return {
        "name": option.name,
        "kind": type(values).__name__.lower(),
        "values": {field.name: _plain(getattr(values, field.name)) for field in dataclasses.fields(values)},
        "allowed": values.allowed,
        "default": values.spell(option.default) if option.default is not None else None,
        "default_doc": option.default_doc,
        "doc": option.doc,
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - a bound of any option
    return value if isinstance(value, int | float | str) else [str(entry) for entry in value]


def written(document: str) -> str:
    """Return `document` with the current table."""
    return _PLACE.sub(lambda _: table(), document, count=1)
