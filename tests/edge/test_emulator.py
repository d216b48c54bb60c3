"""Tests of the emulator's differences from AWS, and of the command."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import zipfile
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import boto3
import pytest

import edge
from edge.emulator import NoSuchNameError, Place, local_location, names, website_bucket
from tests.edge.world import ask

if TYPE_CHECKING:
    from tests.edge.world import Account

EMULATOR, WEBSITE = "http://127.0.0.1:4566", "http://127.0.0.1:8080"
OWN = frozenset({"d1.cloudfront.net", "img.example.com"})


@pytest.mark.parametrize(
    ("domain", "place"),
    [
        ("b.s3-website-us-east-1.amazonaws.com", Place(WEBSITE, "b.s3-website-us-east-1.amazonaws.com")),
        (
            "b.c.s3-website.eu-central-1.amazonaws.com",
            Place(WEBSITE, "b.c.s3-website.eu-central-1.amazonaws.com"),
        ),
        ("b.c.s3.amazonaws.com", Place(WEBSITE, "b.c.s3.amazonaws.com")),
        ("b.s3.eu-central-1.amazonaws.com", Place(WEBSITE, "b.s3.eu-central-1.amazonaws.com")),
        ("b.s3-us-west-2.amazonaws.com", Place(WEBSITE, "b.s3-us-west-2.amazonaws.com")),
        (
            "0a1b2c3d.execute-api.eu-central-1.amazonaws.com",
            Place(EMULATOR, "0a1b2c3d.execute-api.localhost", decodes=True),
        ),
    ],
)
def test_the_local_address_of_an_origin(domain: str, place: Place) -> None:
    assert names(EMULATOR, WEBSITE)(domain) == place


@pytest.mark.parametrize(
    "domain", ["example.com", "s3.amazonaws.com", "b.s3.example.com", "evil.com/b.s3-website.x.amazonaws.com"]
)
def test_any_other_name_has_no_local_address(domain: str) -> None:
    with pytest.raises(NoSuchNameError):
        names(EMULATOR, WEBSITE)(domain)


@pytest.mark.parametrize(
    ("decodes", "target", "url"),
    [
        (False, "/a%2Fb?c=%20", "http://x/a%2Fb?c=%20"),
        (True, "/a%2Fb?c=%20", "http://x/a%252Fb?c=%20"),
        (True, "/100%2525+", "http://x/100%252525+"),
    ],
)
def test_a_path_is_encoded_once_more_only_for_a_server_that_decodes_it(
    target: str, url: str, *, decodes: bool
) -> None:
    assert str(Place("http://x", "x", decodes=decodes).url(target)) == url


@pytest.mark.parametrize(
    ("location", "local"),
    [
        pytest.param(
            "https://d1.cloudfront.net/a%20b?c#d", "http://edge/a%20b?c#d", id="the distribution's name"
        ),
        pytest.param("http://D1.CloudFront.net:80/a", "http://edge/a", id="in any case, with a port"),
        pytest.param("https://img.example.com/a", "http://edge/a", id="an alias"),
        pytest.param("https://d1.cloudfront.net", "http://edge", id="only the name"),
        pytest.param("/a", "/a", id="a relative Location"),
        pytest.param(
            "http://d1.cloudfront.net:80@evil.com/", "http://d1.cloudfront.net:80@evil.com/", id="a user"
        ),
        pytest.param(
            "https://d1.cloudfront.net.evil.com/a", "https://d1.cloudfront.net.evil.com/a", id="a longer name"
        ),
        pytest.param(
            "http://127.0.0.1:4566/b/k?X-Amz-Signature=d1",
            "http://127.0.0.1:4566/b/k?X-Amz-Signature=d1",
            id="presigned",
        ),
        pytest.param("ftp://d1.cloudfront.net/a", "ftp://d1.cloudfront.net/a", id="another scheme"),
    ],
)
def test_only_the_distributions_locations_are_rewritten(location: str, local: str) -> None:
    assert local_location(location, OWN, "http://edge") == local


@pytest.mark.parametrize(
    ("host", "bucket"),
    [
        ("b.s3-website-us-east-1.amazonaws.com", "b"),
        ("a.b.s3-website.eu-central-1.amazonaws.com", "a.b"),
        ("b.s3-website-us-east-1.localhost:8080", "b"),
        ("b.s3.amazonaws.com", None),
        ("127.0.0.1:8080", None),
    ],
)
def test_the_bucket_of_a_website_host(host: str, bucket: str | None) -> None:
    assert website_bucket(host) == bucket


ECHO = """
import json
def handler(event, context):
    headers = {"Cache-Control": "no-store"}
    return {"statusCode": 200, "headers": headers, "body": json.dumps(event["pathParameters"])}
