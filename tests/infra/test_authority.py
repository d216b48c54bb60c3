"""The stack in an emulator that enforces IAM: each function needs only its own role."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from chalicelib.aws.tally import KEY
from infra.emulator import Emulator, emulator
from infra.package import Package
from ops.deployment.stack import Outputs, deploy
from tests.infra.conftest import ARTIFACTS
from tests.infra.reading import listed
from tests.pictures import png
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TIMEOUT = 30.0

PARAMETERS = {"Invalidate": "always", "InvalidationBudget": "1000", "KeyPrefix": "img/", "EvictBy": "path"}


@dataclass(frozen=True)
class Site:
    """The stack, in an account where IAM is enforced."""

    aws: Emulator
    outputs: Outputs

    def asked(self, path: str) -> tuple[int, str]:
        """Ask the app itself for a picture. Return the status and the Location."""
        api, _, stage = self.outputs.api_url.removeprefix("https://").partition("/")
        host = api.replace("us-east-1.amazonaws.com", "localhost")
        return self.got(f"{self.aws.endpoint_url}/{stage}/resize/{path}", Host=host)

    def got(self, url: str, **headers: str) -> tuple[int, str]:
        parts = urlsplit(url)
        connection = HTTPConnection(parts.netloc, timeout=TIMEOUT)
        try:
            connection.request("GET", f"{parts.path}?{parts.query}", headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Location", "")
        finally:
            connection.close()

    def stored(self) -> list[str]:
        listing = self.aws.client("s3").list_objects_v2(Bucket=self.outputs.site_bucket)
        return [entry["Key"] for entry in listing.get("Contents", [])]

    def evicted(self) -> int:
        """The number of invalidations."""
        client = self.aws.client("cloudfront")
        listing = client.list_invalidations(DistributionId=self.outputs.distribution_id)
        return len(listing["InvalidationList"].get("Items", []))

    def counted(self) -> int:
        """The paths that were counted against the month's budget."""
        note = self.aws.client("s3").head_object(Bucket=self.outputs.site_bucket, Key=f"img/{KEY}")
        return int(note["Metadata"]["paths"])

    def put(self, key: str) -> None:
        self.aws.client("s3").put_object(Bucket=self.outputs.source_bucket, Key=key, Body=png(200, 100))


def for_the_emulator(document: Any) -> None:
    """Remove from a template what the emulator does not support, and add what only the emulator needs."""
    for resource in document["Resources"].values():
        if resource["Type"] in {"AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy"}:
            policy = resource["Properties"]["PolicyDocument"]
            policy["Statement"] = [each for each in policy["Statement"] if not wants_tls(each)] or [NOTHING]
        if resource["Type"] == "AWS::IAM::Role":
            for policy in resource["Properties"]["Policies"]:
                document_of_one = policy.get("Fn::If", [None, policy])[1]["PolicyDocument"]
                for each in document_of_one["Statement"]:
                    each["Action"] = [*listed(each["Action"]), *batches(each)]


NOTHING = {
    "Effect": "Deny",
    "Principal": {"AWS": "arn:aws:iam::000000000000:role/nobody"},
    "Action": "s3:GetObject",
}


def wants_tls(statement: Any) -> bool:
    """Whether the statement refuses plain HTTP. The emulator has only that."""
    return "aws:SecureTransport" in json.dumps(statement)


def batches(statement: Any) -> list[str]:
    """The emulator's actions for batches of messages. IAM has the actions for one message."""
    known = {"sqs:SendMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"}
    return [f"{action}Batch" for action in listed(statement["Action"]) if action in known]


@pytest.fixture(scope="module")
def site(packaged: Package, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    template: Path = tmp_path_factory.mktemp("authority") / "sam.json"
    document = json.loads(packaged.template.read_text())
    for_the_emulator(document)
    template.write_text(json.dumps(document))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AUTH", "true")
        with emulator() as aws:
            aws.client("s3").create_bucket(Bucket=ARTIFACTS)
            package = Package(template, packaged.bundle, packaged.layer)
            outputs = deploy(
                aws.client("cloudformation"),
                aws.client("s3"),
                package,
                artifacts=ARTIFACTS,
                name="Authority",
                parameters=PARAMETERS,
            )
            yield Site(aws, outputs)


def test_the_emulator_enforces_iam(site: Site) -> None:
    site.put("guarded.png")
    status, _ = site.got(f"{site.aws.endpoint_url}/{site.outputs.source_bucket}/guarded.png")
    assert status == 403


def test_a_picture_is_made_stored_and_invalidated(site: Site) -> None:
    site.put("a.png")
    before = site.evicted()
    assert site.asked("150x150/a.png") == (302, "/img/150x150/a.png")
    assert "img/150x150/a.png" in site.stored()
    assert until(lambda: site.evicted() > before)
    assert site.counted() == site.evicted(), "one path each"


def test_a_missing_original_is_told_from_a_forbidden_one(site: Site) -> None:
    assert site.asked("150x150/missing.png") == (404, "")


def test_an_original_that_the_role_may_not_read_is_a_fault_of_the_site_and_not_a_missing_one(
    site: Site,
) -> None:
    site.put("locked.png")
    with without_policy(site, "read-originals", "s3:GetObject"):
        assert site.asked("150x150/locked.png")[0] == 500
    assert site.asked("150x150/locked.png")[0] == 302


def test_a_viewer_in_a_redirect_loop_is_sent_to_an_address_that_answers(site: Site) -> None:
    site.put("caught.png")
    site.asked("150x150/caught.png")
    status, location = site.asked("150x150/caught.png")
    assert status == 302
    assert site.got(location)[0] == 200


def test_the_inspect_function_needs_no_permission(site: Site) -> None:
    answer = site.aws.client("lambda").invoke(FunctionName=site.outputs.inspect_function)
    report = json.loads(answer["Payload"].read())
    assert report["imagemagick"]["reads"]


def test_variants_of_a_deleted_original_are_removed_and_invalidated(site: Site) -> None:
    site.put("gone.png")
    site.asked("150x150/gone.png")
    assert until(lambda: site.evicted() > 0)
    before = site.evicted()
    site.aws.client("s3").delete_object(Bucket=site.outputs.source_bucket, Key="gone.png")
    assert until(lambda: "img/150x150/gone.png" not in site.stored())
    assert until(lambda: site.evicted() > before)


@contextmanager
def without_policy(site: Site, name: str, action: str) -> Iterator[None]:
    """Take the statements that allow `action` out of a policy of the API's role."""
    iam = site.aws.client("iam")
    (role,) = [
        each["RoleName"] for each in iam.list_roles()["Roles"] if "-ApiHandlerRole-" in each["RoleName"]
    ]
    policy = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    left = [each for each in policy["Statement"] if action not in json.dumps(each["Action"])]
    put = partial(iam.put_role_policy, RoleName=role, PolicyName=name)
    put(PolicyDocument=json.dumps({**policy, "Statement": left or [NOWHERE]}))
    try:
        yield
    finally:
        put(PolicyDocument=json.dumps(policy))


NOWHERE = {"Effect": "Deny", "Action": "s3:CreateBucket", "Resource": "*"}


def test_without_its_permissions_a_function_can_do_nothing(site: Site) -> None:
    site.put("forbidden.png")
    with without_policy(site, "store-variants", "s3:"):
        assert site.asked("150x150/forbidden.png")[0] == 500
    assert site.asked("150x150/forbidden.png")[0] == 302
