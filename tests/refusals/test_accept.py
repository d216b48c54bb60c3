"""Who gets JSON: a program that asks for it, and never an image tag."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.refusals.accept import prefers_json

BROWSERS = {
    "an image tag in Chrome": "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
    "an image tag in Firefox": "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
    "an image tag in Safari": "image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,"
    "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
    "an image tag in an old Safari": "image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5",
    "an address typed into Chrome": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,"
    "image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
    "fetch() and curl": "*/*",
    "no header": "",
}


@pytest.mark.parametrize("accept", BROWSERS.values(), ids=BROWSERS.keys())
def test_browsers_get_words(accept: str) -> None:
    assert not prefers_json(accept)


@pytest.mark.parametrize(
    ("accept", "is_json"),
    [
        ("application/json", True),
        ("Application/JSON", True),
        ("application/json; charset=utf-8", True),
        ("application/json, */*", True),
        ("application/json, */*;q=0.8", True),
        ("text/plain;q=0.5, application/json", True),
        ("text/*;q=0.5, application/json;q=0.6", True),
        ("text/plain;q=0.1, text/*;q=0.9, application/json;q=0.5", True),
        ("application/json, text/plain, */*", False),
        ("application/json;q=0.5, text/*", False),
        ("application/json;q=0.5, */*", False),
        ("application/json;q=0", False),
        ("application/json;q=2", False),
        ("application/json;q=", False),
        ("application/json;q=0.1234", False),
        ("application/*", False),
        ("application/problem+json", False),
        ("image/*;x=application/json", False),
        ("," * 5000 + "application/json", False),
    ],
)
def test_json_has_to_be_named_and_preferred_to_words(accept: str, is_json: bool) -> None:  # noqa: FBT001 - a table's column
    assert prefers_json(accept) is is_json


@given(st.text() | st.lists(st.sampled_from([*"/;,=*q01. ", "application/json", "text/plain"])).map("".join))
def test_any_header_can_be_read_and_only_one_that_names_json_gets_it(accept: str) -> None:
    assert "application/json" in accept.lower() or not prefers_json(accept)
