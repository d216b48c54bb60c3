"""Facts from the AWS APIs, read from an emulator."""

from __future__ import annotations

import json
import time
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.aws import tally
from chalicelib.aws.budget import month
from chalicelib.aws.invalidation import TAG_HEADER
from chalicelib.config import config
from edge.cloudfront.distribution import Behaviour, Origin
from edge.cloudfront.distribution import Distribution as Deployed
from edge.s3.bucket_policy import UnreadablePolicyError
from ops.doctor.facts import Distribution, NotAllowed, Spending, Trouble
from ops.doctor.inside.asking import ask
from ops.doctor.inside.bucket import read_kms_key
from ops.doctor.inside.cache_tags import tag_arrives
from ops.doctor.inside.function import read_troubles
from ops.doctor.inside.inspection import read_inspection
from ops.doctor.inside.picture_choice import Choice, choose
from ops.doctor.inside.refusals import read_not_allowed
from ops.doctor.inside.spending import read_spending
from ops.doctor.inside.stack import read_stack
from ops.doctor.known import NotKnown, Unread
from tests.aws.test_origin import serving
from tests.ops.doctor import healthy, plants
from tests.pictures import png

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.config.config import Config
    from tests.ops.doctor.patient import Patient

_numbers = count(1)


QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/evictions"


def world(patient: Patient, originals: Iterable[str], stored: Iterable[str] = (), **more: str) -> Config:
    """Return the configuration of a site with these originals, and these objects in the site bucket."""
    s3, number = patient.client("s3"), next(_numbers)
    for bucket, keys in ((f"source-{number}", originals), (f"site-{number}", stored)):
        s3.create_bucket(Bucket=bucket)
        for key in keys:
            s3.put_object(Bucket=bucket, Key=key, Body=png())
    return config.read(
        {
            "SITE_BUCKET": f"site-{number}",
            "SOURCES": f"default=source-{number}/photos",
            "ALLOWED_DIMENSIONS": "100x,40x@2x",
            **more,
        }
    )


@pytest.mark.parametrize(
    ("originals", "stored", "more", "choice"),
    [
        pytest.param(
            ["notes.txt", "photos/notes.txt", "photos/a b.jpg"],
            [],
            {},
            Choice("100x", "a%20b.jpg"),
            id="the first",
        ),
        pytest.param(
            ["photos/a.jpg"],
            ["100x/a.jpg"],
            {},
            Choice("40x@2x", "a.jpg", ("/100x/a.jpg",)),
            id="the next variant",
        ),
        pytest.param(
            ["photos/a.jpg"],
            ["img/100x/a.jpg", "img/.faces/x", *(f"img/.index/{n:03}" for n in range(501))],
            {"KEY_PREFIX": "img/"},
            Choice("40x@2x", "a.jpg", ("/img/100x/a.jpg",)),
            id="below a prefix",
        ),
        pytest.param(
            ["photos/a.jpg"],
            [],
            {"ALLOWED_DIMENSIONS": "*"},
            Choice("300x200", "a.jpg"),
            id="where every size is allowed",
        ),
        pytest.param(
            ["photos/a.jpg"],
            [],
            {"ALLOWED_DIMENSIONS": "", "PRESETS": "thumb=1x1"},
            Choice("thumb", "a.jpg"),
            id="a preset",
        ),
    ],
)
def test_a_variant_that_is_not_stored_is_chosen(
    patient: Patient, originals: list[str], stored: list[str], more: dict[str, str], choice: Choice
) -> None:
    assert choose(patient.aws, world(patient, originals, stored, **more), variant="", key="") == choice


@pytest.mark.parametrize(
    ("originals", "stored", "more", "why"),
    [
        pytest.param(["other/a.jpg"], [], {}, "no picture in source-", id="no original"),
        pytest.param(["photos/a.jpg"], ["100x/a.jpg", "40x@2x/a.jpg"], {}, "stored already", id="all stored"),
        pytest.param(["photos/a.jpg"], [], {"ALLOWED_DIMENSIONS": ""}, "allows no variant", id="no variant"),
    ],
)
def test_without_a_suitable_picture_the_reason_is_given(
    patient: Patient, originals: list[str], stored: list[str], more: dict[str, str], why: str
) -> None:
    choice = choose(patient.aws, world(patient, originals, stored, **more), variant="", key="")
    assert choice.key == ""
    assert why in choice.unsuitable


