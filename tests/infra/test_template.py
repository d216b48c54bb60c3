"""The packaged template: its linters, and its settings."""

from __future__ import annotations

import json
import re
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib import handing_over
from chalicelib.aws.index import SIZE
from chalicelib.aws.invalidation import TAG_HEADER
from chalicelib.config import settings
from chalicelib.config.config import CACHE_CONTROL, ConfigError
from chalicelib.config.settings import LEAST_BUDGET
from chalicelib.errors import Refusal
from chalicelib.refusals import answer
from chalicelib.refusals.answer import CODE, MESSAGE
from edge.cloudfront.functions import language
from edge.cloudfront.functions.published import RUNTIME, Function
from edge.cloudfront.functions.runtime import run
from infra import template, template_check
from infra.edge_functions import canonical
from infra.gateway_responses import CODES, RESPONSES
from infra.package import PROJECT
from tests.infra.reading import alternatives, of_kind, properties
from tests.messages import causes, is_public

if TYPE_CHECKING:
    from pathlib import Path

    from infra.package import Package


QUOTE = "'"


@pytest.fixture(scope="session")
def translated(packaged: Package) -> Any:
    """The template after CloudFormation's SAM transform."""
    return template_check.translate(packaged.template)


# `make check` lints the template as it is, for all regions. Here is shown that this would find something.
def test_cfn_lint_finds_a_property_that_does_not_exist(document: Any, tmp_path: Path) -> None:
    spoiled = json.loads(json.dumps(document))
    spoiled["Resources"]["SiteBucket"]["Properties"]["WebsiteConfiguration"]["RoutingRule"] = []
    (tmp_path / "spoiled.json").write_text(json.dumps(spoiled))
    (finding,) = template_check.lint(tmp_path / "spoiled.json", ["us-east-1"])
    assert "RoutingRule" in finding


def test_sam_makes_five_functions_an_api_and_a_stage_of_it(translated: Any) -> None:
    kinds = [resource["Type"] for resource in translated["Resources"].values()]
    made = ("AWS::Lambda::Function", "AWS::ApiGateway::RestApi", "AWS::ApiGateway::Stage")
    assert [kinds.count(kind) for kind in made] == [5, 1, 1]
    assert not [kind for kind in kinds if kind.startswith("AWS::Serverless")]


def test_the_api_has_no_second_stage_that_the_limit_on_requests_does_not_reach(translated: Any) -> None:
    made = translated["Resources"].values()
    (deployment,) = [each for each in made if each["Type"] == "AWS::ApiGateway::Deployment"]
    (stage,) = [each for each in made if each["Type"] == "AWS::ApiGateway::Stage"]
    assert "StageName" not in deployment["Properties"]
    assert stage["Properties"]["StageName"] == "api"


def test_sam_refuses_a_function_without_a_handler(document: Any, tmp_path: Path) -> None:
    spoiled = json.loads(json.dumps(document))
    del spoiled["Resources"]["APIHandler"]["Properties"]["Handler"]
    (tmp_path / "spoiled.json").write_text(json.dumps(spoiled))
    with pytest.raises(ValueError, match="Handler"):
        template_check.translate(tmp_path / "spoiled.json")


def test_the_apis_function_cannot_refer_to_the_distribution(document: Any, tmp_path: Path) -> None:
    spoiled = json.loads(json.dumps(document))
    variables = spoiled["Resources"]["APIHandler"]["Properties"]["Environment"]["Variables"]
    variables["DISTRIBUTION_ID"] = {"Ref": "Distribution"}
    (tmp_path / "spoiled.json").write_text(json.dumps(spoiled))
    found = template_check.lint(tmp_path / "spoiled.json", ["us-east-1"])
    assert any("Circular Dependencies" in finding for finding in found)


