from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from edge.cloudfront import headers_policy
from edge.cloudfront.distribution import (
    Behaviour,
    CachePolicy,
    Cors,
    CustomHeader,
    Distribution,
    Origin,
    OriginRequestPolicy,
    ResponseHeadersPolicy,
    Selection,
    UnsupportedDistributionError,
)
from edge.cloudfront.request import ViewerRequest, cache_key, origin_headers, origin_target
from edge.cloudfront.response_headers import with_policy_headers
from edge.cloudfront.ttl import Bounds
from edge.s3.cors import CorsRule, cors_headers
from edge.shared.answer import answer

ALL = Selection("all")
API = Origin("api", "api.example", path="/stage", headers=(("Referer", "s3cret"),))


def behaviour(cache: CachePolicy | None = None, forwards: OriginRequestPolicy | None = None) -> Behaviour:
    return Behaviour("*", API, cache=cache or CachePolicy(), forwards=forwards or OriginRequestPolicy())


def viewer(query: str = "", **headers: str) -> ViewerRequest:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ViewerRequest("GET", "/a%2Fb+c", query, CIMultiDictProxy(CIMultiDict(named)), "192.0.2.1")


@pytest.mark.parametrize(
    ("pattern", "path", "is_for"),
    [
        ("/resize/*", "/resize/300x/a/b.jpg", True),
        ("resize/*", "/resize/a", True),
        ("/resize/*", "/Resize/a", False),
        ("/resize/*", "/resize", False),
        ("/?00x/*", "/300x/a", True),
        ("/?00x/*", "/1300x/a", False),
        ("*.jpg", "/a/b.jpg", True),
        ("*", "/", True),
        ("/a[bc]", "/ab", False),
        ("/a[bc]", "/a[bc]", True),
    ],
)
def test_a_behaviour_is_chosen_by_path_pattern(pattern: str, path: str, *, is_for: bool) -> None:
    assert replace(behaviour(), pattern=pattern).is_for(path) is is_for


def test_the_first_matching_behaviour_wins() -> None:
    first, second, default = (replace(behaviour(), pattern=pattern) for pattern in ("/a/*", "/a/b*", "*"))
    distribution = Distribution("d.example", (first, second, default))
    assert [distribution.behaviour(path) for path in ("/a/b", "/c")] == [first, default]


@pytest.mark.parametrize(
    ("queries", "query", "kept"),
    [
        pytest.param(Selection(), "v=1", "", id="none"),
        pytest.param(ALL, "v=1&&w=%20+", "v=1&&w=%20+", id="all, unchanged"),
        pytest.param(Selection("only", frozenset({"v"})), "w=2&v=%31&V=3", "v=%31", id="some"),
        pytest.param(Selection("except", frozenset({"v"})), "w=2&v=1&V=3", "w=2&V=3", id="all but some"),
    ],
)
def test_the_policy_decides_which_query_strings_reach_the_key_and_the_origin(
    queries: Selection, query: str, kept: str
) -> None:
    policy = CachePolicy(queries=queries)
    assert cache_key(viewer(query), policy).query == kept
    assert origin_target(viewer(query), behaviour(policy)) == "/stage/a%2Fb+c" + (f"?{kept}" if kept else "")


def test_headers_of_the_key_are_compared_without_their_case() -> None:
    policy = CachePolicy(headers=Selection("only", frozenset({"accept"})))
    assert cache_key(viewer(ACCEPT="a"), policy) == cache_key(viewer(accept="a", other="b"), policy)
    assert cache_key(viewer(accept="a"), policy) != cache_key(viewer(accept="b"), policy)


def test_the_key_has_only_encodings_that_the_policy_enables() -> None:
    policy = CachePolicy(encodings=("br", "gzip"))
    accepted = viewer(accept_encoding="gzip, deflate, br;q=0.9")
    assert cache_key(accepted, policy).headers == (("accept-encoding", "br,gzip"),)
    assert origin_headers(accepted, behaviour(policy))["Accept-Encoding"] == "br,gzip"


def test_an_origin_gets_few_headers_by_default() -> None:
    sent = origin_headers(
        viewer(accept="a", cookie="b=c", referer="d", user_agent="e", host="f", range="bytes=0-"), behaviour()
    )
    assert dict(sent) == {
        "User-Agent": "Amazon CloudFront",
        "X-Forwarded-For": "192.0.2.1",
        "Referer": "s3cret",
    }


def test_an_origin_gets_the_headers_that_the_policies_name() -> None:
    cache = CachePolicy(Bounds(0, 0, 0))
    forwards = OriginRequestPolicy(Selection("except", frozenset({"host"})), ALL, ALL)
    sent = origin_headers(
        viewer(
            accept="a",
            cookie="b=c; d=e",
            referer="mine",
            user_agent="f",
            host="g",
            range="bytes=0-",
            connection="close",
            x_forwarded_for="198.51.100.1",
        ),
        behaviour(cache, forwards),
    )
    assert dict(sent) == {
        "accept": "a",
        "range": "bytes=0-",
        "Cookie": "b=c; d=e",
        "User-Agent": "f",
        "X-Forwarded-For": "198.51.100.1, 192.0.2.1",
        "Referer": "s3cret",
    }


def test_the_origin_is_asked_for_the_whole_object_if_answers_are_kept() -> None:
    partly = viewer(range="bytes=0-", if_none_match='"e"', accept="a")
    sent = origin_headers(partly, behaviour(forwards=OriginRequestPolicy(headers=ALL)))
    assert set(sent) == {"accept", "User-Agent", "X-Forwarded-For", "Referer"}


