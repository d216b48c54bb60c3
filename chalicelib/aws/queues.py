"""SQS queues, for work that no viewer waits for."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from types_boto3_sqs import SQSClient

T = TypeVar("T")

log = logging.getLogger(__name__)

_LARGEST_BATCH = 10
"""Messages that one call can send or delete (API reference, SendMessageBatch)."""

RETRY_SECONDS = 60
"""Seconds until a failed message is delivered again. The queue's own visibility timeout is much longer: it is
for messages that are still being worked on."""


class Batch(NamedTuple):
    """How many messages Lambda takes out of a queue at once: `size`, or as many as come in `seconds`.

    `workers` is the most functions that work on the queue at the same time.
    """

    size: int
    seconds: int
    workers: int


EVICTIONS = Batch(100, seconds=5, workers=2)
"""With 10 items each, 1,000 of the 3,000 that may be in progress in one distribution (CloudFront developer
guide, "Quotas on invalidations"). CloudFront throttles calls; two workers are the fewest that SQS allows."""

CHANGES = Batch(10, seconds=0, workers=10)
"""Uploading everything at once must not use up the functions of the account that viewers need."""


class Clients(Protocol):
    """The AWS client that this module needs, created on first use."""

    @property
    def sqs(self) -> SQSClient:
        """An SQS client."""


class QueueError(Exception):
    """SQS did not accept every message, or the work on a message failed."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as the queue delivers it: its body, and the receipt handle of this delivery."""

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
        """Put a message for each body into the queue; it is delivered after `delay` seconds (at most 900)."""
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
        """Call `do` with the body of each message; `QueueError` if it failed at any.

        Lambda delivers a failed batch again as a whole. So if one message fails, the others are deleted from
        the queue here. Otherwise they would end in the dead-letter queue with it.
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
                    {"Id": str(number), "ReceiptHandle": message.receipt, "VisibilityTimeout": RETRY_SECONDS}
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
    for start in range(0, len(everything), _LARGEST_BATCH):
        yield everything[start : start + _LARGEST_BATCH]
