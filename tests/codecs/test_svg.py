"""Drawings: what is one, what is left of one, how large it is."""

from __future__ import annotations

import re
import subprocess
import sys
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.codecs.formats import SVG, recognise, sniff
from chalicelib.codecs.svg.document import Element, read, written
from chalicelib.codecs.svg.measures import resize, size
from chalicelib.codecs.svg.sanitised import sanitised
from chalicelib.errors import BrokenImage, Refusal
from chalicelib.geometry.plan import Extent
from fuzz.drawings import references
from tests.hostile.drawings import BEGIN, DOCUMENT, END, REWRITTEN, VECTORS, XMLNS, Vector, inner, table

EMPTY = f'<svg xmlns="{XMLNS}"/>'.encode()
DTD = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'


@pytest.mark.parametrize(
    ("begins", "is_drawing"),
    [
        (b"<svg>", True),
        (b"<svg/>", True),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", True),
        (b"<s:svg xmlns:s='http://www.w3.org/2000/svg'>", True),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- drawn by hand -->\n<svg>", True),
        (b"<?xml version='1.0'?>" + DTD + b"<svg>", True),
        (b"<!DOCTYPE svg [<!ENTITY a '<svg>'>]>\n<svg>", True),
        (b"<!-- <svg> --><html>", False),
        (b"<!DOCTYPE html><svg>", False),
        (b"<html><svg>", False),
        (b"<svgx>", False),
        (b"<SVG>", False),
        (b"svg", False),
        (b"<!-- <svg>", False),
        (b"<!--" + b"-" * 4096 + b"--><svg>", False),
    ],
)
def test_a_drawing_is_known_by_its_root_element(begins: bytes, is_drawing: bool) -> None:  # noqa: FBT001 - a column
    assert (sniff(begins) is SVG) is is_drawing


@pytest.mark.parametrize("vector", VECTORS, ids=[vector.title for vector in VECTORS])
def test_of_a_hostile_drawing_the_harmless_part_is_left_or_nothing(vector: Vector) -> None:
    try:
        recognise(vector.data, frozenset({"svg"}))
        left: str | type[Refusal] = inner(vector.data)
    except Refusal as refusal:
        left = type(refusal)

    assert left == vector.left


def test_the_document_shows_what_becomes_of_each() -> None:
    assert DOCUMENT.read_text().partition(BEGIN)[2].partition(END)[0] == table()


HOSTILE_WORDS = st.sampled_from(
    [
        "https://evil.example/a",
        "//evil.example",
        "javascript:alert(1)",
        "data:text/html,a",
        "data:image/svg+xml;base64,PHN2Zy8+",
        "url(",
        "URL('",
        ")",
        "'",
        '"',
        "image-set(",
        "@import ",
        "\\75rl(",
        "/*",
        "*/",
        "{",
        "}",
        ";",
        "#a",
        "\n",
        "fill:red",
        "<script>",
        "]]>",
        "&amp;",
        "é",
    ]
)
HOSTILE_TEXT = st.lists(HOSTILE_WORDS | st.text("url(@import'\"\\)#:/ ", max_size=8), max_size=8).map("".join)
NAMES = st.sampled_from(
    [
        "svg",
        "g",
        "rect",
        "a",
        "use",
        "image",
        "set",
        "animate",
        "style",
        "script",
        "text",
        "foreignObject",
        "feImage",
    ]
)
NAMED = st.sampled_from(
    [
        "href",
        "style",
        "fill",
        "mask",
        "onload",
        "onbegin",
        "attributeName",
        "to",
        "values",
        "id",
        "class",
        "data-a",
    ]
)


def tree(name: str, attributes: dict[str, str], content: list[Element | str]) -> Element:
    return Element(name, attributes, content)


TREES = st.recursive(
    HOSTILE_TEXT | st.builds(tree, NAMES, st.dictionaries(NAMED, HOSTILE_TEXT, max_size=4), st.just([])),
    lambda inside: st.builds(
        tree, NAMES, st.dictionaries(NAMED, HOSTILE_TEXT, max_size=4), st.lists(inside, max_size=4)
    ),
    max_leaves=12,
)


@given(TREES)
@example(Element("style", {}, ["url", Element("g", {}, []), "(//evil.example)"]))
@example(Element("rect", {"width": "\né"}, []))
@example(Element("rect", {"fill": "a\u2028 @import "}, []))
def test_no_script_and_no_reference_survives_and_once_is_enough(drawn: Element | str) -> None:
    try:
        left = written(sanitised(written(Element("svg", {}, [drawn]))))
    except Refusal:
        return

    assert references(left) == []
    assert written(sanitised(left)) == left


@pytest.mark.parametrize("vector", REWRITTEN, ids=[vector.title for vector in REWRITTEN])
def test_what_is_left_changes_no_more(vector: Vector) -> None:
    once = written(sanitised(vector.data))

    assert written(sanitised(once)) == once


