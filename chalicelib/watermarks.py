"""Watermarks: what the site's owner has named, where it lies, and its bytes once they are needed."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib import key as keys
from chalicelib.errors import Fault, Malformed, Refusal, UpstreamBusy
from chalicelib.options import OPTIONS
from chalicelib.policy import listed
from chalicelib.sources import DEFAULT
from chalicelib.values import Gravity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.bucket import Originals
    from chalicelib.key import Key
    from chalicelib.sources import Sources

log = logging.getLogger(__name__)

POSITIONS = tuple(gravity for gravity in Gravity if gravity not in {Gravity.SMART, Gravity.FACE})
"""Where a watermark may lie."""


@dataclass(frozen=True, slots=True)
class Watermark:
    """An overlay as it is configured: `key` in `source`, lying at `position`.

    `opacity` is a percentage of the overlay's own, `scale` its width in percent of the variant's.
    """

    source: str
    key: Key
    position: Gravity
    opacity: int
    scale: int


@dataclass(frozen=True, slots=True)
class Overlay:
    """An overlay to be laid over a picture: a picture itself, of any type, and its `Watermark`."""

    data: bytes
    watermark: Watermark


@dataclass(frozen=True, slots=True)
class Overlays:
    """The overlays by name. Each is fetched when it is first needed, and kept as long as the process is."""

    originals: Originals
    sources: Sources
    watermarks: Mapping[str, Watermark]
    fetched: dict[str, Overlay] = field(default_factory=dict)

    def find(self, name: str | None) -> Overlay | None:
        """Return the overlay of an admitted `name`; `Fault` if the owner's bucket does not hold it."""
        if name is None:
            return None
        if name not in self.fetched:
            self.fetched[name] = self._fetch(name, self.watermarks[name])
        return self.fetched[name]

    def _fetch(self, name: str, watermark: Watermark) -> Overlay:
        try:
            place = self.sources.locate(watermark.key, watermark.source)
            return Overlay(self.originals.fetch(place).data, watermark)
        except UpstreamBusy:
            raise
        except Refusal as refusal:
            log.exception("the watermark %s cannot be had from %s:%s", name, watermark.source, watermark.key)
            raise Fault from refusal


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
