"""CloudFront Functions: what they are given, what they may do, and what becomes of what they return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from edge.cloudfront.distribution import Distribution, UnsupportedDistributionError
from edge.cloudfront.functions import language
from edge.cloudfront.functions.errors import FunctionFailed, InvalidReturn
from edge.cloudfront.functions.event import viewer_request_event
from edge.cloudfront.functions.published import Function
from edge.cloudfront.functions.runtime import MAX_BYTES, run
from edge.cloudfront.functions.viewer_request import after_function
from edge.cloudfront.request import ViewerRequest
from edge.shared.answer import Answer
from tests.edge.world import ask

if TYPE_CHECKING:
    from tests.edge.world import Account, ScriptedOrigin

DISTRIBUTION = Distribution("d1.cloudfront.net", (), id="E1")


def viewer(path: str = "/a%20b", query: str = "", *headers: tuple[str, str]) -> ViewerRequest:
    return ViewerRequest("GET", path, query, CIMultiDictProxy(CIMultiDict(headers)), "192.0.2.1")


def handler(body: str) -> Function:
    return Function("tested", f"function handler(event) {{ var request = event.request; {body} }}")


def after(body: str, *arguments: Any) -> Any:
    """Return what becomes of a request behind a function of this body."""
    return after_function(handler(body), viewer(*arguments), DISTRIBUTION)


def test_the_event_is_the_documented_one() -> None:
    headers = (
        ("Host", "img.example.com"),
        ("Accept", "image/avif"),
        ("Accept", "image/*"),
        ("Cookie", "a=1; b=2"),
        ("Connection", "close"),
        ("X-Amz-Cf-Id", "1"),
        ("X-Forwarded-Proto", "https"),
    )
    event = viewer_request_event(viewer("/a%20b+c", "v=%31&w&v=2", *headers), DISTRIBUTION)
    assert event["context"].pop("requestId")
    assert event == {
        "version": "1.0",
        "context": {
            "distributionDomainName": "d1.cloudfront.net",
            "distributionId": "E1",
            "eventType": "viewer-request",
        },
        "viewer": {"ip": "192.0.2.1"},
        "request": {
            "method": "GET",
            "uri": "/a%20b+c",
            "querystring": {
                "v": {"value": "%31", "multiValue": [{"value": "%31"}, {"value": "2"}]},
                "w": {"value": ""},
            },
            "headers": {
                "host": {"value": "img.example.com"},
                "accept": {
                    "value": "image/avif",
                    "multiValue": [{"value": "image/avif"}, {"value": "image/*"}],
                },
            },
            "cookies": {"a": {"value": "1"}, "b": {"value": "2"}},
            "rawQueryString": "v=%31&w&v=2",
        },
    }


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        pytest.param("/ü".encode(), "/ü", id="UTF-8 stays"),
        pytest.param("/ü".encode("latin-1"), "/ü", id="anything else is taken for ISO-8859-1"),
    ],
)
def test_a_function_gets_utf_8(raw: bytes, seen: str) -> None:
    path = raw.decode(errors="surrogateescape")
    assert viewer_request_event(viewer(path), DISTRIBUTION)["request"]["uri"] == seen
    assert after("return request;", path).path == path, "what it leaves alone is sent as it came"


@pytest.mark.parametrize(("query", "raw"), [("v=%31&w", "v=%31&w"), ("", "undefined")])
def test_a_function_can_read_the_query_string_as_it_is_written(query: str, raw: str) -> None:
    assert (
        after("request.uri += '?' + request.rawQueryString(); return request;", "/a", query).path
        == f"/a?{raw}"
    )


def test_a_request_that_is_returned_as_it_came_is_as_it_came() -> None:
    headers = (("X-One", "1"), ("Cookie", "a=1;b = 2"), ("Connection", "close"))
    given = viewer("/a%20b+c", "v=%31&&w", *headers)
    assert after_function(handler("return request;"), given, DISTRIBUTION) == given


CHANGES: list[tuple[str, str, dict[str, Any]]] = [
    ("a path", "request.uri = '/c';", {"path": "/c"}),
    ("a parameter", "request.querystring.w = {value: '3'};", {"query": "v=1&v=2&w=3"}),
    ("a query string", "request.querystring = 'x';", {"query": "x"}),
    ("a header", "request.headers['x-new-one'] = {value: '1'};", {"X-New-One": "1"}),
    ("a header that there is", "request.headers['x-old'].value = 'new';", {"X-Old": "new"}),
    ("no header", "delete request.headers['x-old'];", {"X-Old": None}),
    ("a cookie", "request.cookies.b = {value: '2'};", {"Cookie": "a=1; b=2"}),
    ("the first of two", "request.querystring.v.value = '9';", {"query": "v=9&v=2"}),
    ("both of two", "request.querystring.v.multiValue = [{value: '8'}];", {"query": "v=8"}),
]


@pytest.mark.parametrize(("body", "changes"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_a_function_changes(body: str, changes: dict[str, Any]) -> None:
    changed = after(
        f"{body} return request;", "/a", "v=1&v=2", ("X-Old", "old"), ("Cookie", "a=1"), ("TE", "x")
    )
    assert isinstance(changed, ViewerRequest)
    seen = {"path": changed.path, "query": changed.query}
    for name, value in changes.items():
        assert (seen[name] if name in seen else changed.headers.get(name)) == value
    assert changed.headers["TE"] == "x"


def test_a_function_answers_in_the_origins_place() -> None:
    given = after("""return {statusCode: 404, headers: {'x-one-two': {value: '1'}}, body: 'gone',
        cookies: {a: {value: '1', attributes: 'Path=/'}}};""")
    assert isinstance(given, Answer)
    assert (given.status, given.body) == (404, b"gone")
    assert [*given.headers.items()] == [("X-One-Two", "1"), ("Set-Cookie", "a=1; Path=/")]


@pytest.mark.parametrize(
    ("body", "sent"),
    [("{encoding: 'base64', data: 'aGk='}", b"hi"), ("{encoding: 'text', data: 'hi'}", b"hi")],
)
def test_a_body_may_be_encoded(body: str, sent: bytes) -> None:
    assert after(f"return {{statusCode: 200, body: {body}}};").body == sent


INVALID = [
    ("nothing", ""),
    ("a text", "return 'a';"),
    ("the whole event", "return event;"),
    ("a request without its headers", "delete request.headers; return request;"),
    ("another method", "request.method = 'PUT'; return request;"),
    ("a path without its slash", "request.uri = 'a'; return request;"),
    ("a path that is too long", "request.uri = '/' + 'a'.repeat(8192); return request;"),
    ("a query string with a space", "request.querystring = 'a b'; return request;"),
    ("a header that is read-only", "request.headers.host = {value: 'b'}; return request;"),
    ("a header that is none of its business", "request.headers['x-edge-a'] = {value: 'b'}; return request;"),
    ("a header in upper case", "request.headers['X-A'] = {value: 'b'}; return request;"),
    (
        "a header of an answer that it may not set",
        "return {statusCode: 200, headers: {connection: {value: 'a'}}};",
    ),
    ("a body that is no base64", "return {statusCode: 200, body: {encoding: 'base64', data: '!'}};"),
]


@pytest.mark.parametrize("body", [row[1] for row in INVALID], ids=[row[0] for row in INVALID])
def test_what_cloudfront_does_not_take_is_a_bad_gateway(body: str) -> None:
    with pytest.raises(InvalidReturn) as error:
        after(body)
    assert error.value.status == 502


FAILING = [
    ("it throws", "function handler() { throw new Error('broken'); }", "broken"),
    ("it never ends", "function handler() { for (;;) {} }", "interrupted"),
    ("it calls itself for ever", "function handler(e) { return handler(e); }", "stack"),
    (
        "it fills the memory",
        "function handler(e) { for (var a = [];;) { a.push('x'.repeat(9999) + a.length); } }",
        "memory",
    ),
    ("there is no handler", "function handle() {}", "not a function"),
    ("it sets what it has not declared", "function handler() { a = 1; }", "a is not defined"),
    ("it makes code of text", "function handler() { return eval('1'); }", "eval"),
    (
        "it makes a function of text",
        "function handler() { return handler.constructor('return 1')(); }",
        "strings",
    ),
    ("it is not in the language", "function handler(e) { return e?.request; }", "optional_chain"),
    ("it is too long", f"function handler() {{}} // {'a' * MAX_BYTES}", "bytes"),
]


@pytest.mark.parametrize(("code", "why"), [row[1:] for row in FAILING], ids=[row[0] for row in FAILING])
def test_a_function_that_fails_is_an_error_of_its_own(code: str, why: str) -> None:
    with pytest.raises(FunctionFailed, match=why) as error:
        run(Function("tested", code), {"request": {}})
    assert error.value.status == 503


@pytest.mark.parametrize(
    "name",
    [
        *("Map", "Set", "Proxy", "Reflect", "BigInt", "WebAssembly", "Intl", "eval", "escape"),
        *("setTimeout", "queueMicrotask", "fetch", "XMLHttpRequest", "require", "process", "performance"),
        *("[].flat", "[].at", "[].findLast", "'a'.at", "'a'.matchAll", "'a'.normalize", "'a'.charCodeAt"),
        *("Object.fromEntries", "Array.from", "String.raw", "Math.f16round", "console.error", "JSON.rawJSON"),
        *("(function () {}).caller", "/a/.dotAll", "Number.prototype.toLocaleString"),
    ],
)
def test_the_engine_offers_nothing_that_cloudfront_does_not(name: str) -> None:
    assert run(handler(f"return typeof {name};"), {"request": {}}) == "undefined"


def test_nothing_is_left_of_an_earlier_run() -> None:
    counting = Function("counting", "var runs = 0; function handler() { runs += 1; return runs; }")
    assert [run(counting, {"request": {}}) for _ in range(2)] == [1, 1]


def test_what_a_function_logs_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="edge.cloudfront.functions.runtime"):
        run(handler("console.log('seen ' + request.uri); return 1;"), {"request": {"uri": "/a"}})
    assert caplog.messages == ["tested: seen /a"]


@pytest.mark.parametrize(
    "code",
    [
        *(
            "a?.b",
            "a ?? b",
            "a ||= b",
            "[...a]",
            "f(...a)",
            "var {a} = b",
            "var [a] = b",
            "({a})",
            "({a() {}})",
        ),
        *(
            "({[a]: 1})",
            "for (var a of b) {}",
            "class A {}",
            "function* f() {}",
            "function f(a = 1) {}",
            "f(a,)",
        ),
        *("async function f() {}", "import a from 'b'", "try {} catch {}", "f`a`", "1n", "0b1", "'\\u{61}'"),
        *("/a/u", "/(?<=a)b/", "/\\p{L}/", "with (a) {}", "debugger", "}{", "let a = {"),
    ],
)
def test_the_language_leaves_out(code: str) -> None:
    with pytest.raises(language.Unsupported):
        language.check(code)


@pytest.mark.parametrize(
    "code",
    [
        "function f(a, ...b) { return `x${a}` ** 2; }",
        "const f = (a) => a ? [1_000, 0xff, .5, 1e3] : {a: a, 'b': function () {}};",
        "/(?<n>a)[\\]]/gimy.exec(a); a = b, c; a += 1; a >>>= 1;",
        "a: for (let i in b) { if (i) continue a; else break; } do {} while (0); while (0);",
        "switch (a) { case 1: break; default: throw new Error('\\n\\u0061'); } /* */ // end",
        "try {} catch (e) {} finally {} var a, b = typeof this, c = void 0; delete a.b; a instanceof b;",
    ],
)
def test_the_language_has(code: str) -> None:
    language.check(code)


def associated(
    account: Account, code: str, event: str = "viewer-request", runtime: str = "cloudfront-js-2.0"
) -> Any:
    """Publish a function and return the part of a behaviour that runs it."""
    arn = account.function(code, runtime)
    return {"FunctionAssociations": {"Quantity": 1, "Items": [{"EventType": event, "FunctionARN": arn}]}}


KEPT = {"Cache-Control": "max-age=9"}
REWRITES = "function handler(event) { event.request.uri = '/same'; return event.request; }"
REDIRECTS = """function handler(event) {
    return {statusCode: 301, headers: {location: {value: '/b' + event.request.uri}}};
}"""
THROWS = "function handler(event) { throw new Error('broken'); }"


def test_a_rewritten_request_is_cached_and_fetched_under_its_new_path(
    account: Account, origin: ScriptedOrigin
) -> None:
    origin.says(200, KEPT)
    with account.serving(origin, behaviour=associated(account, REWRITES)) as (served, _):
        assert [ask(f"{served.url}/{path}").cache for path in ("a", "b")] == ["Miss", "Hit"]
    assert [asked.target for asked in origin.asked] == ["/same"]


def test_a_functions_answer_is_neither_fetched_nor_kept_nor_given_headers(
    account: Account, origin: ScriptedOrigin
) -> None:
    with account.serving(origin, behaviour=associated(account, REDIRECTS)) as (served, _):
        answers = [ask(f"{served.url}/a", method) for method in ("GET", "GET", "HEAD")]
    assert {(got.status, got.location, got.cache) for got in answers} == {
        (301, "/b/a", "FunctionGeneratedResponse")
    }
    assert origin.asked == []
    assert [seen.cache for seen in served.log] == ["FunctionGeneratedResponse"] * 3


def test_a_function_that_throws_is_answered_with_503(account: Account, origin: ScriptedOrigin) -> None:
    with account.serving(origin, behaviour=associated(account, THROWS)) as (served, _):
        got = ask(f"{served.url}/a")
    assert (got.status, got.cache, origin.asked) == (503, "Error", [])


def test_a_function_does_not_run_for_a_method_that_is_refused(
    account: Account, origin: ScriptedOrigin
) -> None:
    with account.serving(origin, behaviour=associated(account, REDIRECTS)) as (served, _):
        assert ask(f"{served.url}/a", "POST").status == 403


def test_what_is_published_runs_and_not_what_is_only_written(
    account: Account, origin: ScriptedOrigin
) -> None:
    behaviour = associated(account, REDIRECTS)
    name = behaviour["FunctionAssociations"]["Items"][0]["FunctionARN"].rpartition("/")[2]
    config: Any = {"Comment": "", "Runtime": "cloudfront-js-2.0"}
    etag = account.cloudfront.describe_function(Name=name, Stage="DEVELOPMENT")["ETag"]
    account.cloudfront.update_function(
        Name=name, IfMatch=etag, FunctionConfig=config, FunctionCode=THROWS.encode()
    )
    with account.serving(origin, behaviour=behaviour) as (served, _):
        assert ask(f"{served.url}/a").status == 301


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"event": "viewer-response"}, "viewer-response"),
        ({"runtime": "cloudfront-js-1.0"}, "cloudfront-js-1.0"),
    ],
)
def test_the_edge_serves_no_distribution_with_another_kind_of_function(
    account: Account, origin: ScriptedOrigin, changes: dict[str, str], why: str
) -> None:
    behaviour = associated(account, REDIRECTS, **changes)
    with pytest.raises(UnsupportedDistributionError, match=why), account.serving(origin, behaviour=behaviour):
        raise AssertionError("it is served")


def test_nor_one_with_a_function_of_lambda_at_edge(account: Account, origin: ScriptedOrigin) -> None:
    arn = "arn:aws:lambda:us-east-1:000000000000:function:edge:1"
    item = {"LambdaFunctionARN": arn, "EventType": "origin-request"}
    behaviour = {"LambdaFunctionAssociations": {"Quantity": 1, "Items": [item]}}
    with (
        pytest.raises(UnsupportedDistributionError, match="origin-request"),
        account.serving(origin, behaviour=behaviour),
    ):
        raise AssertionError("it is served")
