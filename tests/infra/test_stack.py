"""The stack, deployed from the production template into the emulator."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from infra.package import Package
from ops.stack import DeploymentFailed, deploy

if TYPE_CHECKING:
    from pathlib import Path

    from ops.emulator import Emulator
    from ops.stack import Outputs


def test_its_outputs_name_what_was_made(aws: Emulator, plain: Outputs) -> None:
    outputs, s3 = plain, aws.client("s3")
    buckets = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    distribution = aws.client("cloudfront").get_distribution(Id=outputs.distribution_id)
    domain = distribution["Distribution"]["DomainName"]
    assert {outputs.source_bucket, outputs.site_bucket} <= buckets
    assert outputs.site_url == f"https://{domain}"
    assert outputs.img_tag == f'<img src="https://{domain}/150x150/photo.jpg" alt="">'
    assert outputs.api_url.endswith(".execute-api.us-east-1.amazonaws.com/api")


@pytest.mark.parametrize(
    ("stack", "condition"),
    [
        pytest.param("plain", {}, id="all of the site"),
        pytest.param("prefixed", {"KeyPrefixEquals": "img/"}, id="below the key prefix only"),
    ],
)
def test_a_miss_on_the_site_is_sent_to_the_distribution(
    stack: str, condition: dict[str, str], aws: Emulator, request: pytest.FixtureRequest
) -> None:
    here: Outputs = request.getfixturevalue(stack)
    website = aws.client("s3").get_bucket_website(Bucket=here.site_bucket)
    assert website["IndexDocument"] == {"Suffix": "index.html"}
    assert website["RoutingRules"] == [
        {
            "Condition": {"HttpErrorCodeReturnedEquals": error, **condition},
            "Redirect": {
                "HostName": here.site_url.removeprefix("https://"),
                "HttpRedirectCode": "307",
                "Protocol": "https",
                "ReplaceKeyPrefixWith": "resize/",
            },
        }
        for error in ("404", "403")
    ]


def test_the_site_is_public_for_reading_objects_and_nothing_else(aws: Emulator, plain: Outputs) -> None:
    s3, bucket = aws.client("s3"), plain.site_bucket
    (statement,) = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert statement == {
        "Sid": "AnybodyMayRead",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    assert s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": False,
        "RestrictPublicBuckets": False,
    }
    (cors,) = s3.get_bucket_cors(Bucket=bucket)["CORSRules"]
    assert (cors["AllowedMethods"], cors["AllowedOrigins"]) == (["GET", "HEAD"], ["*"])


def test_the_source_is_private_and_takes_tls_only(aws: Emulator, plain: Outputs) -> None:
    s3, bucket = aws.client("s3"), plain.source_bucket
    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    (statement,) = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert set(block.values()) == {True}
    assert (statement["Effect"], statement["Action"]) == ("Deny", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def configuration(aws: Emulator, here: Outputs) -> Any:
    cloudfront = aws.client("cloudfront")
    return cloudfront.get_distribution_config(Id=here.distribution_id)["DistributionConfig"]


def test_the_distribution_keeps_only_what_says_so_and_tells_pictures_apart_by_path(
    aws: Emulator,
    plain: Outputs,
) -> None:
    policy_id = configuration(aws, plain)["DefaultCacheBehavior"]["CachePolicyId"]
    found = aws.client("cloudfront").get_cache_policy(Id=policy_id)["CachePolicy"]
    policy = found["CachePolicyConfig"]
    key = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    assert [policy["MinTTL"], policy["DefaultTTL"], policy["MaxTTL"]] == [0, 0, 31_536_000]
    assert not key["EnableAcceptEncodingGzip"]
    assert not key["EnableAcceptEncodingBrotli"]
    assert key["QueryStringsConfig"]["QueryStringBehavior"] == "none"
    assert key["HeadersConfig"]["HeaderBehavior"] == "none"
    assert key["CookiesConfig"]["CookieBehavior"] == "none"


def test_the_app_is_behind_a_path_of_the_same_distribution_and_is_not_cached(
    aws: Emulator, plain: Outputs
) -> None:
    config = configuration(aws, plain)
    (behaviour,) = config["CacheBehaviors"]["Items"]
    origins = {origin["Id"]: origin for origin in config["Origins"]["Items"]}
    app, site = (
        origins[behaviour["TargetOriginId"]],
        origins[config["DefaultCacheBehavior"]["TargetOriginId"]],
    )
    cloudfront = aws.client("cloudfront")
    caching = cloudfront.get_cache_policy(Id=behaviour["CachePolicyId"])["CachePolicy"]["CachePolicyConfig"]
    assert behaviour["PathPattern"] == "/resize/*"
    assert set(behaviour["AllowedMethods"]["Items"]) == {"GET", "HEAD"}
    assert caching["Name"] == "Managed-CachingDisabled"
    assert f"https://{app['DomainName']}{app['OriginPath']}" == plain.api_url
    assert app["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    assert site["DomainName"].startswith(f"{plain.site_bucket}.s3-website")
    assert site["CustomOriginConfig"]["OriginProtocolPolicy"] == "http-only"


def test_the_distribution_reads_the_tags_that_the_app_writes(aws: Emulator, plain: Outputs) -> None:
    assert configuration(aws, plain)["CacheTagConfig"] == {"HeaderName": "x-amz-meta-cache-tag"}


def test_every_answer_may_be_read_by_pages_of_any_origin(aws: Emulator, plain: Outputs) -> None:
    config = configuration(aws, plain)
    behaviours = [config["DefaultCacheBehavior"], *config["CacheBehaviors"]["Items"]]
    (policy_id,) = {behaviour["ResponseHeadersPolicyId"] for behaviour in behaviours}
    found = aws.client("cloudfront").get_response_headers_policy(Id=policy_id)
    policy = found["ResponseHeadersPolicy"]["ResponseHeadersPolicyConfig"]
    assert policy["CorsConfig"]["AccessControlAllowOrigins"]["Items"] == ["*"]
    assert policy["CustomHeadersConfig"]["Items"] == [
        {"Header": "Timing-Allow-Origin", "Value": "*", "Override": True}
    ]


@pytest.mark.parametrize(
    ("stack", "name", "prefix"),
    [
        pytest.param("plain", "Plain", "", id="all of the site"),
        pytest.param("prefixed", "Prefixed", "img/", id="below the key prefix only"),
    ],
)
def test_the_function_is_told_its_buckets_and_where_to_find_the_distribution(
    stack: str, name: str, prefix: str, aws: Emulator, request: pytest.FixtureRequest
) -> None:
    here: Outputs = request.getfixturevalue(stack)
    functions = aws.client("lambda").list_functions()["Functions"]
    (ours,) = [each for each in functions if each["FunctionName"].startswith(f"{name}-")]
    environment = ours["Environment"]["Variables"]
    parameter = aws.client("ssm").get_parameter(Name=environment["DISTRIBUTION_ID"].removeprefix("ssm:"))
    assert parameter["Parameter"]["Value"] == here.distribution_id
    assert environment["SITE_BUCKET"] == here.site_bucket
    assert environment["SOURCES"] == f"default={here.source_bucket}"
    assert environment["KEY_PREFIX"] == prefix
    assert (ours["Timeout"], ours["MemorySize"]) == (28, 1769)


def test_deploying_the_same_again_changes_nothing(aws: Emulator, packaged: Package, plain: Outputs) -> None:
    again = deploy(
        aws.client("cloudformation"), aws.client("s3"), packaged, artifacts="artifacts", name="Plain"
    )
    assert again == plain


def spoil(package: Package, folder: Path, **properties: object) -> Package:
    """Return `package` with these properties of the distribution's parameter in place of its own."""
    document = json.loads(package.template.read_text())
    document["Resources"]["DistributionId"]["Properties"].update(properties)
    spoiled = folder / "sam.json"
    spoiled.write_text(json.dumps(document))
    return Package(spoiled, package.bundle)