@pytest.mark.parametrize(
    "inside",
    [
        "<text>a <tspan>b</tspan><tspan>c</tspan> d</text>",
        "<style>@media (prefers-color-scheme: dark) { .a &gt; .b:not(.c) { fill: #fff } }</style>",
        '<rect class="a b" fill="url(#a)" style="transform: rotate(3deg)"/>',
        '<linearGradient href="#a" id="b"><stop offset="0" stop-color="rgb(1,2,3)"/></linearGradient>',
        '<image href="data:image/png;base64,iVBORw0KGgo="/>',
        '<g id="a"><rect height="4" width="4"/></g><use href="#a"/>',
        '<circle r="2"><animate attributeName="r" dur="1s" values="1;2"/></circle>',
        '<path d="M0 0h4v4z" transform="matrix(1 0 0 1 2 2)"/>',
        '<linearGradient id="Градієнт"/><rect fill="url(#Градієнт)"/>',
        '<g id="é"/><use href="#é"/>',
        '<text aria-label="été" class="😀 b" font-family="Héros, serif" lang="fr">é</text>',
        '<g class="u0u u0ue9z é"/>',
    ],
)
def test_what_drawings_are_made_of_stays_as_it_is(inside: str) -> None:
    assert inner(f'<svg xmlns="{XMLNS}">{inside}</svg>'.encode()) == inside


@pytest.mark.parametrize(
    ("attributes", "width", "height"),
    [
        ('width="24" height="16"', 24, 16),
        ('width="24px" height="16.5PX"', 24, 17),
        ('width="1in" height="2.54cm"', 96, 96),
        ('width="25.4mm" height="101.6q"', 96, 96),
        ('width="72pt" height="6pc"', 96, 96),
        ('width="2em" height="1rem"', 32, 16),
        ('width="24" viewBox="0 0 12 6"', 24, 12),
        ('height="24" viewBox="0 0 12 6"', 48, 24),
        ('width="24"', 24, 150),
        ("", 300, 150),
        ('width="100%" height="50%"', 300, 150),
        ('width="1e2" height="0.1"', 100, 1),
        ('viewBox="0 0 12 6"', 1 << 20, 1 << 19),
        ('width="100%" height="auto" viewBox="-1,-1, 6 12"', 1 << 19, 1 << 20),
        ('width="24" height="16" viewBox="0 0 -1 6"', 24, 16),
        ('viewBox="0 0 1e400 6"', 300, 150),
    ],
)
def test_the_size_is_the_one_that_browsers_show(attributes: str, width: int, height: int) -> None:
    assert size(read(f'<svg xmlns="{XMLNS}" {attributes}/>'.encode())) == (width, height)


@pytest.mark.parametrize(
    "attributes", ['width="0"', 'height="-4"', 'width="1e400"', 'width="0px" height="4"']
)
def test_a_drawing_of_which_nothing_is_seen_is_broken(attributes: str) -> None:
    with pytest.raises(BrokenImage, match="empty"):
        size(read(f'<svg xmlns="{XMLNS}" {attributes}/>'.encode()))


@pytest.mark.parametrize(
    ("attributes", "box"),
    [
        ('viewBox="1 2 3 4" width="9"', "1 2 3 4"),
        ('width="24" height="12"', "0 0 24 12"),
        ("", "0 0 300 150"),
    ],
)
def test_a_drawing_gets_its_size_and_shows_all_that_it_showed(attributes: str, box: str) -> None:
    root = read(f'<svg xmlns="{XMLNS}" {attributes}/>'.encode())
    resize(root, Extent(40, 30))

    assert (root.attributes["width"], root.attributes["height"]) == ("40", "30")
    assert root.attributes["viewBox"] == box


@pytest.mark.parametrize(
    "attribute",
    [
        'viewBox="{1}"',
        'width="{ }x"',
        'fill="{a}"',
        'fill="{url(}"',
        'fill="{@}"',
        'style="{a-}"',
        'points="{1 }"',
    ],
)
def test_a_long_attribute_costs_no_more_than_its_length(attribute: str) -> None:
    before, inside, after = re.split("[{}]", attribute)
    drawing = f'<svg xmlns="{XMLNS}" {before}{inside * (2_000_000 // len(inside))}{after}/>'.encode()
    began = time.process_time()
    size(sanitised(drawing))

    assert time.process_time() - began < 5, "the square of it would take minutes"


def test_sites_without_drawings_load_nothing_for_them() -> None:
    code = (
        "import sys, chalicelib.render.render;"
        "print(*sys.modules.keys() & {'py_svg_hush', 'chalicelib.codecs.svg.document'})"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code

    assert loaded.stdout.split() == []
