"""Writes well-formed drawings out of bytes: changed XML seldom gets past the parser, and these always do.

Each byte chooses a part: an element to open or close, an attribute, a word. The words are those with which
people try to hide scripts and addresses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from fuzz.drawings import XMLNS

if TYPE_CHECKING:
    from collections.abc import Iterator

ELEMENTS = (
    *("svg", "g", "rect", "a", "use", "image", "set", "animate", "style", "script", "text", "foreignObject"),
    *("feImage", "filter", "mask", "linearGradient", "tspan", "textPath", "animateTransform", "x:script"),
)
ATTRIBUTES = (
    *("href", "xlink:href", "style", "fill", "mask", "onload", "onbegin", "attributeName", "to", "from"),
    *(
        "values",
        "id",
        "class",
        "data-a",
        "aria-label",
        "filter",
        "width",
        "viewBox",
        "src",
        "xlink:title",
        "lang",
    ),
)
WORDS = (
    *("https://evil.example/a", "//evil.example", "javascript:alert(1)", "data:text/html,a", "#a", "#", "é"),
    *("data:image/svg+xml;base64,PHN2Zy8+", "data:image/png;base64,iVBORw0KGgo=", "url(", "URL('", ")", "("),
    *("'", '"', "image-set(", "@import ", "\\75rl(", "\\", "/*", "*/", "<!--", "-->", "{", "}", ";", ":"),
    *("\n", "\t", " ", "\u00a0", "\u2028", "fill:red", "<script>", "]]>", "&amp;", "src(", "ur", "l(", "@"),
    *(
        "import",
        "href",
        "onload",
        "xlink:href",
        "var(--a)",
        "--a:",
        "calc(",
        "expression(",
        "10",
        "1e3",
        "px",
    ),
)
_OPEN = f'<svg xmlns="{XMLNS}" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:x="{XMLNS}">'
_MOST_OPEN = 20
_MOST_WORDS = 8


def drawn(data: bytes) -> bytes:
    """Return the drawing that the bytes choose; it is well-formed."""
    pen = _Pen()
    choices = iter(data)
    for choice in choices:
        pen.steps[choice % len(pen.steps)](choice // len(pen.steps), choices)
    return pen.finished()


class _Pen:
    """Writes one part after the other: attributes wait for the next element."""

    def __init__(self) -> None:
        self.steps = (self._open, self._close, self._attribute, self._text)
        self._parts: list[str] = []
        self._within: list[str] = []
        self._waiting: dict[str, str] = {}

    def finished(self) -> bytes:
        """Return the whole drawing."""
        while self._within:
            self._close()
        return f"{_OPEN}{''.join(self._parts)}</svg>".encode()

    def _open(self, choice: int, _: Iterator[int]) -> None:
        if len(self._within) == _MOST_OPEN:
            return
        name = ELEMENTS[choice % len(ELEMENTS)]
        spelled = "".join(f" {name}={quoteattr(value)}" for name, value in self._waiting.items())
        self._parts.append(f"<{name}{spelled}>")
        self._within.append(name)
        self._waiting = {}

    def _close(self, *_: object) -> None:
        if self._within:
            self._parts.append(f"</{self._within.pop()}>")

    def _attribute(self, choice: int, choices: Iterator[int]) -> None:
        words = "".join(WORDS[next(choices, 0) % len(WORDS)] for _ in range(next(choices, 0) % _MOST_WORDS))
        self._waiting[ATTRIBUTES[choice % len(ATTRIBUTES)]] = words

    def _text(self, _: int, choices: Iterator[int]) -> None:
        self._parts.append(escape(WORDS[next(choices, 0) % len(WORDS)]))