FUNCTIONS = ("APIHandler", "Inspect", "Evict", "Refresh", "Prewarm")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_knows_the_whole_configuration(document: Any, name: str) -> None:
    read = set(
        re.findall(r'take\(\s*"([A-Z_]+)"', (PROJECT / "chalicelib" / "config" / "config.py").read_text())
    )
    told = properties(document, name)["Environment"]["Variables"]
    assert told.keys() == read
    others = properties(document, "APIHandler")["Environment"]["Variables"]
    untold = {"DISTRIBUTION_ID": "", "SITE_ORIGIN": "", "SITE_ORIGIN_REFERER": ""}
    signing = {"SIGNING_KEYS": {"Ref": "SigningKeys"}}
    assert told | untold | signing == others
    assert told["SIGNING_KEYS"] == (signing["SIGNING_KEYS"] if name == "APIHandler" else "")


def test_whoever_evicts_looks_at_the_origin_as_the_distribution_does(document: Any) -> None:
    told = properties(document, "Refresh")["Environment"]["Variables"]
    _, origin = properties(document, "Distribution")["DistributionConfig"]["Origins"][0]["Fn::If"][1:]
    (referer,) = [
        each["HeaderValue"] for each in origin["OriginCustomHeaders"] if each["HeaderName"] == "Referer"
    ]
    assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "http-only"
    assert told["SITE_ORIGIN"] == {"Fn::Sub": ["http://${Host}", {"Host": origin["DomainName"]}]}
    assert told["SITE_ORIGIN_REFERER"] == referer
    header = properties(document, "Distribution")["DistributionConfig"]["CacheTagConfig"]["HeaderName"]
    assert header == TAG_HEADER


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_its_own_log_with_a_retention_time(document: Any, name: str) -> None:
    log = properties(document, name)["LoggingConfig"]["LogGroup"]["Ref"]
    users = [
        each for each in FUNCTIONS if properties(document, each)["LoggingConfig"]["LogGroup"] == {"Ref": log}
    ]
    assert users == [name]
    assert properties(document, log)["RetentionInDays"] == {"Ref": "LogRetentionDays"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_all_functions_have_the_layers_architecture(document: Any, name: str) -> None:
    assert properties(document, name)["Architectures"] == [{"Ref": "Architecture"}]
    assert properties(document, "ManagedLayer")["CompatibleArchitectures"] == [{"Ref": "Architecture"}]


@pytest.mark.parametrize(
    ("machine", "offered"),
    [
        pytest.param(0x3E, ["x86_64"], id="built for x86-64"),
        pytest.param(0xB7, ["arm64"], id="built for aarch64"),
        pytest.param(0x28, ["x86_64", "arm64"], id="built for neither"),
        pytest.param(None, ["x86_64", "arm64"], id="not built yet"),
    ],
)
def test_a_stack_can_only_have_the_architecture_of_its_imagemagick(
    machine: int | None, offered: list[str], tmp_path: Path
) -> None:
    if machine is not None:
        (tmp_path / "lib").mkdir()
        header = b"\x7fELF".ljust(18, b"\0") + machine.to_bytes(2, "little")
        (tmp_path / "lib" / "libMagickWand-6.Q16.so").write_bytes(header)
    made = template.render(template.environment(PROJECT, "stack"), imagemagick=tmp_path)
    declared = made["Parameters"]["Architecture"]
    assert (declared["AllowedValues"], declared["Default"]) == (offered, offered[0])


@pytest.mark.parametrize(
    ("function", "event", "queue"),
    [
        ("Evict", "EvictSqsEventSource", "EvictionQueue"),
        ("Refresh", "RefreshSqsEventSource", "ChangesQueue"),
        ("Prewarm", "PrewarmSqsEventSource", "PrewarmQueue"),
    ],
)
def test_a_message_stays_invisible_while_a_function_works_on_it(
    document: Any, function: str, event: str, queue: str
) -> None:
    worker, waiting = properties(document, function), properties(document, queue)
    told = worker["Events"][event]["Properties"]
    assert told["Queue"] == {"Fn::Sub": f"${{{queue}.Arn}}"}
    # Lambda developer guide, "Using Lambda with Amazon SQS": six times, and what the batch is gathered for.
    assert waiting["VisibilityTimeout"] >= 6 * worker["Timeout"] + told["MaximumBatchingWindowInSeconds"]


def test_every_queue_has_dead_letters_and_refuses_plain_http(document: Any) -> None:
    queues = of_kind(document, "AWS::SQS::Queue")
    guarded = {
        queue["Ref"]
        for policy in of_kind(document, "AWS::SQS::QueuePolicy").values()
        for queue in policy["Queues"]
        if any(map(refuses_plain_http, alternatives(policy["PolicyDocument"]["Statement"])))
    }
    dead = {
        each["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        for each in queues.values()
        if "RedrivePolicy" in each
    }
    assert guarded == queues.keys() == {"EvictionQueue", "ChangesQueue", "PrewarmQueue", *dead}
    assert len(dead) == 3
    assert all(each["SqsManagedSseEnabled"] is True for each in queues.values())


def refuses_plain_http(statement: Any) -> bool:
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    return (statement["Effect"], statement["Principal"], statement["Condition"]) == ("Deny", "*", condition)


@pytest.mark.parametrize("bucket", ["SourceBucket", "SiteBucket"])
def test_every_bucket_is_encrypted_and_keeps_no_broken_uploads(document: Any, bucket: str) -> None:
    told = properties(document, bucket)
    *with_a_key, rule = alternatives(told["BucketEncryption"]["ServerSideEncryptionConfiguration"])
    assert rule == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    first = {"Fn::Select": [0, {"Fn::Split": [",", {"Ref": "SourceKeyArns"}]}]}
    key = {"SourceBucket": first, "SiteBucket": {"Ref": "SiteKeyArn"}}[bucket]
    by_the_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    assert with_a_key == [{"ServerSideEncryptionByDefault": by_the_key, "BucketKeyEnabled": True}]
    assert told["LifecycleConfiguration"]["Rules"][0]["AbortIncompleteMultipartUpload"]
    assert told["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_only_variants_expire_and_only_if_the_operator_wants_it(document: Any) -> None:
    _, optional = properties(document, "SiteBucket")["LifecycleConfiguration"]["Rules"]
    condition, rule, otherwise = optional["Fn::If"]
    assert document["Conditions"][condition] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "VariantDays"}, "0"]}]}
    assert rule["Prefix"] == {"Fn::If": ["HasKeyPrefix", {"Ref": "KeyPrefix"}, {"Ref": "AWS::NoValue"}]}
    assert rule["ExpirationInDays"] == {"Ref": "VariantDays"}
    assert rule["ObjectSizeGreaterThan"] == str(SIZE), "the index stays"
    assert otherwise == {"Ref": "AWS::NoValue"}
    assert "ExpirationInDays" not in json.dumps(properties(document, "SourceBucket"))


