"""Messages that a viewer does not wait for."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from chalicelib.aws.errands import LONGEST_WAIT, Errands
from chalicelib.aws.queues import QueueError

DENIED = ClientError({"Error": {"Code": "AccessDenied"}}, "SendMessageBatch")


class Queue:
    def __init__(self, fault: Exception | None = None, gate: threading.Event | None = None) -> None:
        self.sent: list[str] = []
        self.fault, self.gate, self.done = fault, gate, threading.Event()

    def send(self, bodies: list[str]) -> None:
        if self.gate:
            self.gate.wait(10)
        if self.fault:
            raise self.fault
        self.sent += bodies
        self.done.set()


def test_a_message_is_sent_before_the_answer() -> None:
    queue: Any = Queue()
    Errands(queue).send("wanted")
    assert queue.sent == ["wanted"]


@pytest.mark.parametrize(
    "fault", [DENIED, ReadTimeoutError(endpoint_url="https://sqs.example"), QueueError("full")], ids=repr
)
def test_a_message_that_does_not_get_there_is_only_logged(
    fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    queue: Any = Queue(fault)
    Errands(queue).send("wanted")
    assert "not sent: 'wanted'" in caplog.text


def test_a_slow_queue_holds_no_answer_back() -> None:
    gate = threading.Event()
    queue: Any = Queue(gate=gate)
    begin = time.perf_counter()
    Errands(queue).send("wanted")
    assert LONGEST_WAIT <= time.perf_counter() - begin < 5
    gate.set()
    assert queue.done.wait(5), "it is sent afterwards"
