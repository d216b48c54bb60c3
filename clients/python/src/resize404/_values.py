"""The value of an option as text, in its canonical spelling. Each reader returns None for a wrong text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from resize404._mistake import Mistake, quoted
from resize404._options import DECLARED

if TYPE_CHECKING:
    from collections.abc import Callable

_ACROSS = {"0": "west", "50": "", "100": "east"}
_DOWN = {"0": "north", "50": "", "100": "south"}
_PERCENT = {"least": 0, "most": 100}


def of_text(name: str, text: str | None) -> str:
    """Return the canonical text of an option's value, empty for a flag. A missing value is None."""
    if name not in DECLARED:
        raise Mistake(f"There is no option {quoted(name)}. The options are {', '.join(DECLARED)}.")
    option = DECLARED[name]
    if text is None and option.kind != "flag":
        raise Mistake(f"The option {name} needs a value. It takes {option.allowed}.")
    if option.kind == "flag":
        value = "" if text is None else None
    else:
        value = _READERS[option.kind](text or "", option.values)
    if value is None:
        raise Mistake(f"The option {name} does not take {quoted(text or '')}. It takes {option.allowed}.")
    return value


def of_value(name: str, value: object) -> str | None:
    """Return the same for a number, a text or a truth value; None for None, and for a flag that is off."""
    if value is None or (value is False and name in DECLARED and DECLARED[name].kind == "flag"):
        return None
    if isinstance(value, bool):
        return of_text(name, None if value else "false")
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return of_text(name, _without_hash(text) if _is_colour(name) else text)


def _is_colour(name: str) -> bool:
    return name in DECLARED and DECLARED[name].kind == "hex"


def _without_hash(text: str) -> str:
    """Return the digits of a colour that is written as in CSS: ``#rrggbb``, or ``#rgb`` in short."""
    if not text.startswith("#"):
        return text
    digits = text[1:]
    return "".join(2 * digit for digit in digits) if len(digits) in {3, 4} else digits


def _integer(text: str, bounds: dict[str, Any]) -> str | None:
    is_number = re.fullmatch("0|-?[1-9][0-9]{0,5}", text)
    return text if is_number and bounds["least"] <= int(text) <= bounds["most"] else None


def _decimal(text: str, bounds: dict[str, Any]) -> str | None:
    is_number = re.fullmatch("(0|[1-9][0-9]{0,2})([.][0-9])?", text)
    return text.removesuffix(".0") if is_number and bounds["least"] <= float(text) <= bounds["most"] else None


def _radius(text: str, bounds: dict[str, Any]) -> str | None:
    return text if text == "max" else _integer(text, {"least": 1, "most": bounds["most"]})


def _one_of(text: str, bounds: dict[str, Any]) -> str | None:
    return text if text in bounds["names"] else None


def _placement(text: str, bounds: dict[str, Any]) -> str | None:
    across, dash, down = text.partition("-")
    if not dash or None in {_integer(across, _PERCENT), _integer(down, _PERCENT)}:
        return _one_of(text, bounds)
    if across in _ACROSS and down in _DOWN:
        return _DOWN[down] + _ACROSS[across] or "center"
    return text


def _crop(text: str, bounds: dict[str, Any]) -> str | None:
    match = re.fullmatch("([0-9]+)-([0-9]+)-([0-9]+)x([0-9]+)", text)
    leasts = (0, 0, 1, 1)
    if not match:
        return None
    sides = zip(match.groups(), leasts, strict=True)
    right = [_integer(side, {"least": least, "most": bounds["most"]}) for side, least in sides]
    return None if None in right else text


def _hex(text: str, bounds: dict[str, Any]) -> str | None:
    digits = "{3,4}" if bounds["alpha"] else "{3}"
    if not re.fullmatch(f"([0-9a-fA-F]{{2}}){digits}", text):
        return None
    return re.sub("^(.{6})ff$", r"\1", text.lower())


def _name(text: str, _: dict[str, Any]) -> str | None:
    return text if re.fullmatch("[a-z][a-z0-9_-]{0,31}", text) else None


_READERS: dict[str, Callable[[str, dict[str, Any]], str | None]] = {
    "integer": _integer,
    "decimal": _decimal,
    "radius": _radius,
    "oneof": _one_of,
    "placement": _placement,
    "crop": _crop,
    "hex": _hex,
    "name": _name,
}
"""How each kind of values is read, but a flag, which has none."""
