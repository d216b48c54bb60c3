"""Both clients against clients/vectors.json: the JavaScript one in Node and in a browser."""

from __future__ import annotations

import html
import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from chalicelib.address.policy import Policy, read_presets
from chalicelib.geometry.layout import plan
from chalicelib.geometry.plan import Extent
from infra import vectors
from tests.clients.callers import Answer, Call, in_node, in_page, in_python, page
from tests.infra.edge_functions.test_canonical import sent_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Caller = Callable[[list[Call]], list[Answer]]

VECTORS: Any = json.loads(vectors.DOCUMENT.read_text())
PRESETS = ["hero", "ios_profile"]
KEYS = dict(entry.split(":", 1) for entry in VECTORS["signing_keys"].split(","))


BOTH = (in_python, in_node)


@pytest.fixture(scope="module", params=["Python", "Node", "Chromium"])
def caller(request: pytest.FixtureRequest) -> Iterator[Caller]:
    if request.param == "Chromium":
        with page() as opened:
            yield partial(in_page, opened)
    else:
        yield {"Python": in_python, "Node": in_node}[request.param]


def both(rows: list[Any], answers: list[Answer], expected: list[Any]) -> tuple[Any, Any]:
    """Return what was said and what was expected, by what each row is about."""
    abouts = [row["about"] for row in rows]
    assert len(set(abouts)) == len(abouts)
    return dict(zip(abouts, answers, strict=True)), dict(zip(abouts, expected, strict=True))


def test_addresses(caller: Caller) -> None:
    rows = VECTORS["addresses"]
    calls = [Call("url", row["key"], {"variant": row["variant"]}, presets=PRESETS) for row in rows]
    said, expected = both(rows, caller(calls), [{"answer": row["path"]} for row in rows])
    assert said == expected


def test_addresses_whose_options_are_arguments(caller: Caller) -> None:
    """The same addresses, with the options by name instead of as text."""
    rows = [row for row in VECTORS["addresses"] if re.match("[1-9]+[0-9]*x[0-9]", row["variant"])]
    calls = [Call("url", row["key"], named(row["variant"])) for row in rows]
    said, expected = both(rows, caller(calls), [{"answer": row["path"]} for row in rows])
    assert said == expected


def named(variant: str) -> dict[str, Any]:
    size, *options = variant.split(",")
    width, height, *dpr = re.findall("[0-9]+", size)
    pairs = [option.partition("=") for option in options]
    chosen = {name: value if equals else True for name, equals, value in pairs}
    return {"width": int(width), "height": int(height), **chosen, **({"dpr": int(dpr[0])} if dpr else {})}


def test_what_the_site_refuses_is_refused_in_its_words(caller: Caller) -> None:
    rows = VECTORS["refused"]
    calls = [Call("url", row["key"], {"variant": row["variant"]}, presets=PRESETS) for row in rows]
    said, expected = both(rows, caller(calls), [{"mistake": cause(row["message"])} for row in rows])
    assert {about: {"mistake": cause(each["mistake"])} for about, each in said.items()} == expected


def cause(message: str) -> str:
    """Return the first sentence. The site's others can depend on its configuration, or guess."""
    return re.split("[.;] (?=[A-Z]|at most)", message)[0].rstrip(".")


def test_signed_addresses(caller: Caller) -> None:
    rows = VECTORS["signed"]
    calls = [
        Call(
            "url",
            row["key"],
            {"variant": row["variant"], "expires": row["expires"]},
            presets=PRESETS,
            signing_key=f"{row['id']}:{KEYS[row['id']]}",
        )
        for row in rows
    ]
    said, expected = both(rows, caller(calls), [{"answer": row["path"]} for row in rows])
    assert said == expected


def test_sizes_for_the_layout(caller: Caller) -> None:
    rows = [
        (row["original"], variant, size)
        for row in VECTORS["layouts"]
        for variant, size in row["sizes"].items()
    ]
    calls = [
        Call("attributes", "a.jpg", {"variant": variant, "original": original, "alt": ""})
        for original, variant, _ in rows
    ]
    answers = [each["answer"] for each in caller(calls)]
    said = [
        (original, variant, [each["width"], each["height"]])
        for each, (original, variant, _) in zip(answers, rows, strict=True)
    ]
    assert said == rows
    assert len(rows) > 150


def test_markup(caller: Caller) -> None:
    rows = VECTORS["markup"]
    calls = [Call(row["method"], row["key"], row["arguments"], VECTORS["site"], PRESETS) for row in rows]
    said, expected = both(rows, caller(calls), [{"answer": row["written"]} for row in rows])
    assert said == expected


