"""SQS queues: work that no viewer waits for."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from types_boto3_sqs import SQSClient

T = TypeVar("T")

log = logging.getLogger(__name__)

_AT_ONCE = 10
"""Messages of the largest batch that is sent or deleted (API reference, SendMessageBatch)."""

RETRY = 60
"""Seconds until what failed is delivered again: the queue's own patience is for what is still being done."""


class Batch(NamedTuple):
    """What Lambda takes out of a queue at once: `size` messages, or what `seconds` have brought.

    `workers` is how many functions at a time, at most, are given some.
    """

    size: int
    seconds: int
    workers: int


EVICTIONS = Batch(100, seconds=5, workers=2)
"""With 10 items each, 1,000 of the 3,000 that may be under way in one distribution (CloudFront developer
guide, "Quotas on invalidations"). Two workers are the fewest that SQS knows: CloudFront throttles calls."""

CHANGES = Batch(10, seconds=0, workers=10)
"""An upload of everything at once must not take the account's functions from its viewers."""


class Clients(Protocol):
    """The AWS client that is needed here, made when it is first asked for."""

    @property
    def sqs(self) -> SQSClient:
        """An SQS client."""


class QueueError(Exception):
    """SQS did not take everything that it was given, or a message could not be dealt with."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as the queue delivers it: its body, and the handle of this delivery of it."""

    body: str
    receipt: str


def name(url: str) -> str:
    """Return the name of the queue with this URL."""
    return url.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Queue:
    """The standard queue with this URL."""

    clients: Clients
    url: str

    def send(self, bodies: Sequence[str], delay: int = 0) -> None:
        """Put a message for each body into the queue, to be delivered after `delay` seconds (at most 900)."""
        for part in _parts(bodies):
            answer = self.clients.sqs.send_message_batch(
                QueueUrl=self.url,
                Entries=[
                    {"Id": str(number), "MessageBody": body, "DelaySeconds": delay}
                    for number, body in enumerate(part)
                ],
            )
            if failed := answer.get("Failed"):
                raise QueueError(f"{name(self.url)} did not take {len(failed)} of {len(part)}: {failed[0]}")

    def work(self, messages: Sequence[Message], do: Callable[[str], None]) -> None:
        """Let `do` deal with the body of each message; `QueueError` if it failed at one.

        Lambda delivers a batch again as a whole. So where one fails, those that did not are taken out of the
        queue here: else they would end among the dead letters with it.
        """
        done: list[Message] = []
        failed: list[Message] = []
        for message in messages:
            try:
                do(message.body)
            except Exception:
                log.exception("%s: failed at %.500s", name(self.url), message.body)
                failed.append(message)
            else:
                done.append(message)
        if failed:
            self._delete(done)
            self._retry(failed)
            raise QueueError(f"{name(self.url)}: failed at {len(failed)} of {len(messages)}")

    def _retry(self, messages: Sequence[Message]) -> None:
        for part in _parts(messages):
            self.clients.sqs.change_message_visibility_batch(
                QueueUrl=self.url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": message.receipt, "VisibilityTimeout": RETRY}
                    for number, message in enumerate(part)
                ],
            )

    def _delete(self, messages: Sequence[Message]) -> None:
        for part in _parts(messages):
            self.clients.sqs.delete_message_batch(
                QueueUrl=self.url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": message.receipt}
                    for number, message in enumerate(part)
                ],
            )


def _parts(everything: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(everything), _AT_ONCE):
        yield everything[start : start + _AT_ONCE]
