"""Watermarks: the names that the site's owner has given, and where each overlay is and how it is laid."""

from __future__ import annotations

import re
from string import whitespace

from chalicelib.address import key as keys
from chalicelib.address.numerals import Integer
from chalicelib.address.options import OPTIONS
from chalicelib.address.policy import listed
from chalicelib.address.sources import DEFAULT
from chalicelib.address.suggestions import did_you_mean, nearest
from chalicelib.address.values import Gravity
from chalicelib.errors import Malformed, quoted
from chalicelib.render.extras import Watermark

POSITIONS = tuple(gravity for gravity in Gravity if gravity not in {Gravity.SMART, Gravity.FACE})
"""Where a watermark may lie."""

_FORM = "name=key,position,opacity,scale, like logo=overlays/logo.png,southeast,60,20"
_ENTRY = re.compile(r"(?P<name>[^=]+)=(?P<key>[^;]+),(?P<position>[^,]+),(?P<opacity>[^,]+),(?P<scale>[^,]+)")
_JOINED = re.compile(rf",(?:{'|'.join(POSITIONS)}),\d+,\d+,(?P<next>[^=,]+=.*)")
_PLACE = re.compile(r"(?:(?P<source>[\w.-]+):)?(?P<key>.+)", re.ASCII | re.DOTALL)


def read(text: str) -> dict[str, Watermark]:
    """Return the watermarks of ``name=key,position,opacity,scale; ...``. A key may be ``source:key``."""
    watermarks: dict[str, Watermark] = {}
    for entry in listed(text, ";"):
        match = _ENTRY.fullmatch(entry)
        if not match:
            raise Malformed(f"{quoted(entry)} is not a watermark. A watermark is {_FORM}.")
        title, place, position, opacity, scale = (part.strip(whitespace) for part in match.groups())
        if joined := _JOINED.search(place):
            raise Malformed(
                "Watermarks are separated by semicolons, not commas. "
                f"Write one before {quoted(joined['next'])}."
            )
        name = _name(title)
        if name in watermarks:
            raise Malformed(f"The watermark {name} is given twice. Give it once.")
        watermarks[name] = Watermark(
            *_place(place), _position(position), _percent(opacity, "opacity"), _percent(scale, "scale")
        )
    return watermarks


def _name(text: str) -> str:
    values = OPTIONS["watermark"].values
    try:
        return str(values.parse(text))
    except ValueError:
        suggestion = did_you_mean(values.nearest(text))
        raise Malformed(
            f"{quoted(text)} cannot name a watermark. A watermark takes {values.allowed}.{suggestion}"
        ) from None


def _place(text: str) -> tuple[str, keys.Key]:
    """Return the source and the key of ``source:key``, or of a ``key`` in the default source."""
    match = _PLACE.fullmatch(text)
    source, key = match.groups() if match else (None, text)
    return source or DEFAULT, keys.check(key)


def _position(text: str) -> Gravity:
    if text not in POSITIONS:
        raise Malformed(
            f"A watermark cannot lie at {quoted(text)}. The positions are {', '.join(POSITIONS)}."
            f"{did_you_mean(nearest(text, POSITIONS))}"
        )
    return Gravity(text)


def _percent(text: str, what: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text) or not 1 <= int(text) <= 100:  # noqa: PLR2004 - percent
        meant = Integer(1, 100).nearest(text)
        raise Malformed(
            f"The {what} of a watermark is from 1 to 100 percent, in digits only; {quoted(text)} is not."
            f"{did_you_mean(str(meant) if meant else None)}"
        )
    return int(text)
