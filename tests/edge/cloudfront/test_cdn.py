"""The CDN, live: distributions in a MiniStack, in front of a scripted origin."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

import edge
from edge.cloudfront.distribution import UnsupportedDistributionError
from edge.cloudfront.distribution_reader import DistributionReader
from edge.emulator import NoSuchNameError
from tests.edge.world import PUBLIC_OBJECTS, ask
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.cloudfront.request import ViewerRequest
    from edge.emulator import Place
    from edge.shared.answer import Answer
    from tests.edge.world import Account, Asked, ScriptedOrigin

WAIT_SECONDS = 60.0
KEPT = {"Cache-Control": "max-age=100", "ETag": '"e"'}
TO = {"Location": "https://elsewhere.example/x"}


@pytest.mark.parametrize(
    ("ttls", "status", "headers", "caches"),
    [
        pytest.param((0, 0, 99), 200, KEPT, ["Miss", "Hit"], id="max-age"),
        pytest.param((0, 0, 99), 200, {}, ["Miss", "Miss"], id="no max-age, a default of 0"),
        pytest.param((0, 99, 99), 200, {}, ["Miss", "Hit"], id="no max-age, a default above 0"),
        pytest.param((0, 99, 99), 302, TO, ["Miss", "Hit"], id="a 302 without headers is kept"),
        pytest.param((0, 99, 99), 307, TO, ["Miss", "Miss"], id="a 307 without headers is not kept"),
        pytest.param(
            (0, 99, 99),
            302,
            TO | {"Cache-Control": "no-store"},
            ["Miss", "Miss"],
            id="no-store without a minimum is not kept",
        ),
        pytest.param(
            (9, 99, 99),
            302,
            TO | {"Cache-Control": "no-store"},
            ["Miss", "Hit"],
            id="no-store with a minimum is kept",
        ),
        pytest.param(
            (0, 0, 99), 200, {"ETag": '"e"'}, ["Miss", "RefreshHit"], id="an ETag: kept for revalidation"
        ),
    ],
)
def test_how_often_the_origin_is_asked(
    account: Account,
    origin: ScriptedOrigin,
    ttls: tuple[int, int, int],
    status: int,
    headers: dict[str, str],
    caches: list[str],
) -> None:
    def script(asked: Asked) -> tuple[int, dict[str, str], bytes]:
        return (304 if asked.headers["If-None-Match"] == '"e"' else status), headers, b"content"

    origin.script = script
    with account.serving(origin, account.cache_policy(ttls)) as (served, _):
        got = [ask(f"{served.url}/a") for _ in caches]
    assert [(answer.cache, answer.status) for answer in got] == [(cache, status) for cache in caches]
    assert {answer.body for answer in got} == {b"content"}
    assert len(origin.asked) == sum(cache != "Hit" for cache in caches)


def test_whoever_watches_is_told_of_each_request_and_of_its_answer_before_that_is_sent(
    account: Account, origin: ScriptedOrigin
) -> None:
    origin.script = lambda _: (404, {"Content-Type": "text/plain"}, b"none")
    told: list[object] = []

    def watch(viewer: ViewerRequest) -> Callable[[Answer], None]:
        told.append((viewer.target, viewer.headers["User-Agent"], len(origin.asked)))
        return lambda answer: told.append((answer.status, answer.body, len(origin.asked)))

    with account.serving(origin, account.cache_policy(), watch=watch) as (served, _):
        ask(f"{served.url}/a?b=c", headers={"User-Agent": "curl"})
        assert told == [("/a?b=c", "curl", 0), (404, b"none", 1)]


@pytest.mark.parametrize(
    ("settings", "caches", "targets"),
    [
        pytest.param({"MinTTL": 0}, ["Miss", "Hit"], ["/a", "/a"], id="without TTLs the default is a day"),
        pytest.param({"MinTTL": 0, "DefaultTTL": 0}, ["Miss"] * 2, ["/a"] * 2, id="a default of 0"),
        pytest.param({"MinTTL": 9, "DefaultTTL": 9}, ["Miss", "Hit"], ["/a", "/a"], id="a minimum"),
        pytest.param(
            {"MinTTL": 0}, ["Miss", "Hit"], ["/a?x=1", "/a?x=2"], id="a query string that is dropped"
        ),
        pytest.param(
            {"MinTTL": 0, "query": True},
            ["Miss", "Miss"],
            ["/a?x=1", "/a?x=2"],
            id="a query string that is forwarded",
        ),
    ],
)
def test_legacy_cache_settings_are_applied(
    account: Account, origin: ScriptedOrigin, settings: dict[str, Any], caches: list[str], targets: list[str]
) -> None:
    ttls = {name: value for name, value in settings.items() if name != "query"}
    forwarded = {"QueryString": settings.get("query", False), "Cookies": {"Forward": "none"}}
    with account.serving(origin, behaviour={"ForwardedValues": forwarded, **ttls}) as (served, _):
        got = [ask(f"{served.url}{target}") for target in targets]
    assert [answer.cache for answer in got] == caches
    assert [asked.target for asked in origin.asked] == (
        targets if settings.get("query") else ["/a"] * caches.count("Miss")
    )


def test_a_hit_has_an_age(account: Account, origin: ScriptedOrigin) -> None:
    origin.says(200, KEPT)
    with account.serving(origin) as (served, _):
        ages = [ask(f"{served.url}/a").headers["Age"] for _ in range(2)]
    assert ages == [None, "0"]


def test_a_path_reaches_the_origin_byte_for_byte(account: Account, origin: ScriptedOrigin) -> None:
    target = "/a%2Fb+c%20%c3%BC'()*!;=@:%25%41/../x/./y/%F0%9F%90%88%2A"
    with account.serving(origin) as (served, _):
        ask(served.url + target)
    assert [asked.target for asked in origin.asked] == [target]


def test_the_log_separates_the_cdn_from_the_origin(account: Account, origin: ScriptedOrigin) -> None:
    origin.says(200, KEPT)
    with account.serving(origin) as (served, _):
        for _ in range(2):
            ask(f"{served.url}/a?b=c")
        assert list(served.log) == [
            edge.Seen("origin", "scripted.example", "GET", "/a", 200),
            edge.Seen("cdn", "scripted.example", "GET", "/a?b=c", 200, "Miss"),
            edge.Seen("cdn", "scripted.example", "GET", "/a?b=c", 200, "Hit"),
        ]


def test_one_behaviour_for_the_site_and_one_for_the_app(account: Account, origin: ScriptedOrigin) -> None:
    def script(asked: Asked) -> tuple[int, dict[str, str], bytes]:
        return 200, KEPT, asked.target.encode()

    origin.script = script
    with account.serving(origin, api="api.example") as (served, _):
        targets = ("/300x/a", "/resize/300x/a?b=c", "/resize/300x/a?b=c")
        got = [ask(served.url + target) for target in targets]
        hosts = [seen.origin for seen in served.log if seen.at == "origin"]
    assert [answer.body for answer in got] == [b"/300x/a", *[b"/stage/resize/300x/a?b=c"] * 2]
    assert [answer.cache for answer in got] == ["Miss"] * 3
    assert hosts == ["scripted.example", "api.example", "api.example"]


def test_the_app_gets_all_headers_but_the_host(account: Account, origin: ScriptedOrigin) -> None:
    with account.serving(origin, api="api.example") as (served, _):
        ask(f"{served.url}/resize/a", headers={"Accept": "image/webp", "X-Mine": "1", "Cookie": "a=b"})
    got = origin.asked[0].headers
    assert [got[name] for name in ("Host", "Accept", "X-Mine", "Cookie")] == [
        "api.example",
        "image/webp",
        "1",
        "a=b",
    ]


def test_the_policy_decides_which_query_strings_and_headers_are_in_the_cache_key(
    account: Account, origin: ScriptedOrigin
) -> None:
    origin.says(200, KEPT)
    requests: list[tuple[str, dict[str, str]]] = [("/a?v=1", {}), ("/a?v=2", {}), ("/a?v=2", {"Accept": "x"})]
    policies = [account.cache_policy(), account.cache_policy(queries="all", headers=("Accept",))]
    caches = []
    for policy in policies:
        with account.serving(origin, policy) as (served, _):
            caches.append([ask(served.url + target, headers=headers).cache for target, headers in requests])
    assert caches == [["Miss", "Hit", "Hit"], ["Miss", "Miss", "Miss"]]


def test_custom_headers_go_to_the_origin(account: Account) -> None:
    bucket = account.bucket(
        ({**PUBLIC_OBJECTS[0], "Condition": {"StringEquals": {"aws:Referer": "s3cret"}}},)
    )
    account.put(bucket, "a")
    distribution = account.distribution(f"{bucket}.s3-website-us-east-1.amazonaws.com")
    found = account.cloudfront.get_distribution_config(Id=distribution)
    config: Any = found["DistributionConfig"]
    config["Origins"]["Items"][0]["CustomHeaders"] = {
        "Quantity": 1,
        "Items": [{"HeaderName": "Referer", "HeaderValue": "s3cret"}],
    }
    with edge.serve(distribution, endpoint_url=account.endpoint_url) as served:
        before = ask(f"{served.url}/a").status
        account.cloudfront.update_distribution(
            Id=distribution, IfMatch=found["ETag"], DistributionConfig=config
        )
        served.reread()
        assert (before, ask(f"{served.url}/a").status) == (403, 200)


@pytest.mark.parametrize(
    ("first", "second", "caches"),
    [
        pytest.param("GET", "HEAD", ["Miss", "Hit"], id="HEAD after GET is a hit"),
        pytest.param("HEAD", "GET", ["Miss", "Miss"], id="GET after HEAD is a miss"),
    ],
)
def test_head_and_get(
    account: Account, origin: ScriptedOrigin, first: str, second: str, caches: list[str]
) -> None:
    origin.says(200, KEPT)
    with account.serving(origin) as (served, _):
        got = [ask(f"{served.url}/a", method) for method in (first, second)]
    assert [answer.cache for answer in got] == caches
    assert [answer.headers["Content-Length"] for answer in got] == ["7", "7"]


def test_a_range_is_cut_from_the_kept_whole_answer(account: Account, origin: ScriptedOrigin) -> None:
    origin.says(200, KEPT)
    with account.serving(origin) as (served, _):
        got = [ask(f"{served.url}/a", headers={"Range": "bytes=1-3"}) for _ in range(2)]
        whole = ask(f"{served.url}/a")
    assert [(answer.status, answer.body, answer.cache) for answer in [*got, whole]] == [
        (206, b"ont", "Miss"),
        (206, b"ont", "Hit"),
        (200, b"content", "Hit"),
    ]


def test_a_viewer_with_the_same_version_gets_a_304(account: Account, origin: ScriptedOrigin) -> None:
    origin.says(200, KEPT)
    with account.serving(origin) as (served, _):
        assert ask(f"{served.url}/a", headers={"If-None-Match": '"e"'}).status == 304


def test_a_long_location_passes(account: Account, origin: ScriptedOrigin) -> None:
    location = "https://elsewhere.example/".ljust(20_000, "a")
    origin.says(302, {"Location": location})
    with account.serving(origin) as (served, _):
        assert ask(f"{served.url}/a").location == location


def test_compressed_content_passes_untouched(account: Account, origin: ScriptedOrigin) -> None:
    origin.says(200, {"Content-Encoding": "gzip"}, b"not really gzip")
    with account.serving(origin) as (served, _):
        assert ask(f"{served.url}/a").body == b"not really gzip"


@pytest.mark.parametrize(
    ("headers", "asked_at_least", "caches"),
    [
        pytest.param(KEPT, 1, {"Miss": 1, "Hit": 9}, id="one request for all"),
        pytest.param(
            {"Cache-Control": "no-store"},
            10,
            {"Miss": 10},
            id="one request for each if the answer cannot be kept",
        ),
    ],
)
def test_many_viewers_of_one_path(
    account: Account,
    origin: ScriptedOrigin,
    headers: dict[str, str],
    asked_at_least: int,
    caches: dict[str, int],
) -> None:
    go = threading.Event()

    def script(_: Asked) -> tuple[int, dict[str, str], bytes]:
        assert go.wait(WAIT_SECONDS)
        return 200, headers, b"content"

    origin.script = script
    with account.serving(origin) as (served, _), ThreadPoolExecutor(10) as herd:
        views = [herd.submit(ask, f"{served.url}/a") for _ in range(10)]
        assert until(lambda: len(origin.asked) == 1)
        go.set()
        got = [view.result().cache for view in views]
    assert {cache: got.count(cache) for cache in got} == caches
    assert len(origin.asked) == asked_at_least


@pytest.mark.parametrize(
    ("item", "dropped"),
    [
        pytest.param("/a/1.jpg", ["/a/1.jpg"], id="a path"),
        pytest.param("/a/*", ["/a/1.jpg", "/a/2.jpg"], id="a wildcard"),
        pytest.param("#Shoes", ["/a/2.jpg", "/b%2A"], id="a tag"),
        pytest.param("/b%2A", ["/b%2A"], id="a literal star"),
        pytest.param("/b%2a", [], id="another spelling of it"),
        pytest.param("/*", ["/a/1.jpg", "/a/2.jpg", "/b%2A"], id="everything"),
    ],
)
def test_an_invalidation(account: Account, origin: ScriptedOrigin, item: str, dropped: list[str]) -> None:
    tags = {"/a/1.jpg": "hats", "/a/2.jpg": "hats,shoes", "/b%2A": "SHOES"}

    def script(asked: Asked) -> tuple[int, dict[str, str], bytes]:
        return 200, {**KEPT, "x-amz-meta-cache-tag": tags[asked.target]}, b""

    origin.script = script
    more = {"CacheTagConfig": {"HeaderName": "x-amz-meta-cache-tag"}}
    with account.serving(origin, more=more) as (served, distribution):
        for target in tags:
            ask(served.url + target)
        account.invalidate(distribution, item)
        assert [target for target in tags if ask(served.url + target).cache == "Miss"] == dropped


def test_an_invalidation_does_not_drop_later_answers(account: Account, origin: ScriptedOrigin) -> None:
    origin.says(200, KEPT)
    with account.serving(origin) as (served, distribution):
        account.invalidate(distribution, "/*")
        assert [ask(f"{served.url}/a").cache for _ in range(2)] == ["Miss", "Hit"]


def test_an_invalidation_takes_effect_after_its_delay(account: Account, origin: ScriptedOrigin) -> None:
    origin.says(200, KEPT)
    with account.serving(origin, invalidation_delay=1.0) as (served, distribution):
        ask(f"{served.url}/old")
        account.invalidate(distribution, "/*")
        begun = time.monotonic()
        assert ask(f"{served.url}/old").cache == "Hit"
        assert ask(f"{served.url}/new").cache == "Miss"
        assert until(lambda: ask(f"{served.url}/old").cache == "Miss")
        assert time.monotonic() - begun >= 1.0
        assert ask(f"{served.url}/new").cache == "Miss"


def test_an_invalidation_takes_effect_without_requests(account: Account, origin: ScriptedOrigin) -> None:
    origin.says(200, KEPT)
    with account.serving(origin, invalidation_delay=0.2) as (served, distribution):
        ask(f"{served.url}/a")
        account.invalidate(distribution, "/a")
        time.sleep(2.0)  # any request would make the edge look, so there is nothing to wait for but the time
        assert ask(f"{served.url}/a").cache == "Miss"


def test_an_invalidation_from_before_the_edge_started_is_ignored(
    account: Account, origin: ScriptedOrigin
) -> None:
    origin.says(200, KEPT)
    distribution = account.distribution("scripted.example")
    account.invalidate(distribution, "/*")
    with edge.serve(distribution, endpoint_url=account.endpoint_url, names=origin.names) as served:
        assert [ask(f"{served.url}/a").cache for _ in range(2)] == ["Miss", "Hit"]


@pytest.mark.parametrize(
    ("status", "headers", "cache"),
    [
        pytest.param(301, {}, "Hit", id="a 301"),
        pytest.param(302, {"Cache-Control": "max-age=0"}, "Hit", id="a 302 with max-age=0"),
        pytest.param(307, {}, "Hit", id="a 307 without headers"),
        pytest.param(308, {}, "Hit", id="a 308"),
        pytest.param(302, {"Cache-Control": "no-store"}, "Miss", id="a 302 with no-store"),
        pytest.param(302, {"Cache-Control": "private"}, "Miss", id="a 302 with private"),
        pytest.param(200, {}, "Miss", id="a 200 as the policy says"),
    ],
)
@pytest.mark.parametrize("path", ["/a", "/resize/a"])
def test_the_worst_cdn_in_the_world(
    account: Account, origin: ScriptedOrigin, status: int, headers: dict[str, str], cache: str, path: str
) -> None:
    origin.says(status, TO | headers)
    with account.serving(origin, api="api.example", worst=True) as (served, _):
        assert [ask(served.url + path).cache for _ in range(2)] == ["Miss", cache]


@pytest.mark.parametrize(
    ("status", "more", "asked"),
    [
        pytest.param(404, {}, 1, id="kept for ten seconds"),
        pytest.param(403, {}, 2, id="not kept without headers"),
        pytest.param(503, {}, 1, id="kept in spite of no-store"),
        pytest.param(
            503,
            {"CustomErrorResponses": {"Quantity": 1, "Items": [{"ErrorCode": 503, "ErrorCachingMinTTL": 0}]}},
            2,
            id="not kept if the distribution says so",
        ),
    ],
)
def test_errors(
    account: Account, origin: ScriptedOrigin, status: int, more: dict[str, Any], asked: int
) -> None:
    origin.says(status, {"Cache-Control": "no-store"} if status == 503 else {})
    with account.serving(origin, more=more) as (served, _):
        got = [ask(f"{served.url}/a") for _ in range(2)]
    assert [(answer.status, answer.cache) for answer in got] == [(status, "Error")] * 2
    assert len(origin.asked) == asked


@pytest.mark.parametrize(
    ("path", "page", "status", "body"),
    [
        pytest.param("/gone", "/index.html", 200, b"page", id="in place of the error"),
        pytest.param("/gone", "/nowhere.html", 404, b"no", id="not if the page is missing, too"),
        pytest.param("/broken", "/index.html", 500, b"no", id="not for another status"),
        pytest.param("/there", "/index.html", 200, b"there", id="not for what is no error"),
    ],
)
def test_a_page_of_the_distribution_in_place_of_an_error(
    account: Account, origin: ScriptedOrigin, path: str, page: str, status: int, body: bytes
) -> None:
    answers = {"/index.html": (200, b"page"), "/there": (200, b"there"), "/broken": (500, b"no")}

    def script(asked: Asked) -> tuple[int, dict[str, str], bytes]:
        given, content = answers.get(asked.target, (404, b"no"))
        return given, {}, content

    origin.script = script
    response = {"ErrorCode": 404, "ResponsePagePath": page, "ResponseCode": "200"}
    more = {"CustomErrorResponses": {"Quantity": 1, "Items": [response]}}
    with account.serving(origin, more=more) as (served, _):
        got = ask(served.url + path)
    assert (got.status, got.body) == (status, body)


def test_what_does_not_bear_a_mark_may_have_settings_that_the_edge_does_not_implement(
    account: Account,
) -> None:
    keys = {"QueryStringCacheKeys": {"Quantity": 1, "Items": ["v"]}}
    behaviour = {"ForwardedValues": {"QueryString": True, "Cookies": {"Forward": "none"}, **keys}}
    distribution = account.distribution("web.example", api="app.example", behaviour=behaviour)
    reader = DistributionReader(account.cloudfront)
    with pytest.raises(UnsupportedDistributionError, match="QueryStringCacheKeys"):
        reader.get(distribution)
    ours, theirs = reader.get(distribution, mark="api").behaviours
    assert (ours.pattern, ours.origin.domain, ours.cache.bounds.default) == ("/resize/*", "app.example", 0)
    assert (theirs.pattern, theirs.origin.domain) == ("*", "web.example")


def test_a_stale_answer_is_served_while_the_origin_fails(account: Account, origin: ScriptedOrigin) -> None:
    origin.says(200, {"ETag": '"e"'})
    with account.serving(origin) as (served, _):
        ask(f"{served.url}/a")
        origin.says(500, {}, b"broken")
        got = [ask(f"{served.url}/a") for _ in range(2)]
    assert [(answer.status, answer.body, answer.cache) for answer in got] == [(200, b"content", "Hit")] * 2
    assert len(origin.asked) == 2


def test_an_origin_without_an_address_is_a_502(account: Account) -> None:
    def nowhere(domain: str) -> Place:
        raise NoSuchNameError(domain)

    distribution = account.distribution("nowhere.example")
    with edge.serve(distribution, endpoint_url=account.endpoint_url, names=nowhere) as served:
        got = ask(f"{served.url}/a")
    assert (got.status, got.cache, got.headers["Server"]) == (502, "Error", "CloudFront")


def test_an_origin_that_does_not_listen_is_a_502(account: Account, origin: ScriptedOrigin) -> None:
    with account.serving(origin) as (served, _):
        origin.__exit__()
        got = ask(f"{served.url}/a")
        origin.__enter__()
    assert (got.status, got.cache) == (502, "Error")


def test_an_origin_that_does_not_answer_in_time_is_a_504(account: Account, origin: ScriptedOrigin) -> None:
    done = threading.Event()

    def script(_: Asked) -> tuple[int, dict[str, str], bytes]:
        assert done.wait(WAIT_SECONDS)
        return 200, {}, b""

    origin.script = script
    with account.serving(origin, read_timeout=1) as (served, _):
        got = ask(f"{served.url}/a")
        done.set()
    assert (got.status, got.cache) == (504, "Error")


def test_methods_that_are_not_allowed_are_refused(account: Account, origin: ScriptedOrigin) -> None:
    with account.serving(origin) as (served, _):
        assert ask(f"{served.url}/a", "POST", body=b"x").status == 403
    assert origin.asked == []


def test_methods_that_are_allowed_pass_with_their_body(account: Account, origin: ScriptedOrigin) -> None:
    methods = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]
    allowed = {"AllowedMethods": {"Quantity": len(methods), "Items": methods}}
    with account.serving(origin, behaviour=allowed) as (served, _):
        got = [ask(f"{served.url}/a", "POST", body=b"sent") for _ in range(2)]
    assert [answer.cache for answer in got] == ["Miss", "Miss"]
    assert [asked.body for asked in origin.asked] == [b"sent", b"sent"]


@pytest.mark.parametrize(("length", "status"), [(8192, 200), (8193, 414)])
def test_the_longest_url(account: Account, origin: ScriptedOrigin, length: int, status: int) -> None:
    with account.serving(origin) as (served, _):
        assert ask(f"{served.url}/".ljust(len(served.url) + length, "a")).status == status


def test_the_root_path_shows_the_root_object(account: Account, origin: ScriptedOrigin) -> None:
    with account.serving(origin, more={"DefaultRootObject": "home.html"}) as (served, _):
        ask(f"{served.url}/")
    assert [asked.target for asked in origin.asked] == ["/home.html"]


def test_a_response_headers_policy_applies_to_hits_and_redirects(
    account: Account, origin: ScriptedOrigin
) -> None:
    timing = {"Header": "Timing-Allow-Origin", "Value": "*", "Override": True}
    config: Any = {
        "Name": f"dress-{time.monotonic_ns()}",
        "CustomHeadersConfig": {"Quantity": 1, "Items": [timing]},
        "CorsConfig": {
            "AccessControlAllowOrigins": {"Quantity": 1, "Items": ["*"]},
            "AccessControlAllowHeaders": {"Quantity": 1, "Items": ["*"]},
            "AccessControlAllowMethods": {"Quantity": 2, "Items": ["GET", "HEAD"]},
            "AccessControlAllowCredentials": False,
            "OriginOverride": True,
        },
    }
    created = account.cloudfront.create_response_headers_policy(ResponseHeadersPolicyConfig=config)
    behaviour = {"ResponseHeadersPolicyId": created["ResponseHeadersPolicy"]["Id"]}
    origin.says(302, {**TO, **KEPT})
    with account.serving(origin, behaviour=behaviour) as (served, _):
        got = [ask(f"{served.url}/a", headers={"Origin": "https://example.com"}) for _ in range(2)]
    assert [answer.cache for answer in got] == ["Miss", "Hit"]
    for answer in got:
        assert answer.headers["Timing-Allow-Origin"] == "*"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_only_the_distributions_own_name_becomes_the_edges_address(
    account: Account, origin: ScriptedOrigin
) -> None:
    with account.serving(origin) as (served, distribution):
        domain = account.cloudfront.get_distribution(Id=distribution)["Distribution"]["DomainName"]
        locations = {
            f"https://{domain}/resize/a%20b?c=d": f"{served.url}/resize/a%20b?c=d",
            f"http://{domain}": served.url,
            "/300x/a": "/300x/a",
            "https://elsewhere.example/a": "https://elsewhere.example/a",
            f"https://elsewhere.example/?to=https://{domain}/": f"https://elsewhere.example/?to=https://{domain}/",
        }
        seen = {}
        for location in locations:
            origin.says(302, {"Location": location, "Cache-Control": "no-store"})
            seen[location] = ask(f"{served.url}/a").location
    assert seen == locations
