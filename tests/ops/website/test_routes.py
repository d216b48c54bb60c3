"""`python -m ops routes`, against the emulator."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from infra import routing
from ops.__main__ import main

if TYPE_CHECKING:
    from tests.ops.conftest import Operator

HOST = "img.example.com"
OURS = routing.as_boto3(routing.aim(routing.read(), HOST))
SORRY: Any = {
    "Condition": {"HttpErrorCodeReturnedEquals": "404"},
    "Redirect": {"HostName": "other.example", "ReplaceKeyWith": "sorry.html"},
}


def website(operator: Operator, bucket: str) -> dict[str, Any]:
    answer: dict[str, Any] = {**operator.account.s3.get_bucket_website(Bucket=bucket)}
    del answer["ResponseMetadata"]
    return answer


def make(operator: Operator, bucket: str, configuration: Any = None) -> None:
    operator.account.s3.create_bucket(Bucket=bucket)
    if configuration:
        operator.account.s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=configuration)


def test_the_rules_are_printed_for_the_console_without_an_account() -> None:
    result = CliRunner().invoke(main, ["routes", "any", "--host", HOST, "--key-prefix", "img/"])
    assert json.loads(result.output) == routing.as_boto3(routing.aim(routing.read(), HOST, key_prefix="img/"))


def test_a_bucket_without_a_website_gets_one(operator: Operator) -> None:
    make(operator, "plain-bucket")
    result = operator.types("routes", "plain-bucket", "--host", HOST, "--apply", answers="y\n")
    assert result.exit_code == 0, result.output
    assert "Its index document will be index.html" in result.output
    assert website(operator, "plain-bucket") == {
        "IndexDocument": {"Suffix": "index.html"},
        "RoutingRules": OURS,
    }


def test_a_website_keeps_its_documents_and_rules(operator: Operator) -> None:
    documents: Any = {"IndexDocument": {"Suffix": "start.html"}, "ErrorDocument": {"Key": "error.html"}}
    make(operator, "old-website", {**documents, "RoutingRules": [SORRY]})
    result = operator.types("routes", "old-website", "--host", HOST, "--apply", "--yes")
    assert result.exit_code == 0, result.output
    assert "S3 no longer uses it" in result.output
    assert f'+        "HostName": "{HOST}",' in result.output
    assert website(operator, "old-website") == {**documents, "RoutingRules": [*OURS, SORRY]}
    again = operator.types("routes", "old-website", "--host", HOST, "--apply")
    assert again.exit_code == 0
    assert again.output.splitlines()[-1] == "There is nothing to change."


def test_our_rules_are_removed_and_the_others_stay(operator: Operator) -> None:
    index: Any = {"IndexDocument": {"Suffix": "index.html"}}
    make(operator, "had-enough", {**index, "RoutingRules": [*OURS, SORRY]})
    assert operator.types("routes", "had-enough", "--remove", "--yes").exit_code == 0
    assert website(operator, "had-enough") == {**index, "RoutingRules": [SORRY]}


def test_the_last_rules_can_be_removed(operator: Operator) -> None:
    make(operator, "only-ours", {"IndexDocument": {"Suffix": "index.html"}, "RoutingRules": OURS})
    assert operator.types("routes", "only-ours", "--remove", "--yes").exit_code == 0
    assert website(operator, "only-ours") == {"IndexDocument": {"Suffix": "index.html"}}


def test_a_bucket_without_a_website_stays_unchanged(operator: Operator) -> None:
    make(operator, "never-was")
    result = operator.types("routes", "never-was", "--remove")
    assert (result.exit_code, "there is nothing to remove" in result.output) == (0, True)


@pytest.mark.parametrize("answers", ["n\n", ""], ids=["no", "nobody there to answer"])
def test_without_confirmation_nothing_is_changed(answers: str, operator: Operator) -> None:
    bucket = f"unchanged-{len(answers)}"
    make(operator, bucket, {"IndexDocument": {"Suffix": "index.html"}, "RoutingRules": [SORRY]})
    result = operator.types("routes", bucket, "--host", HOST, "--apply", answers=answers)
    assert result.exit_code == 1
    assert website(operator, bucket)["RoutingRules"] == [SORRY]


def test_block_public_access_is_warned_of(operator: Operator) -> None:
    make(operator, "closed-bucket")
    operator.account.s3.put_public_access_block(
        Bucket="closed-bucket",
        PublicAccessBlockConfiguration={"BlockPublicPolicy": True, "RestrictPublicBuckets": False},
    )
    result = operator.types("routes", "closed-bucket", "--host", HOST, "--apply", "--yes")
    assert result.exit_code == 0
    assert "Block Public Access is on (BlockPublicPolicy)" in result.output


def test_a_bucket_that_redirects_all_requests_is_refused(operator: Operator) -> None:
    make(operator, "elsewhere", {"RedirectAllRequestsTo": {"HostName": "other.example"}})
    result = operator.types("routes", "elsewhere", "--host", HOST, "--apply", "--yes")
    assert result.exit_code == 1
    assert "The bucket redirects all requests to other.example" in result.output


def test_a_missing_bucket_is_reported(operator: Operator) -> None:
    result = operator.types("routes", "no-such-bucket", "--host", HOST, "--apply", "--yes")
    assert result.exit_code == 1
    assert "The bucket does not exist." in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(
            ["--apply"], "The host that misses are redirected to is missing: --host HOST", id="no host"
        ),
        pytest.param(["--host", "https://img.example.com"], "a host's name alone", id="an address"),
        pytest.param(["--host", ""], "a host's name alone", id="an empty name"),
        pytest.param(["--host", HOST, "--key-prefix", "../"], "--key-prefix", id="no prefix of a key"),
    ],
)
def test_wrong_arguments_are_refused(words: list[str], said: str) -> None:
    result = CliRunner().invoke(main, ["routes", "any", *words])
    assert (result.exit_code, said in result.output) == (2, True), result.output
