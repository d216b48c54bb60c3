"""The function that redirects other spellings, against what `chalicelib.address` writes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

import pytest
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chalicelib.address import variant as grammar
from chalicelib.address.key import MAX_BYTES as MAX_KEY_BYTES
from chalicelib.address.key import is_key, url_path
from chalicelib.address.notation import Crop, Flag, Hex, Name, OneOf
from chalicelib.address.numerals import Decimal, Integer, Radius
from chalicelib.address.options import OPTIONS
from chalicelib.address.placement import Placement
from chalicelib.errors import Malformed
from edge.cloudfront.functions import language
from edge.cloudfront.functions.published import Function
from edge.cloudfront.functions.runtime import run
from edge.s3.website import key_of
from infra.__main__ import main
from infra.edge_functions import canonical
from infra.edge_functions.minified import short_names
from tests.infra.edge_functions.browsers import VIEWER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SOURCE = canonical.FOLDER / "canonical.js"
WHOLE_SITE = Function("canonical", canonical.code(""))


def returned(uri: str, query: str = "", method: str = "GET", function: Function = WHOLE_SITE) -> Any:
    """Return what the function makes of a request: the request again, or a redirect."""
    request = {"method": method, "uri": uri, "querystring": {}, "headers": {}, "cookies": {}}
    return run(function, {"viewer": VIEWER, "request": {**request, "rawQueryString": query}})


def sent_to(uri: str, function: Function = WHOLE_SITE) -> str:
    """Return where a viewer of this path ends: at the path itself, or where the function redirects to."""
    answer = returned(uri, function=function)
    return str(answer["headers"]["location"]["value"] if "statusCode" in answer else answer["uri"])


REDIRECTED = [
    ("encoded more than needed", "/300x200/a%28%29%61%2Cb.jpg", "/300x200/a()a,b.jpg"),
    ("encoded less than needed", '/300x200/"a" <b>.jpg', "/300x200/%22a%22%20%3Cb%3E.jpg"),
    ("hexadecimal digits in lower case", "/300x200/%c3%bc.jpg", "/300x200/%C3%BC.jpg"),
    ("not ASCII", "/300x200/ü.jpg", "/300x200/%C3%BC.jpg"),
    ("a plus, which S3 reads as a space", "/300x200/a+b.jpg", "/300x200/a%20b.jpg"),
    ("a star, a wildcard at the end of an invalidation", "/300x200/a*", "/300x200/a%2A"),
    ("an encoded slash", "/300x200%2Fa%2fb.jpg", "/300x200/a/b.jpg"),
    ("a tilde", "/300x200/IMG_20%7E1.JPG", url_path("300x200/IMG_20~1.JPG")),
    ("options in another order", "/300x200,format=webp,fit=cover/a", "/300x200,fit=cover,format=webp/a"),
    ("a default that is spelled out", "/300x200,fit=inside,brightness=0/a", "/300x200/a"),
    ("a colour in upper case", "/300x200,background=FF00AA80/a", "/300x200,background=ff00aa80/a"),
    ("a colour that is opaque", "/300x200,background=ff00aaFF/a", "/300x200,background=ff00aa/a"),
    ("a decimal that is none", "/300x200,blur=10.0/a", "/300x200,blur=10/a"),
    ("an encoded comma", "/300x200%2Cfit%3Dinside/a", "/300x200/a"),
    ("a key behind a preset", "/ios_profile/a%2Eb", "/ios_profile/a.b"),
    ("a key behind a signature", f"/300x200,s=k1.{'A' * 43}/a%2Eb", f"/300x200,s=k1.{'A' * 43}/a.b"),
    ("a signature, encoded", f"/hero%2Cs%3Dk1%2E{'A' * 43}/a", f"/hero,s=k1.{'A' * 43}/a"),
    ("a key that is a protocol", "/300x200/https%3A/evil.com", "/300x200/https:/evil.com"),
    ("a backslash, which browsers read as a slash", "/\\evil.com/a", "/%5Cevil.com/a"),
    ("a line break", "/300x200/a%0d%0aSet-Cookie:b", "/300x200/a%0D%0ASet-Cookie:b"),
]


@pytest.mark.parametrize(
    ("path", "location"), [row[1:] for row in REDIRECTED], ids=[row[0] for row in REDIRECTED]
)
def test_another_spelling_is_redirected_to_the_canonical_one(path: str, location: str) -> None:
    assert sent_to(path) == location
    assert sent_to(location) == location


LEFT_ALONE = [
    ("the canonical spelling", "/300x200,fit=cover,format=webp/a%20%2B%2A()!.jpg"),
    ("the root", "/"),
    ("the app's own path", "/resize/300x200,fit=inside/a+b%28.jpg"),
    ("the app's own path, encoded", "/%72esize/300x200/a.jpg"),
    ("what would be another host's address", "/%2Fevil.com/a"),
    ("an empty segment", "/300x200//a%28.jpg"),
    ("a slash at the end", "/300x200/a%28/"),
    ("a segment of one dot", "/300x200/./a%28.jpg"),
    ("a segment of two dots", "/300x200/%2e%2E/a.jpg"),
    ("bytes that are not UTF-8", "/300x200/%E9.jpg"),
    ("half of a surrogate pair", "/300x200/%ED%A0%BD.jpg"),
    ("a percent sign that encodes nothing", "/300x200/100%.jpg"),
    ("an option that there is not", "/300x200,fitt=cover/a"),
    ("an option twice", "/300x200,fit=cover,fit=inside/a"),
    ("an option without its value", "/300x200,fit/a"),
    ("a flag with a value", "/300x200,flip=1/a"),
    ("a value that is not allowed", "/300x200,quality=101,fit=inside/a"),
    ("a name that every JavaScript object has", "/300x200,constructor/a"),
    ("a prototype", "/300x200,__proto__=1,fit=inside/a"),
    ("no size", "/x,fit=inside/a"),
    ("a size in another alphabet", "/%EF%BC%93%EF%BC%90%EF%BC%90x200,fit=inside/a"),
    ("a preset with options", "/ios_profile,fit=inside/a"),
    ("a signed variant", f"/301x200,fit=cover,s=k1.{'Az09_-' * 7}A/a.jpg"),
    ("a signed variant in another spelling", f"/301x200,fit=inside,s=k_1-.1900000000.{'A' * 43}/a.jpg"),
    ("a signed preset", f"/ios_profile,s=k1.{'A' * 43}/a.jpg"),
    ("a variant that is too long", f"/300x200,watermark={'a' * 400}/a"),
]


@pytest.mark.parametrize("path", [row[1] for row in LEFT_ALONE], ids=[row[0] for row in LEFT_ALONE])
def test_this_is_left_as_it_is(path: str) -> None:
    assert sent_to(path) == path


def test_the_redirect_holds_for_a_day_and_for_pages_of_every_origin() -> None:
    assert returned("/300x200/%61.jpg") == {
        "statusCode": 301,
        "statusDescription": "Moved Permanently",
        "headers": {
            "location": {"value": "/300x200/a.jpg"},
            "cache-control": {"value": "public, max-age=86400"},
            "access-control-allow-origin": {"value": "*"},
            "timing-allow-origin": {"value": "*"},
            "x-content-type-options": {"value": "nosniff"},
            "content-security-policy": {"value": "default-src 'none'; sandbox"},
        },
    }


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", ""),
        ("v=2", "?v=2"),
        ("a=%20+&&b=1&a=2", "?a=%20+&&b=1&a=2"),
        ("v=ü👩\r\n", "?v=%C3%BC%F0%9F%91%A9%0D%0A"),
    ],
)
def test_a_redirect_keeps_the_query_string_which_is_no_reason_for_one(query: str, kept: str) -> None:
    assert returned("/300x200/%61", query)["headers"]["location"]["value"] == f"/300x200/a{kept}"
    assert returned("/300x200/a", query)["uri"] == "/300x200/a"


def test_whoever_asks_is_named_to_the_origin_whatever_they_say_themselves() -> None:
    request = {"method": "GET", "uri": "/300x200/a.jpg", "headers": {"x-viewer-address": {"value": "forged"}}}
    told = run(WHOLE_SITE, {"viewer": VIEWER, "request": request})["headers"]
    assert told == {"x-viewer-address": {"value": VIEWER["ip"]}}


@pytest.mark.parametrize(
    ("method", "redirects"), [("GET", True), ("HEAD", True), ("OPTIONS", False), ("POST", False)]
)
def test_only_what_asks_for_a_picture_is_redirected(method: str, *, redirects: bool) -> None:
    assert ("statusCode" in returned("/300x200/%61.jpg", method=method)) is redirects


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/img/300x200,fit=inside/%61", "/img/300x200/a"),
        ("/%69mg/300x200/a", "/img/300x200/a"),
        ("/300x200,fit=inside/%61", "/300x200,fit=inside/%61"),
        ("/imgs/%61", "/imgs/%61"),
        ("/img", "/img"),
        ("/img/", "/img/"),
    ],
)
def test_with_a_key_prefix_the_rest_of_the_site_is_left_alone(path: str, location: str) -> None:
    assert sent_to(path, Function("prefixed", canonical.code("img/"))) == location


def test_should_the_function_fail_the_picture_is_served_all_the_same() -> None:
    broken = Function("broken", WHOLE_SITE.code.replace("encodeURI(", "gone("))
    assert broken != WHOLE_SITE
    assert returned("/300x200/%61.jpg", function=broken)["uri"] == "/300x200/%61.jpg"


TEXT = st.text(st.characters(codec="utf-8"))
ODD = st.sampled_from(
    [*" +%\"'()#?&*=;,@:~\\|[]{}<>^`$!.-_", "%2F", "%252F", "%7e", "é", "e\u0301", "☕", "👩\u200d👧"]
)
KEYS = (
    st.lists(ODD | st.text(st.characters(codec="utf-8"), max_size=3), min_size=1, max_size=12)
    .map("".join)
    .filter(is_key)
)

_ENCODE_URI = ";,/?:@&=+$-_.!~*'()#"
_BROWSER = "!$&'()*+,-./:;=@[\\]_|~"

ENCODERS: dict[str, Callable[[str], str]] = {
    "a browser that is given the key, its percent, question and number signs encoded": lambda key: quote(
        key, safe=_BROWSER
    ),
    "encodeURI, its question and number signs encoded": lambda key: (
        quote(key, safe=_ENCODE_URI).replace("?", "%3F").replace("#", "%23")
    ),
    "encodeURIComponent for each segment": lambda key: quote(key, safe="/!'()*"),
    "encodeURIComponent for all of it": lambda key: quote(key, safe="!'()*"),
    "quote of Python": quote,
    "rawurlencode of PHP": lambda key: quote(key, safe=""),
    "a form": lambda key: quote_plus(key, safe="/"),
    "every byte encoded, in lower case": lambda key: re.sub("(..)", r"%\1", key.encode().hex()),
}
TAKE_A_PLUS_AS_IT_IS = ("a browser", "encodeURI,")


@pytest.mark.parametrize("encoder", ENCODERS)
@given(key=KEYS)
def test_however_a_key_is_encoded_it_has_one_address(encoder: str, key: str) -> None:
    path = "/300x200/" + ENCODERS[encoder](key)
    named = key_of(path)
    assert isinstance(named, str), "S3 can read it"
    if not encoder.startswith(TAKE_A_PLUS_AS_IT_IS):
        assert named == f"300x200/{key}"
    assert sent_to(path) == url_path(named)
    assert sent_to(url_path(named)) == url_path(named)


def spellings_of(name: str) -> st.SearchStrategy[str]:
    """Spellings of one option, allowed or not, its canonical ones among them."""
    numbers = st.integers(-101, 10_001).map(str)
    decimals = st.decimals(0, 101, places=1).map(str)
    colours = st.text("0123456789abcdefABCDEF", min_size=5, max_size=8) | st.just("00FF00ff")
    names = st.sampled_from(
        ["inside", "cover", "center", "face", "webp", "auto", "max", "logo-2", "Logo", ""]
    )
    crops = st.from_regex(r"[0-9]{1,2}-[0-9]-[0-9]{1,6}x[0-9]", fullmatch=True)
    points = st.from_regex(r"(0|50|100|[0-9]{1,3})-(0|50|100|[0-9]{1,3})", fullmatch=True)
    values = numbers | decimals | colours | names | crops | points
    return st.just(name) | values.map(lambda value: f"{name}={value}")


def values_of(name: str) -> st.SearchStrategy[str]:
    """Texts that the option `name` takes, in any spelling, its default among them."""
    kind: Any = OPTIONS[name].values
    match kind:
        case Flag():
            return st.just(name)
        case OneOf() | Placement():
            points = st.tuples(st.sampled_from([0, 30, 50, 100]), st.sampled_from([0, 50, 70, 100]))
            named: st.SearchStrategy[str] = st.sampled_from([str(entry) for entry in kind.names])
            texts = named | points.map("{0[0]}-{0[1]}".format) if isinstance(kind, Placement) else named
        case Integer():
            texts = st.integers(kind.least, kind.most).map(str)
        case Decimal():
            texts = st.integers(round(kind.least * 10), round(kind.most * 10)).map(
                lambda tenths: f"{tenths / 10}"
            )
        case Radius():
            texts = st.integers(1, kind.most).map(str) | st.just("max")
        case Crop():
            sides = st.integers(1, kind.most)
            texts = st.tuples(sides, sides, sides, sides).map("{0[0]}-{0[1]}-{0[2]}x{0[3]}".format)
        case Hex():
            digits = "0123456789abcdefABCDEF"
            texts = st.text(digits, min_size=6, max_size=6)
            texts |= texts.map(lambda colour: f"{colour}Ff") if kind.alpha else st.nothing()
        case Name():
            texts = st.just("logo-2")
    return texts.map(lambda text: f"{name}={text}")


@st.composite
def parsed_texts(draw: st.DrawFn) -> str:
    """Texts that the app reads as a variant: any order, defaults spelled out, either case of a colour."""
    names = draw(st.permutations(list(OPTIONS)))[: draw(st.integers(0, 6))]
    size = draw(st.sampled_from(["300x200", "x9", "9x", "300x200@2x", "9999x9999@3x"]))
    return ",".join([size, *(draw(values_of(name)) for name in names)])


SIZES = st.sampled_from(["300x200", "x9", "9x", "300x200@2x", "300x@3x", "300x200@1x", "0x1", "x", "300X200"])
VARIANTS = st.builds(
    lambda size, options: ",".join([size, *options]),
    SIZES,
    st.lists(st.sampled_from([*OPTIONS, "fitt", "toString"]).flatmap(spellings_of), max_size=4),
)


def canonical_variant(text: str) -> str:
    try:
        return str(grammar.parse(text))
    except Malformed:
        return text


@given(text=VARIANTS)
def test_a_variant_is_spelled_as_the_app_spells_it_and_left_where_the_app_refuses_it(text: str) -> None:
    assert sent_to(f"/{text}/a") == f"/{url_path(canonical_variant(text))[1:]}/a"


@pytest.mark.parametrize("name", OPTIONS)
@settings(max_examples=30)
@given(data=st.data())
def test_each_option_is_spelled_as_the_app_spells_it(name: str, data: st.DataObject) -> None:
    text = f"300x200,{data.draw(spellings_of(name))}"
    assert sent_to(f"/{text}/a") == f"/{url_path(canonical_variant(text))[1:]}/a"


@settings(deadline=None)  # each example runs the function up to four times
@given(text=parsed_texts())
def test_what_the_app_reads_is_spelled_canonically_and_keeps_its_meaning(text: str) -> None:
    asked = grammar.parse(text)
    address = url_path(f"{asked}/a")
    assert sent_to(f"/{text}/a") == address
    assert grammar.parse(address.split("/")[1]) == asked
    assert "statusCode" not in returned(address)
    if text != str(asked):
        assert returned(f"/{text}/a")["statusCode"] == 301


PATHS = VARIANTS | TEXT | ODD | st.sampled_from(["/", "//", "/.", "%2F", "%2e", "%0d%0a"])


@given(parts=st.lists(PATHS, max_size=6))
def test_a_redirect_leads_to_this_site_and_to_no_further_redirect(parts: list[str]) -> None:
    path = "/" + "".join(parts)
    assume("?" not in path and "#" not in path)
    location = sent_to(path)
    assert sent_to(location) == location
    if location != path:
        assert re.fullmatch(r"/(?![/\\])[!-~]*", location)


def test_every_kind_of_value_has_a_function_that_spells_it() -> None:
    (table,) = re.findall(r"^const VALUES = \{\n(.*?)^\};", SOURCE.read_text(), re.MULTILINE | re.DOTALL)
    spelled = set(re.findall(r"^    ([a-z]+):", table, re.MULTILINE))
    assert spelled == {type(option.values).__name__.lower() for option in OPTIONS.values()}


def test_the_code_has_room_for_the_longest_key_prefix() -> None:
    longest = f"{'a' * (MAX_KEY_BYTES - 1)}/"
    assert len(canonical.code(longest).encode()) <= canonical.MAX_BYTES


def test_the_code_is_in_the_language_that_cloudfront_knows() -> None:
    language.check(canonical.code("img/"))


def test_the_code_has_nothing_that_cloudformation_would_fill_in() -> None:
    assert "${" not in canonical.code("")


@pytest.mark.parametrize("path", sorted(canonical.FOLDER.rglob("*.js")), ids=lambda path: path.name)
def test_every_constant_that_a_file_leaves_open_is_filled_in(path: Path) -> None:
    left_open = re.findall(r"^const ([A-Z_]+) = (?:''|0|\[\]|\{\});$", path.read_text(), re.MULTILINE)
    short = short_names(canonical.FOLDER)
    code = canonical.code("img/", [*canonical.AUTO, *canonical.SYSTEMS])
    pushed_to = {"OLDER", "AUTO_ALSO"}
    for constant in set(left_open) - pushed_to:
        assert re.search(rf"const {short[constant]}=(?!''|0;|\[\];|\{{\}};)", code), constant


def test_the_command_prints_the_function_for_a_distribution_of_ones_own() -> None:
    printed = CliRunner().invoke(main, ["function", "--key-prefix", "img/"])
    assert (printed.exit_code, printed.output) == (0, canonical.code("img/"))


def test_the_command_refuses_what_is_no_key_prefix() -> None:
    refused = CliRunner().invoke(main, ["function", "--key-prefix", "../"])
    assert refused.exit_code == 2
    assert "--key-prefix" in refused.output
