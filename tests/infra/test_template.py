"""The packaged template: what linters say of it, and what it allows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from infra import check, template
from infra.package import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from infra.package import Package


@pytest.fixture(scope="session")
def document(packaged: Package) -> Any:
    """The packaged template."""
    return json.loads(packaged.template.read_text())


@pytest.fixture(scope="session")
def translated(packaged: Package) -> Any:
    """The template after CloudFormation's SAM transform."""
    return check.translate(packaged.template)


def test_cfn_lint_has_nothing_to_say(packaged: Package) -> None:
    assert check.lint(packaged.template) == []


def test_cfn_lint_finds_a_property_that_does_not_exist(document: Any, tmp_path: Path) -> None:
    spoiled = json.loads(json.dumps(document))
    spoiled["Resources"]["SiteBucket"]["Properties"]["WebsiteConfiguration"]["RoutingRule"] = []
    (tmp_path / "spoiled.json").write_text(json.dumps(spoiled))
    (finding,) = check.lint(tmp_path / "spoiled.json")
    assert "RoutingRule" in finding


def test_sam_makes_a_function_an_api_and_a_stage_of_it(translated: Any) -> None:
    kinds = [resource["Type"] for resource in translated["Resources"].values()]
    made = ("AWS::Lambda::Function", "AWS::ApiGateway::RestApi", "AWS::ApiGateway::Stage")
    assert [kinds.count(kind) for kind in made] == [1, 1, 1]
    assert not [kind for kind in kinds if kind.startswith("AWS::Serverless")]


def test_sam_refuses_a_function_without_a_handler(document: Any, tmp_path: Path) -> None:
    spoiled = json.loads(json.dumps(document))
    del spoiled["Resources"]["APIHandler"]["Properties"]["Handler"]
    (tmp_path / "spoiled.json").write_text(json.dumps(spoiled))
    with pytest.raises(ValueError, match="Handler"):
        check.translate(tmp_path / "spoiled.json")


def statements(document: Any) -> Iterator[tuple[str, Any]]:
    """Every statement that the function's role allows, with the name of its policy."""
    for name, resource in document["Resources"].items():
        if resource["Type"] == "AWS::IAM::Policy":
            yield from ((name, each) for each in resource["Properties"]["PolicyDocument"]["Statement"])
        if resource["Type"] == "AWS::IAM::Role":
            for policy in resource["Properties"].get("Policies", []):
                yield from ((name, each) for each in policy["PolicyDocument"]["Statement"])


def listed(one_or_more: Any) -> list[Any]:
    return one_or_more if isinstance(one_or_more, list) else [one_or_more]


def test_the_function_may_do_exactly_this(document: Any) -> None:
    allowed = {
        (action, json.dumps(each["Resource"]))
        for _, each in statements(document)
        for action in listed(each["Action"])
    }
    arn = "arn:${AWS::Partition}"
    account = "${AWS::AccountId}"
    assert allowed == {
        (action, json.dumps(resource))
        for action, resource in [
            ("logs:CreateLogStream", {"Fn::GetAtt": ["AppLog", "Arn"]}),
            ("logs:PutLogEvents", {"Fn::GetAtt": ["AppLog", "Arn"]}),
            ("s3:GetObject", {"Fn::Sub": "${SourceBucket.Arn}/*"}),
            ("s3:ListBucket", {"Fn::GetAtt": ["SourceBucket", "Arn"]}),
            ("s3:GetObject", {"Fn::Sub": "${SiteBucket.Arn}/${KeyPrefix}*"}),
            ("s3:PutObject", {"Fn::Sub": "${SiteBucket.Arn}/${KeyPrefix}*"}),
            ("s3:ListBucket", {"Fn::GetAtt": ["SiteBucket", "Arn"]}),
            ("rekognition:DetectFaces", "*"),
            (
                "ssm:GetParameter",
                {"Fn::Sub": arn + ":ssm:${AWS::Region}:" + account + ":parameter${DistributionId}"},
            ),
            (
                "cloudfront:CreateInvalidation",
                {"Fn::Sub": arn + ":cloudfront::" + account + ":distribution/${Distribution}"},
            ),
        ]
    }


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_the_policies_of_chalice_deploy_name_every_bucket_parameter_and_log_group(stage: str) -> None:
    policy = json.loads((PROJECT / ".chalice" / f"policy-{stage}.json").read_text())
    resources = [each for statement in policy["Statement"] for each in listed(statement["Resource"])]
    assert resources
    for resource in resources:
        # Region and account may stay open, what follows them may not.
        assert resource.split(":", 5)[5].strip("*"), resource


