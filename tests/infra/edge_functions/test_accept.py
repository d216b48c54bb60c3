"""``format=auto`` at the edge: the spelling that a browser is redirected to, by what it accepts."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.address.values import Auto
from edge.cloudfront.functions import language
from edge.cloudfront.functions.published import Function
from edge.cloudfront.functions.runtime import run
from infra.edge_functions import canonical
from infra.option_reference import DOCUMENT
from tests.infra.edge_functions.browsers import BROWSERS, VIEWER, table

ALL = Function("all", canonical.code("", canonical.AUTO))
PAGE = "/300x200,format=auto/a.jpg"


def answer_to(accept: str | None, path: str = PAGE, function: Function = ALL) -> Any:
    """Return what the function makes of a request with this header: the request again, or a redirect."""
    headers = {} if accept is None else {"accept": {"value": accept}}
    request = {"method": "GET", "uri": path, "querystring": {}, "headers": headers, "cookies": {}}
    return run(function, {"viewer": VIEWER, "request": request})


def end(accept: str | None, path: str = PAGE, function: Function = ALL) -> str:
    answer = answer_to(accept, path, function)
    return str(answer["headers"]["location"]["value"] if "statusCode" in answer else answer["uri"])


@pytest.mark.parametrize("browser", BROWSERS, ids=[browser.name for browser in BROWSERS])
def test_a_browser_gets_the_smallest_of_the_formats_that_it_shows(browser: Any) -> None:
    assert end(browser.accept or None) == f"/300x200,format={browser.spelling}/a.jpg"


@pytest.mark.parametrize(
    ("accept", "spelling"),
    [
        ("image/avif;q=0,image/webp", "auto"),
        ("image/avif;q=0.5,image/webp;q=0.9", "auto"),
        ("image/avif;q=0.9,image/webp;q=0.5", "auto-avif"),
        ("image/avif;q=0.5,image/webp;q=0.5", "auto-avif"),
        ("image/webp;q=0.3,image/jpeg", "auto-jpeg"),
        ("image/webp;q=0.3,image/png;q=0.2", "auto"),
        ("image/avif;q=0.000,image/webp;q=0.000", "auto-jpeg"),
        ("IMAGE/AVIF ; Q=1.0", "auto-avif"),
        ("image/avif;level=1;q=0.4,image/webp;q=0.5", "auto"),
        ("image/avif;q=most", "auto-jpeg"),
        ("image/avifs,image/webpp", "auto-jpeg"),
        ("__proto__,constructor", "auto-jpeg"),
        (",;,=", "auto-jpeg"),
    ],
)
def test_weights_count(accept: str, spelling: str) -> None:
    assert end(accept) == f"/300x200,format={spelling}/a.jpg"


def test_headers_that_stand_twice_are_one_list() -> None:
    values = [{"value": "image/webp;q=0.1"}, {"value": "image/avif"}]
    headers = {"accept": {**values[0], "multiValue": values}}
    request = {"method": "GET", "uri": PAGE, "querystring": {}, "headers": headers, "cookies": {}}
    assert (
        run(ALL, {"viewer": VIEWER, "request": request})["headers"]["location"]["value"]
        == "/300x200,format=auto-avif/a.jpg"
    )


def test_the_redirect_is_for_this_browser_alone() -> None:
    answer = answer_to(BROWSERS[0].accept, "/300x200,format=auto,fit=inside/%61.jpg")
    assert (answer["statusCode"], answer["statusDescription"]) == (302, "Found")
    assert answer["headers"]["location"]["value"] == "/300x200,format=auto-avif/a.jpg"
    assert answer["headers"]["cache-control"]["value"] == "private, max-age=86400"
    assert answer["headers"]["vary"]["value"] == "Accept"


def test_a_redirect_to_auto_itself_is_for_all() -> None:
    answer = answer_to("image/webp", "/300x200,format=auto,fit=inside/a.jpg")
    assert (answer["statusCode"], "vary" in answer["headers"]) == (301, False)
    assert answer["headers"]["cache-control"]["value"] == "public, max-age=86400"


@pytest.mark.parametrize(
    "path",
    [
        "/300x200,format=webp/a.jpg",
        "/300x200/a.jpg",
        "/300x200/format=auto/a.jpg",
        "/hero/a.jpg",
        "/300x200,format=auto,quality=0/a.jpg",
        "/300x200,format=auto-avif/a.jpg",
        "/300x200,format=auto-jpeg/a.jpg",
        "/resize/300x200,format=auto/a.jpg",
    ],
)
def test_what_a_browser_accepts_changes_no_other_address(path: str) -> None:
    assert end("image/avif,image/webp", path) == path


@pytest.mark.parametrize(
    ("allowed", "spellings"),
    [
        ((), ["auto", "auto", "auto"]),
        (("auto-avif",), ["auto-avif", "auto", "auto"]),
        (("auto-jpeg",), ["auto", "auto", "auto-jpeg"]),
    ],
)
def test_what_the_site_does_not_allow_is_left_out(allowed: tuple[str, ...], spellings: list[str]) -> None:
    function = Function("some", canonical.code("", allowed))
    accepted = ("image/avif,image/webp", "image/webp", "*/*")
    assert [end(accept, PAGE, function) for accept in accepted] == [
        f"/300x200,format={spelling}/a.jpg" for spelling in spellings
    ]


@settings(deadline=None)  # the first run is read by the linter, too
@given(accept=st.text(st.characters(codec="latin-1")) | st.from_regex("([a-z]+/[a-z*]+(;q=[0-9.]*)?,? ?)*"))
def test_whatever_a_browser_sends_it_ends_at_a_spelling_of_auto_and_is_sent_no_further(accept: str) -> None:
    path = end(accept)
    assert path in {f"/300x200,format={spelling.value}/a.jpg" for spelling in Auto}
    assert end(accept, path) == path or path == PAGE


@pytest.mark.parametrize("allowed", [(), *combinations(canonical.AUTO, 1), canonical.AUTO])
def test_the_code_is_in_the_language_that_cloudfront_knows(allowed: tuple[str, ...]) -> None:
    language.check(canonical.code("img/", allowed))


def test_the_reference_has_this_table() -> None:
    (written,) = re.findall(r"<!-- accept.*?-->\n(.*?)<!-- /accept -->", DOCUMENT.read_text(), re.DOTALL)
    assert written == table()