"""


def deployed_api(endpoint_url: str, kind: Literal["REGIONAL", "EDGE"] = "REGIONAL") -> str:
    """Deploy an API ``/resize/{size}/{s1}`` that echoes its path parameters; return its domain name."""
    session = boto3.Session("test", "test", region_name="us-east-1")
    function = session.client("lambda", endpoint_url=endpoint_url)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("echo.py", ECHO)
    arn = function.create_function(
        FunctionName=f"echo-{kind}",
        Runtime="python3.11",
        Role="arn:aws:iam::000000000000:role/echo",
        Handler="echo.handler",
        Code={"ZipFile": packed.getvalue()},
    )["FunctionArn"]
    gateway = session.client("apigateway", endpoint_url=endpoint_url)
    api = gateway.create_rest_api(name="echo", endpointConfiguration={"types": [kind]})["id"]
    resource = gateway.get_resources(restApiId=api)["items"][0]["id"]
    for part in ("resize", "{size}", "{s1}"):
        resource = gateway.create_resource(restApiId=api, parentId=resource, pathPart=part)["id"]
    here: Any = {"restApiId": api, "resourceId": resource, "httpMethod": "GET"}
    gateway.put_method(**here, authorizationType="NONE")
    gateway.put_integration(
        **here,
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations",
    )
    gateway.create_deployment(restApiId=api, stageName="stage")
    function.close()
    gateway.close()
    return f"{api}.execute-api.us-east-1.amazonaws.com"


def test_lambda_gets_path_parameters_still_encoded_as_on_aws(account: Account) -> None:
    distribution = account.distribution("unused.example", api=deployed_api(account.endpoint_url))
    with edge.serve(distribution, endpoint_url=account.endpoint_url) as served:
        got = ask(f"{served.url}/resize/300x/a%2Fb+%20%25%C3%BC.jpg")
    assert (got.status, json.loads(got.body)) == (200, {"size": "300x", "s1": "a%2Fb+%20%25%C3%BC.jpg"})


def test_an_edge_optimised_api_answers_through_its_own_cloudfront(account: Account) -> None:
    distribution = account.distribution("unused.example", api=deployed_api(account.endpoint_url, "EDGE"))
    with edge.serve(distribution, endpoint_url=account.endpoint_url) as served:
        got = ask(f"{served.url}/resize/300x/a.jpg")
    assert got.status == 200
    assert got.headers["Via"].count("(CloudFront)") == 2


def test_a_regional_api_answers_through_the_distribution_alone(account: Account) -> None:
    distribution = account.distribution("unused.example", api="0a1b2c3d.execute-api.us-east-1.amazonaws.com")
    with edge.serve(distribution, endpoint_url=account.endpoint_url) as served:
        got = ask(f"{served.url}/resize/300x/a.jpg")
    assert got.headers["Via"].count("(CloudFront)") == 1


def test_a_miss_on_the_website_leads_through_the_cdn_to_the_app(account: Account) -> None:
    bucket = account.bucket()
    distribution = account.distribution(
        f"{bucket}.s3-website-us-east-1.amazonaws.com", api="0a1b2c3d.execute-api.us-east-1.amazonaws.com"
    )
    domain = account.cloudfront.get_distribution(Id=distribution)["Distribution"]["DomainName"]
    rule = {
        "Protocol": "https",
        "HostName": domain,
        "ReplaceKeyPrefixWith": "resize/",
        "HttpRedirectCode": "307",
    }
    website: Any = {
        "IndexDocument": {"Suffix": "index.html"},
        "RoutingRules": [{"Condition": {"HttpErrorCodeReturnedEquals": "403"}, "Redirect": rule}],
    }
    account.s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=website)
    with edge.serve(distribution, endpoint_url=account.endpoint_url) as served:
        got = ask(f"{served.url}/300x/a%2Bb.jpg")
        assert (got.status, got.location, got.cache) == (307, f"{served.url}/resize/300x/a%2Bb.jpg", "Miss")
        account.put(bucket, "300x/a+b.jpg", CacheControl="max-age=9")
        assert [ask(f"{served.url}/300x/a%2Bb.jpg").cache for _ in range(2)] == ["Miss", "Hit"]


def run_edge(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - this Python, and our own arguments
        [sys.executable, "-m", "edge", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "error::ResourceWarning"},
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_prints_its_address_and_serves_until_it_is_stopped(account: Account, number: int) -> None:
    distribution = account.distribution("unused.example")
    with run_edge("--distribution", distribution, "--endpoint-url", account.endpoint_url) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        assert ask(f"{url}/a").status == 502
        process.send_signal(number)
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output, errors) == (0, "", "")


def test_the_commands_help_shows_its_examples_line_by_line() -> None:
    with run_edge("--help") as process:
        output, _ = process.communicate(timeout=60)
    assert "  python -m edge --distribution E2EXAMPLE --port 8404\n" in output


def test_the_command_reports_a_missing_distribution(account: Account) -> None:
    with run_edge("--distribution", "ENOTHERE", "--endpoint-url", account.endpoint_url) as process:
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, "NoSuchDistribution" in errors, "Traceback" in errors) == (1, True, False)


def test_the_command_reports_a_port_in_use(account: Account) -> None:
    port = urlsplit(account.endpoint_url).port
    distribution = account.distribution("unused.example")
    chosen = ("--distribution", distribution, "--endpoint-url", account.endpoint_url, "--port", str(port))
    with run_edge(*chosen) as process:
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, "in use" in errors, "Traceback" in errors) == (1, True, False)


def test_nothing_is_left_running(account: Account) -> None:
    before = set(threading.enumerate())
    with edge.serve(account.distribution("unused.example"), endpoint_url=account.endpoint_url) as served:
        ask(f"{served.url}/a")
    assert set(threading.enumerate()) <= before