def test_the_source_notifies_of_changes_without_a_circular_dependency(document: Any) -> None:
    source = document["Resources"]["SourceBucket"]
    allow, rule, _refuse = alternatives(
        properties(document, "ChangesQueuePolicy")["PolicyDocument"]["Statement"]
    )
    by_eventbridge, by_sqs = alternatives(source["Properties"]["NotificationConfiguration"])
    told = by_sqs["QueueConfigurations"]
    # What a lifecycle rule deletes S3 does not count among the removals.
    events = ("s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*")
    assert [each["Event"] for each in told] == [*events]
    assert source["DependsOn"] == "ChangesQueuePolicy"
    assert not re.search(
        r'"SourceBucket"|\{SourceBucket[.}]', json.dumps(properties(document, "ChangesQueuePolicy"))
    )
    *_, (alone,) = allow["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::If"]
    named = ["MakesSourceBucket", source["Properties"]["BucketName"], {"Ref": "ExistingSourceBucket"}]
    assert alone["Fn::Sub"][1] == {"Source": {"Fn::If": named}}
    assert by_eventbridge == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    assert rule["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["SourceChanges", "Arn"]}}}
    changes = properties(document, "SourceChanges")
    assert changes["EventPattern"]["resources"] == allow["Condition"]["ArnEquals"]["aws:SourceArn"]


def test_concurrency_is_reserved_only_for_pictures_and_only_if_the_operator_wants_it(document: Any) -> None:
    reserved = {name: properties(document, name).get("ReservedConcurrentExecutions") for name in FUNCTIONS}
    wanted = {"Fn::If": ["HasReservedConcurrency", {"Ref": "ReservedConcurrency"}, {"Ref": "AWS::NoValue"}]}
    assert reserved == dict.fromkeys(FUNCTIONS) | {"APIHandler": wanted}


def test_requests_are_counted_by_an_address_that_viewers_cannot_forge(document: Any) -> None:
    tell = Function("BeforeTheApp", properties(document, "BeforeTheApp")["FunctionCode"])
    stranger, limit = properties(document, "RateLimiter")["Rules"]
    counted = limit["Statement"]["RateBasedStatement"]["ForwardedIPConfig"]["HeaderName"]
    proof = stranger["Statement"]["NotStatement"]["Statement"]["ByteMatchStatement"]
    config = properties(document, "Distribution")["DistributionConfig"]
    (app,) = [origin for origin in config["Origins"] if origin.get("Id") == "app"]
    behaviour, _playground = config["CacheBehaviors"]
    made_up = {"headers": {counted: {"value": "198.51.100.9"}}}
    told = run(tell, {"viewer": {"ip": "192.0.2.1"}, "request": made_up})["headers"]
    assert told[counted] == {"value": "192.0.2.1"}
    assert properties(document, "ViewerAddressPolicy")["OriginRequestPolicyConfig"]["HeadersConfig"][
        "Headers"
    ] == [counted]
    assert behaviour["OriginRequestPolicyId"]["Fn::If"][1] == {"Ref": "ViewerAddressPolicy"}
    # Without a condition: the distribution takes minutes to change, and the web ACL comes and goes at once.
    assert app["OriginCustomHeaders"] == [
        {"HeaderName": proof["FieldToMatch"]["SingleHeader"]["Name"], "HeaderValue": {"Ref": "RefererSecret"}}
    ]
    assert stranger["Action"] == {"Block": {}}
    assert limit["Statement"]["RateBasedStatement"]["Limit"] == {"Ref": "RateLimit"}


@pytest.mark.parametrize(
    ("accept", "kept"),
    [
        (None, "*/*"),
        ("image/avif,image/webp,*/*;q=0.8", "*/*"),
        ("image/*", "*/*"),
        ("application/json", "application/json"),
        ("Application/JSON;q=0.9, text/plain", "Application/JSON;q=0.9, text/plain"),
        # Only an origin group asks for the picture itself, and it asks the API directly.
        (handing_over.ACCEPT, "*/*"),
        (f"{handing_over.ACCEPT.title()}, application/json", "*/*"),
    ],
)
def test_browsers_share_a_kept_refusal_and_programs_that_ask_for_json_have_their_own(
    document: Any, accept: str | None, kept: str
) -> None:
    function = Function("BeforeTheApp", properties(document, "BeforeTheApp")["FunctionCode"])
    headers = {} if accept is None else {"accept": {"value": accept}}
    told = run(function, {"viewer": {"ip": "192.0.2.1"}, "request": {"headers": headers}})
    assert told["headers"]["accept"] == {"value": kept}
    policy = properties(document, "AppCachePolicy")["CachePolicyConfig"]
    key = policy["ParametersInCacheKeyAndForwardedToOrigin"]["HeadersConfig"]
    assert key == {"HeaderBehavior": "whitelist", "Headers": ["accept"]}
    behaviour, _playground = properties(document, "Distribution")["DistributionConfig"]["CacheBehaviors"]
    (association,) = behaviour["FunctionAssociations"]
    assert association["FunctionARN"] == {"Fn::GetAtt": ["BeforeTheApp", "FunctionARN"]}


def test_what_api_gateway_answers_itself_is_in_words_and_part_of_the_apis_definition(translated: Any) -> None:
    (api,) = [each for each in translated["Resources"].values() if each["Type"] == "AWS::ApiGateway::RestApi"]
    responses = json.loads(json.dumps(api["Properties"]["Body"]["x-amazon-apigateway-gateway-responses"]))
    assert set(responses) == set(RESPONSES)
    for kind, response in responses.items():
        headers = response["responseParameters"]
        code, message = (headers[f"gatewayresponse.header.{name}"] for name in (CODE, MESSAGE))
        assert response["responseTemplates"] == {
            "application/json": f"{code.strip(QUOTE)}: {message.strip(QUOTE)}\n"
        }, kind
        assert headers["gatewayresponse.header.Content-Type"] == "'text/markdown; charset=utf-8'"
        assert headers["gatewayresponse.header.X-Content-Type-Options"] == "'nosniff'"
        assert headers["gatewayresponse.header.Access-Control-Allow-Origin"] == "'*'"
        assert headers["gatewayresponse.header.Cache-Control"] == "'no-store'"
        assert "statusCode" not in response, "the status stays API Gateway's own"
        for value in headers.values():
            assert value[0] == value[-1] == QUOTE
            assert QUOTE not in value[1:-1]


def test_the_words_of_api_gateway_and_of_waf_are_told_from_the_apps_by_their_codes(document: Any) -> None:
    (limit,) = properties(document, "RateLimiter")["Rules"][1:]
    blocked = limit["Action"]["Block"]["CustomResponse"]
    said = {header["Name"]: header["Value"] for header in blocked["ResponseHeaders"]}
    body = properties(document, "RateLimiter")["CustomResponseBodies"][blocked["CustomResponseBodyKey"]]
    assert body == {"ContentType": "TEXT_PLAIN", "Content": f"{said[CODE]}: {said[MESSAGE]}"}
    assert said[CODE] in CODES
    assert not CODES & {cause.__name__ for cause in causes(Refusal)}
    assert all(is_public(words.message) for words in RESPONSES.values())


def test_scripts_of_other_origins_may_read_why_a_picture_was_refused(document: Any) -> None:
    cors = properties(document, "ViewerHeaders")["ResponseHeadersPolicyConfig"]["CorsConfig"]
    exposed = answer.told("", "")["Access-Control-Expose-Headers"]
    assert cors["AccessControlExposeHeaders"]["Items"] == exposed.split(", ")


def or_an_existing_distribution(condition: str) -> Any:
    """Return the condition for what an existing distribution may still use after the stack has changed."""
    return {"Fn::Or": [{"Condition": condition}, {"Condition": "HasExistingDistribution"}]}


@pytest.mark.parametrize(
    ("part", "condition", "needed"),
    [
        ("SiteAccess", "HasSiteAccess", "FailsOver"),
        ("CanonicalAddress", "HasCanonicalAddress", "RedirectsOtherSpellings"),
        ("PlaygroundHeaders", "HasPlaygroundHeaders", "HasPlayground"),
        ("ViewerAddressPolicy", "HasViewerAddress", "HasRateLimit"),
    ],
)
def test_what_an_existing_distribution_may_still_use_is_not_deleted(
    document: Any, part: str, condition: str, needed: str
) -> None:
    assert document["Resources"][part]["Condition"] == condition
    assert document["Conditions"][condition] == or_an_existing_distribution(needed)


def test_an_existing_distribution_takes_the_place_of_the_stacks_own_wherever_one_is_named(
    document: Any,
) -> None:
    resources = {name: each for name, each in document["Resources"].items() if name != "Distribution"}
    named = json.dumps({**resources, "Outputs": document["Outputs"]})
    serving = ["HasExistingDistribution", {"Ref": "ExistingDistribution"}, {"Ref": "Distribution"}]
    assert named.count('{"Ref": "Distribution"}') == named.count(json.dumps({"Fn::If": serving}))
    assert "${Distribution}" not in named
    config = properties(document, "Distribution")["DistributionConfig"]
    assert config["Enabled"] == {"Fn::If": ["HasExistingDistribution", False, True]}
    assert config["Aliases"]["Fn::If"][0] == config["ViewerCertificate"]["Fn::If"][0] == "HasCertificate"


def test_the_site_redirects_other_spellings_below_its_key_prefix(document: Any) -> None:
    config = properties(document, "Distribution")["DistributionConfig"]
    condition, (association,), otherwise = config["DefaultCacheBehavior"]["FunctionAssociations"]["Fn::If"]
    function = document["Resources"]["CanonicalAddress"]
    assert association == {
        "EventType": "viewer-request",
        "FunctionARN": {"Fn::GetAtt": ["CanonicalAddress", "FunctionARN"]},
    }
    (of_every_site, *_) = function["Properties"]["FunctionCode"]["Fn::Join"][1]
    assert of_every_site == {"Fn::Sub": canonical.code("${KeyPrefix}")}
    assert function["Condition"] == "HasCanonicalAddress"
    assert document["Conditions"]["HasCanonicalAddress"] == or_an_existing_distribution(condition)
    assert document["Parameters"]["OtherSpellings"]["Default"] == "redirect"
    failing_over, (without,), nothing = otherwise["Fn::If"]
    assert (failing_over, nothing) == ("FailsOver", {"Ref": "AWS::NoValue"})
    # What a failover brings to the app has to name its viewer as well.
    assert without["FunctionARN"] == {"Fn::GetAtt": ["BeforeTheApp", "FunctionARN"]}


def test_every_function_at_the_edge_is_published_for_the_runtime_whose_language_it_keeps_to(
    document: Any,
) -> None:
    functions = of_kind(document, "AWS::CloudFront::Function")
    assert len(functions) == 2, "one in front of the site, one in front of the app"
    for function in functions.values():
        code = function["FunctionCode"]
        for part in [code] if isinstance(code, str) else code["Fn::Join"][1]:
            language.check(part if isinstance(part, str) else part.get("Fn::Sub") or part["Fn::If"][1])
        assert function["FunctionConfig"]["Runtime"] == RUNTIME
        assert function["AutoPublish"] is True


def test_without_a_rate_limit_there_is_no_web_acl(document: Any) -> None:
    parts = {"RateLimiter", "RateLimiterOfTheApi"}
    assert {document["Resources"][part]["Condition"] for part in parts} == {"HasRateLimit"}
    assert document["Parameters"]["RateLimit"]["Default"] == "0"


def test_the_api_is_throttled_unless_somebody_says_otherwise_and_an_alarm_says_when(document: Any) -> None:
    (setting,) = properties(document, "RestAPI")["MethodSettings"]
    assert setting == {
        "ResourcePath": "/*",
        "HttpMethod": "*",
        "ThrottlingRateLimit": {"Ref": "RequestsPerSecond"},
        "ThrottlingBurstLimit": {"Ref": "RequestBurst"},
    }
    declared = document["Parameters"]
    alarm = properties(document, "ApiThrottles")
    assert (alarm["Period"], alarm["Threshold"]) == (60, {"Ref": "RequestsPerMinuteAlarm"})
    assert declared["RequestsPerMinuteAlarm"]["Default"] == 60 * declared["RequestsPerSecond"]["Default"]


@pytest.mark.parametrize(
    ("parameters", "fault"),
    [
        ({"Presets": "hero=1600x"}, None),
        (
            {
                "Presets": "; ".join(f"preset{n}=10x" for n in range(150)),
                "AllowedOptions": ",".join(f"quality={n + 1}" for n in range(100)),
            },
            "PRESETS has 2,",
        ),
    ],
    ids=["little", "too much"],
)
def test_an_environment_that_lambda_would_not_take_is_refused_before_the_deployment(
    document: Any, parameters: dict[str, str], fault: str | None
) -> None:
    if fault is None:
        template.check(document, parameters)
        return
    with pytest.raises(ConfigError, match=r"Lambda takes 4,096.*" + fault):
        template.check(document, parameters)


def test_what_was_deleted_from_the_source_bucket_goes_also_after_versioning_was_switched_off(
    document: Any,
) -> None:
    source = properties(document, "SourceBucket")
    assert source["VersioningConfiguration"] == {
        "Status": {"Fn::If": ["HasSourceVersions", "Enabled", "Suspended"]}
    }
    (rule,) = [
        rule for rule in source["LifecycleConfiguration"]["Rules"] if rule["Id"] == "expire-earlier-versions"
    ]
    assert rule["NoncurrentVersionExpiration"] == {
        "NoncurrentDays": {"Fn::If": ["HasSourceVersions", {"Ref": "SourceVersionDays"}, 1]}
    }


def test_the_site_buckets_name_is_not_free_while_the_distribution_points_there(document: Any) -> None:
    assert document["Resources"]["SiteBucket"]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert document["Resources"]["SiteBucket"]["UpdateReplacePolicy"] == "Retain"


def test_every_alarm_sends_notifications_and_missing_data_is_no_alarm(document: Any) -> None:
    alarms = of_kind(document, "AWS::CloudWatch::Alarm")
    notify = {"Fn::If": ["HasAlarmEmail", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]}
    assert {(each["Namespace"], each["MetricName"]) for each in alarms.values()} == {
        ("AWS/ApiGateway", "Count"),
        ("AWS/Lambda", "Errors"),
        ("AWS/Lambda", "Throttles"),
        ("AWS/Lambda", "Duration"),
        ("AWS/ApiGateway", "5XXError"),
        ("AWS/CloudFront", "5xxErrorRate"),
        ("AWS/WAFV2", "BlockedRequests"),
        ("resize404", "InvalidationsHeldBack"),
        ("resize404", "OriginalsRefused"),
        ("resize404", "Refused"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
        ("AWS/SQS", "ApproximateAgeOfOldestMessage"),
    }
    for alarm in alarms.values():
        assert alarm["AlarmActions"] == alarm["OKActions"] == notify
        assert alarm["TreatMissingData"] == "notBreaching"


def test_edge_errors_have_an_alarm_only_in_the_region_of_cloudfronts_metrics(document: Any) -> None:
    condition = document["Conditions"][document["Resources"]["EdgeErrors"]["Condition"]]
    assert condition == {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}


def test_only_a_budget_brings_its_alarm_and_the_permission_to_count(document: Any) -> None:
    condition = {"Fn::Not": [{"Fn::Equals": [{"Ref": "InvalidationBudget"}, ""]}]}
    assert document["Conditions"]["HasInvalidationBudget"] == condition
    assert document["Resources"]["BudgetSpent"]["Condition"] == "HasInvalidationBudget"
    counting = properties(document, "EvictRole")["Policies"][-2:]
    conditions = [policy["Fn::If"][0] for policy in counting]
    assert conditions == ["HasInvalidationBudget", "HasSiteKeyAndBudget"]
    assert document["Conditions"]["HasSiteKeyAndBudget"] == {
        "Fn::And": [{"Condition": "HasSiteKey"}, {"Condition": "HasInvalidationBudget"}]
    }


@pytest.mark.parametrize(
    ("text", "is_allowed"), [("", True), ("200", True), ("999", True), ("1000", True), ("199", False)]
)
def test_the_template_allows_the_budgets_that_the_app_takes(
    document: Any,
    text: str,
    is_allowed: bool,  # noqa: FBT001 - a table's column
) -> None:
    pattern = document["Parameters"]["InvalidationBudget"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, text)) is is_allowed
    with nullcontext() if is_allowed else pytest.raises(ValueError, match=str(LEAST_BUDGET)):
        settings.budget(text)


@pytest.mark.parametrize(
    ("parameter", "variable"),
    [
        ("AllowedDimensions", "ALLOWED_DIMENSIONS"),
        ("AllowedOptions", "ALLOWED_OPTIONS"),
        ("AllowedImageTypes", "ALLOWED_IMAGE_TYPES"),
        ("Presets", "PRESETS"),
        ("KeyPrefix", "KEY_PREFIX"),
        ("FallbackKey", "FALLBACK_KEY"),
        ("SigningKeys", "SIGNING_KEYS"),
        ("Watermarks", "WATERMARKS"),
        ("FaceDetection", "FACE_DETECTION"),
        ("Moderation", "MODERATION"),
        ("Metadata", "METADATA"),
        ("Profile", "PROFILE"),
        ("OtherFiles", "OTHER_FILES"),
        ("MirrorOriginals", "MIRROR_ORIGINALS"),
        ("CacheControl", "CACHE_CONTROL"),
        ("RedirectStatus", "REDIRECT_STATUS"),
        ("Invalidate", "INVALIDATE"),
        ("InvalidationBudget", "INVALIDATION_BUDGET"),
        ("EvictBy", "EVICT_BY"),
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


def test_the_stack_keeps_variants_as_the_app_does_by_default(document: Any) -> None:
    policy = properties(document, "SiteCachePolicy")["CachePolicyConfig"]
    assert document["Parameters"]["CacheControl"]["Default"] == CACHE_CONTROL
    (seconds,) = re.findall(r"s-maxage=(\d+)", CACHE_CONTROL)
    assert policy["MinTTL"] == policy["DefaultTTL"] == 0 < int(seconds) < policy["MaxTTL"]


def test_every_parameter_is_described_and_all_but_the_secret_have_a_default(document: Any) -> None:
    declared = document["Parameters"]
    assert [name for name, parameter in declared.items() if "Description" not in parameter] == []
    assert [name for name, parameter in declared.items() if "Default" not in parameter] == ["RefererSecret"]
    secret = [name for name, parameter in declared.items() if parameter.get("NoEcho")]
    assert secret == ["SigningKeys", "RefererSecret"]


def test_the_console_shows_every_parameter_in_a_group(document: Any) -> None:
    groups = document["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    shown = [name for group in groups for name in group["Parameters"]]
    assert sorted(shown) == sorted(document["Parameters"])


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
    origins = document["Resources"]["Distribution"]["Properties"]["DistributionConfig"]["Origins"]
    site = origins[0]["Fn::If"][2]
    condition, dashed, dotted = site["DomainName"]["Fn::Sub"][1]["Endpoint"]["Fn::If"]
    dashed_regions = [each["Fn::Equals"][1] for each in document["Conditions"][condition]["Fn::Or"]]
    chosen = dashed if region in dashed_regions else dotted
    assert chosen["Fn::Sub"].replace("${AWS::Region}", region) == endpoint


def test_variants_by_a_kms_key_need_the_delivery_that_does_not_ask_a_website_endpoint(document: Any) -> None:
    rule = document["Rules"]["AKeyOfVariantsNeedsFailover"]
    (assertion,) = rule["Assertions"]
    assert rule["RuleCondition"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "SiteKeyArn"}, ""]}]}
    assert assertion["Assert"] == {"Fn::Equals": [{"Ref": "Delivery"}, "failover"]}


def test_mirrors_do_not_expire_with_variants(document: Any) -> None:
    rule = document["Rules"]["MirrorsDoNotExpire"]
    (assertion,) = rule["Assertions"]
    assert rule["RuleCondition"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "MirrorOriginals"}, ""]}]}
    assert assertion["Assert"] == {"Fn::Equals": [{"Ref": "VariantDays"}, "0"]}


def test_refresh_has_the_memory_of_the_app_where_it_takes_metadata_out(document: Any) -> None:
    memory = {
        name: document["Resources"][name]["Properties"]["MemorySize"] for name in ("APIHandler", "Refresh")
    }
    assert memory["Refresh"] == {"Fn::If": ["StripsOriginals", memory["APIHandler"], 512]}
