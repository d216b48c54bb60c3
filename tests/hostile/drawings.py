"""Hostile SVGs, and what becomes of each. `python -m tests.hostile.drawings` writes docs/hostile.md's table.

The vectors are of the kinds that published cheat sheets list: scripts, handlers, addresses, animation, CSS,
embedded HTML, entities, encodings.
"""

# ruff: noqa: E501 - each hostile line as it would be sent

from __future__ import annotations

import base64
import gzip
from dataclasses import dataclass
from pathlib import Path

from chalicelib.codecs.svg.document import MOST_BYTES, MOST_ELEMENTS, written
from chalicelib.codecs.svg.sanitised import sanitised
from chalicelib.errors import BrokenImage, NotAnImage, Refusal, TooLarge

DOCUMENT = Path(__file__).parents[2] / "docs" / "hostile.md"
BEGIN, END = "<!-- drawings -->\n", "<!-- /drawings -->"

XMLNS = "http://www.w3.org/2000/svg"
_OPEN = f'<svg xmlns="{XMLNS}" xmlns:xlink="http://www.w3.org/1999/xlink">'
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Vector:
    """A hostile SVG: what its root element holds, or the whole file; and what is left of that, or a refusal."""

    title: str
    inside: str | bytes
    left: str | type[Refusal]

    @property
    def data(self) -> bytes:
        """The file."""
        return self.inside if isinstance(self.inside, bytes) else f"{_OPEN}{self.inside}</svg>".encode()


def data_address(kind: str, text: str) -> str:
    """Return the text as a ``data:`` address."""
    return f"data:{kind};base64,{base64.b64encode(text.encode()).decode()}"


_HOSTILE = f'<svg xmlns="{XMLNS}"><script>alert(1)</script></svg>'
_ENTITY = "&a{};"
_USE = '<use href="#a{}"/>'
_LAUGHS = "".join(f'<!ENTITY a{n + 1} "{_ENTITY.format(n) * 10}">' for n in range(9))
_USES = "".join(f'<g id="a{n + 1}">{_USE.format(n) * 10}</g>' for n in range(9))
_MANY = "".join(f' a{n}="0"' for n in range(300))

