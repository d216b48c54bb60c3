"""The reference of the options, from their declarations: for people in ``docs/urls.md``, else as JSON."""

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
    """Return a row for each option: name, values, default, and what it does."""
    rows = [
        f"| `{name}` | {option.values.allowed} | {option.default_doc} | {option.doc} |"
        for name, option in OPTIONS.items()
    ]
    return "\n".join(["| option | values | default | |", "|---|---|---|---|", *rows, ""])


def as_json() -> str:
    """Return a list of the options, from which a form for them can be made.

    ``kind`` names the type of the values (``integer``, ``oneof``, …), and ``values`` their bounds or names;
    ``default`` is spelled as in an address, or null where the option is off.
    """
    return json.dumps([_declared(option) for option in OPTIONS.values()], indent=2)


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
    """Return `document` with the table as it should be."""
    return _PLACE.sub(lambda _: table(), document, count=1)
