"""The policies of who deploys a stack: what CloudFormation does in its name, and what `ops` does itself.

What each type of resource needs is in `ACTIONS`. It is taken from the handlers of CloudFormation's own
resource schemas (``aws cloudformation describe-type``), without what our properties never use. A test
compares the types to those of the template, so that no new one can be forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_OF_A_ROLE = 10_240
"""Characters of all inline policies of a role, without white space (IAM user guide, "IAM and STS quotas")."""

MOST_OF_A_POLICY = 6144
"""Characters of a managed policy, likewise."""

_LONGEST_KEPT = 20
"""CloudFormation shortens a stack's name in the names that it makes up; this many characters always stay."""

_REGIONAL = "arn:{partition}:{service}:{region}:{account}:{name}"
_GLOBAL = "arn:{partition}:{service}::{account}:{name}"


@dataclass(frozen=True, slots=True)
class Grant:
    """Actions of one `service`, without its name, on resources with these names."""

    service: str
    actions: str
    names: tuple[str, ...]
    pattern: str = _REGIONAL


_TAGS = "ListTagsForResource TagResource UntagResource"

ACTIONS: dict[str, tuple[Grant, ...]] = {
    "AWS::ApiGateway::Deployment": (),  # the same as RestApi
    "AWS::ApiGateway::RestApi": (
        Grant(
            "apigateway",
            "DELETE GET PATCH POST PUT",
            ("/restapis", "/restapis/*", "/tags/*"),
            "arn:{partition}:apigateway:{region}::{name}",
        ),
    ),
    "AWS::ApiGateway::Stage": (),  # the same as RestApi
    "AWS::CloudFront::CachePolicy": (
        Grant(
            "cloudfront",
            "CreateCachePolicy DeleteCachePolicy GetCachePolicy UpdateCachePolicy",
            ("cache-policy/*",),
            _GLOBAL,
        ),
    ),
    "AWS::CloudFront::Distribution": (
        Grant(
            "cloudfront",
            "CreateDistribution CreateDistributionWithTags DeleteDistribution GetDistribution "
            f"GetDistributionConfig UpdateDistribution {_TAGS}",
            ("distribution/*",),
            _GLOBAL,
        ),
    ),
    "AWS::CloudFront::Function": (
        Grant(
            "cloudfront",
            "CreateFunction DeleteFunction DescribeFunction GetFunction PublishFunction UpdateFunction "
            f"{_TAGS}",
            ("function/{prefix}-*",),
            _GLOBAL,
        ),
    ),
    "AWS::CloudFront::OriginAccessControl": (
        Grant(
            "cloudfront",
            "CreateOriginAccessControl DeleteOriginAccessControl GetOriginAccessControl "
            "UpdateOriginAccessControl",
            ("origin-access-control/*",),
            _GLOBAL,
        ),
    ),
    "AWS::CloudFront::OriginRequestPolicy": (
        Grant(
            "cloudfront",
            "CreateOriginRequestPolicy DeleteOriginRequestPolicy GetOriginRequestPolicy "
            "UpdateOriginRequestPolicy",
            ("origin-request-policy/*",),
            _GLOBAL,
        ),
    ),
    "AWS::CloudFront::ResponseHeadersPolicy": (
        Grant(
            "cloudfront",
            "CreateResponseHeadersPolicy DeleteResponseHeadersPolicy GetResponseHeadersPolicy "
            "UpdateResponseHeadersPolicy",
            ("response-headers-policy/*",),
            _GLOBAL,
        ),
    ),
    "AWS::CloudWatch::Alarm": (
        Grant("cloudwatch", f"DeleteAlarms DescribeAlarms PutMetricAlarm {_TAGS}", ("alarm:{stack}*",)),
    ),
    "AWS::CloudWatch::Dashboard": (
        Grant("cloudwatch", "DeleteDashboards GetDashboard PutDashboard", ("dashboard/*",), _GLOBAL),
    ),
    "AWS::Events::Rule": (
        Grant(
            "events",
            f"DeleteRule DescribeRule ListTargetsByRule PutRule PutTargets RemoveTargets {_TAGS}",
            ("rule/{stack}*",),
        ),
    ),
    "AWS::IAM::Role": (
        Grant(
            "iam",
            "CreateRole DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy GetRole GetRolePolicy "
            "ListAttachedRolePolicies ListRolePolicies ListRoleTags PutRolePermissionsBoundary PutRolePolicy "
            "TagRole UntagRole UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription",
            ("role/{stack}*",),
            _GLOBAL,
        ),
    ),
    "AWS::Lambda::EventSourceMapping": (
        # An id that is made up names it, and what makes one knows no id yet.
        Grant(
            "lambda",
            "CreateEventSourceMapping DeleteEventSourceMapping GetEventSourceMapping ListTags TagResource "
            "UntagResource UpdateEventSourceMapping",
            ("*",),
            "{name}",
        ),
    ),
    "AWS::Lambda::Function": (
        Grant(
            "lambda",
            "CreateFunction DeleteFunction DeleteFunctionConcurrency GetFunction "
            "GetFunctionCodeSigningConfig GetFunctionRecursionConfig GetRuntimeManagementConfig "
            "PutFunctionConcurrency UpdateFunctionCode UpdateFunctionConfiguration",
            ("function:{stack}*",),
        ),
        Grant("s3", "GetObject", ("{artifacts}/*",), "arn:{partition}:s3:::{name}"),
    ),
    "AWS::Lambda::LayerVersion": (
        Grant("lambda", "DeleteLayerVersion GetLayerVersion PublishLayerVersion", ("layer:*",)),
    ),
    "AWS::Lambda::Permission": (
        Grant("lambda", "AddPermission GetPolicy RemovePermission", ("function:{stack}*",)),
    ),
    "AWS::Logs::LogGroup": (
        Grant(
            "logs",
            "CreateLogGroup DeleteLogGroup DeleteRetentionPolicy GetDataProtectionPolicy PutRetentionPolicy "
            f"{_TAGS}",
            (
                "log-group:/resize404/{whole}",
                "log-group:/resize404/{whole}:*",
                "log-group:/resize404/{whole}/*",
            ),
        ),
        Grant("logs", "DescribeIndexPolicies DescribeLogGroups", ("log-group:*",)),
    ),
    "AWS::S3::Bucket": (
        Grant(
            "s3",
            "CreateBucket DeleteBucketWebsite GetBucketAcl GetBucketCORS GetBucketLogging "
            "GetBucketNotification GetBucketObjectLockConfiguration GetBucketOwnershipControls "
            "GetBucketPublicAccessBlock GetBucketTagging GetBucketVersioning GetBucketWebsite "
            "GetEncryptionConfiguration GetLifecycleConfiguration ListBucket PutBucketCORS "
            "PutBucketNotification PutBucketOwnershipControls PutBucketPublicAccessBlock PutBucketTagging "
            "PutBucketVersioning PutBucketWebsite PutEncryptionConfiguration PutLifecycleConfiguration "
            "DeleteBucket TagResource UntagResource ListTagsForResource",
            ("{prefix}-source-{account}-*", "{prefix}-site-{account}-*"),
            "arn:{partition}:s3:::{name}",
        ),
    ),
    "AWS::S3::BucketPolicy": (
        Grant(
            "s3",
            "DeleteBucketPolicy GetBucketPolicy PutBucketPolicy",
            ("{prefix}-source-{account}-*", "{prefix}-site-{account}-*"),
            "arn:{partition}:s3:::{name}",
        ),
    ),
    "AWS::SNS::Topic": (
        Grant(
            "sns",
            "CreateTopic DeleteTopic GetDataProtectionPolicy GetTopicAttributes ListSubscriptionsByTopic "
            f"SetTopicAttributes Subscribe Unsubscribe {_TAGS}",
            ("{stack}*",),
        ),
    ),
    "AWS::SQS::Queue": (
        Grant(
            "sqs",
            "CreateQueue DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags SetQueueAttributes "
            "TagQueue UntagQueue",
            ("{stack}*",),
        ),
    ),
    "AWS::SQS::QueuePolicy": (),  # the same as Queue
    "AWS::WAFv2::WebACL": (
        Grant(
            "wafv2",
            f"CreateWebACL DeleteWebACL GetWebACL UpdateWebACL {_TAGS}",
            ("regional/webacl/*",),
        ),
    ),
    "AWS::WAFv2::WebACLAssociation": (
        Grant("wafv2", "AssociateWebACL DisassociateWebACL GetWebACLForResource", ("regional/webacl/*",)),
        Grant(
            "apigateway",
            "SetWebACL",
            ("/restapis/*/stages/*",),
            "arn:{partition}:apigateway:{region}::{name}",
        ),
        Grant(
            "wafv2",
            "AssociateWebACL DisassociateWebACL GetWebACLForResource",
            ("/restapis/*/stages/*",),
            "arn:{partition}:apigateway:{region}::{name}",
        ),
    ),
}
"""What CloudFormation does with each type of resource in the template, as its role or as the caller."""

