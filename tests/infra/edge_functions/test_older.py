"""Addresses of older systems: where the function at the edge sends them."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.address import variant
from chalicelib.config.config import ConfigError
from edge.cloudfront.functions import language
from edge.cloudfront.functions.published import Function
from edge.cloudfront.functions.runtime import run
from infra.__main__ import main
from infra.edge_functions import canonical, deployed
from tests.infra.edge_functions.browsers import VIEWER
from tests.infra.edge_functions.migration import DOCUMENT, EXAMPLES, written

ROWS = [(system, example) for system, examples in EXAMPLES.items() for example in examples]

TOO_LARGE = {
    ("imgix", "thumbor", "cloudinary"),
    ("imgix", "dit", "cloudinary"),
    ("imgy", "dit", "cloudinary"),
    ("imgix", "thumbor", "sir", "cloudinary"),
}
"""The combinations without a conflict that CloudFront would not take."""


def function(*uses: str) -> Function:
    return Function("+".join(uses), canonical.code("", uses))


def answer(address: str, redirecting: Function, accept: str = "") -> Any:
    """Return what the function makes of a request for `address`: the request again, or a redirect."""
    path, _, query = address.partition("?")
    given = [parameter.partition("=") for parameter in query.split("&") if parameter]
    request = {
        "method": "GET",
        "uri": path,
        "querystring": {name: {"value": value} for name, _, value in given},
        "rawQueryString": query,
        "headers": {"accept": {"value": accept}} if accept else {},
        "cookies": {},
    }
    return run(redirecting, {"viewer": VIEWER, "request": request})


def end(address: str, redirecting: Function) -> str:
    answered = answer(address, redirecting)
    return str(answered["headers"]["location"]["value"]) if "statusCode" in answered else address


@pytest.mark.parametrize(("system", "example"), ROWS, ids=[f"{name}: {row.address}" for name, row in ROWS])
def test_an_address_leads_where_the_table_says_or_to_the_app(system: str, example: Any) -> None:
    redirecting = function(system)
    location = end(example.address, redirecting)
    assert location == (example.becomes or example.address)
    assert end(location, redirecting) == location
    if location != example.address:
        assert answer(example.address, redirecting)["statusCode"] == 301
        assert str(variant.parse(location.split("/")[1])) == location.split("/")[1]


@pytest.mark.parametrize(("system", "example"), ROWS, ids=[f"{name}: {row.address}" for name, row in ROWS])
def test_without_its_system_no_address_is_read(system: str, example: Any) -> None:
    location = end(example.address, function("thumbor" if system in {"imgix", "imgy"} else "imgy"))
    assert unquote(location) == unquote(example.address)


def combined() -> list[tuple[str, ...]]:
    """Return every choice of systems that write different addresses."""
    every = [chosen for count in range(7) for chosen in combinations(canonical.SYSTEMS, count)]
    return [chosen for chosen in every if not any(set(pair) <= set(chosen) for pair in canonical.CONFLICTS)]


def test_every_combination_fits_that_is_not_refused() -> None:
    sizes = {chosen: len(canonical.code("", [*canonical.AUTO, *chosen]).encode()) for chosen in combined()}
    assert {chosen for chosen, size in sizes.items() if size > canonical.MAX_BYTES} == TOO_LARGE


PARAMETERS = {"KeyPrefix": "", "AllowedOptions": "format=*", "OtherSpellings": "redirect"}


@pytest.mark.parametrize("chosen", sorted(TOO_LARGE))
def test_a_combination_that_is_too_large_is_refused_before_the_deployment(chosen: tuple[str, ...]) -> None:
    with pytest.raises(
        ConfigError, match=rf"CloudFront takes 10,000: leave out one of {', '.join(chosen)} in"
    ):
        deployed.check({**PARAMETERS, "Compat": ",".join(chosen)})


@pytest.mark.parametrize(
    ("compat", "fault"),
    [
        ("imgix,imgy", "imgix and imgy write the same address for different pictures"),
        ("dit,thumbor", "thumbor and dit write the same address for different pictures"),
        ("sir, dit", "dit and sir write the same address for different pictures"),
    ],
)
def test_systems_in_conflict_are_refused(compat: str, fault: str) -> None:
    with pytest.raises(ConfigError, match=fault):
        deployed.check({**PARAMETERS, "Compat": compat})
    printed = CliRunner().invoke(main, ["function", "--compat", compat])
    assert (printed.exit_code, fault in printed.output) == (1, True)


def test_without_the_function_there_is_nothing_that_could_redirect() -> None:
    with pytest.raises(ConfigError, match="Compat needs OtherSpellings=redirect"):
        deployed.check({**PARAMETERS, "OtherSpellings": "serve", "Compat": "sir"})


LARGEST = [
    chosen
    for chosen in combined()
    if chosen not in TOO_LARGE
    and not any(set(chosen) < set(other) for other in combined() if other not in TOO_LARGE)
]


@pytest.mark.parametrize("chosen", LARGEST, ids=",".join)
def test_systems_side_by_side_read_only_their_own(chosen: tuple[str, ...]) -> None:
    together = function(*chosen)
    for system, example in ROWS:
        if system in chosen:
            location = end(example.address, together)
            # A size alone belongs to dit and sir, if one of them is there.
            alone = re.sub("^/[^/]+", lambda first: f"{first[0]},quality=80", example.becomes)
            assert location in {example.becomes or example.address, alone}
            assert end(location, together) == location


@pytest.mark.parametrize("path", sorted(canonical.FOLDER.rglob("*.js")), ids=lambda path: path.name)
def test_every_part_is_in_the_language_that_cloudfront_knows(path: Any) -> None:
    language.check(path.read_text())


@pytest.mark.parametrize("uses", [*LARGEST, canonical.AUTO], ids=",".join)
def test_what_ships_is_too(uses: tuple[str, ...]) -> None:
    language.check(canonical.code("img/", uses))
    assert "${" not in canonical.code("", uses)


OF_PATHS = [
    "unsafe",
    "fit-in",
    "300x200",
    "-1x",
    "0x0",
    "filters:fill(f00)",
    "smart",
    "trim",
    "image",
    "upload",
]
OF_OTHERS = [
    "demo",
    "w_3,c_fill",
    "f_auto",
    "AUTOx9",
    "9x9_max",
    "eyJrZXkiOiJhIn0=",
    "eyJ",
    "..",
    "",
    "//evil.com",
]
PIECES = st.sampled_from([*OF_PATHS, *OF_OTHERS, "a.jpg", "%"]) | st.text(
    st.characters(codec="utf-8", exclude_characters="?#"), max_size=5
)
QUERIES = st.lists(
    st.tuples(
        st.sampled_from(["w", "h", "fit", "fm", "auto", "crop", "q", "dpr", "rect", "bg", "v", "__proto__"]),
        st.sampled_from(
            ["1", "0", "300", "crop", "format", "faces", "%", "%2F", "../..", "//evil.com", "f00", ""]
        ),
    ),
    max_size=4,
).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))


@settings(max_examples=60, deadline=None)  # the first run of each function is read by the linter, too
@pytest.mark.parametrize("chosen", [("imgy", "thumbor", "sir", "cloudinary"), ("imgix", "dit")], ids=",".join)
@given(parts=st.lists(PIECES, max_size=6), query=QUERIES)
def test_whatever_is_asked_for_a_redirect_leads_to_a_canonical_address_of_this_site(
    parts: list[str], query: str, chosen: tuple[str, ...]
) -> None:
    together = function(*chosen)
    address = f"/{'/'.join(parts)}{'?' if query else ''}{query}"
    location = end(address, together)
    assert end(location, together) == location
    if location != address:
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\"))


@pytest.mark.parametrize(
    "query",
    ["w=1&h=%2F", "w=1&h=2%2Cupscale&fit=max", "w=300&q=50%2Cgrayscale", "w=300&dpr=2x%2Cgrayscale%2Fa%3D"],
)
def test_no_value_begins_another_option_or_the_key(query: str) -> None:
    address = f"/photo.jpg?{query}"
    assert end(address, function("imgix")) == address


def test_a_browser_that_shows_avif_is_sent_to_it_at_once() -> None:
    answered = answer("/photo.jpg?w=300&auto=format", function(*canonical.AUTO, "imgix"), "image/avif")
    assert answered["headers"]["location"]["value"] == "/300x,format=auto-avif,upscale/photo.jpg"
    assert (answered["statusCode"], answered["headers"]["vary"]["value"]) == (302, "Accept")


def test_the_document_has_these_tables() -> None:
    document = DOCUMENT.read_text()
    assert document == written(document)
