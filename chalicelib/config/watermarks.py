"""Watermarks: what the site's owner has named, where it lies, and its bytes once they are needed."""

from __future__ import annotations

import logging
import re

from chalicelib.address import key as keys
from chalicelib.address.options import OPTIONS
from chalicelib.address.policy import listed
from chalicelib.address.sources import DEFAULT
from chalicelib.address.values import Gravity
from chalicelib.errors import Malformed
from chalicelib.render.extras import Watermark

log = logging.getLogger(__name__)

POSITIONS = tuple(gravity for gravity in Gravity if gravity not in {Gravity.SMART, Gravity.FACE})
"""Where a watermark may lie."""


_FORM = "name=key,position,opacity,scale, like logo=overlays/logo.png,southeast,60,20"
_ENTRY = re.compile(
    r"(?P<name>[^=]+?)\s*=\s*(?:(?P<source>[\w.-]+):)?(?P<key>[^;]+?)\s*,"
    r"\s*(?P<position>[a-z]+)\s*,\s*(?P<opacity>[0-9]+)\s*,\s*(?P<scale>[0-9]+)",
    re.ASCII,
)


def read(text: str) -> dict[str, Watermark]:
    """Return the watermarks of ``name=key,position,opacity,scale; …``, the key perhaps as ``source:key``."""
    watermarks: dict[str, Watermark] = {}
    for entry in listed(text, ";"):
        match = _ENTRY.fullmatch(entry)
        if not match:
            raise Malformed(f"A watermark is {_FORM}; {entry!r} is not.")
        name = _name(match["name"])
        if name in watermarks:
            raise Malformed(f"The watermark {name} stands twice.")
        watermarks[name] = Watermark(
            match["source"] or DEFAULT,
            keys.check(match["key"]),
            _position(match["position"]),
            _percent(match["opacity"], "opacity"),
            _percent(match["scale"], "scale"),
        )
    return watermarks


def _name(text: str) -> str:
    values = OPTIONS["watermark"].values
    try:
        return str(values.parse(text))
    except ValueError:
        raise Malformed(f"A watermark is named by {values.allowed}; {text!r} is not.") from None


def _position(text: str) -> Gravity:
    if text not in POSITIONS:
        raise Malformed(f"The position of a watermark is one of {', '.join(POSITIONS)}.")
    return Gravity(text)


def _percent(text: str, what: str) -> int:
    if not 1 <= int(text) <= 100:  # noqa: PLR2004 - percent
        raise Malformed(f"The {what} of a watermark is from 1 to 100 percent.")
    return int(text)