REWRITTEN = [
    Vector("a script", "<script>alert(1)</script>", ""),
    Vector("a script from elsewhere", '<script href="https://evil.example/a.js"/>', ""),
    Vector(
        "a script of another namespace", '<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>', ""
    ),
    Vector("a script in CDATA", "<script><![CDATA[alert(1)]]></script>", ""),
    Vector(
        "markup in CDATA",
        "<text><![CDATA[<script>alert(1)</script>]]></text>",
        "<text>&lt;script&gt;alert(1)&lt;/script&gt;</text>",
    ),
    Vector(
        "markup in an attribute", '<g id="&quot;&gt;&lt;script&gt;"/>', '<g id="&quot;&gt;&lt;script&gt;"/>'
    ),
    Vector("a handler", '<rect onclick="alert(1)"/>', "<rect/>"),
    Vector("a handler in capitals", '<rect ONLOAD="alert(1)"/>', "<rect/>"),
    Vector(
        "a handler of an animation",
        '<animate onbegin="alert(1)" attributeName="x" dur="1s"/>',
        '<animate attributeName="x" dur="1s"/>',
    ),
    Vector("a link that runs", '<a href="javascript:alert(1)"><text>a</text></a>', "<a><text>a</text></a>"),
    Vector("a link that runs, by xlink", '<a xlink:href="javascript:alert(1)"/>', "<a/>"),
    Vector(
        "a link that runs, with a line break and letters as numbers",
        '<a href="java&#10;script&#58;alert(1)"/>',
        "<a/>",
    ),
    Vector("a link to elsewhere", '<a href="https://evil.example/"/>', "<a/>"),
    Vector(
        "a link that an animation makes run",
        '<a><animate attributeName="href" values="javascript:alert(1)"/></a>',
        "<a/>",
    ),
    Vector(
        "a link that is set to run",
        '<a><set attributeName="xlink:href" to="javascript:alert(1)"/></a>',
        "<a/>",
    ),
    Vector(
        "a handler that is set", '<rect><set attributeName="onmouseover" to="alert(1)"/></rect>', "<rect/>"
    ),
    Vector(
        "HTML in a foreignObject",
        '<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="javascript:alert(1)"/></foreignObject>',
        "",
    ),
    Vector(
        "HTML of its own namespace",
        '<img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="alert(1)"/>',
        "",
    ),
    Vector("an iframe", '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"/>', ""),
    Vector("a picture from elsewhere", '<image href="https://evil.example/a.png"/>', "<image/>"),
    Vector("a picture of this site", '<image href="/private/a.png"/>', "<image/>"),
    Vector("a picture of the same scheme", '<image xlink:href="//evil.example/a.png"/>', "<image/>"),
    Vector("a file", '<image href="file:///etc/passwd"/>', "<image/>"),
    Vector(
        "an SVG in a data address", f'<image href="{data_address("image/svg+xml", _HOSTILE)}"/>', "<image/>"
    ),
    Vector(
        "HTML in a data address",
        f'<image href="{data_address("text/html", "<script>alert(1)</script>")}"/>',
        "<image/>",
    ),
    Vector("a use of another file", '<use href="https://evil.example/a.svg#a"/>', "<use/>"),
    Vector("a use of a data address", f'<use href="{data_address("image/svg+xml", _HOSTILE)}#a"/>', "<use/>"),
    Vector(
        "a filter's picture from elsewhere",
        '<filter><feImage href="https://evil.example/a.png"/></filter>',
        "<filter><feImage/></filter>",
    ),
    Vector(
        "a fill from elsewhere", '<rect fill="url(https://evil.example/a.svg#a)"/>', '<rect fill="url(#)"/>'
    ),
    Vector("a fill from this site", '<rect fill="url( &quot;/a.svg#a&quot; )"/>', '<rect fill="url(#)"/>'),
    Vector(
        "a style with an address",
        '<rect style="mask: URL(//evil.example/a)"/>',
        '<rect style="mask: url(#)"/>',
    ),
    Vector(
        "an import",
        '<style>@import "https://evil.example/a.css"; a { fill: red }</style>',
        "<style> a { fill: red }</style>",
    ),
    Vector(
        "an import by a backslash",
        r"<style>@\69mport 'https://evil.example/a.css'; a { fill: red }</style>",
        "<style> a { fill: red }</style>",
    ),
    Vector(
        "an import around an element",
        "<style>@imp<g/>ort 'https://evil.example/a.css';</style>",
        "<style/>",
    ),
    Vector(
        "an address around an element",
        "<style>a { fill: url<g/>(https://evil.example/a) }</style>",
        "<style>a { fill: url(#) }</style>",
    ),
    Vector(
        "an address without url()",
        '<style>a { background: image-set("https://evil.example/a.png" 1x) }</style>',
        "<style/>",
    ),
    Vector(
        "a font from elsewhere",
        "<style>@font-face { font-family: a; src: url(https://evil.example/a.woff2) }</style>",
        "<style>@font-face { font-family: a; src: url(#) }</style>",
    ),
    Vector(
        "a binding",
        '<rect style="-moz-binding: url(https://evil.example/a.xml#a)"/>',
        '<rect style="-moz-binding: url(#)"/>',
    ),
    Vector("an expression", '<rect style="width: expression(alert(1))"/>', "<rect/>"),
    Vector(
        "a style sheet from elsewhere",
        b'<?xml version="1.0"?><?xml-stylesheet href="https://evil.example/a.css"?>'
        + f'<svg xmlns="{XMLNS}"><g/></svg>'.encode(),
        "<g/>",
    ),
    Vector("a base for addresses", '<g xml:base="https://evil.example/"/>', "<g/>"),
    Vector(
        "a handler element",
        '<handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load">alert(1)</handler>',
        "",
    ),
    Vector(
        "a film", '<video href="https://evil.example/a.mp4"/><audio href="https://evil.example/a.mp3"/>', ""
    ),
    Vector(
        "a DTD from elsewhere",
        f'<!DOCTYPE svg SYSTEM "https://evil.example/a.dtd"><svg xmlns="{XMLNS}"><g/></svg>'.encode(),
        "<g/>",
    ),
    Vector(
        "a prefix for SVG itself",
        f'<x:svg xmlns:x="{XMLNS}"><x:script>alert(1)</x:script><x:g/></x:svg>'.encode(),
        "<g/>",
    ),
]

