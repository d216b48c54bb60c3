"""Origin groups and origin access control, live: a private bucket, and a scripted origin behind it.

Sources in the CloudFront Developer Guide: "Optimize high availability with CloudFront origin failover",
"Request and response behavior for origin groups", "Restrict access to an Amazon S3 origin" and "Add custom
headers to origin requests".
"""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

import edge
from edge import emulator
from edge.cloudfront.distribution import UnsupportedDistributionError
from edge.origin_access import OriginAccess
from tests.edge.world import ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.emulator import Place
    from tests.edge.world import Account, ScriptedOrigin

NUMBERS = itertools.count(1)
KEPT = {"Cache-Control": "max-age=100"}
ANY = "arn:aws:s3:::{bucket}/*"
BY_ANY_DISTRIBUTION = {
    "Principal": {"Service": "cloudfront.amazonaws.com"},
    "Action": "s3:GetObject",
    "Resource": ANY,
    "Condition": {"StringLike": {"aws:SourceArn": "arn:aws:cloudfront::*:distribution/*"}},
}
BY_ANOTHER = BY_ANY_DISTRIBUTION | {
    "Condition": {"StringEquals": {"aws:SourceArn": "arn:aws:cloudfront::1:distribution/EOTHER"}}
}
MAY_LIST = BY_ANY_DISTRIBUTION | {"Action": "s3:ListBucket", "Resource": "arn:aws:s3:::{bucket}"}
REFUSES_PLAIN_HTTP = {
    "Effect": "Deny",
    "Action": "s3:*",
    "Resource": ANY,
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def group(statuses: tuple[int, ...] = (403, 404)) -> Any:
    members = [{"OriginId": "bucket"}, {"OriginId": "app"}]
    return {
        "Id": "bucket-or-app",
        "FailoverCriteria": {"StatusCodes": {"Quantity": len(statuses), "Items": list(statuses)}},
        "Members": {"Quantity": 2, "Items": members},
    }


def access(account: Account, behaviour: str = "always", kind: str = "s3") -> str:
    config: Any = {
        "Name": f"access-{next(NUMBERS)}",
        "OriginAccessControlOriginType": kind,
        "SigningBehavior": behaviour,
        "SigningProtocol": "sigv4",
    }
    made = account.cloudfront.create_origin_access_control(OriginAccessControlConfig=config)
    return made["OriginAccessControl"]["Id"]


def origins(bucket: str, control: str, **app: Any) -> Any:
    first = {
        "Id": "bucket",
        "DomainName": f"{bucket}.s3.us-east-1.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
        "OriginAccessControlId": control,
    }
    second = {
        "Id": "app",
        "DomainName": "app.example",
        "OriginPath": "/stage/resize",
        "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"},
        **app,
    }
    return {"Origins": {"Quantity": 2, "Items": [first, second]}}


@contextmanager
def serving(
    account: Account,
    app: ScriptedOrigin,
    bucket: str,
    *,
    behaviour: Any = None,
    control: str = "",
    **more: Any,
) -> Iterator[edge.Edge]:
    groups = {"OriginGroups": {"Quantity": 1, "Items": [group()]}}
    distribution = account.distribution(
        "unused.example",
        more=origins(bucket, control or access(account)) | groups | more,
        behaviour={"TargetOriginId": "bucket-or-app", **(behaviour or {})},
    )
    reached: list[edge.Edge] = []

    def names(domain: str) -> Place:
        if domain == "app.example":
            return app.names(domain)
        return emulator.names(account.endpoint_url, reached[0].website_address)(domain)

    with edge.serve(distribution, endpoint_url=account.endpoint_url, names=names) as served:
        reached.append(served)
        yield served


@pytest.mark.parametrize(
    ("statements", "key", "status", "body", "asked"),
    [
        pytest.param((BY_ANY_DISTRIBUTION,), "there.jpg", 200, b"there.jpg", 0, id="stored"),
        pytest.param(
            (BY_ANY_DISTRIBUTION, REFUSES_PLAIN_HTTP), "there.jpg", 200, b"there.jpg", 0, id="over TLS"
        ),
        pytest.param((BY_ANY_DISTRIBUTION,), "no.jpg", 200, b"made", 1, id="missing: 403, nobody may list"),
        pytest.param((BY_ANY_DISTRIBUTION, MAY_LIST), "no.jpg", 200, b"made", 1, id="missing: 404"),
        pytest.param((BY_ANOTHER,), "there.jpg", 200, b"made", 1, id="for another distribution"),
        pytest.param((), "there.jpg", 200, b"made", 1, id="for nobody"),
    ],
)
def test_the_second_origin_is_asked_for_what_the_bucket_does_not_give(
    account: Account,
    origin: ScriptedOrigin,
    statements: tuple[dict[str, Any], ...],
    key: str,
    status: int,
    body: bytes,
    asked: int,
) -> None:
    bucket = account.bucket(statements or (REFUSES_PLAIN_HTTP,))
    account.put(bucket, "there.jpg", CacheControl="max-age=100")
    origin.says(200, KEPT, b"made")
    with serving(account, origin, bucket) as served:
        for cache in ("Miss", "Hit"):
            got = ask(f"{served.url}/{key}")
            assert (got.status, got.body, got.cache) == (status, body, cache)
    assert [each.target for each in origin.asked] == [f"/stage/resize/{key}"] * asked


