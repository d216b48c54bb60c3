from __future__ import annotations

import json
from typing import Any

import pytest

from edge.s3.bucket_policy import NOTHING_ALLOWED, UnreadablePolicyError, parse

OBJECT = "arn:aws:s3:::site/300x/a.jpg"
ALLOW: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::site/*",
}


def statement(**changes: Any) -> dict[str, Any]:
    return {**ALLOW, **changes}


def secret(operator: str, value: Any) -> dict[str, Any]:
    return statement(Condition={operator: {"aws:Referer": value}})


@pytest.mark.parametrize(
    ("stated", "facts", "is_allowed"),
    [
        pytest.param([ALLOW], {}, True, id="what is allowed to everyone"),
        pytest.param([], {}, False, id="nothing is allowed by itself"),
        pytest.param([statement(Principal={"AWS": "*"})], {}, True, id="everyone by another name"),
        pytest.param([statement(Principal={"AWS": ["*"]})], {}, True, id="everyone in a list"),
        pytest.param(
            [statement(Principal={"AWS": "123456789012"})], {}, False, id="an account is not everyone"
        ),
        pytest.param(
            [statement(Principal={"Service": "cloudfront.amazonaws.com"})], {}, False, id="nor a service"
        ),
        pytest.param([statement(Action="s3:PutObject")], {}, False, id="another action"),
        pytest.param(
            [statement(Action=["s3:PutObject", "s3:getobject"])], {}, True, id="an action in any case"
        ),
        pytest.param([statement(Action="s3:Get*")], {}, True, id="an action by wildcard"),
        pytest.param([statement(Resource="arn:aws:s3:::site/400x/*")], {}, False, id="another folder"),
        pytest.param([statement(Resource="arn:aws:s3:::site/30?x/*")], {}, True, id="a resource by wildcard"),
        pytest.param([statement(Resource="arn:aws:s3:::site/*.JPG")], {}, False, id="a key has a case"),
        pytest.param([ALLOW, statement(Effect="Deny")], {}, False, id="a denial beats all"),
        pytest.param(
            [secret("StringEquals", "s3cret")], {"aws:referer": "s3cret"}, True, id="the right secret"
        ),
        pytest.param([secret("StringEquals", "s3cret")], {"aws:referer": "guess"}, False, id="a wrong one"),
        pytest.param([secret("StringEquals", "s3cret")], {}, False, id="no secret at all"),
        pytest.param(
            [secret("StringEquals", ["old", "new"])], {"aws:referer": "new"}, True, id="one of several"
        ),
        pytest.param(
            [secret("StringLike", "https://a.com/*")], {"aws:referer": "https://a.com/x"}, True, id="like"
        ),
        pytest.param(
            [secret("StringLike", "https://a.com/*")], {"aws:referer": "http://b.com/"}, False, id="unlike"
        ),
        pytest.param(
            [secret("StringNotEquals", "bad")], {"aws:referer": "bad"}, False, id="the one it may not be"
        ),
        pytest.param([secret("StringNotEquals", "bad")], {}, True, id="nothing is not the one it may not be"),
        pytest.param([secret("StringEqualsIfExists", "s3cret")], {}, True, id="if exists, and it does not"),
        pytest.param(
            [secret("StringEqualsIfExists", "s3cret")],
            {"aws:referer": "guess"},
            False,
            id="if exists, and it does",
        ),
        pytest.param(
            [ALLOW, statement(Effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}})],
            {"aws:securetransport": "false"},
            False,
            id="TLS only locks a website endpoint out",
        ),
        pytest.param(
            [statement(Condition={"Bool": {"aws:SecureTransport": False}})],
            {"aws:securetransport": "false"},
            True,
            id="a boolean may be written as one",
        ),
        pytest.param(
            [statement(Condition={"StringEquals": {"aws:Referer": "a", "aws:UserAgent": "b"}})],
            {"aws:referer": "a", "aws:useragent": "c"},
            False,
            id="all conditions have to hold",
        ),
    ],
)
def test_what_anyone_may_do(stated: list[dict[str, Any]], facts: dict[str, str], *, is_allowed: bool) -> None:
    policy = parse(json.dumps({"Statement": stated}))
    assert policy.allows("s3:GetObject", OBJECT, facts) is is_allowed


@pytest.mark.parametrize(
    "stated",
    [
        pytest.param({**ALLOW, "NotAction": "s3:PutObject"}, id="what is not said"),
        pytest.param(
            statement(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}), id="an unknown operator"
        ),
    ],
)
def test_a_statement_that_cannot_be_judged_is_refused(stated: dict[str, Any]) -> None:
    with pytest.raises(UnreadablePolicyError, match="cannot evaluate"):
        parse(json.dumps({"Statement": stated}))


def test_a_single_statement_needs_no_list() -> None:
    assert parse(json.dumps({"Statement": ALLOW})).allows("s3:GetObject", OBJECT, {})


def test_a_bucket_without_a_policy_is_private() -> None:
    assert not NOTHING_ALLOWED.allows("s3:GetObject", OBJECT, {})
