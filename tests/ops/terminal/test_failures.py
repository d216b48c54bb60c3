"""Failures between an operator and AWS: each message names the remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest
from botocore import exceptions as botocore
from botocore.stub import Stubber
from click.testing import CliRunner

from ops.__main__ import main
from ops.deployment import artifacts
from ops.terminal import failures

if TYPE_CHECKING:
    from pathlib import Path

    from types_boto3_s3 import S3Client


def answer(code: str, message: str = "no", operation: str = "CreateBucket") -> botocore.ClientError:
    return botocore.ClientError({"Error": {"Code": code, "Message": message}}, operation)


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        pytest.param(answer("ExpiredToken"), "have expired. Type: aws sso login", id="an expired token"),
        pytest.param(answer("InvalidClientTokenId"), "does not know these credentials", id="unknown"),
        pytest.param(answer("SignatureDoesNotMatch"), "this machine's clock", id="a wrong secret or clock"),
        pytest.param(answer("PermanentRedirect"), "--region REGION", id="another region"),
        pytest.param(answer("Throttling"), "Wait a minute", id="throttled"),
        pytest.param(
            answer(
                "AccessDenied",
                "User: arn:aws:iam::1:user/ann is not authorized to perform: s3:CreateBucket on resource: "
                "arn:aws:s3:::x because no identity-based policy allows it",
            ),
            "may not s3:CreateBucket on arn:aws:s3:::x. Ask the account's administrator",
            id="a denial that names its action",
        ),
        pytest.param(answer("AccessDenied", "Access Denied"), "may not CreateBucket. Ask", id="S3's denial"),
        pytest.param(
            answer("Strange", "what now", "DoIt"), "AWS refused DoIt: what now (Strange)", id="anything else"
        ),
        pytest.param(botocore.NoCredentialsError(), "no AWS credentials. Type: aws sso", id="no credentials"),
        pytest.param(botocore.NoRegionError(), "--region eu-central-1", id="no region"),
        pytest.param(botocore.ProfileNotFound(profile="x"), "~/.aws/config", id="no such profile"),
        pytest.param(
            botocore.UnauthorizedSSOTokenError(), "The sign-in has expired. Type: aws sso login", id="SSO"
        ),
        pytest.param(
            botocore.EndpointConnectionError(endpoint_url="https://x"), "cannot be reached", id="no network"
        ),
    ],
)
def test_every_failure_names_its_cure(failure: Exception, said: str) -> None:
    assert said in failures.explain(failure)


@pytest.mark.parametrize(
    ("environment", "words", "said"),
    [
        pytest.param({}, [], "No region is set.", id="no region"),
        pytest.param({"AWS_REGION": "eu-central-1"}, [], "no AWS credentials", id="no credentials"),
        pytest.param({}, ["--profile", "ann"], "(ann) could not be found", id="no such profile"),
        pytest.param(
            {
                "AWS_ACCESS_KEY_ID": "a",
                "AWS_SECRET_ACCESS_KEY": "b",
                "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
            },
            ["--region", "eu-central-1"],
            "AWS cannot be reached",
            id="no network",
        ),
    ],
)
@pytest.mark.parametrize("command", ["deploy", "destroy"])
def test_the_commands_report_failures_without_a_traceback(
    command: str,
    environment: dict[str, str],
    words: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nowhere = str(tmp_path / "none")
    missing = {"AWS_CONFIG_FILE": nowhere, "AWS_SHARED_CREDENTIALS_FILE": nowhere}
    unset = ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    quick = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1"}
    for name in unset:
        monkeypatch.delenv(name, raising=False)
    for name, value in {**missing, **quick, **environment}.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(main, [command, "shop", *words])
    assert result.exit_code == 1
    assert said in result.output
    assert result.output.count("\n") == 1


@pytest.fixture
def s3() -> S3Client:
    """A client for another region than us-east-1, without a network."""
    ours = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client("s3", region_name="eu-central-1", **ours)  # type: ignore[call-overload, no-any-return]  # it counts arguments


def test_a_bucket_for_artifacts_of_another_account_is_not_used(s3: S3Client) -> None:
    with Stubber(s3) as stub:
        stub.add_client_error("head_bucket", "403", "Forbidden", http_status_code=403)
        with pytest.raises(failures.Refused, match="--artifacts BUCKET"):
            artifacts.make_bucket(s3, "resize404-artifacts-1-eu-central-1", "1")


def test_outside_us_east_1_a_bucket_is_made_in_its_region(s3: S3Client) -> None:
    bucket = "resize404-artifacts-1-eu-central-1"
    with Stubber(s3) as stub:
        stub.add_client_error("head_bucket", "404", "Not Found", http_status_code=404)
        stub.add_response(
            "create_bucket",
            {},
            {"Bucket": bucket, "CreateBucketConfiguration": {"LocationConstraint": "eu-central-1"}},
        )
        for operation in (
            "put_bucket_encryption",
            "put_public_access_block",
            "put_bucket_lifecycle_configuration",
        ):
            stub.add_response(operation, {})
        assert artifacts.make_bucket(s3, bucket, "1")
        stub.assert_no_pending_responses()
