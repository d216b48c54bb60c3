"""Reads an SVG into a tree, within limits, and writes a tree as XML. Nothing is fetched, nothing expanded."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from chalicelib.errors import BrokenImage, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMESPACE = "http://www.w3.org/2000/svg"
MOST_BYTES = 4 << 20
MOST_ELEMENTS = 50_000
MOST_ATTRIBUTES = 200
MOST_DEPTH = 100

_SEPARATOR = " "
_ENCODINGS = frozenset({None, "utf-8", "us-ascii"})
_ESCAPED = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}
_ESCAPED_IN_VALUES = {**_ESCAPED, ord('"'): "&quot;", **{code: f"&#{code};" for code in (9, 10, 13)}}


@dataclass(slots=True)
class Element:
    """An element; `name` has no namespace if that is SVG's, else it is ``namespace name``.

    `content` is elements and texts in their order.
    """

    name: str
    attributes: dict[str, str]
    content: list[Element | str] = field(default_factory=list)

    def elements(self) -> Iterator[Element]:
        """Yield this element and all that are in it."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += [part for part in element.content if isinstance(part, Element)]


def read(data: bytes) -> Element:
    """Return the root element of an SVG.

    `TooLarge` over a limit; `BrokenImage` if it is no well-formed XML in UTF-8, or declares entities.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge(f"The SVG has {len(data)} bytes. At most {MOST_BYTES} are allowed.")
    builder = _Builder()
    with _refusing():
        data.decode()
        builder.parser.Parse(data, True)  # noqa: FBT003 - positional only
    return builder.root


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as fault:
        raise BrokenImage("The SVG is not in UTF-8. Save it in UTF-8.") from fault
    except expat.ExpatError as fault:
        raise BrokenImage("The SVG is no well-formed XML.") from fault


class _Builder:
    """Builds the tree from what the parser meets."""

    def __init__(self) -> None:
        self.root = Element("", {})
        self._open: list[Element] = []
        self._count = 0
        self.parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        self.parser.buffer_text = True
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.XmlDeclHandler = self._declaration
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    @staticmethod
    def _declaration(version: str, encoding: str | None, standalone: int) -> None:  # noqa: ARG004 - expat's
        if (encoding and encoding.lower()) not in _ENCODINGS:
            raise BrokenImage("The SVG is not in UTF-8. Save it in UTF-8.")

    @staticmethod
    def _doctype(name: str, system: str | None, public: str | None, internal: int) -> None:  # noqa: ARG004 - expat's
        # Names of public DTDs are in many files, and mean nothing to browsers. Entities stand in brackets.
        if internal:
            raise BrokenImage("The SVG declares entities or other markup of its own. Save it without them.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        self._check(len(attributes))
        element = Element(_local(name), attributes)
        if self._open:
            self._open[-1].content.append(element)
        else:
            self.root = _checked(element)
        self._open.append(element)

    def _check(self, attributes: int) -> None:
        for what, number, most in (
            ("elements", self._count, MOST_ELEMENTS),
            ("elements within each other", len(self._open) + 1, MOST_DEPTH),
            ("attributes on an element", attributes, MOST_ATTRIBUTES),
        ):
            if number > most:
                raise TooLarge(f"The SVG has more than {most} {what}. Simplify it.")

    def _end(self, name: str) -> None:  # noqa: ARG002 - expat's
        self._open.pop()

    def _text(self, text: str) -> None:
        self._open[-1].content.append(text)


def _local(name: str) -> str:
    if _SEPARATOR not in name:
        return _SEPARATOR + name  # of no namespace at all
    return name.removeprefix(NAMESPACE + _SEPARATOR)


def _checked(root: Element) -> Element:
    if root.name != "svg":
        raise BrokenImage(f'The SVG lacks xmlns="{NAMESPACE}" at its root. Browsers show it only with that.')
    return root


def written(root: Element) -> bytes:
    """Return a tree in which nothing has another namespace than SVG's, as XML in UTF-8."""
    parts: list[str] = []
    waiting: list[Element | str] = [root]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            parts.append(part)
            continue
        declared = {"xmlns": NAMESPACE} if part is root else {}
        parts.append(_tag(part.name, declared | part.attributes, "" if part.content else "/"))
        if part.content:
            waiting.append(f"</{part.name}>")
            waiting += [_escaped(inner) for inner in reversed(part.content)]
    return "".join(parts).encode()


def _tag(name: str, attributes: dict[str, str], end: str) -> str:
    spelled = (f' {name}="{value.translate(_ESCAPED_IN_VALUES)}"' for name, value in attributes.items())
    return f"<{name}{''.join(spelled)}{end}>"


def _escaped(part: Element | str) -> Element | str:
    return part.translate(_ESCAPED) if isinstance(part, str) else part