def test_rekognition_may_be_asked_only_where_faces_are_to_be_found(document: Any) -> None:
    (name,) = {name for name, each in statements(document) if "rekognition" in json.dumps(each)}
    condition = document["Conditions"][document["Resources"][name]["Condition"]]
    assert condition == {"Fn::Equals": [{"Ref": "FaceDetection"}, "rekognition"]}


def test_no_action_is_a_wildcard(document: Any) -> None:
    assert not [name for name, each in statements(document) if "*" in json.dumps(each["Action"])]


@pytest.mark.parametrize(
    ("parameter", "variable"),
    [
        ("AllowedDimensions", "ALLOWED_DIMENSIONS"),
        ("AllowedOptions", "ALLOWED_OPTIONS"),
        ("AllowedImageTypes", "ALLOWED_IMAGE_TYPES"),
        ("Presets", "PRESETS"),
        ("KeyPrefix", "KEY_PREFIX"),
        ("FallbackKey", "FALLBACK_KEY"),
        ("Watermarks", "WATERMARKS"),
        ("FaceDetection", "FACE_DETECTION"),
        ("CacheControl", "CACHE_CONTROL"),
        ("RedirectStatus", "REDIRECT_STATUS"),
        ("Invalidate", "INVALIDATE"),
        ("MaxSourceBytes", "MAX_SOURCE_BYTES"),
        ("MaxSourcePixels", "MAX_SOURCE_PIXELS"),
        ("MaxOutputPixels", "MAX_OUTPUT_PIXELS"),
        ("RenderTimeout", "RENDER_TIMEOUT"),
    ],
)
def test_a_parameter_defaults_to_what_config_json_says_and_reaches_the_function(
    document: Any, parameter: str, variable: str
) -> None:
    configured = template.environment(PROJECT, "stack")
    environment = document["Resources"]["APIHandler"]["Properties"]["Environment"]["Variables"]
    assert document["Parameters"][parameter]["Default"] == configured[variable]
    assert environment[variable] == {"Ref": parameter}


def test_every_parameter_has_a_default_and_a_description(document: Any) -> None:
    for name, parameter in document["Parameters"].items():
        assert {"Default", "Description"} <= parameter.keys(), name


@pytest.mark.parametrize(
    ("region", "endpoint"),
    [
        ("us-east-1", "s3-website-us-east-1"),
        ("us-west-1", "s3-website-us-west-1"),
        ("us-west-2", "s3-website-us-west-2"),
        ("eu-west-1", "s3-website-eu-west-1"),
        ("sa-east-1", "s3-website-sa-east-1"),
        ("ap-northeast-1", "s3-website-ap-northeast-1"),
        ("ap-southeast-1", "s3-website-ap-southeast-1"),
        ("ap-southeast-2", "s3-website-ap-southeast-2"),
        ("us-east-2", "s3-website.us-east-2"),
        ("eu-central-1", "s3-website.eu-central-1"),
        ("ap-south-1", "s3-website.ap-south-1"),
        ("me-central-1", "s3-website.me-central-1"),
    ],
)
def test_the_origin_is_the_website_endpoint_as_its_region_spells_it(
    document: Any, region: str, endpoint: str
) -> None:
    site = document["Resources"]["Distribution"]["Properties"]["DistributionConfig"]["Origins"][0]
    condition, dashed, dotted = site["DomainName"]["Fn::Sub"][1]["Endpoint"]["Fn::If"]
    dashed_regions = [each["Fn::Equals"][1] for each in document["Conditions"][condition]["Fn::Or"]]
    chosen = dashed if region in dashed_regions else dotted
    assert chosen["Fn::Sub"].replace("${AWS::Region}", region) == endpoint
