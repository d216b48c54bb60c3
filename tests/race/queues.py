"""SQS and Lambda as the app sees them, on the simulated clock.

SQS delivers at least once and in no order. Lambda calls a function for a batch of messages, delivers again
what has failed, and its processes die.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chalicelib.aws.queues import Message
from tests.race.calls import Taking

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.race.simulation import Simulation

_TWICE = 0.03
"""How often a message is delivered a second time although it is done."""

_VISIBLE_AGAIN = 60.0


@dataclass
class Reader:
    """The function behind a queue: what it does, and how Lambda calls it (`chalicelib.aws.queues.Batch`)."""

    work: Callable[[list[Message]], object]
    size: int
    seconds: float
    workers: int
    lives: Callable[[], float]
    waiting: list[Message] = field(default_factory=list)
    busy: int = 0


@dataclass
class Queues:
    """A client of SQS, and Lambda, which calls the readers."""

    simulation: Simulation
    readers: dict[str, Reader] = field(default_factory=dict)
    open: dict[str, float] = field(default_factory=dict)
    """The receipts of messages that are not done, and in how many seconds each is visible again."""
    takes: Callable[[str, int], bool] = lambda *_: True
    deaths: int = 0
    failures: int = 0

    def send_message_batch(self, *, QueueUrl: str, Entries: Any) -> Any:  # noqa: N803 - boto3's
        with Taking(self.simulation, 5.0, "SendMessageBatch"):
            for entry in Entries:
                if self.takes(QueueUrl, entry.get("DelaySeconds", 0)):
                    self.put(QueueUrl, entry["MessageBody"], entry.get("DelaySeconds", 0))
        return {}

    def put(self, url: str, body: str, delay: float = 0.0) -> None:
        """Put a message into the queue, as a service of AWS does."""
        receipt = f"{url} {self.simulation.dice.getrandbits(64)}"
        self.open[receipt] = _VISIBLE_AGAIN
        on_its_way = self.simulation.dice.expovariate(2.0)
        self.simulation.call_later(delay + on_its_way, self._arrive, url, Message(body, receipt))

    def delete_message_batch(self, *, QueueUrl: str, Entries: Any) -> Any:  # noqa: N803 - boto3's
        with Taking(self.simulation, 5.0, "DeleteMessageBatch"):
            assert QueueUrl in self.readers
            for entry in Entries:
                self.open.pop(entry["ReceiptHandle"], None)
        return {}

    def change_message_visibility_batch(self, *, QueueUrl: str, Entries: Any) -> Any:  # noqa: N803 - boto3's
        assert QueueUrl in self.readers
        for entry in Entries:
            self.open[entry["ReceiptHandle"]] = entry["VisibilityTimeout"]
        return {}

    def _arrive(self, url: str, message: Message) -> None:
        reader = self.readers[url]
        reader.waiting.append(message)
        self.simulation.call_later(reader.seconds, self._deliver, reader)

    def _deliver(self, reader: Reader) -> None:
        if not reader.waiting or reader.busy >= reader.workers:
            return
        messages, reader.waiting = reader.waiting[: reader.size], reader.waiting[reader.size :]
        reader.busy += 1
        end = self.simulation.now + reader.lives()
        working = self.simulation.run(lambda: reader.work(messages), end)
        working.add_done_callback(lambda done: self._after(reader, messages, done.exception()))

    def _after(self, reader: Reader, messages: list[Message], fault: BaseException | None) -> None:
        """Deliver again what is not done, and sometimes what is."""
        reader.busy -= 1
        self.failures += isinstance(fault, Exception)
        self.deaths += fault is not None and not isinstance(fault, Exception)
        if not fault:  # Lambda deletes what its function has not complained of
            for message in messages:
                self.open.pop(message.receipt, None)
        for message in messages:
            url = message.receipt.partition(" ")[0]
            if message.receipt in self.open:
                self.simulation.call_later(self.open[message.receipt], self._arrive, url, message)
            elif self.simulation.dice.random() < _TWICE:
                self.put(url, message.body, self.simulation.dice.uniform(0, 30))
        self._deliver(reader)

    def is_drained(self) -> bool:
        """Say whether no message is left: none delayed, none in work."""
        return not self.open and not any(reader.busy or reader.waiting for reader in self.readers.values())
