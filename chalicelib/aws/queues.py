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

LARGEST_BATCH = 10
"""Messages that one call can send or delete (API reference, SendMessageBatch)."""

RETRY_SECONDS = 60
"""Seconds until a failed message is delivered again. The queue's own visibility timeout is much longer: it is
for messages that are still being worked on."""

_MOST_BYTES = 262_144
"""Bytes of the bodies of the largest batch that every SQS takes; AWS's own takes 1 MiB since August 2025."""


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


WANTED = Batch(1, seconds=0, workers=10)
"""One original at a time, which may have many variants. The stack has a parameter for the workers."""


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
        for part in _loads(bodies):
            answer = self.clients.sqs.send_message_batch(
                QueueUrl=self.url,
                Entries=[
                    {"Id": str(number), "MessageBody": body, "DelaySeconds": delay}
                    for number, body in enumerate(part)
                ],
            )
            if failed := answer.get("Failed"):
                raise QueueError(f"{name(self.url)} did not take {len(failed)} of {len(part)}: {failed[0]}")

    def work(
        self, messages: Sequence[Message], do: Callable[[str], None], in_time: Callable[[], bool]
    ) -> None:
        """Let `do` deal with the body of each message as long as it is `in_time`; `QueueError` if one failed.

        The first is always tried: messages that are only handed back would never be given up. Lambda
        delivers a batch again as a whole, so each message that is done is taken out of the queue at once:
        else it would be done again, and end among the dead letters, with one that fails.
        """
        failed: list[Message] = []
        for number, message in enumerate(messages):
            if number and not in_time():
                self.hand_back(messages[number:])
                break
            try:
                do(message.body)
            except Exception:
                log.exception("%s: failed at %.500r", name(self.url), message.body)
                failed.append(message)
            else:
                self.finish([message])
        if failed:
            self._retry(failed)
            raise QueueError(f"{name(self.url)}: failed at {len(failed)} of {len(messages)}")

    def finish(self, messages: Sequence[Message]) -> None:
        """Take messages out of the queue that are done."""
        for part in parts(messages):
            self.clients.sqs.delete_message_batch(
                QueueUrl=self.url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": message.receipt}
                    for number, message in enumerate(part)
                ],
            )

    def hand_back(self, messages: Sequence[Message]) -> None:
        """Put messages back that there is no time for, as new ones: that is no attempt, and no failure."""
        log.info("%s: no time for %s messages", name(self.url), len(messages))
        self.send([message.body for message in messages])
        self.finish(messages)

    def _retry(self, messages: Sequence[Message]) -> None:
        for part in parts(messages):
            self.clients.sqs.change_message_visibility_batch(
                QueueUrl=self.url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": message.receipt, "VisibilityTimeout": RETRY_SECONDS}
                    for number, message in enumerate(part)
                ],
            )


def _loads(bodies: Sequence[str]) -> Iterator[list[str]]:
    """Yield the bodies in batches that SQS takes."""
    load: list[str] = []
    size = 0
    for body in bodies:
        length = len(body.encode())
        if load and (len(load) == LARGEST_BATCH or size + length > _MOST_BYTES):
            yield load
            load, size = [], 0
        load.append(body)
        size += length
    if load:
        yield load


def parts(everything: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield everything in parts of as many messages as one call may have."""
    for start in range(0, len(everything), LARGEST_BATCH):
        yield everything[start : start + LARGEST_BATCH]
