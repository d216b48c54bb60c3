"""The roles of the packaged template: the permissions of each function."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from infra.template_check import translate
from tests.infra.reading import of_kind, of_role, properties

if TYPE_CHECKING:
    from infra.package import Package

READING = {
    ("s3:GetObject", "s3:::${Source}/${SourcePrefix}*"),
    ("s3:GetObject", "s3:::${Source}/${SourcePrefix}*,${SourceObjectArns}"),
    ("s3:ListBucket", "s3:::${Source}"),
    ("s3:ListBucket", "s3:::${Source},${SourceBucketArns}"),
}
"""What a role needs to read originals: those of the one bucket, or with those of `Sources`."""

ROLES = {
    "ApiHandlerRole": {
        ("logs:CreateLogStream", "AppLog.Arn"),
        ("logs:PutLogEvents", "AppLog.Arn"),
        *READING,
        ("s3:GetObject", "s3:::${Bucket}/${KeyPrefix}*"),
        ("s3:PutObject", "s3:::${Bucket}/${KeyPrefix}*"),
        ("s3:ListBucket", "s3:::${Bucket}"),
        ("sqs:SendMessage", "EvictionQueue.Arn"),
        ("kms:Decrypt", "SourceKeyArns"),
        ("kms:Decrypt", "SiteKeyArn"),
        ("kms:GenerateDataKey", "SiteKeyArn"),
        ("sqs:SendMessage", "PrewarmQueue.Arn"),
        ("rekognition:DetectFaces", "*"),
        ("rekognition:DetectModerationLabels", "*"),
    },
    "InspectRole": {
        ("logs:CreateLogStream", "InspectLog.Arn"),
        ("logs:PutLogEvents", "InspectLog.Arn"),
    },
    "EvictRole": {
        ("logs:CreateLogStream", "EvictLog.Arn"),
        ("logs:PutLogEvents", "EvictLog.Arn"),
        ("sqs:ReceiveMessage", "EvictionQueue.Arn"),
        ("sqs:DeleteMessage", "EvictionQueue.Arn"),
        ("sqs:GetQueueAttributes", "EvictionQueue.Arn"),
        ("sqs:SendMessage", "EvictionQueue.Arn"),
        ("cloudfront:CreateInvalidation", "cloudfront::${AWS::AccountId}:distribution/${Serving}"),
        ("s3:GetObject", "s3:::${Bucket}/${KeyPrefix}.index/invalidations"),
        ("s3:PutObject", "s3:::${Bucket}/${KeyPrefix}.index/invalidations"),
        ("s3:ListBucket", "s3:::${Bucket}"),
        ("kms:GenerateDataKey", "SiteKeyArn"),
    },
    "RefreshRole": {
        ("logs:CreateLogStream", "RefreshLog.Arn"),
        ("logs:PutLogEvents", "RefreshLog.Arn"),
        ("sqs:ReceiveMessage", "ChangesQueue.Arn"),
        ("sqs:DeleteMessage", "ChangesQueue.Arn"),
        ("sqs:ChangeMessageVisibility", "ChangesQueue.Arn"),
        ("sqs:GetQueueAttributes", "ChangesQueue.Arn"),
        ("sqs:SendMessage", "ChangesQueue.Arn"),
        *READING,
        ("s3:GetObject", "s3:::${Bucket}/${KeyPrefix}*"),
        ("s3:DeleteObject", "s3:::${Bucket}/${KeyPrefix}*"),
        ("kms:GenerateDataKey", "SiteKeyArn"),
        ("s3:PutObject", "s3:::${Bucket}/${KeyPrefix}.index/*"),
        ("s3:PutObject", "s3:::${Bucket}/${KeyPrefix}*"),
        ("s3:AbortMultipartUpload", "s3:::${Bucket}/${KeyPrefix}*"),
        ("kms:Decrypt", "SourceKeyArns"),
        ("kms:Decrypt", "SiteKeyArn"),
        ("s3:ListBucket", "s3:::${Bucket}"),
        ("sqs:SendMessage", "EvictionQueue.Arn"),
    },
    "PrewarmRole": {
        ("logs:CreateLogStream", "PrewarmLog.Arn"),
        ("logs:PutLogEvents", "PrewarmLog.Arn"),
        ("sqs:ReceiveMessage", "PrewarmQueue.Arn"),
        ("sqs:DeleteMessage", "PrewarmQueue.Arn"),
        ("sqs:ChangeMessageVisibility", "PrewarmQueue.Arn"),
        ("sqs:GetQueueAttributes", "PrewarmQueue.Arn"),
        ("sqs:SendMessage", "PrewarmQueue.Arn"),
        *READING,
        ("kms:Decrypt", "SourceKeyArns"),
        ("kms:Decrypt", "SiteKeyArn"),
        ("kms:GenerateDataKey", "SiteKeyArn"),
        ("s3:GetObject", "s3:::${Bucket}/${KeyPrefix}*"),
        ("s3:PutObject", "s3:::${Bucket}/${KeyPrefix}*"),
        ("s3:ListBucket", "s3:::${Bucket}"),
        ("sqs:SendMessage", "EvictionQueue.Arn"),
        ("rekognition:DetectFaces", "*"),
        ("rekognition:DetectModerationLabels", "*"),
    },
}


@pytest.mark.parametrize("role", ROLES)
def test_each_function_has_exactly_these_permissions(document: Any, role: str) -> None:
    assert of_role(document, role) == ROLES[role]


def test_there_are_no_other_roles_and_no_other_policies(document: Any) -> None:
    roles = of_kind(document, "AWS::IAM::Role")
    assert roles.keys() == ROLES.keys()
    assert not any("ManagedPolicyArns" in role for role in roles.values())
    assert not of_kind(document, "AWS::IAM::Policy")


def test_no_action_is_a_wildcard_and_only_rekognition_has_a_wildcard_resource(document: Any) -> None:
    allowed = set().union(*(of_role(document, role) for role in ROLES))
    assert not [action for action, _ in allowed if "*" in action]
    assert {action for action, resource in allowed if resource == "*"} == {
        "rekognition:DetectFaces",
        "rekognition:DetectModerationLabels",
    }


@pytest.mark.parametrize(
    ("call", "needed"),
    [
        ("DetectFaces", {"Fn::Equals": [{"Ref": "FaceDetection"}, "rekognition"]}),
        ("DetectModerationLabels", {"Fn::Not": [{"Fn::Equals": [{"Ref": "Moderation"}, ""]}]}),
    ],
)
@pytest.mark.parametrize("role", ["ApiHandlerRole", "PrewarmRole"])
def test_rekognition_is_allowed_only_what_it_is_asked(
    document: Any, role: str, call: str, needed: Any
) -> None:
    (policy,) = [each for each in properties(document, role)["Policies"] if call in json.dumps(each)]
    condition, _, otherwise = policy["Fn::If"]
    assert document["Conditions"][condition] == needed
    assert otherwise == {"Ref": "AWS::NoValue"}


def test_every_role_that_sam_leaves_can_have_a_permissions_boundary(packaged: Package) -> None:
    resources = translate(packaged.template)["Resources"].values()
    roles = [each["Properties"] for each in resources if each["Type"] == "AWS::IAM::Role"]
    boundary = ["HasPermissionsBoundary", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}]
    assert len(roles) == len(ROLES)
    assert all(role["PermissionsBoundary"] == {"Fn::If": boundary} for role in roles)


@pytest.mark.parametrize(
    ("policy", "condition"),
    [
        ("mirror-originals", "MirrorsOriginals"),
        ("decrypt-originals", "MirrorsWithSourceKeys"),
        ("put-mirrors-together", "MirrorsWithSiteKey"),
    ],
)
def test_refresh_writes_beside_variants_only_if_originals_are_mirrored(
    document: Any, policy: str, condition: str
) -> None:
    (found,) = [
        each for each in properties(document, "RefreshRole")["Policies"] if f'"{policy}"' in json.dumps(each)
    ]
    assert (found["Fn::If"][0], found["Fn::If"][2]) == (condition, {"Ref": "AWS::NoValue"})
    assert "MirrorOriginals" in json.dumps(document["Conditions"]["MirrorsOriginals"])
