"""routing_rules.xml, read and rendered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import botocore.session
import pytest
from botocore.validate import validate_parameters
from click.testing import CliRunner

from infra import routing
from infra.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

HOST = "d123.cloudfront.net"


def test_the_file_has_a_rule_for_each_error_of_a_missing_key() -> None:
    assert [rule.error for rule in routing.read()] == ["404", "403"]


@pytest.mark.parametrize("rule", routing.read(), ids=lambda rule: rule.error)
def test_a_rule_redirects_with_a_code_that_is_not_cached_to_an_explicit_host_over_https(
    rule: routing.Rule,
) -> None:
    assert (rule.code, rule.protocol, rule.path, rule.key_prefix) == ("307", "https", "resize/", "")
    assert rule.host


@pytest.mark.parametrize(
    ("key_prefix", "stage", "condition", "path"),
    [
        pytest.param("", "", {}, "resize/", id="a distribution in front of everything"),
        pytest.param("img/", "", {"KeyPrefixEquals": "img/"}, "resize/", id="below a key prefix"),
        pytest.param("", "api", {}, "api/resize/", id="straight to a stage of the API"),
        pytest.param("a/b/", "v1", {"KeyPrefixEquals": "a/b/"}, "v1/resize/", id="below a prefix to a stage"),
    ],
)
def test_aimed_rules_carry_the_prefix_as_their_condition_and_the_stage_in_their_path(
    key_prefix: str, stage: str, condition: dict[str, str], path: str
) -> None:
    aimed = routing.aim(routing.read(), HOST, protocol="http", key_prefix=key_prefix, stage=stage)
    assert routing.as_boto3(aimed) == [
        {
            "Condition": {**condition, "HttpErrorCodeReturnedEquals": error},
            "Redirect": {
                "Protocol": "http",
                "HostName": HOST,
                "ReplaceKeyPrefixWith": path,
                "HttpRedirectCode": "307",
            },
        }
        for error in ("404", "403")
    ]


def test_boto3_accepts_the_website_configuration() -> None:
    model = botocore.session.get_session().get_service_model("s3").operation_model("PutBucketWebsite")
    assert model.input_shape
    rules = routing.aim(routing.read(), HOST, key_prefix="img/")
    validate_parameters({"Bucket": "site", "WebsiteConfiguration": routing.website(rules)}, model.input_shape)


@pytest.mark.parametrize("key_prefix", ["", "img/", "a&b/"])
def test_the_xml_reads_back_as_the_same_rules(key_prefix: str, tmp_path: Path) -> None:
    rules = routing.aim(routing.read(), HOST, key_prefix=key_prefix, stage="api")
    written = tmp_path / "rules.xml"
    written.write_text(routing.as_xml(rules))
    assert routing.read(written) == rules


def test_cloudformation_gets_an_intrinsic_as_it_is() -> None:
    host = {"Fn::GetAtt": ["Distribution", "DomainName"]}
    first = routing.as_cloudformation(routing.aim(routing.read(), host))[0]
    assert first["RoutingRuleCondition"] == {"HttpErrorCodeReturnedEquals": "404"}
    assert first["RedirectRule"]["HostName"] is host


def test_the_command_prints_the_consoles_format() -> None:
    printed = CliRunner().invoke(main, ["routing", "--host", HOST, "--key-prefix", "img/"])
    rules = routing.aim(routing.read(), HOST, key_prefix="img/")
    assert json.loads(printed.output) == routing.as_boto3(rules)


def test_the_command_prints_the_apis_format() -> None:
    printed = CliRunner().invoke(main, ["routing", "--host", HOST, "--format", "xml"])
    assert printed.output.strip() == routing.as_xml(routing.aim(routing.read(), HOST)).strip()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "https://img.example.com"], "a host's name alone"),
        (["--host", "img.example.com/resize"], "a host's name alone"),
        (["--host", ""], "a host's name alone"),
        (["--host", "."], "a host's name alone"),
        (["--host", "img..example.com"], "a host's name alone"),
        (["--host", "img example.com"], "a host's name alone"),
        (["--host", "HTTPS://img.example.com:443/a?b"], "Did you mean 'img.example.com'?"),
        (["--host", "img.example.com", "--key-prefix", "/img"], "a prefix like img/"),
        (["--host", "img.example.com", "--key-prefix", "resize/"], "where the app itself is"),
    ],
)
def test_rules_that_would_not_work_are_not_printed(arguments: list[str], said: str) -> None:
    printed = CliRunner().invoke(main, ["routing", *arguments])
    assert printed.exit_code == 2
    assert said in printed.output


def test_a_key_prefix_is_read_as_the_app_reads_it() -> None:
    printed = CliRunner().invoke(main, ["routing", "--host", "img.example.com", "--key-prefix", "img"])
    assert [rule["Condition"]["KeyPrefixEquals"] for rule in json.loads(printed.output)] == ["img/", "img/"]