def test_mistakes(caller: Caller) -> None:
    rows = VECTORS["mistakes"]
    calls = [Call(row["method"], "a.jpg", row["arguments"], VECTORS["site"], PRESETS) for row in rows]
    said, expected = both(rows, caller(calls), [{"mistake": row["message"]} for row in rows])
    assert said == expected


@pytest.mark.parametrize(
    ("site", "prefix"),
    [
        ("https://img.example.com/", "https://img.example.com"),
        ("https://www.example.com/img/", "https://www.example.com/img"),
        ("//img.example.com", "//img.example.com"),
        ("/img", "/img"),
        ("http://localhost:8404", "http://localhost:8404"),
    ],
)
def test_a_site_has_an_address(site: str, prefix: str) -> None:
    for caller in BOTH:
        assert caller([Call("url", "a.jpg", {"width": 3}, site)]) == [{"answer": f"{prefix}/3x/a.jpg"}]


@pytest.mark.parametrize(
    "site", ["img.example.com", "https://", "https://a?b", "ftp://a", "https://a#b", "https://a b"]
)
def test_the_address_of_a_site_that_is_none_is_refused(site: str) -> None:
    message = f"'{site}' is not the address of a site. Write it like https://img.example.com."
    for caller in BOTH:
        assert caller([Call("url", "a.jpg", {"width": 3}, site)]) == [{"mistake": message}]


def test_the_prefix_of_a_site_counts_to_the_length_of_a_key() -> None:
    fits = Call("url", "a" * (1024 - len("img/3x/")), {"width": 3}, "https://www.example.com/img")
    too_long = Call("url", f"{fits.key}a", fits.arguments, fits.site)
    for caller in BOTH:
        said = caller([fits, too_long])
        assert ["answer" in each for each in said] == [True, False]
        assert said[1]["mistake"].startswith("Variant and key have 1025 bytes together.")


def test_half_of_a_character_is_refused() -> None:
    message = "The key has half of a character (a lone surrogate). No object has such a key."
    for caller in BOTH:
        assert caller([Call("url", "a\ud800.jpg", {"width": 3})]) == [{"mistake": message}]


@pytest.mark.parametrize(
    ("key", "expires", "message"),
    [
        ("correct-horse-battery-staple", None, "A signing key is written like id:secret."),
        ("k1:too-short", None, "A signing key is written like id:secret."),
        ("K1:correct-horse-battery-staple", None, "A signing key is written like id:secret."),
        ("k1:correct-horse-battery-staple", 0, "expires is a whole number: seconds since 1970."),
        ("k1:correct-horse-battery-staple", 1.5, "expires is a whole number: seconds since 1970."),
        ("k1:correct-horse-battery-staple", "1800000000", "expires is a whole number: seconds since 1970."),
    ],
)
def test_a_wrong_signing_key_or_time_is_refused_without_the_secret(
    key: str, expires: Any, message: str
) -> None:
    for caller in BOTH:
        call = Call("url", "a.jpg", {"width": 3, "expires": expires}, signing_key=key)
        mistake = caller([call])[0]["mistake"]
        assert mistake.startswith(message)
        assert key.partition(":")[2] not in mistake or ":" not in key


ADDRESSES = [
    address
    for row in VECTORS["markup"]
    for address in re.findall(rf"{re.escape(VECTORS['site'])}(/[^ \"]*)", row["written"])
]


@pytest.mark.parametrize("address", sorted(set(ADDRESSES)))
def test_the_markup_has_addresses_that_the_site_has(address: str) -> None:
    path = html.unescape(address)
    # Only in a list of candidates a comma at the end is encoded, for one redirect.
    assert sent_to(path) == re.sub("(?:%2C)+$", lambda end: "," * (len(end[0]) // 3), path)
    segment = unquote(path).split("/")[1]
    assert str(Policy(presets=read_presets(VECTORS["presets"])).read(segment)) == segment


def test_the_markup_promises_the_widths_that_the_site_makes() -> None:
    rows = [row for row in VECTORS["markup"] if isinstance(row["arguments"].get("original"), list)]
    promised = [
        (row["arguments"]["original"], variant, int(width))
        for row in rows
        for variant, width in re.findall(r"com/([^/]+)/shoes/red[.]jpg (\d+)w", row["written"])
    ]
    assert len(promised) >= 5
    for original, variant, width in promised:
        assert plan(Extent(*original), Policy().read(variant)).canvas.width == width
