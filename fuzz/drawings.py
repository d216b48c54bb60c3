"""Finds in a drawing whatever a browser could run or fetch, as told by another parser than the sanitiser's.

It knows nothing of what the sanitiser keeps: it names what must not be there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterator

XMLNS = "http://www.w3.org/2000/svg"

_NEVER = frozenset(
    {"script", "foreignObject", "handler", "listener", "iframe", "audio", "video", "embed", "object"}
)
_PICTURE = re.compile(r"data:image/(?:gif|jpeg|png|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_OF_CSS = ("url(", "image-set(", "@import", "expression(", "src(", "\\")
_WORDS = frozenset({"id", "class", "lang", "role", "href"})
"""Attributes that are no CSS; `href` is looked at by itself."""


def references(drawing: bytes) -> list[str]:
    """Return each script, handler and address of the drawing; `ParseError` if it is no XML."""
    root = ET.fromstring(drawing)  # noqa: S314 - within the limits of the sanitiser, and in its spelling
    return [found for element in root.iter() for found in (*_running(element), *_addresses(element))]


def _running(element: ET.Element) -> Iterator[str]:
    """Yield what runs: an element, a handler, an animation that sets an address or a handler."""
    name = element.tag.removeprefix(f"{{{XMLNS}}}")
    if name in _NEVER or "{" in name:
        yield name
    for attribute, value in element.attrib.items():
        if attribute.lower().startswith("on") or "{" in attribute or attribute == "src":
            yield attribute
        changed = value.strip().lower()
        if attribute == "attributeName" and (changed.endswith("href") or changed.startswith("on")):
            yield f"{attribute}={value}"


def _addresses(element: ET.Element) -> Iterator[str]:
    """Yield what leads out of the drawing."""
    href = element.attrib.get("href", "#")
    if not href.startswith("#") and not _PICTURE.fullmatch(href):
        yield href
    css = [value for name, value in element.attrib.items() if not _is_text(name)]
    if element.tag.endswith("}style"):
        css.append("".join(element.itertext()))
    for text in css:
        plain = text.lower().replace("url(#", "")
        yield from (word for word in _OF_CSS if word in plain)


def _is_text(name: str) -> bool:
    return name in _WORDS or name.startswith(("aria-", "data-"))
