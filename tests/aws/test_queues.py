"""Queues, in moto: messages arrive, failed ones are delivered again, the others are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from freezegun import freeze_time

from chalicelib.aws import queues
from chalicelib.aws.clients import Aws
from chalicelib.aws.queues import Message, Queue, QueueError

pytestmark = pytest.mark.usefixtures("aws")


def made() -> Queue:
    attributes = {"VisibilityTimeout": "1800"}
    answer = boto3.client("sqs").create_queue(QueueName="work", Attributes=attributes)  # type: ignore[arg-type]  # strings, as any
    return Queue(Aws(), answer["QueueUrl"])


def delivered(queue: Queue) -> list[Message]:
    """Return what the queue has to deliver; SQS delivers ten messages at a time."""
    sqs = boto3.client("sqs")
    found: list[Message] = []
    while part := sqs.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10).get("Messages"):
        found += [Message(message["Body"], message["ReceiptHandle"]) for message in part]
    return found


def left(queue: Queue) -> int:
    """Return how many messages are in the queue, delivered or not."""
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = boto3.client("sqs").get_queue_attributes(QueueUrl=queue.url, AttributeNames=names)
    return sum(int(number) for number in answer["Attributes"].values())


@pytest.mark.parametrize("number", [0, 1, 10, 11, 25])
def test_every_message_arrives(number: int) -> None:
    queue = made()
    bodies = [f"message {n}" for n in range(number)]
    queue.send(bodies)
    assert sorted(message.body for message in delivered(queue)) == sorted(bodies)


def test_a_message_with_a_delay_does_not_arrive_at_once() -> None:
    queue = made()
    queue.send(["later"], delay=60)
    assert delivered(queue) == []
    attributes = boto3.client("sqs").get_queue_attributes(
        QueueUrl=queue.url, AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )["Attributes"]
    assert attributes["ApproximateNumberOfMessagesDelayed"] == "1"


def test_a_message_that_sqs_does_not_take_is_an_error() -> None:
    failed = {"Failed": [{"Id": "0", "Code": "InternalError", "SenderFault": False}]}
    clients: Any = SimpleNamespace(sqs=SimpleNamespace(send_message_batch=lambda **_: failed))
    with pytest.raises(QueueError, match=r"did not take 1 of 2.*InternalError"):
        Queue(clients, "https://sqs.example/123456789012/work").send(["a", "b"])


@pytest.mark.parametrize(
    ("sizes", "loads"),
    [
        ([1] * 21, [10, 10, 1]),
        ([100_000] * 5, [2, 2, 1]),
        ([262_144, 1, 262_144], [1, 1, 1]),
        ([131_072, 131_072, 1], [2, 1]),
    ],
)
def test_no_batch_is_larger_than_sqs_takes(sizes: list[int], loads: list[int]) -> None:
    sent: list[int] = []
    clients: Any = SimpleNamespace(
        sqs=SimpleNamespace(send_message_batch=lambda **told: sent.append(len(told["Entries"])) or {})  # type: ignore[func-returns-value]  # it is None, and that is meant
    )
    Queue(clients, "https://sqs.example/123456789012/work").send(
        ["é" * (size // 2) + "." * (size % 2) for size in sizes]
    )
    assert sent == loads


def test_what_is_done_is_taken_out_of_the_queue_at_once() -> None:
    queue = made()
    queue.send(["a", "b"])
    seen: list[int] = []
    queue.work(delivered(queue), lambda _: seen.append(left(queue)), lambda: True)
    assert seen == [2, 1]
    assert left(queue) == 0


@pytest.mark.parametrize(("in_time", "done"), [(0, 1), (1, 2), (11, 12), (99, 12)])
def test_what_there_is_no_time_for_goes_back_and_is_no_failure(in_time: int, done: int) -> None:
    queue = made()
    bodies = [f"message {number}" for number in range(12)]
    queue.send(bodies)
    times = iter([True] * in_time + [False] * 99)
    heard: list[str] = []
    queue.work(delivered(queue), heard.append, lambda: next(times))
    assert len(heard) == done, "the first is always tried"
    assert sorted([*heard, *(message.body for message in delivered(queue))]) == sorted(bodies)


@pytest.mark.parametrize("number", [1, 9, 12])
def test_one_message_that_fails_does_not_make_the_others_fail(
    number: int, caplog: pytest.LogCaptureFixture
) -> None:
    queue = made()
    queue.send(["poison", *(f"message {n}" for n in range(number))])

    def do(body: str) -> None:
        if body == "poison":
            raise ZeroDivisionError("inside")

    with pytest.raises(QueueError, match=f"failed at 1 of {number + 1}"):
        queue.work(delivered(queue), do, lambda: True)
    assert left(queue) == 1
    assert delivered(queue) == []
    with freeze_time(datetime.now(UTC) + timedelta(seconds=queues.RETRY_SECONDS + 1)):
        assert [message.body for message in delivered(queue)] == ["poison"]
    assert "poison" in caplog.text
    assert "ZeroDivisionError: inside" in caplog.text


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://sqs.us-east-1.amazonaws.com/123456789012/resize404-changes", "resize404-changes"),
        ("http://127.0.0.1:4566/000000000000/changes", "changes"),
    ],
)
def test_a_queues_name_is_the_end_of_its_url(url: str, name: str) -> None:
    assert queues.name(url) == name
