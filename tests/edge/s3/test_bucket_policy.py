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
        pytest.param([ALLOW], {}, True, id="an action that everyone may do"),
        pytest.param([], {}, False, id="without statements nothing is allowed"),
        pytest.param([statement(Principal={"AWS": "*"})], {}, True, id="everyone as an AWS principal"),
        pytest.param([statement(Principal={"AWS": ["*"]})], {}, True, id="everyone in a list"),
        pytest.param(
            [statement(Principal={"AWS": "123456789012"})], {}, False, id="an account is not everyone"
        ),
        pytest.param(
            [statement(Principal={"Service": "cloudfront.amazonaws.com"})],
            {},
            False,
            id="a service is not everyone",
        ),
        pytest.param([statement(Action="s3:PutObject")], {}, False, id="another action"),
        pytest.param(
            [statement(Action=["s3:PutObject", "s3:getobject"])], {}, True, id="an action in any case"
        ),
        pytest.param([statement(Action="s3:Get*")], {}, True, id="an action by wildcard"),
        pytest.param([statement(Resource="arn:aws:s3:::site/400x/*")], {}, False, id="another folder"),
        pytest.param([statement(Resource="arn:aws:s3:::site/30?x/*")], {}, True, id="a resource by wildcard"),
        pytest.param(
            [statement(Resource="arn:aws:s3:::site/*.JPG")], {}, False, id="keys are case-sensitive"
        ),
        pytest.param([ALLOW, statement(Effect="Deny")], {}, False, id="a Deny is decisive"),
        pytest.param(
            [secret("StringEquals", "s3cret")], {"aws:referer": "s3cret"}, True, id="the right secret"
        ),
        pytest.param(
            [secret("StringEquals", "s3cret")], {"aws:referer": "guess"}, False, id="a wrong secret"
        ),
        pytest.param([secret("StringEquals", "s3cret")], {}, False, id="no secret"),
        pytest.param(
            [secret("StringEquals", ["old", "new"])],
            {"aws:referer": "new"},
            True,
            id="one of several secrets",
        ),
        pytest.param(
            [secret("StringLike", "https://a.com/*")],
            {"aws:referer": "https://a.com/x"},
            True,
            id="a value that matches the pattern",
        ),
        pytest.param(
            [secret("StringLike", "https://a.com/*")],
            {"aws:referer": "http://b.com/"},
            False,
            id="a value that does not match the pattern",
        ),
        pytest.param(
            [secret("StringNotEquals", "bad")], {"aws:referer": "bad"}, False, id="a forbidden value"
        ),
        pytest.param([secret("StringNotEquals", "bad")], {}, True, id="no value is not the forbidden value"),
        pytest.param([secret("StringEqualsIfExists", "s3cret")], {}, True, id="IfExists without a value"),
        pytest.param(
            [secret("StringEqualsIfExists", "s3cret")],
            {"aws:referer": "guess"},
            False,
            id="IfExists with a value",
        ),
        pytest.param(
            [ALLOW, statement(Effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}})],
            {"aws:securetransport": "false"},
            False,
            id="a TLS condition excludes a website endpoint",
        ),
        pytest.param(
            [statement(Condition={"Bool": {"aws:SecureTransport": False}})],
            {"aws:securetransport": "false"},
            True,
            id="a JSON boolean",
        ),
        pytest.param(
            [statement(Condition={"StringEquals": {"aws:Referer": "a", "aws:UserAgent": "b"}})],
            {"aws:referer": "a", "aws:useragent": "c"},
            False,
            id="all conditions must hold",
        ),
    ],
)
def test_what_a_policy_allows_anyone(
    stated: list[dict[str, Any]], facts: dict[str, str], *, is_allowed: bool
) -> None:
    policy = parse(json.dumps({"Statement": stated}))
    assert policy.allows("s3:GetObject", OBJECT, facts) is is_allowed


@pytest.mark.parametrize(
    "stated",
    [
        pytest.param({**ALLOW, "NotAction": "s3:PutObject"}, id="NotAction"),
        pytest.param(
            statement(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}), id="an unknown operator"
        ),
    ],
)
def test_a_statement_that_cannot_be_evaluated_is_refused(stated: dict[str, Any]) -> None:
    with pytest.raises(UnreadablePolicyError, match="cannot evaluate"):
        parse(json.dumps({"Statement": stated}))


def test_a_single_statement_needs_no_list() -> None:
    assert parse(json.dumps({"Statement": ALLOW})).allows("s3:GetObject", OBJECT, {})


def test_a_bucket_without_a_policy_is_private() -> None:
    assert not NOTHING_ALLOWED.allows("s3:GetObject", OBJECT, {})
