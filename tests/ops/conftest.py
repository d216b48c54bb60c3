"""The commands against an emulator. One emulator and one package serve all tests of a worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from infra import package as packaging
from infra.emulator import CREDENTIALS, REGION, Emulator, emulator
from ops.__main__ import main
from ops.account import Account, sign_in
from ops.deployment import artifacts, stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.package import Package


ARTIFACTS = "resize404-artifacts-000000000000-us-east-1"

LISTINGS = (
    ("s3", "list_buckets", "Buckets", "Name"),
    ("lambda", "list_functions", "Functions", "FunctionName"),
    ("lambda", "list_layers", "Layers", "LayerName"),
    ("logs", "describe_log_groups", "logGroups", "logGroupName"),
    ("iam", "list_roles", "Roles", "RoleName"),
    ("apigateway", "get_rest_apis", "items", "id"),
    ("ssm", "describe_parameters", "Parameters", "Name"),
    ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    ("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    ("sns", "list_topics", "Topics", "TopicArn"),
    ("sns", "list_subscriptions", "Subscriptions", "SubscriptionArn"),
    ("lambda", "list_event_source_mappings", "EventSourceMappings", "UUID"),
)
"""What can be listed: the service, its operation, the list in the answer, and the name of an entry."""


@dataclass(frozen=True)
class Operator:
    """Somebody at a terminal, signed in to the emulator."""

    aws: Emulator
    account: Account

    def types(self, *words: str, answers: str | None = None) -> Result:
        """Return the result of `python -m ops WORDS`, with `answers` typed in."""
        return CliRunner().invoke(main, words, input=answers)

    def deploys(self, *words: str, answers: str | None = None) -> Result:
        return self.types("deploy", *words, "--no-doctor", answers=answers)

    def belongings(self) -> set[str]:
        """Return all resources in the account that our stack could have made."""
        found = {
            f"{service} {entry[name]}"
            for service, operation, listed, name in LISTINGS
            for entry in getattr(self.aws.client(service), operation)()[listed]
        }
        queues = self.aws.client("sqs").list_queues().get("QueueUrls", [])
        distributions = self.aws.client("cloudfront").list_distributions()["DistributionList"]
        return (
            found | {*queues} | {entry["Id"] for entry in distributions.get("Items", [])} | self._policies()
        )

    def _policies(self) -> set[str]:
        """Return the CloudFront policies and functions that are not AWS's own."""
        cloudfront: Any = self.aws.client("cloudfront")
        cache = cloudfront.list_cache_policies(Type="custom")["CachePolicyList"]
        headers = cloudfront.list_response_headers_policies(Type="custom")["ResponseHeadersPolicyList"]
        return {
            entry[kind]["Id"]
            for kind, listed in (("CachePolicy", cache), ("ResponseHeadersPolicy", headers))
            for entry in listed.get("Items", [])
        } | {entry["Name"] for entry in cloudfront.list_functions()["FunctionList"].get("Items", [])}

    def is_idle(self, queue: str) -> bool:
        """Return whether the queue at this URL is empty and no message is being processed."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.aws.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)
        return not any(map(int, found["Attributes"].values()))

    def status(self, name: str) -> str | None:
        found = stack.find(self.account.cloudformation, name)
        return found["StackStatus"] if found else None


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The packaged app."""
    return packaging.package(tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="session")
def aws() -> Iterator[Emulator]:
    with emulator() as running:
        yield running


@pytest.fixture(scope="session")
def standing(aws: Emulator, packaged: Package) -> str:
    """The name of a deployed stack, for tests that do not change it."""
    s3 = aws.client("s3")
    artifacts.make_bucket(s3, ARTIFACTS, "000000000000")
    stack.deploy(aws.client("cloudformation"), s3, packaged, artifacts=ARTIFACTS, name="standing")
    return "standing"


@pytest.fixture
def operator(aws: Emulator, packaged: Package, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """The environment of a signed-in operator, and a finished package."""
    for name in ("AWS_PROFILE", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.endpoint_url)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(packaging, "package", lambda _: packaged)
    return Operator(aws, sign_in())
