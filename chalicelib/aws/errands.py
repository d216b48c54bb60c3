"""Messages that are sent while a viewer waits, and that the viewer does not wait for."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.queues import QueueError

if TYPE_CHECKING:
    from chalicelib.aws.queues import Queue

log = logging.getLogger(__name__)

LONGEST_WAIT = 0.2
"""Seconds that an answer is held back for a message, at most. SQS takes some milliseconds. A slower message
is sent when Lambda next lets the process run, or never."""


@dataclass(frozen=True, slots=True)
class Errands:
    """Sends messages to the `queue`. A message that does not get there is only logged."""

    queue: Queue

    def send(self, message: object) -> None:
        """Send the message; return when it is sent, or after `LONGEST_WAIT`."""
        errand = Thread(target=self._send, args=(str(message),), daemon=True)
        errand.start()
        errand.join(LONGEST_WAIT)

    def _send(self, body: str) -> None:
        try:
            self.queue.send([body])
        except (BotoCoreError, ClientError, QueueError):
            log.exception("not sent: %.500r", body)
