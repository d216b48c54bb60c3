"""A distribution that exists serves a stack, and comes back as it was. Against the emulator."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.aws.invalidation import TAG_HEADER
from ops.deployment.adoption import existing_distribution, their_distribution
from ops.distribution_config import mark
from tests import foreign
from tests.ops.deployment.adoption.test_adopting import made, raw
from tests.waiting import until

if TYPE_CHECKING:
    from tests.ops.conftest import Operator

REFERER = "a-secret-that-nobody-may-see"


def distribution(operator: Operator, *patterns: str, **more: Any) -> str:
    return foreign.distribution(operator.aws.client("cloudfront"), *patterns, **more)


def put(operator: Operator, distribution: str, **changes: Any) -> None:
    foreign.put(operator.aws.client("cloudfront"), distribution, **changes)


def settings(operator: Operator, distribution: str) -> bytes:
    """Return the configuration byte for byte."""
    return raw(operator, f"/2020-05-31/distribution/{distribution}/config")


def config(operator: Operator, distribution: str) -> Any:
    return foreign.config(operator.aws.client("cloudfront"), distribution)


def patterns(operator: Operator, distribution: str) -> list[str]:
    return [each["PathPattern"] for each in config(operator, distribution)["CacheBehaviors"].get("Items", [])]


def words(distribution: str, **more: str) -> list[str]:
    """Return the options of a stack that this distribution is to serve."""
    given = {
        "ExistingDistribution": distribution,
        "DomainName": "www.example.com",
        "KeyPrefix": "img/",
        **more,
    }
    return [f"--parameter={name}={value}" for name, value in given.items()]


def deploy(operator: Operator, name: str, *given: str) -> str:
    result = operator.deploys(name, "--yes", *given)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("delivery", ["redirect", "failover"])
def test_a_distribution_serves_the_stack_and_comes_back_byte_for_byte(
    operator: Operator, delivery: str
) -> None:
    theirs = distribution(operator, "/api/*", "*.css")
    before, name = settings(operator, theirs), f"joint-{delivery}"
    said = deploy(operator, name, *words(theirs, Delivery=delivery, RefererSecret=REFERER))
    assert patterns(operator, theirs) == ["/resize/*", "/img/*", "/api/*", "*.css"]
    ours = mark(name, "us-east-1")
    assert f'"Id": "{ours}app"' in said
    assert REFERER in settings(operator, theirs).decode()
    assert REFERER not in said
    assert foreign.SECRET not in said

    # All that is about a distribution is about theirs, and the stack's own serves nobody.
    stack = operator.account.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    assert (outputs["DistributionId"], outputs["SiteUrl"]) == (theirs, "https://www.example.com")
    assert outputs["DistributionDomain"] == "www.example.com"
    resources = made(operator, name)
    own = config(operator, resources["Distribution"])
    assert own["Enabled"] is False
    assert not own.get("Aliases", {}).get("Items")
    policy = operator.account.s3.get_bucket_policy(Bucket=resources["SiteBucket"])["Policy"]
    assert f"distribution/{theirs}" in policy
    assert resources["Distribution"] not in policy
    evict = operator.aws.client("lambda").get_function_configuration(FunctionName=resources["Evict"])
    assert evict["Environment"]["Variables"]["DISTRIBUTION_ID"] == theirs

    again = operator.types("adopt", name)
    assert f"The distribution {theirs} stays as it is." in again.output, again.output
    undone = operator.types("adopt", name, "--undo", "--yes")
    assert undone.exit_code == 0, undone.output
    assert settings(operator, theirs) == before
    assert operator.types("adopt", name, "--yes").exit_code == 0
    assert settings(operator, theirs) != before
    gone = operator.types("destroy", name, "--yes")
    assert gone.exit_code == 0, gone.output
    assert settings(operator, theirs) == before


@pytest.mark.parametrize(
    ("behaviours", "more", "given", "why"),
    [
        pytest.param(["img/*"], {}, {}, "behaviours for img/* already", id="the same path"),
        pytest.param(["/img/logo.png"], {}, {}, "/img/logo.png already", id="a path below ours"),
        pytest.param(["/resize/*"], {}, {}, "Choose another KeyPrefix", id="the app's path"),
        pytest.param([], {"Enabled": False}, {}, "is disabled", id="disabled"),
        pytest.param(
            [],
            {"Aliases": {"Quantity": 1, "Items": ["shop.example.com"]}},
            {},
            "does not answer to www.example.com. Its names are d",
            id="another name",
        ),
        pytest.param(
            [],
            {"CacheTagConfig": {"HeaderName": "surrogate-key"}},
            {},
            "--parameter EvictBy=path",
            id="another header of cache tags",
        ),
        pytest.param([], {}, {"DomainName": ""}, "needs a KeyPrefix", id="without a name"),
        pytest.param([], {}, {"KeyPrefix": ""}, "needs a KeyPrefix", id="without a folder"),
        pytest.param(
            [], {}, {"ExistingDistribution": "E0000000000000"}, "There is no distribution E00", id="nobody's"
        ),
        pytest.param([], {}, {"ExistingDistribution": "img"}, "the id of a distribution", id="no id"),
    ],
)
def test_what_cannot_serve_is_refused_before_anything_is_made(
    operator: Operator, behaviours: list[str], more: dict[str, Any], given: dict[str, str], why: str
) -> None:
    theirs = distribution(operator, *behaviours, **more)
    before = settings(operator, theirs)
    result = operator.deploys("never", "--yes", *words(theirs, **given))
    assert result.exit_code == 1
    assert why.lower() in " ".join(result.output.split()).lower()
    assert settings(operator, theirs) == before
    assert operator.status("never") is None


def test_cloudformation_refuses_a_certificate_for_a_distribution_that_has_its_own(operator: Operator) -> None:
    certificate = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b"
    result = operator.deploys("never", "--yes", *words(distribution(operator), CertificateArn=certificate))
    assert result.exit_code == 1
    assert "CertificateArn is for a distribution that the stack makes" in " ".join(result.output.split())


def test_a_wildcard_is_a_name_of_the_site_and_so_is_cloudfronts_own(operator: Operator) -> None:
    theirs = distribution(operator, Aliases={"Quantity": 1, "Items": ["*.example.com"]})
    deploy(operator, "wild", *words(theirs))
    domain = operator.aws.client("cloudfront").get_distribution(Id=theirs)["Distribution"]["DomainName"]
    deploy(operator, "wild", *words(theirs, DomainName=domain))
    assert operator.types("destroy", "wild", "--yes").exit_code == 0


def test_with_invalidations_by_path_their_header_of_cache_tags_stays(operator: Operator) -> None:
    theirs = distribution(operator, CacheTagConfig={"HeaderName": "surrogate-key"})
    deploy(operator, "tagged", *words(theirs, EvictBy="path"))
    assert config(operator, theirs)["CacheTagConfig"] == {"HeaderName": "surrogate-key"}
    plain = distribution(operator)
    deploy(operator, "tagged", *words(plain, EvictBy="tag"))
    assert config(operator, plain)["CacheTagConfig"] == {"HeaderName": TAG_HEADER}
    assert operator.types("destroy", "tagged", "--yes").exit_code == 0
    assert "CacheTagConfig" not in config(operator, plain)


def test_the_owner_is_told_of_error_responses_that_replace_our_refusals(operator: Operator) -> None:
    page = {"ErrorCode": 404, "ResponsePagePath": "/index.html", "ResponseCode": "200"}
    theirs = distribution(operator, CustomErrorResponses={"Quantity": 1, "Items": [page]})
    said = " ".join(deploy(operator, "single-page", *words(theirs)).split())
    assert f"The distribution {theirs} answers 404 (/index.html) with a page of its own." in said
    assert config(operator, theirs)["CustomErrorResponses"]["Items"][0]["ErrorCode"] == 404
    assert operator.types("destroy", "single-page", "--yes").exit_code == 0


def test_the_owners_later_changes_stay_when_ours_are_taken_out(operator: Operator) -> None:
    theirs, twin = distribution(operator, "/api/*"), distribution(operator, "/api/*")
    deploy(operator, "lodger", *words(theirs))
    for each in (theirs, twin):
        put(operator, each, Comment="their new website")
    assert operator.types("destroy", "lodger", "--yes").exit_code == 0
    reference = config(operator, twin)["CallerReference"].encode()
    own = config(operator, theirs)["CallerReference"].encode()
    assert settings(operator, theirs).replace(own, reference) == settings(operator, twin)


def test_a_stack_that_changes_is_copied_again_and_theirs_stay_behind(operator: Operator) -> None:
    theirs = distribution(operator, "/api/*")
    before = settings(operator, theirs)
    deploy(operator, "changing", *words(theirs))
    assert config(operator, theirs)["OriginGroups"]["Quantity"] == 0
    said = deploy(operator, "changing", "--parameter=Delivery=failover", "--parameter=Playground=a.jpg")
    assert patterns(operator, theirs) == ["/resize/*", "/playground/*", "/img/*", "/api/*"]
    (group,) = config(operator, theirs)["OriginGroups"]["Items"]
    assert group["Id"] == "resize404.changing.us-east-1.site-or-picture"
    assert invalidated(operator, theirs) == {"/img/*", "/resize/*"}, "their pages stay in the caches"
    assert "Page at the root" not in said

    # Nothing that theirs may still use is deleted before it changes.
    less = ("Delivery=redirect", "Playground=", "OtherSpellings=serve")
    deploy(operator, "changing", *(f"--parameter={each}" for each in less))
    assert patterns(operator, theirs) == ["/resize/*", "/img/*", "/api/*"]
    assert config(operator, theirs)["OriginGroups"] == {"Quantity": 0}
    events = operator.account.cloudformation.describe_stack_events(StackName="changing")["StackEvents"]
    assert [each["LogicalResourceId"] for each in events if each["ResourceStatus"].startswith("DELETE")] == []
    assert operator.types("destroy", "changing", "--yes").exit_code == 0
    assert settings(operator, theirs) == before


def invalidated(operator: Operator, distribution: str) -> set[str]:
    cloudfront = operator.aws.client("cloudfront")
    batches = cloudfront.list_invalidations(DistributionId=distribution)["InvalidationList"]["Items"]
    found = (cloudfront.get_invalidation(DistributionId=distribution, Id=each["Id"]) for each in batches)
    return {
        path for each in found for path in each["Invalidation"]["InvalidationBatch"]["Paths"].get("Items", [])
    }


def test_a_stack_moves_into_a_distribution_to_another_one_and_out_again(operator: Operator) -> None:
    first, second = distribution(operator, "/api/*"), distribution(operator)
    before = {each: settings(operator, each) for each in (first, second)}
    deploy(operator, "moving-in")
    own = made(operator, "moving-in")["Distribution"]
    assert config(operator, own)["Enabled"] is True
    deploy(operator, "moving-in", *words(first))
    assert config(operator, own)["Enabled"] is False
    deploy(operator, "moving-in", *words(second))
    assert settings(operator, first) == before[first]
    assert patterns(operator, second) == ["/resize/*", "/img/*"]
    deploy(operator, "moving-in", "--parameter=ExistingDistribution=", "--parameter=DomainName=")
    assert settings(operator, second) == before[second]
    assert config(operator, own)["Enabled"] is True
    assert operator.types("destroy", "moving-in", "--yes").exit_code == 0


def test_somebody_elses_change_while_we_ask_is_not_overwritten(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = distribution(operator)
    deploy(operator, "late", *words(theirs))
    assert operator.types("adopt", "late", "--undo", "--yes").exit_code == 0

    def confirm(*_: object, **__: object) -> bool:
        put(operator, theirs, Comment="changed meanwhile")
        return True

    monkeypatch.setattr("click.confirm", confirm)
    result = operator.types("adopt", "late")
    assert result.exit_code == 1
    assert f"Somebody else has just changed the distribution {theirs}. Try again." in result.output
    assert config(operator, theirs)["Comment"] == "changed meanwhile"
    assert patterns(operator, theirs) == []


def test_without_confirmation_the_distribution_stays_as_it_is_and_the_way_on_is_named(
    operator: Operator,
) -> None:
    theirs = distribution(operator)
    before = settings(operator, theirs)
    result = operator.deploys("shy", *words(theirs), answers="y\nn\n")
    assert result.exit_code == 0, result.output
    assert "python -m ops adopt shy" in result.output
    assert "it serves no pictures" in result.output
    assert settings(operator, theirs) == before


def test_a_stack_that_was_half_deleted_by_other_means_is_destroyed_and_theirs_comes_back(
    operator: Operator,
) -> None:
    theirs = distribution(operator, "/api/*")
    before = settings(operator, theirs)
    deploy(operator, "halved", *words(theirs))
    operator.account.cloudformation.delete_stack(StackName="halved")
    # CloudFront keeps what a distribution uses.
    assert until(lambda: operator.status("halved") == "DELETE_FAILED")
    gone = operator.types("destroy", "halved", "--yes")
    assert gone.exit_code == 0, gone.output
    assert settings(operator, theirs) == before


def test_a_distribution_that_is_gone_is_in_nobodys_way(operator: Operator) -> None:
    theirs = distribution(operator)
    deploy(operator, "bereft", *words(theirs))
    put(operator, theirs, Enabled=False)
    cloudfront = operator.aws.client("cloudfront")
    etag = cloudfront.get_distribution_config(Id=theirs)["ETag"]
    cloudfront.delete_distribution(Id=theirs, IfMatch=etag)
    gone = operator.types("destroy", "bereft", "--yes")
    assert gone.exit_code == 0, gone.output
    assert f"There is no distribution {theirs}" in gone.output


def test_a_distribution_is_named_to_the_command_only_to_give_it_back(operator: Operator) -> None:
    result = operator.types("adopt", "shop", "--distribution", "E1A2B3C4D5E6F7")
    assert result.exit_code == 2
    assert "--parameter ExistingDistribution=ID" in " ".join(result.output.split())


def test_a_secret_alone_that_changes_is_told_and_not_shown(operator: Operator) -> None:
    theirs = distribution(operator)
    deploy(operator, "rotated", *words(theirs, RefererSecret=REFERER))
    said = deploy(operator, "rotated", "--parameter=RefererSecret=another-secret-than-before")
    assert "Only values of headers that origins are sent differ." in said
    assert "another-secret-than-before" not in said
    assert "another-secret-than-before" in json.dumps(config(operator, theirs))
    assert operator.types("destroy", "rotated", "--yes").exit_code == 0


def with_setting(operator: Operator, distribution: str, setting: str) -> None:
    """Give the distribution a setting that boto3 does not know, as a newer tool does."""
    cloudfront = operator.aws.client("cloudfront")
    etag = cloudfront.get_distribution_config(Id=distribution)["ETag"]
    path = f"/2020-05-31/distribution/{distribution}/config"
    body = raw(operator, path).replace(b"<Comment>", setting.encode() + b"<Comment>")
    connection = HTTPConnection(operator.aws.endpoint_url.removeprefix("http://"), timeout=10)
    connection.request("PUT", path, body, {"If-Match": etag})
    assert connection.getresponse().status == 200
    connection.close()


def test_a_setting_that_is_newer_than_boto3_is_not_lost(operator: Operator) -> None:
    theirs = distribution(operator)
    deploy(operator, "older", *words(theirs))
    assert operator.types("adopt", "older", "--undo", "--yes").exit_code == 0
    with_setting(operator, theirs, "<TimeTravel><Enabled>true</Enabled></TimeTravel>")
    before = settings(operator, theirs)
    result = operator.types("adopt", "older", "--yes")
    assert result.exit_code == 1
    assert "a change would delete them: TimeTravel." in " ".join(result.output.split())
    assert settings(operator, theirs) == before


def test_a_newer_setting_that_is_off_is_in_nobodys_way(operator: Operator) -> None:
    theirs = distribution(operator)
    with_setting(operator, theirs, "<TimeTravel><Enabled>false</Enabled></TimeTravel>")
    deploy(operator, "old", *words(theirs))
    assert patterns(operator, theirs) == ["/resize/*", "/img/*"]


def test_who_stops_the_waiting_is_told_that_the_change_is_made(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = distribution(operator)
    deploy(operator, "hasty", *words(theirs))
    before = settings(operator, theirs)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(existing_distribution, "step", interrupt)
        stopped = operator.types("adopt", "hasty", "--undo", "--yes")
    assert stopped.exit_code == 130
    assert f"The distribution {theirs} is changed" in stopped.output
    assert settings(operator, theirs) != before


def test_credentials_that_may_not_look_at_the_distribution_can_still_deploy(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = distribution(operator)
    before = settings(operator, theirs)

    def denied(_account: object, _distribution: str) -> None:
        answer: Any = {"Error": {"Code": "AccessDenied", "Message": "no"}}
        raise ClientError(answer, "GetDistribution")

    monkeypatch.setattr(their_distribution, "read", denied)
    said = deploy(operator, "humble", *words(theirs))
    assert "These credentials may not GetDistribution." in said
    assert "To try again: python -m ops adopt humble" in said
    assert settings(operator, theirs) == before
