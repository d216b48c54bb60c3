"""The stack, deployed from the production template into the emulator."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

import edge
from chalicelib import handing_over
from chalicelib.address.key import NOTES
from chalicelib.address.sources import ObjectName
from chalicelib.address.values import Format
from chalicelib.aws.bucket import Original, Site
from chalicelib.render.rendered import Rendered
from edge.cloudfront.distribution import NOTHING
from edge.cloudfront.distribution_reader import DistributionReader
from edge.origin_access import SERVICE
from edge.s3 import bucket_policy
from infra.edge_functions import canonical
from infra.package import Package
from ops.deployment.stack import DeploymentFailed, deploy
from ops.playground import files
from tests.edge.world import ScriptedOrigin, ask
from tests.infra.conftest import ARTIFACTS, EVERYTHING

if TYPE_CHECKING:
    from pathlib import Path

    from infra.emulator import Emulator
    from ops.deployment.stack import Outputs


def test_the_outputs_name_the_made_resources(aws: Emulator, plain: Outputs) -> None:
    outputs, s3 = plain, aws.client("s3")
    buckets = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    distribution = aws.client("cloudfront").get_distribution(Id=outputs.distribution_id)
    domain = distribution["Distribution"]["DomainName"]
    assert {outputs.source_bucket, outputs.site_bucket} <= buckets
    assert outputs.site_url == f"https://{domain}"
    assert outputs.img_tag == f'<img src="https://{domain}/150x150/photo.jpg" alt="">'
    assert outputs.api_url.endswith(".execute-api.us-east-1.amazonaws.com/api")
    assert outputs.upload_command == f"aws s3 cp photo.jpg s3://{outputs.source_bucket}/ --region us-east-1"
    assert outputs.inspect_function in {
        function["FunctionName"] for function in aws.client("lambda").list_functions()["Functions"]
    }
    boards = aws.client("cloudwatch").list_dashboards()["DashboardEntries"]
    assert outputs.dashboard_url.rpartition("/")[2] in {board["DashboardName"] for board in boards}


@pytest.mark.parametrize(
    ("stack", "condition"),
    [
        pytest.param("plain", {}, id="all of the site"),
        pytest.param("prefixed", {"KeyPrefixEquals": "img/"}, id="below the key prefix only"),
    ],
)
def test_a_miss_on_the_site_is_redirected_to_the_distribution(
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


def secret(aws: Emulator, here: Outputs) -> str:
    """The Referer that the distribution sends to the site."""
    origins = configuration(aws, here)["Origins"]["Items"]
    (site,) = [origin for origin in origins if origin["Id"] == "site"]
    headers = {header["HeaderName"]: header["HeaderValue"] for header in site["CustomHeaders"]["Items"]}
    return str(headers["Referer"])


@pytest.mark.parametrize(
    ("stack", "prefix", "pages"),
    [("plain", "", ["index.html"]), ("everything", "img/", ["index.html", "playground/*"])],
)
def test_the_site_allows_the_distribution_to_read_our_keys_and_refuses_other_plain_http(
    stack: str, prefix: str, pages: list[str], aws: Emulator, request: pytest.FixtureRequest
) -> None:
    here: Outputs = request.getfixturevalue(stack)
    s3, bucket, known = aws.client("s3"), here.site_bucket, secret(aws, here)
    by_signature, allowed, notes, _, refused = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])[
        "Statement"
    ]
    assert by_signature["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert by_signature["Resource"] == allowed["Resource"]
    assert allowed == {
        "Sid": "TheDistributionMayRead",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": [f"arn:aws:s3:::{bucket}/{path}" for path in (f"{prefix}*", *pages)],
        "Condition": {"StringEquals": {"aws:Referer": known}},
    }
    assert notes == {
        "Sid": "NobodyMayReadWhatTheAppNotes",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": [f"arn:aws:s3:::{bucket}/{prefix}{folder}*" for folder in NOTES],
        "Condition": {"StringEquals": {"aws:Referer": known}},
    }
    assert refused == {
        "Sid": "RefuseOtherPlainHttp",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {
            "Bool": {"aws:SecureTransport": "false"},
            "StringNotEquals": {"aws:Referer": known},
        },
    }


@pytest.mark.parametrize(
    ("referer", "transport", "allowed"),
    [
        pytest.param("the secret", "false", True, id="the distribution"),
        pytest.param("https://shop.example/", "false", False, id="a page that links to the endpoint"),
        pytest.param(None, "false", False, id="a direct request to the endpoint"),
        pytest.param(None, "true", False, id="a direct request to the bucket"),
    ],
)
def test_the_site_can_be_read_only_through_the_distribution(
    referer: str | None, transport: str, allowed: object, aws: Emulator, plain: Outputs
) -> None:
    policy = bucket_policy.parse(aws.client("s3").get_bucket_policy(Bucket=plain.site_bucket)["Policy"])
    sent = secret(aws, plain) if referer == "the secret" else referer
    facts = {"aws:securetransport": transport, **({"aws:referer": sent} if sent else {})}
    key = f"arn:aws:s3:::{plain.site_bucket}/150x150/a.jpg"
    assert policy.allows("s3:GetObject", key, facts) is allowed
    for folder in NOTES:
        note = f"arn:aws:s3:::{plain.site_bucket}/{folder}original-0123abcd"
        assert not policy.allows("s3:GetObject", note, facts)
    assert not policy.allows("s3:PutObject", key, facts)
    assert not policy.allows("s3:ListBucket", f"arn:aws:s3:::{plain.site_bucket}", facts)


@pytest.fixture(scope="session")
def failing_over(aws: Emulator, packaged: Package) -> Outputs:
    """A stack whose bucket is private."""
    return deploy(
        aws.client("cloudformation"),
        aws.client("s3"),
        packaged,
        artifacts=ARTIFACTS,
        name="FailingOver",
        parameters={"Delivery": "failover", "RateLimit": "0", "KeyPrefix": "img/"},
    )


def test_with_failover_the_bucket_is_private_and_only_its_own_distribution_reads_variants(
    aws: Emulator, failing_over: Outputs
) -> None:
    s3, bucket = aws.client("s3"), failing_over.site_bucket
    blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(blocked.values()) == {True}
    policy = bucket_policy.parse(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    arn = f"arn:aws:cloudfront::000000000000:distribution/{failing_over.distribution_id}"
    ours = {"aws:securetransport": "true", "aws:sourcearn": arn}
    another = {**ours, "aws:sourcearn": f"{arn}2"}
    for key, readable in [
        ("img/150x150/a.jpg", True),
        ("index.html", True),
        ("150x150/a.jpg", False),
        *[(f"img/{folder}original-0", False) for folder in NOTES],
    ]:
        resource = f"arn:aws:s3:::{bucket}/{key}"
        assert policy.allows("s3:GetObject", resource, ours, SERVICE) is readable
        assert not policy.allows("s3:GetObject", resource, another, SERVICE)
        assert not policy.allows("s3:GetObject", resource, {"aws:securetransport": "true"})
        assert not policy.allows("s3:PutObject", resource, ours, SERVICE)
    assert not policy.allows("s3:ListBucket", f"arn:aws:s3:::{bucket}", ours, SERVICE)


def test_with_failover_the_distribution_asks_s3_and_then_the_app_for_the_picture(
    aws: Emulator, failing_over: Outputs
) -> None:
    found = DistributionReader(aws.client("cloudfront")).get(failing_over.distribution_id)
    pictures, app = found.behaviour("/img/150x150/a.jpg"), found.behaviour("/resize/150x150/a.jpg")
    assert pictures.origin.domain == f"{failing_over.site_bucket}.s3.us-east-1.amazonaws.com"
    assert pictures.origin.signs_as.endswith(f":distribution/{failing_over.distribution_id}")
    assert pictures.failover
    second = pictures.failover.origin
    assert pictures.failover.statuses == {403, 404}
    assert (second.domain, second.path) == (app.origin.domain, f"{app.origin.path}/resize")
    assert dict(second.headers)["Accept"] == handing_over.ACCEPT
    assert (
        dict(second.headers)["x-from-the-distribution"] == dict(app.origin.headers)["x-from-the-distribution"]
    )
    assert found.root_object == "index.html"
    assert (app.failover, pictures.cache) == (None, replace(pictures.cache, headers=NOTHING))


def test_no_two_stacks_share_a_secret(aws: Emulator, plain: Outputs, prefixed: Outputs) -> None:
    assert secret(aws, plain) != secret(aws, prefixed)


def test_the_site_can_have_a_public_policy_but_no_public_lists(aws: Emulator, plain: Outputs) -> None:
    s3, bucket = aws.client("s3"), plain.site_bucket
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


def test_the_distribution_caches_only_answers_with_cache_control_and_only_by_path(
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


def test_the_app_is_behind_a_path_of_the_same_distribution_and_only_refusals_are_cached(
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
    assert [caching[bound] for bound in ("MinTTL", "DefaultTTL", "MaxTTL")] == [0, 0, 3600]
    assert f"https://{app['DomainName']}{app['OriginPath']}" == plain.api_url
    assert app["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    assert site["DomainName"].startswith(f"{plain.site_bucket}.s3-website")
    assert site["CustomOriginConfig"]["OriginProtocolPolicy"] == "http-only"


def test_the_playground_alone_may_run_a_script_and_only_its_own(
    aws: Emulator, plain: Outputs, everything: Outputs
) -> None:
    cloudfront, config = aws.client("cloudfront"), configuration(aws, everything)
    app, playground = config["CacheBehaviors"]["Items"]
    for_pictures, for_the_page = (
        cloudfront.get_response_headers_policy(Id=behaviour["ResponseHeadersPolicyId"])[
            "ResponseHeadersPolicy"
        ]["ResponseHeadersPolicyConfig"]
        for behaviour in (app, playground)
    )
    security = for_the_page["SecurityHeadersConfig"]
    assert playground["PathPattern"] == "/playground/*"
    assert playground["TargetOriginId"] == "site"
    assert security["ContentSecurityPolicy"] == {"ContentSecurityPolicy": files.policy(), "Override": True}
    assert "CorsConfig" not in for_the_page
    assert for_the_page["RemoveHeadersConfig"] == for_pictures["RemoveHeadersConfig"]
    assert everything.playground_url == "https://img.example.com/playground/"
    assert plain.playground_url == ""


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
    assert policy["SecurityHeadersConfig"] == {
        "ContentTypeOptions": {"Override": True},
        "ContentSecurityPolicy": {
            "ContentSecurityPolicy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            "Override": True,
        },
    }


def test_viewers_see_none_of_what_is_noted_with_a_variant(aws: Emulator, plain: Outputs) -> None:
    behaviour = configuration(aws, plain)["DefaultCacheBehavior"]
    found = aws.client("cloudfront").get_response_headers_policy(Id=behaviour["ResponseHeadersPolicyId"])
    config = found["ResponseHeadersPolicy"]["ResponseHeadersPolicyConfig"]
    removed = {header["Header"] for header in config["RemoveHeadersConfig"]["Items"]}
    s3 = aws.client("s3")
    original = Original(ObjectName("photos", "a.jpg"), b"photo", "etag")
    site = Site(s3, plain.site_bucket, "public", "")
    site.store("1x1/a.jpg", Rendered(b"made", Format.PNG, 1, 1, 1), original)
    noted = s3.head_object(Bucket=plain.site_bucket, Key="1x1/a.jpg")["Metadata"]
    s3.delete_object(Bucket=plain.site_bucket, Key="1x1/a.jpg")
    assert noted
    assert {f"x-amz-meta-{name}" for name in noted} <= removed


def functions(aws: Emulator, name: str) -> dict[str, Any]:
    """The functions of the stack `name` by their logical ids."""
    found = aws.client("lambda").list_functions()["Functions"]
    return {
        each["FunctionName"].split("-")[1]: each
        for each in found
        if each["FunctionName"].startswith(f"{name}-")
    }


@pytest.mark.parametrize(
    ("stack", "name", "prefix"),
    [
        pytest.param("plain", "Plain", "", id="all of the site"),
        pytest.param("prefixed", "Prefixed", "img/", id="below the key prefix only"),
    ],
)
def test_every_function_knows_its_buckets_and_all_but_the_apis_know_the_distribution(
    stack: str, name: str, prefix: str, aws: Emulator, request: pytest.FixtureRequest
) -> None:
    here: Outputs = request.getfixturevalue(stack)
    told = {each: function["Environment"]["Variables"] for each, function in functions(aws, name).items()}
    for environment in told.values():
        assert environment["SITE_BUCKET"] == here.site_bucket
        assert environment["SOURCES"] == f"default={here.source_bucket}/"
        assert environment["KEY_PREFIX"] == prefix
    assert {each: environment["DISTRIBUTION_ID"] for each, environment in told.items()} == {
        "APIHandler": "",
        "Inspect": here.distribution_id,
        "Evict": here.distribution_id,
        "Refresh": here.distribution_id,
        "Prewarm": here.distribution_id,
    }


def queue(aws: Emulator, name: str) -> Any:
    """The attributes of the one queue whose name begins with `name`."""
    sqs = aws.client("sqs")
    (url,) = sqs.list_queues(QueueNamePrefix=name)["QueueUrls"]
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


@pytest.mark.parametrize(
    ("function", "name"),
    [("Evict", "EvictionQueue"), ("Refresh", "ChangesQueue"), ("Prewarm", "PrewarmQueue")],
    ids=lambda each: each,
)
def test_each_queue_is_worked_on_by_its_function(
    function: str, name: str, aws: Emulator, plain: Outputs
) -> None:
    assert plain
    client = aws.client("lambda")
    arn = queue(aws, f"Plain-{name}-")["QueueArn"]
    (mapping,) = client.list_event_source_mappings(EventSourceArn=arn)["EventSourceMappings"]
    assert mapping["FunctionArn"] == functions(aws, "Plain")[function]["FunctionArn"]
    assert mapping["State"] == "Enabled"


@pytest.mark.parametrize(
    ("name", "dead", "attempts"),
    [
        pytest.param("EvictionQueue", "EvictionDeadLetters", 60, id="CloudFront may be busy for hours"),
        pytest.param("ChangesQueue", "ChangesDeadLetters", 150, id="a change is tried each minute"),
        pytest.param("PrewarmQueue", "PrewarmDeadLetters", 10, id="nobody waits for what is made ahead"),
    ],
)
def test_a_message_that_fails_repeatedly_goes_to_the_dead_letters(
    name: str, dead: str, attempts: int, aws: Emulator, plain: Outputs
) -> None:
    assert plain
    redrive = json.loads(queue(aws, f"Plain-{name}-")["RedrivePolicy"])
    assert redrive["deadLetterTargetArn"] == queue(aws, f"Plain-{dead}-")["QueueArn"]
    assert int(redrive["maxReceiveCount"]) == attempts


def test_the_source_notifies_the_queue_of_all_created_and_removed_objects(
    aws: Emulator, plain: Outputs
) -> None:
    told = aws.client("s3").get_bucket_notification_configuration(Bucket=plain.source_bucket)
    assert {
        (event, each["QueueArn"]) for each in told["QueueConfigurations"] for event in each["Events"]
    } == {
        (event, queue(aws, "Plain-ChangesQueue-")["QueueArn"])
        for event in ("s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*")
    }


def test_a_stack_with_further_sources_may_read_them_and_hears_of_their_changes(
    aws: Emulator, everything: Outputs
) -> None:
    bucket = everything.source_bucket
    told = functions(aws, "Everything")["APIHandler"]["Environment"]["Variables"]["SOURCES"]
    assert told == f"default={bucket}/photos/,avatars=our-avatars/faces,press=press-photos"
    iam = aws.client("iam")
    (name,) = [role for role in roles(aws, "Everything") if "-ApiHandlerRole-" in role]
    reading, decrypting = (
        iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]["Statement"]
        for policy in ("read-originals", "decrypt-originals")
    )
    objects, buckets = (each["Resource"] for each in reading)
    photos = ("photos/*", bucket), ("faces/*", "our-avatars"), ("*", "press-photos")
    assert objects == [f"arn:aws:s3:::{name}/{key}" for key, name in photos]
    assert buckets == [f"arn:aws:s3:::{name}" for _, name in photos]
    assert decrypting[0]["Resource"] == [EVERYTHING["SourceKeyArns"]]
    (rule,) = [
        each for each in aws.client("events").list_rules()["Rules"] if each["Name"].startswith("Everything-")
    ]
    assert json.loads(rule["EventPattern"])["resources"] == buckets
    policy = json.loads(queue(aws, "Everything-ChangesQueue-")["Policy"])
    assert policy["Statement"][0]["Condition"] == {"ArnEquals": {"aws:SourceArn": rule["Arn"]}}
    assert "EventBridgeConfiguration" in aws.client("s3").get_bucket_notification_configuration(Bucket=bucket)


def roles(aws: Emulator, name: str) -> dict[str, Any]:
    """The roles of the stack `name`, by their names."""
    found = aws.client("iam").list_roles()["Roles"]
    return {each["RoleName"]: each for each in found if each["RoleName"].startswith(f"{name}-")}


def test_what_does_not_bear_the_stacks_name_bears_the_prefix(aws: Emulator, everything: Outputs) -> None:
    behaviour, _playground = configuration(aws, everything)["CacheBehaviors"]["Items"]
    (function,) = behaviour["FunctionAssociations"]["Items"]
    assert everything.source_bucket.startswith("acme-img-source-000000000000-")
    assert everything.site_bucket.startswith("acme-img-site-000000000000-")
    assert function["FunctionARN"].rpartition("/")[2].startswith("acme-img-before-the-app-")


def test_the_dashboard_shows_the_made_resources(aws: Emulator, plain: Outputs) -> None:
    name = plain.dashboard_url.rpartition("/")[2]
    body = aws.client("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"]
    alarms, *charts = json.loads(body)["widgets"]
    known = aws.client("cloudwatch").describe_alarms()["MetricAlarms"]
    ours = {each["AlarmArn"] for each in known if each["AlarmName"].startswith("Plain-")}
    assert set(alarms["properties"]["alarms"]) == ours
    shown = json.dumps(charts)
    for made in (plain.distribution_id, *(each["FunctionName"] for each in functions(aws, "Plain").values())):
        assert made in shown or "-Inspect-" in made
    assert "${" not in body


def test_a_site_with_a_domain_name_uses_it_everywhere(aws: Emulator, everything: Outputs) -> None:
    config = configuration(aws, everything)
    rules = aws.client("s3").get_bucket_website(Bucket=everything.site_bucket)["RoutingRules"]
    assert everything.site_url == "https://img.example.com"
    assert everything.img_tag == '<img src="https://img.example.com/img/150x150/photo.jpg" alt="">'
    assert {rule["Redirect"]["HostName"] for rule in rules} == {"img.example.com"}
    assert config["Aliases"]["Items"] == ["img.example.com"]
    assert config["ViewerCertificate"]["ACMCertificateArn"] == EVERYTHING["CertificateArn"]
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"


def test_the_origin_shield_is_for_the_site_and_not_for_the_app(aws: Emulator, everything: Outputs) -> None:
    origins = configuration(aws, everything)["Origins"]["Items"]
    shields = {origin["Id"]: origin.get("OriginShield", {"Enabled": False}) for origin in origins}
    assert shields["site"] == {"Enabled": True, "OriginShieldRegion": "eu-central-1"}
    assert shields["app"]["Enabled"] is False


def test_the_app_gets_the_viewers_address_if_requests_are_limited(
    aws: Emulator, plain: Outputs, everything: Outputs
) -> None:
    cloudfront = aws.client("cloudfront")
    behaviour, _playground = configuration(aws, everything)["CacheBehaviors"]["Items"]
    (function,) = behaviour["FunctionAssociations"]["Items"]
    found = cloudfront.get_origin_request_policy(Id=behaviour["OriginRequestPolicyId"])
    policy = found["OriginRequestPolicy"]["OriginRequestPolicyConfig"]
    (limiter,) = aws.client("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"]
    assert function["EventType"] == "viewer-request"
    assert policy["HeadersConfig"]["Headers"]["Items"] == ["x-viewer-address"]
    assert limiter["Name"].startswith("Everything-")
    assert function["FunctionARN"].rpartition("/")[2].startswith("acme-img-before-the-app-")
    (unlimited,) = configuration(aws, plain)["CacheBehaviors"]["Items"]
    assert "OriginRequestPolicyId" not in unlimited


def test_the_function_puts_the_viewers_address_in_place_of_what_the_viewer_says(
    aws: Emulator, everything: Outputs
) -> None:
    with (
        ScriptedOrigin() as origin,
        edge.serve(everything.distribution_id, endpoint_url=aws.endpoint_url, names=origin.names) as served,
    ):
        ask(f"{served.url}/resize/100x100/a.jpg", headers={"X-Viewer-Address": "198.51.100.9"})
        ask(f"{served.url}/img/100x100/a.jpg", headers={"X-Viewer-Address": "198.51.100.9"})
    assert [asked.headers.get_all("X-Viewer-Address") for asked in origin.asked] == [["127.0.0.1"], None]


@pytest.mark.parametrize(
    ("stack", "key_prefix", "uses"),
    [("plain", "", canonical.AUTO), ("prefixed", "img/", ("auto-avif", "imgix", "sir"))],
)
def test_the_site_runs_the_function_that_its_parameters_ask_for(
    stack: str, key_prefix: str, uses: tuple[str, ...], aws: Emulator, request: pytest.FixtureRequest
) -> None:
    default = configuration(aws, request.getfixturevalue(stack))["DefaultCacheBehavior"]
    (association,) = default["FunctionAssociations"]["Items"]
    name = association["FunctionARN"].rpartition("/")[2]
    live = aws.client("cloudfront").get_function(Name=name, Stage="LIVE")
    assert live["FunctionCode"].read().decode() == canonical.code(key_prefix, uses)
    assert name.startswith("resize404-canonical-")


def test_the_site_serves_other_spellings_where_the_operator_wants_it(
    aws: Emulator, everything: Outputs
) -> None:
    default = configuration(aws, everything)["DefaultCacheBehavior"]
    assert not default.get("FunctionAssociations", {}).get("Quantity")


def test_originals_can_be_restored_if_the_operator_wants_it(
    aws: Emulator, plain: Outputs, everything: Outputs
) -> None:
    s3 = aws.client("s3")
    assert "Status" not in s3.get_bucket_versioning(Bucket=plain.source_bucket)
    assert s3.get_bucket_versioning(Bucket=everything.source_bucket)["Status"] == "Enabled"


def test_alarms_are_sent_to_the_operators_address(aws: Emulator, plain: Outputs, everything: Outputs) -> None:
    assert plain
    assert everything
    alarms = aws.client("cloudwatch").describe_alarms()["MetricAlarms"]
    sns = aws.client("sns")
    told = {each["AlarmName"].split("-")[0]: set(each["AlarmActions"]) for each in alarms}
    (topic,) = told["Everything"]
    (subscription,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert told["Plain"] == set()
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "ops@example.com")


@pytest.mark.parametrize("alone", ["DomainName", "CertificateArn"])
def test_a_name_without_a_certificate_is_refused_and_the_reverse(
    alone: str, aws: Emulator, packaged: Package
) -> None:
    with pytest.raises(DeploymentFailed, match="DomainName needs a CertificateArn"):
        deploy(
            aws.client("cloudformation"),
            aws.client("s3"),
            packaged,
            artifacts=ARTIFACTS,
            name=f"Only{alone}",
            parameters={alone: EVERYTHING[alone]},
        )


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        pytest.param("CertificateArn", "arn:aws:acm:eu-central-1:123456789012:certificate/a", id="elsewhere"),
        pytest.param("RefererSecret", "too short", id="short secret"),
        pytest.param("RefererSecret", 'sixteen characters "', id="secret that no header can carry"),
        pytest.param(
            "SigningKeys", "k1:0123456789abcdef;k2:0123456789abcdef,", id="signing key without an end"
        ),
        pytest.param("RateLimit", "9", id="less than WAF can count"),
        pytest.param("VariantDays", "-1", id="days"),
        pytest.param("LogRetentionDays", "2", id="retention that CloudWatch does not know"),
        pytest.param("AlarmEmail", "nobody", id="address"),
        pytest.param("OriginShieldRegion", "Frankfurt", id="region"),
    ],
)
def test_a_parameter_outside_its_constraints_is_refused_with_its_name(
    parameter: str, value: str, aws: Emulator, packaged: Package
) -> None:
    with pytest.raises(DeploymentFailed, match=parameter):
        deploy(
            aws.client("cloudformation"),
            aws.client("s3"),
            packaged,
            artifacts=ARTIFACTS,
            name="Refused",
            parameters={parameter: value},
        )


@pytest.mark.parametrize(
    ("stack", "package", "name"),
    [
        pytest.param("plain", "packaged", "Plain", id="defaults"),
        pytest.param("everything", "packaged_for_everything", "Everything", id="everything"),
    ],
)
def test_deploying_the_same_again_changes_nothing(
    stack: str, package: str, name: str, aws: Emulator, request: pytest.FixtureRequest
) -> None:
    here: Outputs = request.getfixturevalue(stack)
    known = secret(aws, here)
    again = deploy(
        aws.client("cloudformation"),
        aws.client("s3"),
        request.getfixturevalue(package),
        artifacts=ARTIFACTS,
        name=name,
    )
    assert again == here
    assert secret(aws, here) == known


def belongings(aws: Emulator) -> set[str]:
    """All resources in the account that a stack can make."""
    listed = [
        (each["Name"] for each in aws.client("s3").list_buckets()["Buckets"]),
        aws.client("sqs").list_queues().get("QueueUrls", []),
        (each["FunctionName"] for each in aws.client("lambda").list_functions()["Functions"]),
        (each["LayerVersionArn"] for each in layers(aws)),
        (each["UUID"] for each in aws.client("lambda").list_event_source_mappings()["EventSourceMappings"]),
        (each["logGroupName"] for each in aws.client("logs").describe_log_groups()["logGroups"]),
        (each["RoleName"] for each in aws.client("iam").list_roles()["Roles"]),
        (each["AlarmName"] for each in aws.client("cloudwatch").describe_alarms()["MetricAlarms"]),
        (each["DashboardName"] for each in aws.client("cloudwatch").list_dashboards()["DashboardEntries"]),
        (each["TopicArn"] for each in aws.client("sns").list_topics()["Topics"]),
        (each["Id"] for each in aws.client("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"]),
        (each["Name"] for each in aws.client("cloudfront").list_functions()["FunctionList"].get("Items", [])),
        (each["id"] for each in aws.client("apigateway").get_rest_apis()["items"]),
        (each["Name"] for each in aws.client("ssm").describe_parameters()["Parameters"]),
        (
            each["Id"]
            for each in aws.client("cloudfront").list_distributions()["DistributionList"].get("Items", [])
        ),
    ]
    return {str(name) for names in listed for name in names}


def layers(aws: Emulator) -> list[Any]:
    client = aws.client("lambda")
    return [
        version
        for layer in client.list_layers()["Layers"]
        for version in client.list_layer_versions(LayerName=layer["LayerName"])["LayerVersions"]
    ]


def test_a_deleted_stack_leaves_only_its_buckets(aws: Emulator, packaged_for_everything: Package) -> None:
    before = belongings(aws)
    cloudformation = aws.client("cloudformation")
    here = deploy(
        cloudformation,
        aws.client("s3"),
        packaged_for_everything,
        artifacts=ARTIFACTS,
        name="Gone",
        parameters=EVERYTHING | {"DomainName": "gone.example.com"},
    )
    assert len(belongings(aws)) > len(before) + 20
    cloudformation.delete_stack(StackName="Gone")
    cloudformation.get_waiter("stack_delete_complete").wait(
        StackName="Gone", WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )
    assert belongings(aws) - before == {here.source_bucket, here.site_bucket}


def spoil(package: Package, folder: Path) -> Package:
    """Return `package` with a resource that cannot be made."""
    document = json.loads(package.template.read_text())
    properties = {"Type": "SecureString", "Value": "none"}
    document["Resources"]["Spoiled"] = {"Type": "AWS::SSM::Parameter", "Properties": properties}
    spoiled = folder / "sam.json"
    spoiled.write_text(json.dumps(document))
    return Package(spoiled, package.bundle, package.layer)


def test_a_resource_that_cannot_be_made_is_named_with_its_reason(
    aws: Emulator, packaged: Package, tmp_path: Path
) -> None:
    spoiled = spoil(packaged, tmp_path)
    with pytest.raises(DeploymentFailed, match=r"Spoiled \(AWS::SSM::Parameter\): .*SecureString"):
        deploy(aws.client("cloudformation"), aws.client("s3"), spoiled, artifacts=ARTIFACTS, name="Spoiled")


def test_parameters_that_the_app_refuses_are_refused_before_the_deployment(
    aws: Emulator, packaged: Package
) -> None:
    with pytest.raises(DeploymentFailed, match=r"(?s)ALLOWED_DIMENSIONS='100'.*KEY_PREFIX='../'"):
        deploy(
            aws.client("cloudformation"),
            aws.client("s3"),
            packaged,
            artifacts=ARTIFACTS,
            name="Unstartable",
            parameters={"AllowedDimensions": "100", "KeyPrefix": "../"},
        )
    with pytest.raises(ClientError, match="does not exist"):
        aws.client("cloudformation").describe_stacks(StackName="Unstartable")
