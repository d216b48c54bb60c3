"""The website endpoint, live, in front of buckets in a MiniStack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import edge
from tests.edge.world import PUBLIC_LIST, PUBLIC_OBJECTS, ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.edge.world import Account, Got

INDEX = {"IndexDocument": {"Suffix": "index.html"}}
TO_THE_APP = {
    "Protocol": "https",
    "HostName": "cdn.example",
    "ReplaceKeyPrefixWith": "resize/",
    "HttpRedirectCode": "307",
}
RULES: Any = {
    **INDEX,
    "RoutingRules": [
        {"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "new/"}},
        {"Condition": {"HttpErrorCodeReturnedEquals": "404"}, "Redirect": TO_THE_APP},
        {"Condition": {"HttpErrorCodeReturnedEquals": "403"}, "Redirect": TO_THE_APP},
    ],
}


class Site:
    """One bucket and its website endpoint."""

    def __init__(self, served: edge.Edge, bucket: str) -> None:
        self.served = served
        self.bucket = bucket
        self.host = served.website_host(bucket)

    def ask(self, target: str, method: str = "GET", **headers: str) -> Got:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return ask(self.served.website_address + target, method, {"Host": self.host, **named})


@pytest.fixture(scope="module")
def served(account: Account) -> Iterator[edge.Edge]:
    with edge.serve(account.distribution("unused.example"), endpoint_url=account.endpoint_url) as served:
        yield served


@pytest.fixture(scope="module")
def with_rules(account: Account, served: edge.Edge) -> Site:
    bucket = account.bucket(website=RULES)
    account.put(bucket, "index.html", "300x/a.jpg", "old/a", "docs/index.html")
    return Site(served, bucket)


@pytest.fixture(scope="module")
def plain(account: Account, served: edge.Edge) -> Site:
    """A bucket that answers 404, and has an error document."""
    website = {**INDEX, "ErrorDocument": {"Key": "oops.html"}}
    bucket = account.bucket(PUBLIC_LIST, website)
    account.put(bucket, "oops.html", ContentType="text/html")
    return Site(served, bucket)


@pytest.mark.parametrize(
    ("target", "status", "location"),
    [
        pytest.param("/300x/a.jpg", 200, "", id="an object"),
        pytest.param("/300x/a.jpg?v=1", 200, "", id="an object with a query"),
        pytest.param("/", 200, "", id="the root: the index document"),
        pytest.param("/docs/", 200, "", id="a folder: its index document"),
        pytest.param("/docs", 302, "/docs/", id="a folder without its slash"),
        pytest.param("/300x/b.jpg", 307, "https://cdn.example/resize/300x/b.jpg", id="a miss"),
        pytest.param(
            "/300x/b.jpg?v=1", 307, "https://cdn.example/resize/300x/b.jpg", id="a miss loses its query"
        ),
        pytest.param(
            "/300x/", 307, "https://cdn.example/resize/300x/", id="a folder without an index document"
        ),
        pytest.param("/old/a", 301, "http://{host}/new/a", id="a prefix rule, although the object exists"),
        pytest.param("/a+b%2Bc", 307, "https://cdn.example/resize/a%20b%2Bc", id="a plus is a space"),
        pytest.param(
            "/%c3%bc%2525", 307, "https://cdn.example/resize/%C3%BC%2525", id="decoded once, encoded once"
        ),
        pytest.param("/a%2Fb", 307, "https://cdn.example/resize/a/b", id="an encoded slash is a slash"),
        pytest.param("//a/../b", 307, "https://cdn.example/resize//a/../b", id="odd segments are kept"),
    ],
)
def test_a_site_with_rules(with_rules: Site, target: str, status: int, location: str) -> None:
    got = with_rules.ask(target)
    assert (got.status, got.location) == (status, location.replace("{host}", with_rules.host))


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [
        pytest.param("/%ff", 400, "InvalidURI", id="not UTF-8"),
        pytest.param("/" + "a" * 1025, 400, "KeyTooLongError", id="a byte too long"),
        pytest.param("/" + "%C3%BC" * 513, 400, "KeyTooLongError", id="bytes are counted, not characters"),
    ],
)
def test_an_impossible_key(with_rules: Site, target: str, status: int, code: str) -> None:
    got = with_rules.ask(target)
    assert (got.status, got.headers["x-amz-error-code"]) == (status, code)


def test_the_longest_possible_key(account: Account, with_rules: Site) -> None:
    key = "ü" * 512
    account.put(with_rules.bucket, key)
    assert with_rules.ask("/" + "%C3%BC" * 512).body == key.encode()


@pytest.mark.parametrize(
    ("target", "key"),
    [
        ("/k/a+b", "k/a b"),
        ("/k/a%20b", "k/a b"),
        ("/k/a%2Bb", "k/a+b"),
        ("/k/100%25", "k/100%"),
        ("/k/%2520", "k/%20"),
        ("/k/'(*)!&=$,;:@~", "k/'(*)!&=$,;:@~"),
        ("/k/%23%3F%22%5C", 'k/#?"\\'),
        ("/k/e%CC%81", "k/e\u0301"),
        ("/k/%C3%A9", "k/é"),
        ("/k/%F0%9F%90%88", "k/🐈"),
    ],
)
def test_a_path_names_a_key_byte_for_byte(account: Account, with_rules: Site, target: str, key: str) -> None:
    account.put(with_rules.bucket, key)
    assert with_rules.ask(target).body == key.encode()


def test_an_object_comes_with_its_own_headers(account: Account, with_rules: Site) -> None:
    account.put(
        with_rules.bucket,
        "own.png",
        ContentType="image/png",
        CacheControl="public, max-age=31536000",
        Metadata={"cache-tag": "own"},
    )
    got = with_rules.ask("/own.png")
    expected = {
        "Content-Type": "image/png",
        "Cache-Control": "public, max-age=31536000",
        "x-amz-meta-cache-tag": "own",
        "Accept-Ranges": "bytes",
        "Content-Length": "7",
        "Server": "AmazonS3",
    }
    assert {name: got.headers[name] for name in expected} == expected
    assert got.headers["ETag"]
    assert got.headers["Last-Modified"]


def test_head_has_the_headers_of_get_without_the_body(with_rules: Site) -> None:
    got = with_rules.ask("/300x/a.jpg", "HEAD")
    assert (got.status, got.headers["Content-Length"], got.body) == (200, str(len("300x/a.jpg")), b"")


def test_ranges_and_conditional_requests(with_rules: Site) -> None:
    whole = with_rules.ask("/300x/a.jpg")
    assert with_rules.ask("/300x/a.jpg", Range="bytes=0-2").body == whole.body[:3]
    assert with_rules.ask("/300x/a.jpg", If_None_Match=whole.headers["ETag"]).status == 304


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_get_and_head_are_served(with_rules: Site, method: str) -> None:
    got = with_rules.ask("/300x/a.jpg", method)
    assert (got.status, b"MethodNotAllowed" in got.body) == (405, True)


def test_a_missing_key_is_404_if_anyone_may_list_the_bucket(plain: Site) -> None:
    got = plain.ask("/nothing")
    assert (got.status, got.headers["x-amz-error-code"]) == (404, "NoSuchKey")


def test_an_error_document_has_the_status_of_the_error(plain: Site) -> None:
    got = plain.ask("/nothing")
    assert (got.status, got.headers["Content-Type"], got.body) == (404, "text/html", b"oops.html")


def test_a_missing_key_is_403_if_nobody_may_list_the_bucket(account: Account, served: edge.Edge) -> None:
    got = Site(served, account.bucket(PUBLIC_OBJECTS)).ask("/nothing")
    assert (got.status, got.headers["x-amz-error-code"]) == (403, "AccessDenied")


def test_a_private_object_is_403(account: Account, served: edge.Edge) -> None:
    bucket = account.bucket(({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::{bucket}/public/*"},))
    account.put(bucket, "private", "public/a")
    site = Site(served, bucket)
    assert [site.ask(target).status for target in ("/private", "/public/a")] == [403, 200]


def test_a_secret_in_the_referer_allows_reading(account: Account, served: edge.Edge) -> None:
    secret = {"Condition": {"StringEquals": {"aws:Referer": "s3cret"}}}
    bucket = account.bucket(({**PUBLIC_OBJECTS[0], **secret},))
    account.put(bucket, "a")
    site = Site(served, bucket)
    assert [site.ask("/a").status, site.ask("/a", Referer="s3cret").status] == [403, 200]


def test_a_policy_that_requires_tls_forbids_the_website_endpoint(account: Account, served: edge.Edge) -> None:
    only_tls = {"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    bucket = account.bucket((*PUBLIC_OBJECTS, {**PUBLIC_OBJECTS[0], **only_tls}))
    account.put(bucket, "a")
    assert Site(served, bucket).ask("/a").status == 403


def test_block_public_access_forbids_reading(account: Account, served: edge.Edge) -> None:
    bucket = account.bucket()
    account.put(bucket, "a")
    account.s3.put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration={"RestrictPublicBuckets": True}
    )
    assert Site(served, bucket).ask("/a").status == 403


def test_an_object_may_be_a_redirect(account: Account, with_rules: Site) -> None:
    account.put(with_rules.bucket, "moved", WebsiteRedirectLocation="https://example.com/new")
    got = with_rules.ask("/moved")
    assert (got.status, got.location) == (301, "https://example.com/new")


def test_a_site_may_redirect_all_requests(account: Account, served: edge.Edge) -> None:
    everything = {"RedirectAllRequestsTo": {"HostName": "example.com", "Protocol": "https"}}
    got = Site(served, account.bucket(website=everything)).ask("/a%20b")
    assert (got.status, got.location) == (301, "https://example.com/a%20b")


def test_a_bucket_without_a_website_configuration(account: Account, served: edge.Edge) -> None:
    bucket = account.bucket()
    account.s3.delete_bucket_website(Bucket=bucket)
    got = Site(served, bucket).ask("/")
    assert (got.status, got.headers["x-amz-error-code"]) == (404, "NoSuchWebsiteConfiguration")


@pytest.mark.parametrize(
    "host",
    [
        "nobody.s3-website-us-east-1.amazonaws.com",
        "nobody.s3-website.eu-central-1.amazonaws.com",
        "example.com",
    ],
)
def test_a_bucket_that_does_not_exist(served: edge.Edge, host: str) -> None:
    got = ask(f"{served.website_address}/", headers={"Host": host})
    assert (got.status, got.headers["x-amz-error-code"]) == (404, "NoSuchBucket")


@pytest.mark.parametrize(
    "suffix", ["-us-east-1.amazonaws.com", ".us-east-1.amazonaws.com", "-us-east-1.localhost:80"]
)
def test_every_form_of_a_website_endpoints_name(with_rules: Site, suffix: str) -> None:
    headers = {"Host": f"{with_rules.bucket}.s3-website{suffix}"}
    assert ask(f"{with_rules.served.website_address}/300x/a.jpg", headers=headers).status == 200


def test_cors_headers_for_a_request_with_an_origin(account: Account, with_rules: Site) -> None:
    rule: Any = {"AllowedOrigins": ["*"], "AllowedMethods": ["GET", "HEAD"], "ExposeHeaders": ["ETag"]}
    account.s3.put_bucket_cors(Bucket=with_rules.bucket, CORSConfiguration={"CORSRules": [rule]})
    with_rules.served.reread()
    allowed = [
        with_rules.ask("/300x/a.jpg", **headers).headers["Access-Control-Allow-Origin"]
        for headers in ({"Origin": "https://example.com"}, {})
    ]
    assert allowed == ["*", None]


def test_a_changed_configuration_is_read_again(account: Account, served: edge.Edge) -> None:
    site = Site(served, account.bucket())
    assert site.ask("/old/a").status == 403
    account.s3.put_bucket_website(Bucket=site.bucket, WebsiteConfiguration=RULES)
    served.reread()
    assert site.ask("/old/a").status == 301


def test_an_error_page_escapes_the_request(account: Account, served: edge.Edge) -> None:
    body = Site(served, account.bucket()).ask("/%3Cscript%3E").body
    assert (b"<script>" in body, b"&lt;script&gt;" in body) == (False, True)


def test_a_bucket_is_served_in_its_own_region_only(account: Account, served: edge.Edge) -> None:
    bucket = account.bucket()
    got = ask(served.website_address, "GET", {"Host": f"{bucket}.s3-website.eu-central-1.amazonaws.com"})
    assert (got.status, got.headers["x-amz-error-code"]) == (400, "IncorrectEndpoint")
