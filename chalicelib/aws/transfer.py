"""Bodies on their way from S3. A body that comes slowly is ended at the deadline."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from socket import SHUT_RDWR, socket
from threading import TIMEOUT_MAX, Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import IOBase

    from botocore.response import StreamingBody

    from chalicelib.timing import Deadline


@contextmanager
def ended_by(deadline: Deadline, body: StreamingBody) -> Iterator[StreamingBody]:
    """Close the `body` at the end of the ``with``. What is still being read at the `deadline` breaks off.

    The client's own time-out does not end a body of which one byte comes every four seconds: it is for the
    next byte, and one call of ``read`` waits for thousands of them.
    """
    # The body's own `with` hands out the stream below it, which does not check length and checksum.
    with body as stream:
        timer = Timer(min(deadline.left(), TIMEOUT_MAX), _break_off, [stream])
        timer.start()
        try:
            yield body
        finally:
            timer.cancel()
            timer.join()


def _break_off(stream: IOBase) -> None:
    """End the connection of the `stream`: whoever waits for its next byte is told that there is none."""
    # It may have been read to its end in this moment, and then it has no connection.
    with suppress(OSError, ValueError), socket(fileno=os.dup(stream.fileno())) as connection:
        connection.shutdown(SHUT_RDWR)