def test_the_key_has_only_cookies_that_the_policy_names() -> None:
    policy = CachePolicy(cookies=Selection("only", frozenset({"b"})))
    assert cache_key(viewer(cookie="a=1; b=2; c=3"), policy).cookies == (("b", "2"),)


POLICY = ResponseHeadersPolicy(
    custom=(
        CustomHeader("Timing-Allow-Origin", "*", overrides=True),
        CustomHeader("X-Kept", "new", overrides=False),
    ),
    removed=("X-Secret",),
    cors=Cors(("https://a.com",), methods=("GET",), max_age=5, exposed=("ETag",), overrides=True),
)


@pytest.mark.parametrize(
    ("origin", "method", "added"),
    [
        pytest.param(None, "GET", {}, id="a request without an Origin"),
        pytest.param("https://b.com", "GET", {}, id="an origin that is not allowed"),
        pytest.param(
            "https://a.com",
            "GET",
            {"Access-Control-Allow-Origin": "https://a.com", "Access-Control-Expose-Headers": "ETag"},
            id="an origin that is allowed",
        ),
        pytest.param(
            "https://a.com",
            "OPTIONS",
            {
                "Access-Control-Allow-Origin": "https://a.com",
                "Access-Control-Expose-Headers": "ETag",
                "Access-Control-Allow-Methods": "GET",
                "Access-Control-Max-Age": "5",
            },
            id="a preflight",
        ),
    ],
)
def test_a_response_headers_policy(origin: str | None, method: str, added: dict[str, str]) -> None:
    given = answer(200, {"X-Kept": "old", "X-Secret": "s", "timing-allow-origin": "none"})
    usual = {"X-Kept": "old", "Timing-Allow-Origin": "*"}
    assert {**with_policy_headers(given, POLICY, method, origin).headers} == {**usual, **added}


def test_headers_are_removed_before_others_are_added() -> None:
    policy = ResponseHeadersPolicy(
        custom=(CustomHeader("X-Both", "new", overrides=False),), removed=("x-both", "server")
    )
    given = answer(200, {"X-Both": "old", "Server": "AmazonS3"})
    assert {**with_policy_headers(given, policy, "GET", None).headers} == {
        "X-Both": "new",
        "Server": "CloudFront",
    }


SECURITY = {
    "ContentSecurityPolicy": {"ContentSecurityPolicy": "default-src 'none'", "Override": True},
    "ContentTypeOptions": {"Override": True},
    "FrameOptions": {"FrameOption": "DENY", "Override": False},
    "ReferrerPolicy": {"ReferrerPolicy": "no-referrer", "Override": True},
    "StrictTransportSecurity": {
        "AccessControlMaxAgeSec": 5,
        "IncludeSubdomains": True,
        "Preload": True,
        "Override": True,
    },
    "XSSProtection": {"Protection": True, "ModeBlock": True, "Override": True},
}


def test_security_headers_are_spelled_as_documented() -> None:
    policy = headers_policy.read({"Name": "p", "SecurityHeadersConfig": SECURITY})
    given = answer(200, {"X-Frame-Options": "SAMEORIGIN", "Referrer-Policy": "origin"})
    assert {**with_policy_headers(given, policy, "GET", None).headers} == {
        "Content-Security-Policy": "default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "no-referrer",
        "Strict-Transport-Security": "max-age=5; includeSubDomains; preload",
        "X-XSS-Protection": "1; mode=block",
    }


@pytest.mark.parametrize(
    "more",
    [
        {"RemoveHeadersConfig": {"Items": [{"Header": "x-kept"}, {"Header": "X-Amz-Cf-Id"}]}},
        {"RemoveHeadersConfig": {"Items": [{"Header": "content-length"}]}},
        {"RemoveHeadersConfig": {"Items": [{"Header": "Via"}]}},
        {"ServerTimingHeadersConfig": {"Enabled": True, "SamplingRate": 100}},
    ],
    ids=["CloudFront's own id", "the length", "the way", "Server-Timing"],
)
def test_a_policy_that_cannot_be_applied_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedDistributionError):
        headers_policy.read({"Name": "p", **more})


@pytest.mark.parametrize(
    ("rules", "origin", "method", "allowed"),
    [
        pytest.param([CorsRule(("*",), ("GET",))], None, "GET", None, id="a request without an Origin"),
        pytest.param([CorsRule(("*",), ("GET",))], "https://a.com", "GET", "*", id="anyone"),
        pytest.param([CorsRule(("*",), ("GET",))], "https://a.com", "HEAD", None, id="another method"),
        pytest.param(
            [CorsRule(("https://*.a.com",), ("GET",))],
            "https://x.a.com",
            "GET",
            "https://x.a.com",
            id="an origin that matches a pattern",
        ),
        pytest.param(
            [CorsRule(("https://b.com",), ("GET",)), CorsRule(("*",), ("GET",))],
            "https://b.com",
            "GET",
            "https://b.com",
            id="the first matching rule",
        ),
        pytest.param([], "https://a.com", "GET", None, id="no rules"),
    ],
)
def test_the_cors_rules_of_a_bucket(
    rules: list[CorsRule], origin: str | None, method: str, allowed: str | None
) -> None:
    assert cors_headers(tuple(rules), origin, method).get("Access-Control-Allow-Origin") == allowed
