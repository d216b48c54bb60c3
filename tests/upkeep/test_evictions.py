"""Evictions: gathered by a queue in moto, carried out in one call to CloudFront, which is only noted here."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.assembly import evictor
from chalicelib.aws import cdn
from chalicelib.aws.bucket import Stored
from chalicelib.aws.cdn import Distribution, Eviction
from chalicelib.aws.clients import BACKGROUND_TIMEOUTS, Aws
from chalicelib.aws.queues import EVICTIONS, Message, Queue, QueueError
from chalicelib.config import config
from chalicelib.config.config import ConfigError
from chalicelib.upkeep import work
from chalicelib.upkeep.evictions import MOST_ITEMS, carry_out, read, some, together
from infra.package import PROJECT

LEAST = {"SITE_BUCKET": "site", "SOURCES": "default=photos"}


@dataclass
class CloudFront:
    """Notes the batches that it is told to invalidate."""

    batches: list[Any] = field(default_factory=list)
    fault: Exception | None = None

    def create_invalidation(self, *, DistributionId: str, InvalidationBatch: Any) -> None:  # noqa: N803 - boto3's
        assert DistributionId == "E2EXAMPLE"
        if self.fault:
            raise self.fault
        self.batches.append(InvalidationBatch)

    @property
    def items(self) -> list[list[str]]:
        return [batch["Paths"]["Items"] for batch in self.batches]

    @property
    def references(self) -> list[str]:
        return [batch["CallerReference"] for batch in self.batches]


def distribution(cloudfront: CloudFront) -> Distribution:
    clients: Any = SimpleNamespace(cloudfront=cloudfront)
    return Distribution(clients, "E2EXAMPLE")


def messages(*, alone: bool = False, **evictions: list[str]) -> list[str]:
    return [str(Eviction(tuple(items), reference, alone)) for reference, items in evictions.items()]


items = st.lists(st.text(min_size=1), min_size=1).map(tuple)


@given(st.builds(Eviction, items, st.text(), st.booleans()))
def test_an_eviction_is_read_from_the_message_that_it_is(ordered: Eviction) -> None:
    assert read(str(ordered)) == ordered


@pytest.mark.parametrize(
    "message", ["", "{}", "[]", "7", "null", '{"items": 1, "reference": "a"}', '{"items": ["/a"]}']
)
def test_what_is_no_eviction_is_said_to_be_none(message: str) -> None:
    with pytest.raises(ValueError, match=r"no eviction|Expecting value"):
        read(message)


@pytest.mark.parametrize(
    ("gathered", "evicted"),
    [
        (messages(a=["/1"]), ["/1"]),
        (messages(a=["/1"], b=["/2"]), ["/1", "/2"]),
        (messages(a=["/1", "/2"], b=["/2", "#tag"]), ["#tag", "/1", "/2"]),
        (messages(a=["/1"]) * 2, ["/1"]),
        (["junk", *messages(a=["/1"])], ["/1"]),
    ],
    ids=["one", "two", "two that overlap", "one delivered twice", "one beside junk"],
)
def test_what_was_gathered_is_evicted_in_one_call(gathered: list[str], evicted: list[str]) -> None:
    cloudfront = CloudFront()
    carry_out(gathered, distribution(cloudfront))
    assert cloudfront.items == [evicted]
    assert cloudfront.batches[0]["Paths"]["Quantity"] == len(evicted)


@pytest.mark.parametrize(
    ("again", "is_same"),
    [
        (messages(b=["/2"], a=["/1"]), True),
        (messages(a=["/1"], b=["/2"], c=["/1"]), False),
        (messages(a=["/1"]), False),
    ],
    ids=["the same in another order", "one more", "one less"],
)
def test_a_batch_that_is_delivered_again_costs_nothing_again(again: list[str], is_same: bool) -> None:  # noqa: FBT001 - a table's column
    cloudfront = CloudFront()
    carry_out(messages(a=["/1"], b=["/2"]), distribution(cloudfront))
    carry_out(again, distribution(cloudfront))
    first, second = cloudfront.references
    assert (first == second) is is_same


def test_what_may_be_ordered_again_is_the_same_eviction_in_whatever_company() -> None:
    cloudfront, again = CloudFront(), messages(alone=True, r1=["/1"])
    carry_out([*again, *again, *messages(a=["/2"], b=["/3"])], distribution(cloudfront))
    carry_out([*messages(alone=True, r2=["/4"]), *again], distribution(cloudfront))
    assert cloudfront.items == [["/1"], ["/2", "/3"], ["/4"], ["/1"]]
    assert cloudfront.references[0] == cloudfront.references[3] == "r1"


@pytest.mark.parametrize("gathered", [[], ["junk"], ["junk", "{}"]])
def test_nothing_to_evict_is_no_call(gathered: list[str], caplog: pytest.LogCaptureFixture) -> None:
    cloudfront = CloudFront()
    carry_out(gathered, distribution(cloudfront))
    assert cloudfront.batches == []
    assert len(caplog.records) == len(gathered)


@pytest.mark.parametrize("code", ["Throttling", "TooManyInvalidationsInProgress", "AccessDenied"])
def test_what_cloudfront_does_not_take_is_delivered_again(code: str) -> None:
    refused = ClientError({"Error": {"Code": code}}, "CreateInvalidation")
    with pytest.raises(ClientError, match=code):
        carry_out(messages(a=["/1"]), distribution(CloudFront(fault=refused)))


def test_a_path_that_cloudfront_never_takes_does_not_keep_the_others_waiting(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Choosy(CloudFront):
        def create_invalidation(self, **told: Any) -> None:
            if "/bad" in told["InvalidationBatch"]["Paths"]["Items"]:
                raise ClientError({"Error": {"Code": "InvalidArgument"}}, "CreateInvalidation")
            super().create_invalidation(**told)

    cloudfront = Choosy()
    carry_out(messages(a=["/1"], b=["/bad"], c=["/2"]), distribution(cloudfront))
    assert cloudfront.items == [["/1"], ["/2"]]
    assert "CloudFront does not take ('/bad',)" in caplog.text


def test_the_largest_batch_leaves_room_for_two_more() -> None:
    assert EVICTIONS.size * MOST_ITEMS * (EVICTIONS.workers + 1) <= 3000


@given(st.lists(st.text(), max_size=35))
def test_many_items_are_evicted_in_parts(paths: list[str]) -> None:
    parts = list(some(paths))
    assert [item for part in parts for item in part.items] == paths
    assert all(1 <= len(part.items) <= MOST_ITEMS for part in parts)
    assert len({part.reference for part in parts}) == len(parts)


def test_together_is_independent_of_the_order() -> None:
    one, two = Eviction(("/b",), "2"), Eviction(("/a",), "1")
    assert together([one, two]) == together([two, one, two])


@pytest.fixture
def queue(aws: None) -> Queue:  # noqa: ARG001 - moto has to be there first
    url = boto3.client("sqs").create_queue(QueueName="evictions")["QueueUrl"]
    return Queue(Aws(), url)


def waiting(queue: Queue) -> list[Any]:
    answer = boto3.client("sqs").receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def test_with_a_queue_an_eviction_is_only_ordered_and_only_once(queue: Queue) -> None:
    read = config.read(LEAST | {"INVALIDATION_QUEUE": queue.url})
    evicting = evictor(read, Aws())
    for _ in range(3):
        evicting.evict(Stored("100x100/a b*.jpg", "r1", 0.0))
    assert waiting(queue) == [{"items": ["/100x100/a%20b%2A.jpg"], "reference": "r1", "alone": True}]


@pytest.mark.parametrize(
    "fault",
    [ClientError({"Error": {"Code": "AccessDenied"}}, "SendMessage"), QueueError("not taken")],
    ids=["denied", "not taken"],
)
def test_an_order_that_fails_is_logged_and_given_again(
    fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[Eviction] = []

    def tell(ordered: Eviction) -> None:
        told.append(ordered)
        raise fault

    evicting = cdn.Evictor(tell)
    for _ in range(2):
        evicting.evict(Stored("100x100/a.jpg", "r1", 0.0))
    assert [ordered.reference for ordered in told] == ["r1", "r1"]
    assert "could not evict '100x100/a.jpg'" in caplog.text


def test_the_function_behind_the_queue_reads_the_distributions_id_from_its_parameter(
    aws: None,  # noqa: ARG001 - moto has to be there first
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    boto3.client("ssm").put_parameter(Name="/site/id", Value="E2EXAMPLE", Type="String")
    cloudfront = CloudFront()
    monkeypatch.setattr(Aws, "cloudfront", cloudfront)
    read = config.read(LEAST | {"DISTRIBUTION_ID": "ssm:/site/id"})
    work.evict(read, [Message(body, "") for body in messages(a=["/1"])])
    assert cloudfront.items == [["/1"]]


def test_cloudfront_may_take_its_time_but_not_more_than_the_function_has() -> None:
    told = json.loads((PROJECT / ".chalice" / "config.json").read_text())["lambda_functions"]["evict"]
    timeouts: Any = BACKGROUND_TIMEOUTS
    longest = timeouts.retries["total_max_attempts"] * (timeouts.connect_timeout + timeouts.read_timeout)
    assert 30 < longest < told["lambda_timeout"]


def test_a_queue_of_evictions_without_a_distribution_is_a_fault_and_not_emptied() -> None:
    with pytest.raises(ConfigError, match="DISTRIBUTION_ID"):
        work.evict(config.read(LEAST), [Message(body, "") for body in messages(a=["/1"])])
