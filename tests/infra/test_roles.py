"""The roles of the packaged template: the permissions of each function."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.infra.reading import of_kind, of_role, properties

ROLES = {
    "ApiHandlerRole": {
        ("logs:CreateLogStream", "AppLog.Arn"),
        ("logs:PutLogEvents", "AppLog.Arn"),
        ("s3:GetObject", "${SourceBucket.Arn}/*"),
        ("s3:ListBucket", "SourceBucket.Arn"),
        ("s3:GetObject", "s3:::${Bucket}/${KeyPrefix}*"),
        ("s3:PutObject", "s3:::${Bucket}/${KeyPrefix}*"),
        ("s3:ListBucket", "s3:::${Bucket}"),
        ("sqs:SendMessage", "EvictionQueue.Arn"),
        ("sqs:SendMessage", "PrewarmQueue.Arn"),
        ("rekognition:DetectFaces", "*"),
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
        ("cloudfront:CreateInvalidation", "cloudfront::${AWS::AccountId}:distribution/${Distribution}"),
    },
    "RefreshRole": {
        ("logs:CreateLogStream", "RefreshLog.Arn"),
        ("logs:PutLogEvents", "RefreshLog.Arn"),
        ("sqs:ReceiveMessage", "ChangesQueue.Arn"),
        ("sqs:DeleteMessage", "ChangesQueue.Arn"),
        ("sqs:ChangeMessageVisibility", "ChangesQueue.Arn"),
        ("sqs:GetQueueAttributes", "ChangesQueue.Arn"),
        ("sqs:SendMessage", "ChangesQueue.Arn"),
        ("s3:GetObject", "${SourceBucket.Arn}/*"),
        ("s3:ListBucket", "SourceBucket.Arn"),
        ("s3:GetObject", "s3:::${Bucket}/${KeyPrefix}*"),
        ("s3:DeleteObject", "s3:::${Bucket}/${KeyPrefix}*"),
        ("s3:PutObject", "s3:::${Bucket}/${KeyPrefix}.index/*"),
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
        ("s3:GetObject", "${SourceBucket.Arn}/*"),
        ("s3:ListBucket", "SourceBucket.Arn"),
        ("s3:GetObject", "s3:::${Bucket}/${KeyPrefix}*"),
        ("s3:PutObject", "s3:::${Bucket}/${KeyPrefix}*"),
        ("s3:ListBucket", "s3:::${Bucket}"),
        ("sqs:SendMessage", "EvictionQueue.Arn"),
        ("rekognition:DetectFaces", "*"),
    },
}


@pytest.mark.parametrize("role", ROLES)
def test_each_function_has_exactly_these_permissions(document: Any, role: str) -> None:
    assert of_role(document, role) == ROLES[role]


def test_there_are_no_other_roles_and_no_other_policies(document: Any) -> None:
    roles = of_kind(document, "AWS::IAM::Role")
    assert roles.keys() == ROLES.keys()
    assert not any({"ManagedPolicyArns", "PermissionsBoundary"} & role.keys() for role in roles.values())
    assert not of_kind(document, "AWS::IAM::Policy")


def test_no_action_is_a_wildcard_and_only_rekognition_has_a_wildcard_resource(document: Any) -> None:
    allowed = set().union(*(of_role(document, role) for role in ROLES))
    assert not [action for action, _ in allowed if "*" in action]
    assert [action for action, resource in allowed if resource == "*"] == ["rekognition:DetectFaces"]


def test_rekognition_is_allowed_only_with_face_detection(document: Any) -> None:
    (policy,) = [
        each
        for each in properties(document, "ApiHandlerRole")["Policies"]
        if "rekognition" in json.dumps(each)
    ]
    condition, _, otherwise = policy["Fn::If"]
    assert document["Conditions"][condition] == {"Fn::Equals": [{"Ref": "FaceDetection"}, "rekognition"]}
    assert otherwise == {"Ref": "AWS::NoValue"}
