"""Evictions: gathered by a queue in moto, carried out in few calls to a CloudFront as strict as AWS's."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.assembly import evictor
from chalicelib.aws import clients
from chalicelib.aws.bucket import Stored
from chalicelib.aws.cdn import Evictor, Told
from chalicelib.aws.clients import BACKGROUND_TIMEOUTS, Aws
from chalicelib.aws.eviction import Eviction, Urgency, read
from chalicelib.aws.invalidation import is_wildcard
from chalicelib.aws.queues import EVICTIONS, Message, Queue, QueueError
from chalicelib.config import config
from chalicelib.config.config import ConfigError
from chalicelib.upkeep import work
from chalicelib.upkeep.evictions import (
    MOST_ITEMS,
    MOST_WILDCARDS,
    DeliveredEvictions,
    calls,
    some,
    together,
)
from infra.package import PROJECT
from tests.aws.cloudfront import ID, CloudFront, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LEAST = {"SITE_BUCKET": "site", "SOURCES": "default=photos"}


def messages(*, alone: bool = False, **evictions: list[str]) -> list[str]:
    return orders(evictions, alone=alone)


def orders(evictions: Mapping[str, list[str]], *, alone: bool = False) -> list[str]:
    """Return messages that order the items of each reference."""
    return [str(Eviction(tuple(items), reference, alone)) for reference, items in evictions.items()]


def always() -> bool:
    return True


@pytest.fixture
def queue(aws: None) -> Queue:  # noqa: ARG001 - moto has to be there first
    url = boto3.client("sqs").create_queue(QueueName="evictions")["QueueUrl"]
    return Queue(Aws(), url)


def delivered(queue: Queue, bodies: list[str]) -> list[Message]:
    """Send the messages, and take what the queue has to deliver, ten at a time as SQS does."""
    queue.send(bodies)
    sqs = boto3.client("sqs")
    found: list[Message] = []
    while part := sqs.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10).get("Messages"):
        found += [Message(message["Body"], message["ReceiptHandle"]) for message in part]
    return sorted(found, key=lambda message: bodies.index(message.body) if message.body in bodies else 0)


def carry_out(
    queue: Queue, bodies: list[str], cloudfront: CloudFront, in_time: Callable[[], bool] = always
) -> None:
    DeliveredEvictions(delivered(queue, bodies), queue, cloudfront.distribution).carry_out(in_time)


def left(queue: Queue) -> int:
    """Say how many messages are in the queue, delivered or not."""
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = boto3.client("sqs").get_queue_attributes(QueueUrl=queue.url, AttributeNames=names)
    return sum(int(number) for number in answer["Attributes"].values())


def waiting(queue: Queue) -> list[Any]:
    answer = boto3.client("sqs").receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


items = st.lists(st.text(min_size=1), min_size=1).map(tuple)


@given(st.builds(Eviction, items, st.text(), st.booleans(), st.sampled_from(Urgency), st.floats(0, 2**32)))
def test_an_eviction_is_read_from_the_message_that_it_is(ordered: Eviction) -> None:
    assert read(str(ordered)) == ordered


def test_what_an_earlier_version_ordered_is_carried_out() -> None:
    assert read('{"items": ["/a"], "reference": "r1", "alone": true}') == Eviction(
        ("/a",), "r1", alone=True, urgency=Urgency.DUE
    )


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
    ],
    ids=["one", "two", "two that overlap", "one delivered twice"],
)
def test_what_was_gathered_is_evicted_in_one_call_and_leaves_the_queue(
    gathered: list[str], evicted: list[str], queue: Queue
) -> None:
    cloudfront = CloudFront()
    carry_out(queue, gathered, cloudfront)
    assert cloudfront.items == [evicted]
    assert left(queue) == 0


def test_what_cloudfront_took_is_counted_and_what_it_refused_is_not(queue: Queue) -> None:
    counted: list[Told] = []
    cloudfront = CloudFront(spoilt=frozenset({"/bad", "/*"}))
    bodies = messages(a=["/1", "/2"], b=["/2", "/bad"])
    delivery = DeliveredEvictions(delivered(queue, bodies), queue, cloudfront.distribution)
    with pytest.raises(QueueError):
        delivery.carry_out(always, counted.append)
    assert counted == [Told(2)]


@pytest.mark.parametrize(
    ("again", "is_same"),
    [
        (messages(b=["/2"], a=["/1"]), True),
        (messages(a=["/1"], b=["/2"], c=["/1"]), False),
        (messages(a=["/1"]), False),
    ],
    ids=["the same in another order", "one more", "one less"],
)
def test_a_batch_that_is_delivered_again_costs_nothing_again(
    again: list[str],
    is_same: bool,  # noqa: FBT001 - a table's column
    queue: Queue,
) -> None:
    cloudfront = CloudFront()
    carry_out(queue, messages(a=["/1"], b=["/2"]), cloudfront)
    carry_out(queue, again, cloudfront)
    assert (len(cloudfront.batches) == 1) is is_same
    assert left(queue) == 0


def test_what_may_be_ordered_again_is_the_same_eviction_in_whatever_company(queue: Queue) -> None:
    cloudfront, again = CloudFront(), messages(alone=True, r1=["/1"])
    carry_out(queue, [*again, *again, *messages(a=["/2"], b=["/3"])], cloudfront)
    carry_out(queue, [*messages(alone=True, r2=["/4"]), *again], cloudfront)
    assert cloudfront.paid == ["/1", "/2", "/3", "/4"]


def test_nothing_to_evict_is_no_call(queue: Queue) -> None:
    cloudfront = CloudFront()
    carry_out(queue, [], cloudfront)
    assert cloudfront.calls == 0


@pytest.mark.parametrize("junk", ["junk", "{}"])
def test_a_message_that_is_no_eviction_is_left_for_the_dead_letters_alone(
    junk: str, queue: Queue, caplog: pytest.LogCaptureFixture
) -> None:
    cloudfront = CloudFront()
    with pytest.raises(QueueError, match="1 messages are no evictions"):
        carry_out(queue, [junk, *messages(a=["/1"], b=["/2"])], cloudfront)
    assert cloudfront.items == [["/1", "/2"]]
    assert left(queue) == 1
    assert "not evicted" in caplog.text


@pytest.mark.parametrize("code", ["Throttling", "TooManyInvalidationsInProgress", "AccessDenied"])
def test_what_cloudfront_does_not_take_now_is_delivered_again(code: str, queue: Queue) -> None:
    with pytest.raises(ClientError, match=code):
        carry_out(queue, messages(a=["/1"]) + messages(alone=True, b=["/2"]), CloudFront(fault=refusal(code)))
    assert left(queue) == 2


@pytest.mark.parametrize("number", [1, 25])
def test_what_cloudfront_never_takes_is_left_for_the_dead_letters_and_nothing_else(
    number: int, queue: Queue
) -> None:
    cloudfront = CloudFront(spoilt=frozenset({"/bad"}))
    good = orders({f"r{n}": [f"/{n}"] for n in range(number)})
    with pytest.raises(QueueError, match=r"does not take \['/bad'\]"):
        carry_out(queue, [*good, *messages(b=["/bad", "/beside"])], cloudfront)
    assert cloudfront.paid == sorted([*(f"/{n}" for n in range(number)), "/beside"])
    assert left(queue) == 1


def test_a_path_with_a_tilde_that_was_ordered_in_the_past_is_not_dropped(queue: Queue) -> None:
    cloudfront = CloudFront()
    carry_out(queue, messages(a=["/1"], b=["/300x200/IMG_20~1.JPG"]), cloudfront)
    assert cloudfront.paid == ["/1", "/300x200/IMG_20*"]


def test_a_hundred_messages_that_stand_alone_are_taken_out_one_by_one(queue: Queue) -> None:
    cloudfront = CloudFront()
    hundred = orders({f"r{n}": [f"/{n}"] for n in range(100)}, alone=True)
    ticks = itertools.count(1)
    carry_out(queue, hundred, cloudfront, lambda: next(ticks) < 40)
    assert cloudfront.calls == 40
    assert left(queue) == 60, "the others are delivered again, and nothing has failed"
    carry_out(queue, [], cloudfront, lambda: False)
    assert cloudfront.calls == 41, "the first is always tried"


def test_what_is_done_when_a_later_call_fails_is_not_done_again(queue: Queue) -> None:
    class Tiring(CloudFront):
        def create_invalidation(self, **told: Any) -> None:
            if self.calls == 3:
                raise refusal("Throttling")
            super().create_invalidation(**told)

    with pytest.raises(ClientError, match="Throttling"):
        carry_out(queue, orders({f"r{n}": [f"/{n}"] for n in range(9)}, alone=True), Tiring())
    assert left(queue) == 6


@dataclass
class Throttling(CloudFront):
    """Throttles the calls of some paths."""

    def create_invalidation(self, **told: Any) -> None:
        if any(item.startswith("/busy") for item in told["InvalidationBatch"]["Paths"]["Items"]):
            self.calls += 1
            raise refusal("Throttling")
        super().create_invalidation(**told)


BUSY = messages(alone=True, a=["/busy/1"], b=["/2"], c=["/busy/3"], d=["/4*"])


def test_a_call_that_fails_keeps_no_other_waiting(queue: Queue, caplog: pytest.LogCaptureFixture) -> None:
    cloudfront = Throttling()
    with pytest.raises(ClientError, match="Throttling"):
        carry_out(queue, [*BUSY, "junk"], cloudfront)
    assert cloudfront.items == [["/2"], ["/4*"]]
    assert left(queue) == 3
    assert caplog.text.count("a call failed") == 2


def test_after_a_call_that_fails_the_others_are_tried_only_while_there_is_time(queue: Queue) -> None:
    cloudfront = Throttling()
    with pytest.raises(ClientError, match="Throttling"):
        carry_out(queue, BUSY, cloudfront, lambda: False)
    assert cloudfront.calls == 1
    assert len(waiting(queue)) == 3, "handed back, and delivered again at once"


def test_wildcards_come_last_and_few_at_a_time(queue: Queue) -> None:
    cloudfront = CloudFront()
    wild = orders({f"w{n}": [f"/w{n}*", "/w*"] for n in range(40)})
    carry_out(queue, [*wild, *messages(a=["/1"]), *messages(alone=True, b=["/2"])], cloudfront)
    assert cloudfront.items[:2] == [["/1"], ["/2"]]
    assert all(len(items) <= MOST_WILDCARDS for items in cloudfront.items)
    assert {item for items in cloudfront.items for item in items} == {
        "/1",
        "/2",
        "/w*",
        *(f"/w{n}*" for n in range(40)),
    }
    assert left(queue) == 0


@given(
    st.lists(
        st.builds(
            Eviction,
            st.lists(st.sampled_from(["/a", "/b", "/c*", "/d*", "#e"]), min_size=1, max_size=4).map(tuple),
            st.text("xyz", min_size=1, max_size=2),
            st.booleans(),
            st.sampled_from([Urgency.OPTIONAL, Urgency.DUE, Urgency.AT_ONCE]),
        ),
        max_size=30,
    )
)
def test_each_eviction_is_in_one_call(ordered: list[Eviction]) -> None:
    told = calls(ordered)
    assert sorted(map(str, (each for call in told for each in call))) == sorted(map(str, {*ordered}))
    assert all(len(call) == 1 for call in told if any(each.alone for each in call))
    assert all(len({each.urgency for each in call}) == 1 for call in told)
    wild = [any(is_wildcard(item) for each in call for item in each.items) for call in told]
    assert wild == sorted(wild)


def test_the_largest_batch_leaves_room_for_two_more() -> None:
    assert EVICTIONS.size * MOST_ITEMS * (EVICTIONS.workers + 1) <= 3000


@given(st.lists(st.text(), max_size=35))
def test_many_items_are_evicted_in_parts(paths: list[str]) -> None:
    parts = list(some(paths, "cause"))
    assert [item for part in parts for item in part.items] == paths
    assert all(1 <= len(part.items) <= MOST_ITEMS for part in parts)
    assert parts == list(some(paths, "cause")), "the same ones again, which CloudFront knows"
    assert {*parts}.isdisjoint(some(paths, "another cause"))


def test_together_is_independent_of_the_order() -> None:
    one, two = Eviction(("/b",), "2"), Eviction(("/a",), "1")
    assert together([one, two]) == together([two, one, two])


def test_with_a_queue_an_eviction_is_only_ordered_and_only_once(queue: Queue) -> None:
    read = config.read(LEAST | {"INVALIDATION_QUEUE": queue.url})
    evicting = evictor(read, Aws())
    for _ in range(3):
        evicting.evict(Stored("100x100/a b*.jpg", "r1", 0.0))
    (order,) = waiting(queue)
    assert (order["items"], order["alone"]) == (["/100x100/a%20b%2A.jpg"], True)


@pytest.mark.parametrize(
    "fault",
    [ClientError({"Error": {"Code": "AccessDenied"}}, "SendMessage"), QueueError("not taken")],
    ids=["denied", "not taken"],
)
def test_an_order_that_fails_is_logged_and_given_again(
    fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[Eviction] = []

    def tell(ordered: Eviction) -> int:
        told.append(ordered)
        raise fault

    evicting = Evictor(tell)
    for _ in range(2):
        evicting.evict(Stored("100x100/a.jpg", "r1", 0.0))
    assert len(told) == 2
    assert told[0] == told[1]
    assert "could not evict '100x100/a.jpg'" in caplog.text


def test_the_function_behind_the_queue_reads_the_distributions_id_from_its_parameter(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    boto3.client("ssm").put_parameter(Name="/site/id", Value=ID, Type="String")
    cloudfront = CloudFront()
    monkeypatch.setattr(Aws, "cloudfront", cloudfront)
    read = config.read(LEAST | {"DISTRIBUTION_ID": "ssm:/site/id", "INVALIDATION_QUEUE": queue.url})
    work.evict(read, delivered(queue, messages(a=["/1"])), lambda: 60.0)
    assert cloudfront.items == [["/1"]]


@pytest.mark.parametrize(
    ("seconds", "calls_made"), [(120.0, 3), (work.LONGEST_CALL + 1, 3), (work.LONGEST_CALL - 1, 1)]
)
def test_no_call_begins_that_lambda_might_cut_short(
    seconds: float, calls_made: int, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloudfront = CloudFront()
    monkeypatch.setattr(Aws, "cloudfront", cloudfront)
    read = config.read(LEAST | {"DISTRIBUTION_ID": ID, "INVALIDATION_QUEUE": queue.url})
    three = messages(alone=True, a=["/1"], b=["/2"], c=["/3"])
    work.evict(read, delivered(queue, three), lambda: seconds)
    assert cloudfront.calls == calls_made
    assert left(queue) == 3 - calls_made


@pytest.mark.parametrize(("spare", "calls_made"), [(1.0, 2), (-1.0, 1)])
def test_counting_is_given_its_time_as_well(
    spare: float, calls_made: int, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloudfront, needed = CloudFront(), work.LONGEST_CALL + work.LONGEST_COUNT
    monkeypatch.setattr(Aws, "cloudfront", cloudfront)
    environ = {"DISTRIBUTION_ID": ID, "INVALIDATION_QUEUE": queue.url, "INVALIDATION_BUDGET": "1000"}
    two = messages(alone=True, a=["/1"], b=["/2"])
    work.evict(config.read(LEAST | environ), delivered(queue, two), lambda: needed + spare)
    assert cloudfront.calls == calls_made
    told = json.loads((PROJECT / ".chalice" / "config.json").read_text())["lambda_functions"]["evict"]
    assert needed < told["lambda_timeout"] * 5 / 6


def test_cloudfront_may_take_its_time_but_not_more_than_the_function_has() -> None:
    told = json.loads((PROJECT / ".chalice" / "config.json").read_text())["lambda_functions"]["evict"]
    assert 30 < clients.longest(BACKGROUND_TIMEOUTS) == work.LONGEST_CALL < told["lambda_timeout"] / 2


def test_a_queue_of_evictions_without_a_distribution_is_a_fault_and_not_emptied() -> None:
    with pytest.raises(ConfigError, match="DISTRIBUTION_ID"):
        work.evict(config.read(LEAST), [Message(body, "") for body in messages(a=["/1"])], lambda: 60.0)
