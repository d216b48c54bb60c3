"""Writes the options into the clients in ``clients/``: their table, and the types that an editor shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.option_reference import declared

if TYPE_CHECKING:
    from collections.abc import Callable

_CLIENTS = Path(__file__).parents[1] / "clients"
_WRITTEN = "Written by `python -m infra clients` from `chalicelib/address/options.py`."

_PYTHON_TYPES = {"integer": "int", "decimal": "float", "radius": 'int | Literal["max"]', "flag": "bool"}
_SCRIPT_TYPES = {"integer": "number", "decimal": "number", "radius": 'number | "max"', "flag": "boolean"}
"""The types of each kind of values in the two languages. A kind that is not named is a text."""


def files() -> dict[Path, str]:
    """Return the text of each file that is written, by its path."""
    return {
        _CLIENTS / "python" / "src" / "resize404" / "_options.py": _python(),
        _CLIENTS / "js" / "src" / "options.js": _script(),
        _CLIENTS / "js" / "src" / "options.d.ts": _script_types(),
    }


def write() -> list[Path]:
    """Write the files, and return their paths."""
    for path, text in files().items():
        path.write_text(text)
    return list(files())


def _python() -> str:
    fields = _fields(_python_type, "    {name}: {type} | None\n    {doc}\n", '"""{}"""')
    rows = "".join(f"    {_row(option)}\n" for option in declared())
    return f'''"""The options of a variant. {_WRITTEN}"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypedDict


class Options(TypedDict, total=False):
    """The options by name. None leaves an option out."""

{fields}

class Declared(NamedTuple):
    """The kind of an option's values, their bounds or names, the default as text, and what is allowed."""

    kind: str
    values: dict[str, Any]
    default: str | None
    allowed: str


DECLARED = {{
{rows}}}
"""The declaration of each option by its name, in canonical order."""
'''


def _row(option: dict[str, Any]) -> str:
    values, default = _literal(option["values"]), _literal(option["default"])
    return f'"{option["name"]}": Declared("{option["kind"]}", {values}, {default}, "{option["allowed"]}"),'


def _literal(value: object) -> str:
    """Return the Python of numbers, texts without quotes, lists and the like."""
    return repr(value).replace("'", '"')


def _python_type(option: dict[str, Any]) -> str:
    if option["kind"] == "oneof":
        return f"Literal[{', '.join(json.dumps(name) for name in option['values']['names'])}]"
    return _PYTHON_TYPES.get(option["kind"], "str")


def _script() -> str:
    rows = "".join(
        f"  {option['name']}: {json.dumps({part: option[part] for part in _PARTS})},\n"
        for option in declared()
    )
    return f"// The options of a variant. {_WRITTEN}\nexport const DECLARED = {{\n{rows}}};\n"


_PARTS = ("kind", "values", "default", "allowed")


def _script_types() -> str:
    fields = _fields(_script_type, "  {doc}\n  {name}?: {type} | null;\n", "/** {} */")
    doc = "/** The options by name. Null leaves an option out. */"
    return f"// {_WRITTEN}\n\n{doc}\nexport interface Options {{\n{fields}}}\n"


def _script_type(option: dict[str, Any]) -> str:
    if option["kind"] == "oneof":
        return " | ".join(json.dumps(name) for name in option["values"]["names"])
    return _SCRIPT_TYPES.get(option["kind"], "string")


def _fields(type_of: Callable[[dict[str, Any]], str], line: str, comment: str) -> str:
    return "".join(
        line.format(name=option["name"], type=type_of(option), doc=comment.format(_doc(option)))
        for option in declared()
    )


def _doc(option: dict[str, Any]) -> str:
    return f"{option['doc']} It takes {option['allowed']}."
