"""Asks for pictures ahead: lists the originals, and sends a message for each. From Python, call `prewarm`.

Several parts of the listing are dealt with at the same time. Of each part, one page is in memory.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.aws import queues
from ops.scale import checkpoint, listing
from ops.scale.checkpoint import Checkpoint
from ops.scale.estimate import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from chalicelib.address.wanted import Wanted
    from ops.scale.choice import Choice
    from ops.scale.deployed import Deployed
    from ops.scale.listing import Listed, Part

PARTS_AT_ONCE = 8
"""Parts that are listed at a time."""

SENDERS = 16
"""Batches of messages that are sent at a time."""


def prewarm(deployed: Deployed, choice: Choice, file: Path | None = None) -> Work:
    """Have all variants of the `choice` made ahead, and return what has been asked for.

    It returns when all messages are sent; the site's own functions make the pictures. With a `file` it goes
    on from where it was stopped, and `Work` includes what was done before.
    """
    state = begin(deployed, choice, file)
    Sending(deployed, state.resumed(choice), state).run()
    return state.done


def begin(deployed: Deployed, choice: Choice, file: Path | None) -> Checkpoint:
    """Return how far an earlier command came, or the beginning."""
    before = checkpoint.read(file) if file else None
    return before or Checkpoint(
        file,
        [
            (name, part)
            for name, source in choice.places()
            for part in listing.parts(deployed.clients.s3, source.bucket, source.prefix)
        ],
        since=choice.since.isoformat() if choice.since else "",
    )


def count(deployed: Deployed, choice: Choice, state: Checkpoint) -> Work:
    """Return what is left to be asked for."""

    def count_part(part: tuple[str, Part]) -> Work:
        pages = listing.pages(deployed.clients.s3, part[1])
        return sum((_work(len(page), _wanted(choice, part[0], page)) for page in pages), Work())

    with ThreadPoolExecutor(PARTS_AT_ONCE) as pool:
        return sum(pool.map(count_part, state.parts), Work())


@dataclass(frozen=True, slots=True)
class Sending:
    """Sends the messages of a `choice`, from where the `state` says. `told` gets the work of each page."""

    deployed: Deployed
    choice: Choice
    state: Checkpoint
    told: Callable[[Work], None] = lambda _: None
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Send all messages. Whatever ends it early, a failure or Ctrl-C, the state says how far it came."""
        numbers = range(len(self.state.parts))
        with ThreadPoolExecutor(SENDERS) as senders, ThreadPoolExecutor(PARTS_AT_ONCE) as pool:
            try:
                for done in [pool.submit(self._send_part, number, senders) for number in numbers]:
                    done.result()
            except BaseException:
                self.stopped.set()
                raise
        self.state.remove()

    def _send_part(self, number: int, senders: ThreadPoolExecutor) -> None:
        name, part = self.state.parts[number]
        for page in listing.pages(self.deployed.clients.s3, part):
            if self.stopped.is_set():
                return
            messages = _wanted(self.choice, name, page)
            # The page is done when every message of it is in the queue.
            for _ in senders.map(self._send, queues.parts([str(message) for message in messages])):
                pass
            work = _work(len(page), messages)
            self.state.move(number, page[-1].key, work)
            self.told(work)

    def _send(self, bodies: Sequence[str]) -> None:
        self.deployed.wanted.send(bodies)


def _wanted(choice: Choice, name: str, page: Iterable[Listed]) -> list[Wanted]:
    return [message for listed in page for message in choice.wanted(name, listed)]


def _work(objects: int, messages: Sequence[Wanted]) -> Work:
    return Work(objects, len(messages), sum(len(message.spellings) for message in messages))