OPERATION = (
    Grant(
        "cloudformation",
        "CreateChangeSet DeleteChangeSet DeleteStack DescribeChangeSet DescribeStackEvents "
        "DescribeStackResource DescribeStackResources DescribeStacks ExecuteChangeSet GetTemplate "
        "ListStackResources TagResource UntagResource",
        ("stack/{whole}/*",),
    ),
    Grant(
        "cloudformation",
        "CreateChangeSet",
        ("transform/Serverless-2016-10-31",),
        "arn:{partition}:cloudformation:{region}:aws:{name}",
    ),
    Grant(
        "s3",
        "CreateBucket GetBucketLocation ListBucket PutBucketPublicAccessBlock PutBucketTagging "
        "PutEncryptionConfiguration PutLifecycleConfiguration PutBucketPolicy",
        ("{artifacts}",),
        "arn:{partition}:s3:::{name}",
    ),
    Grant("s3", "GetObject PutObject", ("{artifacts}/*",), "arn:{partition}:s3:::{name}"),
    # The page at the root, the playground; and `ops destroy`, which empties the bucket before it deletes it.
    Grant(
        "s3",
        "DeleteBucket GetBucketLocation ListBucket ListBucketMultipartUploads ListBucketVersions "
        "GetBucketNotification PutBucketNotification",
        ("{prefix}-site-{account}-*", "{prefix}-source-{account}-*"),
        "arn:{partition}:s3:::{name}",
    ),
    Grant(
        "s3",
        "AbortMultipartUpload DeleteObject DeleteObjectVersion GetObject PutObject",
        ("{prefix}-site-{account}-*/*",),
        "arn:{partition}:s3:::{name}",
    ),
    Grant("sqs", "GetQueueAttributes ListQueueTags TagQueue UntagQueue", ("{stack}*",)),
    Grant("s3", "GetAccountPublicAccessBlock", ("*",), "{name}"),
)
"""What `ops deploy`, `ops destroy` and `ops adopt` do themselves. What exists already comes beside it."""

