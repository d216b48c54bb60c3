"""`python -m ops destroy`, against the emulator."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from ops.deployment import bucket_contents, events, stack, stack_deletion
from ops.deployment.events import Event
from ops.deployment.front_page import PAGE
from ops.terminal.failures import Refused
from ops.terminal.output import size
from tests.ops.conftest import ARTIFACTS
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_s3 import S3Client

    from tests.ops.conftest import Operator


EVERYTHING = (
    "KeyPrefix=img/",
    "FaceDetection=rekognition",
    "OriginShieldRegion=us-east-1",
    "DomainName=img.example.com",
    "CertificateArn=arn:aws:acm:us-east-1:000000000000:certificate/0",
    "ReservedConcurrency=10",
    "VariantDays=30",
    "SourceVersionDays=30",
    "AlarmEmail=ann@example.com",
)
"""All optional features except RateLimit: the emulator cannot associate its web ACL."""


def made(operator: Operator, name: str, resource: str) -> str:
    """Return the physical id of a resource of the stack."""
    return stack_deletion.resources(operator.account.cloudformation, name)[resource]


def quieten(operator: Operator, name: str) -> None:
    """Turn off the source bucket's notifications, and wait until the sent ones are processed.

    The emulator makes a log group anew for a function that runs while its stack goes. On AWS none may.
    """
    source = made(operator, name, "SourceBucket")
    operator.account.s3.put_bucket_notification_configuration(Bucket=source, NotificationConfiguration={})
    changes = made(operator, name, "ChangesQueue")
    assert until(lambda: operator.is_idle(changes))


def test_a_stack_is_deleted_with_its_variants_but_without_its_originals(operator: Operator) -> None:
    before = operator.belongings() | {f"s3 {ARTIFACTS}"}
    operator.deploys("doomed", "--yes")
    site, source = made(operator, "doomed", "SiteBucket"), made(operator, "doomed", "SourceBucket")
    s3 = operator.account.s3
    for number in range(3):
        s3.put_object(Bucket=site, Key=f"300x200/{number}.jpg", Body=b"x" * 1000)
    quieten(operator, "doomed")
    s3.put_object(Bucket=source, Key="photo.jpg", Body=b"original")
    result = operator.types("destroy", "doomed", answers="doomed\n")
    assert result.exit_code == 0, result.output
    assert f"4 objects, {size(3000 + PAGE.stat().st_size)}, in {site}" in result.output
    assert f"1 object, 8 bytes, in {source}" in result.output
    assert f"The originals are still in {source}." in result.output
    assert f"Packages for this region are still in {ARTIFACTS}" in result.output
    assert operator.status("doomed") is None
    assert operator.belongings() - before == {f"s3 {source}"}
    assert s3.list_objects_v2(Bucket=source)["KeyCount"] == 1


def test_with_originals_a_stack_with_all_features_leaves_nothing(operator: Operator) -> None:
    before = operator.belongings() | {f"s3 {ARTIFACTS}"}
    words = [word for each in EVERYTHING for word in ("--parameter", each)]
    deployed = operator.deploys("trial", "--yes", *words)
    assert deployed.exit_code == 0, deployed.output
    source, s3 = made(operator, "trial", "SourceBucket"), operator.account.s3
    quieten(operator, "trial")
    for content in (b"first", b"second"):
        s3.put_object(Bucket=source, Key="photo.jpg", Body=content)
    s3.delete_object(Bucket=source, Key="photo.jpg")
    s3.create_multipart_upload(Bucket=source, Key="unfinished.jpg")
    result = operator.types("destroy", "trial", "--originals", "--yes")
    assert result.exit_code == 0, result.output
    assert operator.belongings() <= before


def test_the_site_buckets_name_is_free_only_when_no_distribution_points_there_any_more(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.deploys("leaving", "--yes")
    site = made(operator, "leaving", "SiteBucket")
    quieten(operator, "leaving")
    whole, stacks = bucket_contents.empty, []

    def noted(s3: S3Client, bucket: str) -> None:
        stacks.append((bucket, operator.status("leaving")))
        whole(s3, bucket)

    monkeypatch.setattr(bucket_contents, "empty", noted)
    assert operator.types("destroy", "leaving", "--yes").exit_code == 0
    assert stacks == [(site, None)]
    assert not bucket_contents.exists(operator.account.s3, site)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        pytest.param("sho\n", "That is not the stack's name. Nothing was changed.", id="another name"),
        pytest.param("", "Aborted!", id="no terminal to answer"),
    ],
)
def test_the_stacks_name_must_be_typed(answers: str, said: str, operator: Operator, standing: str) -> None:
    site, s3 = made(operator, standing, "SiteBucket"), operator.account.s3
    s3.put_object(Bucket=site, Key="300x200/a.jpg", Body=b"x")
    before = s3.list_objects_v2(Bucket=site)["KeyCount"]
    result = operator.types("destroy", standing, answers=answers)
    assert result.exit_code == 1
    assert said in result.output
    assert operator.status(standing) == "CREATE_COMPLETE"
    assert s3.list_objects_v2(Bucket=site)["KeyCount"] == before


def test_another_applications_stack_is_not_deleted(operator: Operator) -> None:
    bucket = {"SiteBucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "not-ours"}}}
    operator.account.cloudformation.create_stack(
        StackName="not-ours", TemplateBody=json.dumps({"Resources": bucket})
    )
    result = operator.types("destroy", "not-ours", "--yes")
    assert result.exit_code == 1
    assert "The stack not-ours is not a resize404 stack" in result.output
    assert operator.status("not-ours") == "CREATE_COMPLETE"


def test_a_stack_deployed_by_other_means_is_known_by_its_outputs(operator: Operator) -> None:
    names = ("SiteUrl", "SourceBucket", "SiteBucket", "DistributionId", "ImgTag")
    template = {
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {name: {"Value": name} for name in names},
    }
    operator.account.cloudformation.create_stack(StackName="by-hand", TemplateBody=json.dumps(template))
    assert operator.types("destroy", "by-hand", "--yes").exit_code == 0
    assert operator.status("by-hand") is None


def test_a_missing_stack_is_reported_with_account_and_region(operator: Operator) -> None:
    result = operator.types("destroy", "nowhere", "--yes")
    assert result.exit_code == 1
    assert "There is no stack nowhere in account 000000000000, us-east-1." in result.output


def test_a_protected_stack_is_refused_with_the_command_that_allows_it(
    operator: Operator, standing: str
) -> None:
    operator.account.cloudformation.update_termination_protection(
        StackName=standing, EnableTerminationProtection=True
    )
    result = operator.types("destroy", standing, "--yes")
    operator.account.cloudformation.update_termination_protection(
        StackName=standing, EnableTerminationProtection=False
    )
    assert result.exit_code == 1
    assert "--no-enable-termination-protection --stack-name standing" in result.output
    assert operator.status(standing) == "CREATE_COMPLETE"


def failed(resource: str) -> Event:
    """Return the event of a resource that could not be deleted."""
    return Event("1", resource, "AWS::S3::Bucket", "DELETE_FAILED", "it is not empty", datetime.now(UTC))


def test_a_stack_that_deletes_its_site_bucket_itself_has_it_emptied_first(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.deploys("busy", "--yes")
    site, attempt, whole = made(operator, "busy", "SiteBucket"), stack_deletion.attempt, bucket_contents.empty
    emptied: list[int] = []

    def as_before(console: Console, cloudformation: CloudFormationClient, stack_id: str) -> Event | None:
        # The emulator deletes a bucket that is not empty; AWS does not.
        if not emptied:
            operator.account.s3.put_object(Bucket=site, Key="300x200/late.jpg", Body=b"x")
            return failed("SiteBucket")
        return attempt(console, cloudformation, stack_id)

    def empty(s3: S3Client, bucket: str) -> None:
        emptied.append(bucket_contents.measure(s3, bucket).objects)
        whole(s3, bucket)

    monkeypatch.setattr(stack_deletion, "attempt", as_before)
    monkeypatch.setattr(bucket_contents, "empty", empty)
    result = operator.types("destroy", "busy", "--yes")
    assert result.exit_code == 0, result.output
    assert emptied == [2, 0], "the late variant and the page at the root; then nothing"
    assert operator.status("busy") is None


def test_credentials_that_expire_meanwhile_do_not_count_as_a_failed_stack(
    operator: Operator, standing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def expired(*_: object, **__: object) -> Iterator[Event]:
        raise ClientError({"Error": {"Code": "ExpiredToken", "Message": "no"}}, "DescribeStacks")

    def forgotten(**_: object) -> None:
        return None

    monkeypatch.setattr(operator.account.cloudformation, "delete_stack", forgotten)
    monkeypatch.setattr(events, "follow", expired)
    found = stack.find(operator.account.cloudformation, standing)
    assert found
    with pytest.raises(Refused, match=r"(?s)credentials have expired.*continues with the stack standing"):
        stack_deletion.attempt(Console(), operator.account.cloudformation, found["StackId"])


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        pytest.param("SiteBucket", "The app stores variants as fast as they are deleted.", id="never empty"),
        pytest.param(
            "Distribution",
            "Distribution (AWS::S3::Bucket) could not be deleted: it is not empty",
            id="another",
        ),
    ],
)
def test_a_resource_that_cannot_be_deleted_is_named_with_the_reason(
    resource: str, said: str, operator: Operator, standing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack_deletion, "attempt", lambda *_: failed(resource))
    result = operator.types("destroy", standing, "--yes")
    assert result.exit_code == 1
    assert said in result.output