REFUSED = [
    Vector(
        "a billion laughs",
        f'<!DOCTYPE svg [<!ENTITY a0 "ha">{_LAUGHS}]><svg xmlns="{XMLNS}">&a9;</svg>'.encode(),
        BrokenImage,
    ),
    Vector(
        "an entity that reads a file",
        f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg xmlns="{XMLNS}">&a;</svg>'.encode(),
        BrokenImage,
    ),
    Vector(
        "a parameter entity from elsewhere",
        f'<!DOCTYPE svg [<!ENTITY % a SYSTEM "https://evil.example/a"> %a;]><svg xmlns="{XMLNS}"/>'.encode(),
        BrokenImage,
    ),
    Vector(
        "attributes that a DTD adds",
        f'<!DOCTYPE svg [<!ATTLIST svg onload CDATA "alert(1)">]><svg xmlns="{XMLNS}"/>'.encode(),
        BrokenImage,
    ),
    Vector("an entity that nobody declares", "&nbsp;", BrokenImage),
    Vector("a billion uses", f'<g id="a0"><rect/></g>{_USES}<use href="#a9"/>', TooLarge),
    Vector("a use of itself", '<g id="a"><use href="#a"/></g>', TooLarge),
    Vector("elements in great depth", "<g>" * 1000 + "</g>" * 1000, TooLarge),
    Vector("more elements than a drawing has", "<g/>" * MOST_ELEMENTS, TooLarge),
    Vector("more bytes than a drawing has", f"<!--{'a' * MOST_BYTES}-->", TooLarge),
    Vector("more attributes than an element has", f"<g{_MANY}/>", TooLarge),
    Vector(
        "UTF-7",
        b'<?xml version="1.0" encoding="UTF-7"?><svg xmlns="http://www.w3.org/2000/svg">+ADw-script+AD4-</svg>',
        BrokenImage,
    ),
    Vector(
        "bytes that are not UTF-8", b'<svg xmlns="http://www.w3.org/2000/svg">\xff\xfe</svg>', BrokenImage
    ),
    Vector(
        "another encoding than it says",
        b'<?xml version="1.0" encoding="Shift_JIS"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        BrokenImage,
    ),
    Vector("HTML that begins with an SVG", b"<svg><script>alert(1)</script></svg><p>", BrokenImage),
    Vector("tags that are not closed", "<g><script>alert(1)</g>", BrokenImage),
    Vector("no namespace", b"<svg><script>alert(1)</script></svg>", BrokenImage),
    Vector(
        "the namespace of HTML",
        b'<svg xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></svg>',
        BrokenImage,
    ),
]

UNKNOWN = [
    Vector("UTF-16", f"{_OPEN}<g/></svg>".encode("utf-16"), NotAnImage),
    Vector("UTF-32", f"{_OPEN}<g/></svg>".encode("utf-32"), NotAnImage),
    Vector("gzip (svgz)", gzip.compress(f"{_OPEN}<g/></svg>".encode(), mtime=0), NotAnImage),
    Vector("HTML with an SVG in it", f"<!doctype html><body>{_HOSTILE}".encode(), NotAnImage),
    Vector("a root behind 4 kB of comments", f"<!--{'a' * 4096}-->{_HOSTILE}".encode(), NotAnImage),
    Vector(
        "XML of another kind",
        b'<?xml version="1.0"?><x><svg xmlns="http://www.w3.org/2000/svg"/></x>',
        NotAnImage,
    ),
]

VECTORS = [*REWRITTEN, *REFUSED, *UNKNOWN]


def inner(data: bytes) -> str:
    """Return what is left within the root element of a drawing."""
    text = written(sanitised(data)).decode()
    return (
        "" if text.endswith("/>") and text.count("<") == 1 else text.partition(">")[2].removesuffix("</svg>")
    )


def table() -> str:
    """Return the table of docs/hostile.md."""
    rows = [f"| {vector.title} | {_in_words(vector)} |\n" for vector in VECTORS]
    return "| drawing | what becomes of it |\n|---|---|\n" + "".join(rows)


def _in_words(vector: Vector) -> str:
    if not isinstance(vector.left, str):
        return vector.left.__name__
    if not vector.left:
        return "nothing is left of it"
    return f"`{vector.left}`" if len(vector.left) <= _SHOWN else f"`{vector.left[:_SHOWN]}` …"


def main() -> None:
    """Write the table into docs/hostile.md."""
    head, _, rest = DOCUMENT.read_text().partition(BEGIN)
    DOCUMENT.write_text(head + BEGIN + table() + END + rest.partition(END)[2])


if __name__ == "__main__":
    main()
