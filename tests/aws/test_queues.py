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


def test_messages_that_all_succeed_are_left_for_lambda_to_delete() -> None:
    queue = made()
    queue.send(["a", "b"])
    done: list[str] = []
    queue.work(delivered(queue), done.append)
    assert sorted(done) == ["a", "b"]
    assert left(queue) == 2


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
        queue.work(delivered(queue), do)
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