ADOPTION = (
    Grant(
        "s3",
        "GetBucketNotification ListBucket PutBucketNotification",
        ("{existing}",),
        "arn:{partition}:s3:::{name}",
    ),
    Grant("events", "ListRules ListRuleNamesByTarget ListTargetsByRule", ("rule/*",)),
)
"""What `ops adopt` does with a source bucket that exists."""

ADOPTION_OF_A_DISTRIBUTION = (
    Grant(
        "cloudfront",
        "CreateInvalidation GetDistribution UpdateDistribution",
        ("distribution/{distribution}",),
        _GLOBAL,
    ),
    # The stack's own has an id that is made up: it is the pattern.
    Grant("cloudfront", "GetDistribution", ("distribution/*",), _GLOBAL),
)
"""What `ops adopt` does with a distribution that exists, and `ops deploy` when `Delivery` changes."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """Whom and what the policies are for. The `boundary` is a permissions boundary that roles must have."""

    stack: str
    account: str
    region: str
    partition: str = "aws"
    prefix: str = "resize404"
    artifacts: str = ""
    existing: str = ""
    boundary: str = ""
    distribution: str = ""


def of_cloudformation(deployment: Deployment) -> dict[str, Any]:
    """Return the policy of the role that CloudFormation acts as (``--role-arn``), or of its caller."""
    grants = [grant for each in ACTIONS.values() for grant in each]
    statements = list(_statements(deployment, grants))
    roles = next(each for each in statements if "iam:CreateRole" in each["Action"])
    if deployment.boundary:
        statements += _bounded(roles, deployment.boundary)
    passing = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    passed = {
        "Effect": "Allow",
        "Action": ["iam:PassRole"],
        "Resource": roles["Resource"],
        "Condition": passing,
    }
    return _policy([*statements, passed])


def of_operator(deployment: Deployment, role: str = "") -> dict[str, Any]:
    """Return the policy of who types `ops deploy`, `ops destroy` and `ops adopt`.

    CloudFormation acts as `role`; without one, the operator needs the other policy as well.
    """
    adopted = [
        *(ADOPTION if deployment.existing else ()),
        *(ADOPTION_OF_A_DISTRIBUTION if deployment.distribution else ()),
    ]
    statements = list(_statements(deployment, [*OPERATION, *adopted]))
    if role:
        passing = {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}
        passed = {"Effect": "Allow", "Action": ["iam:PassRole"], "Resource": [role], "Condition": passing}
        statements.append(passed)
    return _policy(statements)


def _policy(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def _bounded(roles: dict[str, Any], boundary: str) -> Iterator[dict[str, Any]]:
    """Yield a statement that refuses to make roles without the `boundary`, or to change it."""
    needed = {"StringNotEquals": {"iam:PermissionsBoundary": boundary}}
    named = {"Effect": "Deny", "Resource": roles["Resource"]}
    yield {**named, "Action": ["iam:CreateRole", "iam:PutRolePermissionsBoundary"], "Condition": needed}
    yield {**named, "Action": ["iam:DeleteRolePermissionsBoundary"]}


def _statements(deployment: Deployment, grants: Iterable[Grant]) -> Iterator[dict[str, Any]]:
    """Yield a statement for each set of resources, with all actions on it."""
    together: dict[tuple[str, ...], dict[str, None]] = {}
    for grant in grants:
        resources = tuple(_arn(deployment, grant, name) for name in grant.names)
        actions = (f"{grant.service}:{action}" for action in grant.actions.split())
        together.setdefault(resources, {}).update(dict.fromkeys(actions))
    for resources, allowed in together.items():
        yield {"Effect": "Allow", "Action": sorted(allowed), "Resource": list(resources)}


def _arn(deployment: Deployment, grant: Grant, name: str) -> str:
    stack = deployment.stack
    known = {
        "partition": deployment.partition,
        "region": deployment.region,
        "account": deployment.account,
        "prefix": deployment.prefix,
        "whole": stack,
        "stack": f"{stack}-" if len(stack) < _LONGEST_KEPT else stack[:_LONGEST_KEPT],
        "artifacts": deployment.artifacts or f"resize404-artifacts-{deployment.account}-{deployment.region}",
        "existing": deployment.existing,
        "distribution": deployment.distribution,
    }
    return grant.pattern.format(service=grant.service, name=name.format(**known), **known)
