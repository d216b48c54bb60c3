"""Takes everything out of an SVG that could run, or reach out of the file.

svg-hush (Cloudflare's, through py-svg-hush) keeps the elements and attributes of its lists, and takes hosts
out of addresses. A second pass of ours takes out what that leaves: addresses within the site, and what its
tokens for CSS do not see. The library gets XML that we have written, and browsers do, too: nobody can send
something that one parser reads in another way than the next.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from py_svg_hush import filter_svg

from chalicelib.codecs.svg.document import read, written
from chalicelib.codecs.svg.letters import Letters
from chalicelib.codecs.svg.uses import check_uses
from chalicelib.errors import BrokenImage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.codecs.svg.document import Element

_XLINK = "http://www.w3.org/1999/xlink href"

_IMAGES = ["gif", "jpeg", "png", "webp"]
_EMBEDDED = re.compile(rf"data:image/(?:{'|'.join(_IMAGES)});base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_FRAGMENT = re.compile(r"#[^\s\"'()\\]*")

_ELSEWHERE = re.compile(r"\burl\(\s*(?!#)[^)]*\)?", re.IGNORECASE)
_NOWHERE = "url(#)"

_FUNCTIONS = frozenset(
    # Pictures, colours and numbers of CSS; what is applied to elements; what selects elements.
    [
        "url",
        "rgb",
        "rgba",
        "hsl",
        "hsla",
        "hwb",
        "lab",
        "lch",
        "oklab",
        "oklch",
        "color",
        "color-mix",
        "light-dark",
        "calc",
        "min",
        "max",
        "clamp",
        "var",
        "env",
        "matrix",
        "matrix3d",
        "translate",
        "translatex",
        "translatey",
        "translatez",
        "translate3d",
        "rotate",
        "rotatex",
        "rotatey",
        "rotatez",
        "rotate3d",
        "scale",
        "scalex",
        "scaley",
        "scalez",
        "scale3d",
        "skew",
        "skewx",
        "skewy",
        "perspective",
        "cubic-bezier",
        "steps",
        "linear",
        "blur",
        "brightness",
        "contrast",
        "drop-shadow",
        "grayscale",
        "hue-rotate",
        "invert",
        "opacity",
        "saturate",
        "sepia",
        "circle",
        "ellipse",
        "inset",
        "polygon",
        "path",
        "rect",
        "linear-gradient",
        "radial-gradient",
        "not",
        "is",
        "where",
        "has",
        "nth-child",
        "nth-last-child",
        "nth-of-type",
        "nth-last-of-type",
        "lang",
        "format",
        "local",
    ]
)
_RULES = frozenset(["media", "keyframes", "-webkit-keyframes", "font-face", "supports"])

_FUNCTION = re.compile(r"(?<![\w-])([\w-]+)\(")
_RULE = re.compile(r"@([\w-]*)")

_PLAIN = frozenset({"id", "class", "lang", "role"})
"""Attributes of words, which are not read as CSS."""

_NEVER = frozenset({"script", "foreignObject", "handler", "listener", "iframe", "audio", "video"})
_ANIMATIONS = frozenset({"animate", "animateColor", "animateTransform", "set"})
_NEVER_ANIMATED = re.compile(r"(?:xlink:)?href|on.*|style", re.IGNORECASE | re.DOTALL)


def sanitised(data: bytes) -> Element:
    """Return the root of an SVG in which nothing runs, and which is all that it needs.

    `TooLarge` or `BrokenImage` otherwise.
    """
    root = read(data)
    letters = Letters(data.decode())
    cleaned = read(_filtered(written(_plain(root, letters))))
    for element in cleaned.elements():
        element.content[:] = _kept(element)
        element.attributes = dict(_attributes(element, letters))
    check_uses(cleaned)
    return cleaned


def _filtered(data: bytes) -> bytes:
    try:
        return filter_svg(data, {"image": _IMAGES})
    except ValueError as fault:
        raise BrokenImage from fault


def _plain(root: Element, letters: Letters) -> Element:
    """Take out what is not of SVG's namespace, and write the rest in the one way that the library gets."""
    for element in root.elements():
        # Line breaks are spaces to browsers: those that are there afterwards are the library's own.
        element.content[:] = [
            re.sub(r"\s", " ", part) if isinstance(part, str) else part
            for part in _joined(element)
            if isinstance(part, str) or " " not in part.name
        ]
        linked = element.attributes.get(_XLINK)
        element.attributes = {name: value for name, value in element.attributes.items() if " " not in name}
        if linked is not None:
            element.attributes.setdefault("href", linked)
        for name, value in element.attributes.items():
            element.attributes[name] = letters.spelled(value)
    return root


def _joined(element: Element) -> list[Element | str]:
    """Return what is in the element; of a style sheet the text in one piece, as browsers read it.

    An element in between could hide from us what it says.
    """
    if element.name != "style":
        return element.content
    return ["".join(part for part in element.content if isinstance(part, str))]


def _kept(element: Element) -> Iterator[Element | str]:
    for part in _joined(element):
        if isinstance(part, str):
            # The library indents what it writes: between two words of a text, that would be seen.
            text = re.sub(r"\n *", "", part)
            if kept := _tame(text) if element.name == "style" else text:
                yield kept
        elif part.name not in _NEVER and not _animates_what_runs(part):
            yield part


def _animates_what_runs(element: Element) -> bool:
    """Whether an animation has no attribute to change, since the library took it away, or one that runs."""
    changed = element.attributes.get("attributeName", "href").strip()
    return element.name in _ANIMATIONS and bool(_NEVER_ANIMATED.fullmatch(changed))


def _attributes(element: Element, letters: Letters) -> Iterator[tuple[str, str]]:
    for name, spelled in element.attributes.items():
        value = letters.restored(spelled)
        if " " in name or name.lower().startswith("on"):
            continue
        if name == "href":
            if _FRAGMENT.fullmatch(value) or (element.name != "a" and _EMBEDDED.fullmatch(value)):
                yield name, value
        else:
            is_plain = name in _PLAIN or name.startswith(("aria-", "data-"))
            # The library leaves a space where it took something out, and none of it the next time.
            if tame := (value if is_plain else _tame(value)).strip():
                yield name, tame


def _tame(css: str) -> str:
    """Return the CSS, or the value of an attribute, without addresses; nothing of it if it may hide one.

    Only ``url()`` and the functions and rules that are not listed here take addresses. A backslash could
    spell any of them in another way.
    """
    functions = {name.lower() for name in _FUNCTION.findall(css)}
    rules = {name.lower() for name in _RULE.findall(css)}
    if "\\" in css or not functions <= _FUNCTIONS or not rules <= _RULES:
        return ""
    return _ELSEWHERE.sub(_NOWHERE, css)