def test_the_operators_choice_is_used(patient: Patient) -> None:
    configuration = world(patient, ["photos/a.jpg"])
    assert choose(patient.aws, configuration, variant="9x9", key="b c.png") == Choice("9x9", "b%20c.png")


KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.mark.parametrize(
    ("by_default", "arn"),
    [
        pytest.param({"SSEAlgorithm": "AES256"}, "", id="no key"),
        pytest.param({"SSEAlgorithm": "aws:kms"}, "", id="AWS's own key, by default"),
        pytest.param({"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/aws/s3"}, "", id="AWS's own key"),
        pytest.param({"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}, KEY, id="a key by its ARN"),
        pytest.param({"SSEAlgorithm": "aws:kms:dsse", "KMSMasterKeyID": KEY}, KEY, id="encrypted twice"),
    ],
)
def test_the_key_that_originals_are_encrypted_with_is_read(
    patient: Patient, by_default: Any, arn: str
) -> None:
    bucket = f"encrypted-{next(_numbers)}"
    patient.client("s3").create_bucket(Bucket=bucket)
    patient.client("s3").put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": by_default}]},
    )
    assert read_kms_key(patient.aws, bucket) == arn


@pytest.mark.parametrize(
    ("budget", "note", "found"),
    [
        pytest.param("", {}, None, id="no budget"),
        pytest.param("1000", None, Spending(0, 500, 1000, 90, 250, 1), id="nothing counted yet"),
        pytest.param(
            "1000", {"month": "1999-12", "paths": "9"}, Spending(0, 500, 1000, 90, 250, 1), id="long ago"
        ),
        pytest.param(
            "1000", {"month": "", "paths": "9"}, Spending(9, 500, 1000, 90, 250, 1), id="this month"
        ),
    ],
)
def test_what_is_used_of_the_budget_is_read(
    patient: Patient, budget: str, note: dict[str, str] | None, found: Spending | None
) -> None:
    configuration = world(patient, [], INVALIDATION_BUDGET=budget, INVALIDATION_QUEUE=QUEUE)
    if note is not None:
        told = note | {"month": note.get("month") or month(time.time())}
        patient.client("s3").put_object(Bucket=configuration.site.bucket, Key=tally.KEY, Metadata=told)
    assert read_spending(patient.aws, configuration) == found


def test_a_count_that_cannot_be_read_is_not_known(patient: Patient) -> None:
    configuration = world(patient, [], INVALIDATION_BUDGET="1000", INVALIDATION_QUEUE=QUEUE)
    patient.client("s3").put_object(Bucket=configuration.site.bucket, Key=tally.KEY)
    with pytest.raises(NotKnown, match="no 'month'"):
        read_spending(patient.aws, configuration)


def test_errors_and_throttles_of_the_last_hour_are_counted(patient: Patient) -> None:
    for metric, value in (("Errors", 1), ("Errors", 2), ("Throttles", 4)):
        dimensions = [{"Name": "FunctionName", "Value": "failing"}]
        data = [{"MetricName": metric, "Dimensions": dimensions, "Value": value}]
        patient.client("cloudwatch").put_metric_data(Namespace="AWS/Lambda", MetricData=data)
    assert read_troubles(patient.aws, ("failing", "fine")) == (
        Trouble("failing", 3, 4),
        Trouble("fine", 0, 0),
    )


def test_what_was_not_allowed_is_counted_by_variant_and_a_missing_log_is_not_known(patient: Patient) -> None:
    def line(variant: str, key: str, cause: str = "NotAdmitted") -> str:
        said = {"function": "handler", "outcome": "refused", "cause": cause, "variant": variant, "key": key}
        return json.dumps(said)

    written = [
        line("9x9", "a.jpg"),
        *(line("6x6", f"resize404-doctor/{number}.jpg") for number in range(5)),
        line("8x8", "b\n\u202e.jpg"),
        line("8x8", "c.jpg"),
        line("7x7", "NotAdmitted.jpg", "NoSuchOriginal"),
    ]
    logs, now = patient.client("logs"), int(time.time() * 1000)
    logs.create_log_group(logGroupName="/resize404/quiet")
    logs.create_log_stream(logGroupName="/resize404/quiet", logStreamName="one")
    logs.put_log_events(
        logGroupName="/resize404/quiet",
        logStreamName="one",
        logEvents=[{"timestamp": now, "message": message} for message in written],
    )
    assert read_not_allowed(patient.aws, "quiet") == (
        NotAllowed("8x8", "b\\n\\u202e.jpg", 2),
        NotAllowed("9x9", "a.jpg", 1),
    )
    with pytest.raises(NotKnown, match="no log group /resize404/nowhere"):
        read_not_allowed(patient.aws, "nowhere")


@pytest.mark.parametrize(
    ("failure", "why"),
    [
        pytest.param(
            ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetBucketPolicy"),
            "may not GetBucketPolicy",
            id="denied",
        ),
        pytest.param(EndpointConnectionError(endpoint_url="https://x"), "https://x", id="out of reach"),
        pytest.param(UnreadablePolicyError("cannot judge NotAction"), "NotAction", id="beyond us"),
        pytest.param(NotKnown("the stack has no Evict"), "no Evict", id="not there"),
    ],
)
def test_an_unread_fact_has_a_reason(failure: Exception, why: str) -> None:
    def read() -> str:
        raise failure

    unread = ask(read)
    assert isinstance(unread, Unread)
    assert why in unread.why


def test_a_failed_inspection_has_a_reason(patient: Patient) -> None:
    with (
        plants.environment(patient, "Inspect", PRESETS="Thumb=1x1"),
        pytest.raises(NotKnown, match="PRESETS"),
    ):
        read_inspection(patient.aws, patient.resources["Inspect"])


class Updated:
    """A CloudFormation with a stack that once had another queue."""

    def client(self, _service: str) -> Updated:
        return self

    def describe_stacks(self, **_: object) -> dict[str, Any]:
        return {"Stacks": [{"Outputs": []}]}

    def get_paginator(self, _operation: str) -> Updated:
        return self

    def paginate(self, **_: object) -> list[dict[str, Any]]:
        told = (("Before", "DELETE_COMPLETE"), ("Now", "UPDATE_COMPLETE"))
        kind = "AWS::SQS::Queue"
        return [
            {
                "StackResourceSummaries": [
                    {
                        "LogicalResourceId": name,
                        "ResourceType": kind,
                        "PhysicalResourceId": name.lower(),
                        "ResourceStatus": status,
                    }
                ]
            }
            for name, status in told
        ]


def test_resources_that_an_update_deleted_are_not_read() -> None:
    assert read_stack(Updated(), "shop").of_kind("AWS::SQS::Queue") == ("now",)


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        pytest.param(200, {TAG_HEADER: "original-1"}, "True", id="the tag arrives"),
        pytest.param(200, {}, "False", id="no metadata arrives"),
        pytest.param(403, {}, "the origin answers 403 for a stored variant", id="it may not be read"),
    ],
)
def test_the_origin_is_asked_for_a_stored_variant_as_the_distribution_asks(
    patient: Patient, status: int, headers: dict[str, str], expected: str
) -> None:
    site = world(patient, [], []).site
    noted = {"cache-tag": "original-1", "original-etag": "1"}
    patient.client("s3").put_object(Bucket=site.bucket, Key="100x/a b.jpg", Metadata=noted)
    origin = Origin(
        "site", f"{site.bucket}.s3-website-us-east-1.amazonaws.com", headers=(("Referer", "secret"),)
    )
    distribution = Distribution("E1", Deployed("d1.cloudfront.net", (Behaviour("*", origin),)))
    with serving(status, headers) as (url, asked):
        found = ask(lambda: tag_arrives(patient.aws, distribution, site, url))
    assert str(found.why if isinstance(found, Unread) else found) == expected
    assert asked == [("/100x/a%20b.jpg", "secret")]


def test_an_origin_that_cannot_be_asked_is_not_known(patient: Patient) -> None:
    empty = world(patient, [], []).site
    distribution = healthy.DISTRIBUTION
    for url, why in (("http://127.0.0.1:1", "no variant is stored yet"), ("", "an emulator's origin")):
        found = ask(partial(tag_arrives, patient.aws, distribution, empty, url))
        assert isinstance(found, Unread)
        assert why in found.why