def test_a_resource_that_cannot_be_made_is_named_with_its_reason(
    aws: Emulator, packaged: Package, tmp_path: Path
) -> None:
    spoiled = spoil(packaged, tmp_path, Type="SecureString")
    with pytest.raises(DeploymentFailed, match=r"DistributionId \(AWS::SSM::Parameter\): .*SecureString"):
        deploy(aws.client("cloudformation"), aws.client("s3"), spoiled, artifacts="artifacts", name="Spoiled")


def test_a_parameter_outside_its_constraints_is_refused_with_its_name(
    aws: Emulator, packaged: Package
) -> None:
    with pytest.raises(DeploymentFailed, match="LogRetentionDays"):
        deploy(
            aws.client("cloudformation"),
            aws.client("s3"),
            packaged,
            artifacts="artifacts",
            name="Refused",
            parameters={"LogRetentionDays": "2"},
        )


def test_parameters_that_the_app_would_not_start_with_are_refused_before_anything_is_deployed(
    aws: Emulator, packaged: Package
) -> None:
    with pytest.raises(DeploymentFailed, match=r"(?s)ALLOWED_DIMENSIONS='100'.*KEY_PREFIX='../'"):
        deploy(
            aws.client("cloudformation"),
            aws.client("s3"),
            packaged,
            artifacts="artifacts",
            name="Unstartable",
            parameters={"AllowedDimensions": "100", "KeyPrefix": "../"},
        )
    with pytest.raises(ClientError, match="does not exist"):
        aws.client("cloudformation").describe_stacks(StackName="Unstartable")
