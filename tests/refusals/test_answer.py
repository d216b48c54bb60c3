"""What a refusal looks like over HTTP, for every cause."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import errors
from chalicelib.refusals import answer
from tests.messages import causes, hostile

SVG = "{http://www.w3.org/2000/svg}"
EVERY = [errors.Refusal, *causes(errors.Refusal)]


@pytest.mark.parametrize("cause", EVERY)
@pytest.mark.parametrize(
    ("accept", "as_picture", "content_type"),
    [
        ("image/*", False, "text/markdown; charset=utf-8"),
        ("image/*", True, "image/svg+xml"),
        ("application/json", False, "application/json"),
        ("application/json", True, "application/json"),
    ],
    ids=["words", "a picture", "JSON", "JSON, although there are pictures"],
)
def test_every_refusal_says_its_cause_in_body_and_headers(
    cause: type[errors.Refusal],
    accept: str,
    as_picture: bool,  # noqa: FBT001 - a table's column
    content_type: str,
) -> None:
    told = answer.refuse(cause(), accept, as_picture=as_picture)
    assert told.status == cause.status
    assert told.headers["Content-Type"] == content_type
    assert told.headers["X-Content-Type-Options"] == "nosniff"
    assert told.headers["X-Resize404-Code"] == cause.__name__
    assert told.headers["X-Resize404-Message"] == cause.text
    assert told.headers["Vary"] == "Accept"
    assert all(text in read(content_type, told.body) for text in (cause.__name__, cause.text))


def read(content_type: str, body: str) -> str:
    """Return the words in a body."""
    if content_type == "application/json":
        return " ".join(json.loads(body).values())
    if content_type == "image/svg+xml":
        return " ".join(text.text or "" for text in ET.fromstring(body).iter(f"{SVG}text"))  # noqa: S314 - our own
    return body


def test_scripts_of_other_origins_may_read_what_the_headers_say() -> None:
    headers = answer.refuse(errors.UpstreamBusy()).headers
    exposed = headers["Access-Control-Expose-Headers"].split(", ")
    assert {answer.CODE, answer.MESSAGE, "Retry-After"} <= set(exposed)
    assert headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("cause", EVERY)
def test_what_one_program_asked_for_is_kept_by_no_shared_cache(cause: type[errors.Refusal]) -> None:
    kept = answer.refuse(cause(), "application/json").headers["Cache-Control"]
    assert kept == (f"private, max-age={cause.max_age}" if cause.max_age else "no-store")
    assert "private" not in answer.refuse(cause(), "image/*").headers["Cache-Control"]


@given(st.text() | hostile)
def test_no_message_becomes_markup_of_the_picture(text: str) -> None:
    refusal = errors.Malformed(text)
    drawn = ET.fromstring(answer.refuse(refusal, as_picture=True).body)  # noqa: S314 - our own
    assert {element.tag.removeprefix(SVG) for element in drawn.iter()} == {
        "svg",
        "title",
        "rect",
        "g",
        "text",
    }
    assert drawn.findtext(f"{SVG}title") == f"400 Malformed: {refusal}"


@given(st.text(st.characters(codec="ascii"), min_size=1, max_size=300))
def test_every_line_of_the_picture_is_within_it(text: str) -> None:
    drawn = ET.fromstring(answer.refuse(errors.Malformed(text), as_picture=True).body)  # noqa: S314 - our own
    lines = list(drawn.iter(f"{SVG}text"))
    size = float(drawn.find(f"{SVG}g").get("font-size", "0"))  # type: ignore[union-attr]  # it is there
    for line in lines:
        assert float(line.get("y", "")) < float(drawn.get("height", ""))
        # A character of a fixed width is 0.6 of the font's size wide in the usual fonts.
        assert float(line.get("x", "")) + 0.61 * size * len(line.text or "") < float(drawn.get("width", ""))
