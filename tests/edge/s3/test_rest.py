"""The REST endpoint, live, in front of buckets in a MiniStack."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

import edge
from tests.edge.world import PUBLIC_LIST, PUBLIC_OBJECTS, Got, ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.edge.world import Account


@pytest.fixture(scope="module")
def served(account: Account) -> Iterator[edge.Edge]:
    with edge.serve(account.distribution("unused.example"), endpoint_url=account.endpoint_url) as served:
        yield served


def visit(served: edge.Edge, bucket: str, target: str, method: str = "GET") -> Got:
    headers = {"Host": f"{bucket}.s3.us-east-1.amazonaws.com", "Origin": "https://shop.example"}
    return ask(served.website_address + target, method, headers)


def code(got: Got) -> str:
    return ET.fromstring(got.body).findtext("Code") or ""  # noqa: S314 - our own server's answer


def test_a_public_object_is_served(account: Account, served: edge.Edge) -> None:
    bucket = account.bucket()
    account.put(bucket, "300x/a+b.jpg", CacheControl="max-age=9")
    got = visit(served, bucket, "/300x/a+b.jpg")
    assert (got.status, got.body, got.headers["Cache-Control"]) == (200, b"300x/a+b.jpg", "max-age=9")
    assert got.headers["Server"] == "AmazonS3"


@pytest.mark.parametrize(
    ("statements", "target", "method", "answer"),
    [
        pytest.param(
            PUBLIC_LIST, "/no.jpg", "GET", (404, "NoSuchKey"), id="a missing object, if everyone may list"
        ),
        pytest.param(
            PUBLIC_OBJECTS, "/no.jpg", "GET", (403, "AccessDenied"), id="a missing object, if nobody may list"
        ),
        pytest.param((), "/there.jpg", "GET", (403, "AccessDenied"), id="a private object"),
        pytest.param(PUBLIC_OBJECTS, "/", "GET", (403, "AccessDenied"), id="the bucket itself"),
        pytest.param(PUBLIC_OBJECTS, "/%ff", "GET", (400, "InvalidURI"), id="not UTF-8"),
        pytest.param(PUBLIC_OBJECTS, "/there.jpg", "POST", (405, "MethodNotAllowed"), id="another method"),
    ],
)
def test_errors_are_xml_without_error_headers(
    account: Account,
    served: edge.Edge,
    statements: tuple[dict[str, str], ...],
    target: str,
    method: str,
    answer: tuple[int, str],
) -> None:
    bucket = (
        account.bucket(statements)
        if statements
        else account.bucket((PUBLIC_OBJECTS[0] | {"Effect": "Deny"},))
    )
    account.put(bucket, "there.jpg")
    got = visit(served, bucket, target, method)
    assert (got.status, code(got)) == answer
    assert got.headers["Content-Type"] == "application/xml"
    assert "x-amz-error-code" not in got.headers


def test_it_has_no_routing_rules_and_no_index_documents(account: Account, served: edge.Edge) -> None:
    to = {"HostName": "cdn.example", "ReplaceKeyPrefixWith": "resize/", "HttpRedirectCode": "307"}
    rules = [{"Condition": {"HttpErrorCodeReturnedEquals": "403"}, "Redirect": to}]
    bucket = account.bucket(website={"IndexDocument": {"Suffix": "index.html"}, "RoutingRules": rules})
    account.put(bucket, "docs/index.html")
    assert visit(served, bucket, "/300x/a.jpg").status == 403
    assert visit(served, bucket, "/docs/").status == 403


def test_a_bucket_that_does_not_exist_is_404(served: edge.Edge) -> None:
    got = visit(served, "none-of-ours", "/a.jpg")
    assert (got.status, code(got)) == (404, "NoSuchBucket")
