"""The policies of who deploys: all types of the template, and no more than these."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from click.testing import CliRunner

from infra.deployer_policy import (
    ACTIONS,
    MOST_OF_A_POLICY,
    MOST_OF_A_ROLE,
    Deployment,
    of_cloudformation,
    of_operator,
)
from infra.template_check import translate
from ops.__main__ import main

if TYPE_CHECKING:
    from infra.package import Package

SHOP = Deployment("shop", "123456789012", "eu-central-1")
BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"
THEIRS = "E1A2B3C4D5E6F7"
GUARDED = Deployment(
    "shop",
    "123456789012",
    "eu-central-1",
    existing="our-photos",
    boundary=BOUNDARY,
    distribution=THEIRS,
)

# IAM's actions that are no operations (service authorization reference).
NO_OPERATIONS = {
    "apigateway": {"DELETE", "GET", "PATCH", "POST", "PUT", "SetWebACL"},
    "cloudformation": {"TagResource", "UntagResource"},
    "cloudfront": {"CreateDistributionWithTags"},
    "iam": {"PassRole"},
    "s3": {
        "DeleteObjectVersion",
        "GetAccountPublicAccessBlock",
        "GetBucketCORS",
        "GetBucketNotification",
        "GetBucketObjectLockConfiguration",
        "GetBucketPublicAccessBlock",
        "GetEncryptionConfiguration",
        "GetLifecycleConfiguration",
        "ListBucket",
        "ListBucketMultipartUploads",
        "ListBucketVersions",
        "ListTagsForResource",
        "PutBucketCORS",
        "PutBucketNotification",
        "PutBucketPublicAccessBlock",
        "PutEncryptionConfiguration",
        "PutLifecycleConfiguration",
        "TagResource",
        "UntagResource",
    },
}


def test_every_type_of_resource_in_the_template_is_covered_and_no_other(packaged: Package) -> None:
    resources = translate(packaged.template)["Resources"].values()
    assert {each["Type"] for each in resources} == ACTIONS.keys()


def actions(policy: Any, effect: str = "Allow") -> set[str]:
    return {action for each in policy["Statement"] if each["Effect"] == effect for action in each["Action"]}


@pytest.mark.parametrize("policy", [of_cloudformation(GUARDED), of_operator(GUARDED, BOUNDARY)])
def test_every_action_exists(policy: Any) -> None:
    session = botocore.session.get_session()
    for action in actions(policy):
        service, _, name = action.partition(":")
        operations = session.get_service_model(service).operation_names
        assert name in operations or name in NO_OPERATIONS.get(service, set()), action


@pytest.mark.parametrize(
    ("policy", "most"),
    [
        pytest.param(of_cloudformation(GUARDED), MOST_OF_A_ROLE, id="of CloudFormation's role"),
        pytest.param(of_operator(GUARDED, BOUNDARY), MOST_OF_A_POLICY, id="of the operator"),
    ],
)
def test_iam_takes_a_policy_of_this_length_and_no_action_is_a_wildcard(policy: Any, most: int) -> None:
    assert len(re.sub(r"\s", "", json.dumps(policy))) <= most
    assert not [action for action in actions(policy) if "*" in action]


def test_only_what_has_no_name_beforehand_is_allowed_everywhere() -> None:
    everywhere = {
        action.partition(":")[2]
        for policy in (of_cloudformation(GUARDED), of_operator(GUARDED))
        for each in policy["Statement"]
        if "*" in each["Resource"]
        for action in each["Action"]
    }
    assert everywhere == {
        "CreateEventSourceMapping",
        "DeleteEventSourceMapping",
        "GetAccountPublicAccessBlock",
        "GetEventSourceMapping",
        "ListTags",
        "TagResource",
        "UntagResource",
        "UpdateEventSourceMapping",
    }


def allows(policy: Any, action: str, resource: str) -> bool:
    return any(
        each["Effect"] == "Allow"
        and action in each["Action"]
        and any(fnmatchcase(resource, pattern) for pattern in each["Resource"])
        for each in policy["Statement"]
    )


@pytest.mark.parametrize(
    ("action", "resource", "allowed"),
    [
        ("iam:CreateRole", "arn:aws:iam::123456789012:role/shop-ApiHandlerRole-1", True),
        ("iam:CreateRole", "arn:aws:iam::123456789012:role/admin", False),
        ("iam:PassRole", "arn:aws:iam::123456789012:role/shop-EvictRole-1", True),
        ("s3:CreateBucket", "arn:aws:s3:::resize404-site-123456789012-0a1b2c3d", True),
        ("s3:PutBucketPolicy", "arn:aws:s3:::our-photos", False),
        ("sqs:DeleteQueue", "arn:aws:sqs:eu-central-1:123456789012:shop-ChangesQueue-1", True),
        ("sqs:DeleteQueue", "arn:aws:sqs:eu-central-1:123456789012:shopping-1", False),
        ("sqs:DeleteQueue", "arn:aws:sqs:us-east-1:123456789012:shop-ChangesQueue-1", False),
        ("logs:CreateLogGroup", "arn:aws:logs:eu-central-1:123456789012:log-group:/resize404/shop", True),
        (
            "logs:CreateLogGroup",
            "arn:aws:logs:eu-central-1:123456789012:log-group:/resize404/shop/evict",
            True,
        ),
        ("cloudfront:CreateFunction", "arn:aws:cloudfront::123456789012:function/theirs", False),
    ],
)
def test_names_bound_what_cloudformation_may_touch(action: str, resource: str, *, allowed: bool) -> None:
    assert allows(of_cloudformation(SHOP), action, resource) is allowed


def test_a_long_name_that_cloudformation_shortens_is_still_covered() -> None:
    name = "a-very-long-name-of-a-stack-of-the-shop"
    policy = of_cloudformation(Deployment(name, "123456789012", "eu-central-1"))
    assert allows(policy, "iam:CreateRole", f"arn:aws:iam::123456789012:role/{name[:24]}-ApiHandlerRole-1")


def test_with_a_boundary_no_role_can_be_without_it() -> None:
    assert actions(of_cloudformation(SHOP), "Deny") == set()
    policy = of_cloudformation(GUARDED)
    refused = [each for each in policy["Statement"] if each["Effect"] == "Deny"]
    assert [each.get("Condition") for each in refused] == [
        {"StringNotEquals": {"iam:PermissionsBoundary": BOUNDARY}},
        None,
    ]
    assert actions(policy, "Deny") == {
        "iam:CreateRole",
        "iam:PutRolePermissionsBoundary",
        "iam:DeleteRolePermissionsBoundary",
    }


def test_an_existing_bucket_can_only_be_adopted_by_the_operator_and_never_changed_otherwise() -> None:
    bucket = "arn:aws:s3:::our-photos"
    assert allows(of_operator(GUARDED), "s3:PutBucketNotification", bucket)
    assert not allows(of_operator(SHOP), "s3:PutBucketNotification", bucket)
    assert not allows(of_operator(GUARDED), "s3:DeleteBucket", bucket)
    assert not allows(of_operator(GUARDED), "s3:PutObject", f"{bucket}/a.jpg")


def test_an_existing_distribution_can_be_changed_by_the_operator_and_no_other_one() -> None:
    theirs, another = (f"arn:aws:cloudfront::123456789012:distribution/{each}" for each in (THEIRS, "E2"))
    for action in ("GetDistribution", "UpdateDistribution", "CreateInvalidation"):
        assert allows(of_operator(GUARDED), f"cloudfront:{action}", theirs)
        assert not allows(of_operator(SHOP), f"cloudfront:{action}", theirs)
    assert allows(of_operator(GUARDED), "cloudfront:GetDistribution", another)
    assert not allows(of_operator(GUARDED), "cloudfront:UpdateDistribution", another)
    assert not allows(of_operator(GUARDED), "cloudfront:DeleteDistribution", theirs)


def test_the_command_names_what_exists_already() -> None:
    words = ["deployer-policy", "shop", "--account", "123456789012", "--region", "eu-central-1"]
    existing = ["--source-bucket", "our-photos", "--distribution", THEIRS, "--boundary", BOUNDARY]
    printed = CliRunner().invoke(main, [*words, "--operator", *existing])
    assert json.loads(printed.output) == of_operator(GUARDED)


def test_the_command_prints_both_policies() -> None:
    words = ["deployer-policy", "shop", "--account", "123456789012", "--region", "eu-central-1"]
    printed = CliRunner().invoke(main, words)
    assert json.loads(printed.output) == of_cloudformation(SHOP)
    printed = CliRunner().invoke(main, [*words, "--operator", "--role-arn", BOUNDARY])
    assert json.loads(printed.output) == of_operator(SHOP, BOUNDARY)


def test_what_is_no_account_is_refused() -> None:
    result = CliRunner().invoke(main, ["deployer-policy", "--account", "me", "--region", "eu-central-1"])
    assert (result.exit_code, "with 12 digits" in result.output) == (2, True)