def test_nobody_else_reads_the_bucket(account: Account, origin: ScriptedOrigin) -> None:
    bucket = account.bucket((BY_ANY_DISTRIBUTION,))
    account.put(bucket, "there.jpg")
    host = f"{bucket}.s3.us-east-1.amazonaws.com"
    forged = OriginAccess().authorization("arn:aws:cloudfront::0:distribution/E", "GET", host, "/there.jpg")
    with serving(account, origin, bucket) as served:
        assert ask(f"{served.website_address}/there.jpg", headers={"Host": host}).status == 403
        signed = {"Host": host, "Authorization": forged}
        got = ask(f"{served.website_address}/there.jpg", headers=signed)
    assert (got.status, b"SignatureDoesNotMatch" in got.body) == (403, True)


def test_a_control_that_never_signs_is_none(account: Account, origin: ScriptedOrigin) -> None:
    bucket = account.bucket((BY_ANY_DISTRIBUTION,))
    account.put(bucket, "there.jpg")
    origin.says(200, KEPT, b"made")
    with serving(account, origin, bucket, control=access(account, "never")) as served:
        assert ask(f"{served.url}/there.jpg").body == b"made"


def test_the_answer_of_the_second_origin_counts_whatever_it_is(
    account: Account, origin: ScriptedOrigin
) -> None:
    bucket = account.bucket((BY_ANY_DISTRIBUTION,))
    origin.says(415, {"Cache-Control": "max-age=100"}, b"no image")
    with serving(account, origin, bucket) as served:
        got = [ask(f"{served.url}/a.jpg") for _view in range(2)]
    assert [(each.status, each.body) for each in got] == [(415, b"no image")] * 2
    assert len(origin.asked) == 1, "the refusal is kept under the path that the viewer asked for"


def test_a_stale_picture_is_compared_with_the_bucket_and_else_asked_for_again(
    account: Account, origin: ScriptedOrigin
) -> None:
    bucket = account.bucket((BY_ANY_DISTRIBUTION,))
    account.put(bucket, "there.jpg", CacheControl="max-age=0")
    with serving(account, origin, bucket) as served:
        assert [ask(f"{served.url}/there.jpg").cache for _view in range(2)] == ["Miss", "RefreshHit"]
        account.s3.delete_object(Bucket=bucket, Key="there.jpg")
        origin.says(200, KEPT, b"made again")
        assert ask(f"{served.url}/there.jpg").body == b"made again"


def test_a_head_request_fails_over_too(account: Account, origin: ScriptedOrigin) -> None:
    bucket = account.bucket((BY_ANY_DISTRIBUTION,))
    origin.says(302, {"Location": "/a.jpg", "Cache-Control": "no-store"}, b"")
    with serving(account, origin, bucket) as served:
        assert ask(f"{served.url}/a.jpg", "HEAD").status == 302
    assert [each.method for each in origin.asked] == ["HEAD"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param({"OriginGroups": {"Quantity": 1, "Items": [group((503,))]}}, "503", id="unreachable"),
        pytest.param({"OriginGroups": {"Quantity": 1, "Items": [group((418,))]}}, "418", id="no such status"),
    ],
)
def test_what_the_edge_does_not_know_of_groups_is_refused(
    account: Account, origin: ScriptedOrigin, change: Any, why: str
) -> None:
    with (
        pytest.raises(UnsupportedDistributionError, match=why),
        serving(account, origin, account.bucket((BY_ANY_DISTRIBUTION,)), **change),
    ):
        pytest.fail("it is served")


@pytest.mark.parametrize("name", ["Host", "Cache-Control", "X-Amz-Meta-A", "if-none-match", "Via"])
def test_headers_that_cloudfront_sends_to_no_origin_are_refused(
    account: Account, origin: ScriptedOrigin, name: str
) -> None:
    bucket = account.bucket((BY_ANY_DISTRIBUTION,))
    sent = {"Quantity": 1, "Items": [{"HeaderName": name, "HeaderValue": "x"}]}
    with (
        pytest.raises(UnsupportedDistributionError, match=name),
        serving(account, origin, bucket, **origins(bucket, access(account), CustomHeaders=sent)),
    ):
        pytest.fail("it is served")


def test_an_origin_group_allows_no_method_that_writes(account: Account, origin: ScriptedOrigin) -> None:
    methods = {"Quantity": 3, "Items": ["GET", "HEAD", "POST"]}
    with (
        pytest.raises(UnsupportedDistributionError, match="other methods"),
        serving(
            account, origin, account.bucket((BY_ANY_DISTRIBUTION,)), behaviour={"AllowedMethods": methods}
        ),
    ):
        pytest.fail("it is served")


@pytest.mark.parametrize(
    ("behaviour", "kind"), [("no-override", "s3"), ("always", "mediastore")], ids=["no-override", "not S3"]
)
def test_other_kinds_of_origin_access_control_are_refused(
    account: Account, origin: ScriptedOrigin, behaviour: str, kind: str
) -> None:
    control = access(account, behaviour, kind)
    with (
        pytest.raises(UnsupportedDistributionError, match="signs for S3"),
        serving(account, origin, account.bucket((BY_ANY_DISTRIBUTION,)), control=control),
    ):
        pytest.fail("it is served")


def test_a_website_endpoint_knows_no_origin_access_control(account: Account, origin: ScriptedOrigin) -> None:
    bucket = account.bucket((BY_ANY_DISTRIBUTION,))
    changed = origins(bucket, access(account))
    changed["Origins"]["Items"][0]["DomainName"] = f"{bucket}.s3-website-us-east-1.amazonaws.com"
    with (
        pytest.raises(UnsupportedDistributionError, match="not S3's REST endpoint"),
        serving(account, origin, bucket, **changed),
    ):
        pytest.fail("it is served")
