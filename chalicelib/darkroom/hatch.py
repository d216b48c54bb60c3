"""The socket between the darkroom and the process outside, and the messages that go through it.

A message is a head and a body, each of known length. An order goes in as a pickle, which our own side has
made, with the original as its body. An outcome comes out as JSON (`outcome`), with the picture as its body:
nothing that comes out is ever run.
"""

from __future__ import annotations

import pickle
import socket
import struct
from typing import TYPE_CHECKING

from chalicelib.darkroom import outcome

if TYPE_CHECKING:
    from chalicelib.darkroom.order import Order
    from chalicelib.errors import Refusal
    from chalicelib.render.rendered import Rendered
    from chalicelib.timing import Deadline

_READY = struct.Struct("!I")
_LENGTHS = struct.Struct("!II")
_MOST_BODY = 1 << 28
"""Bytes of the largest picture that is taken; no variant is a tenth of that."""


def say_ready(hatch: socket.socket, refused: int) -> None:
    """Tell outside that orders are taken, and what `confinement.seal` returned."""
    hatch.sendall(_READY.pack(refused))


def hear_ready(hatch: socket.socket, deadline: Deadline) -> int:
    """Wait until orders are taken inside, and return what was told; `EOFError` if that will never be."""
    refused: int = _READY.unpack(_receive(hatch, _READY.size, deadline))[0]
    return refused


def hand_in(hatch: socket.socket, order: Order, original: bytes, deadline: Deadline) -> None:
    """Send an order and its original inside."""
    _send(hatch, pickle.dumps(order), original, deadline)


def take_in(hatch: socket.socket) -> tuple[Order, bytes]:
    """Return what was handed in; `EOFError` once nobody is outside."""
    head, body = _LENGTHS.unpack(_receive(hatch, _LENGTHS.size))
    order: Order = pickle.loads(_receive(hatch, head))  # noqa: S301 - nobody but our own side of the hatch writes here
    return order, _receive(hatch, body)


def hand_out(hatch: socket.socket, made: Rendered | Refusal, cause: str) -> None:
    """Send the outcome outside; `cause` is for the log."""
    _send(hatch, *outcome.spell(made, cause))


def take_out(
    hatch: socket.socket, order: Order, original: bytes, deadline: Deadline
) -> tuple[Rendered | Refusal, str]:
    """Return the outcome and its cause.

    `EOFError` if it does not come whole, `outcome.OutcomeError` if it cannot be one of this order.
    """
    head, body = _LENGTHS.unpack(_receive(hatch, _LENGTHS.size, deadline))
    if head > outcome.MOST_HEAD or body > _MOST_BODY:
        raise outcome.OutcomeError(f"It would have {head} and {body} bytes.")
    told, data = (_receive(hatch, length, deadline) for length in (head, body))
    return outcome.read(told, data, order, original)


def _send(hatch: socket.socket, head: bytes, body: bytes, deadline: Deadline | None = None) -> None:
    for part in (_LENGTHS.pack(len(head), len(body)) + head, body):
        rest = memoryview(part)
        while rest:
            _allow(hatch, socket.SO_SNDTIMEO, deadline)
            rest = rest[hatch.send(rest) :]


def _receive(hatch: socket.socket, length: int, deadline: Deadline | None = None) -> bytes:
    """Return so many bytes: in one piece where the kernel can, since an original may be 40 MB."""
    parts = []
    while length:
        _allow(hatch, socket.SO_RCVTIMEO, deadline)
        part = hatch.recv(length, socket.MSG_WAITALL)
        if not part:
            raise EOFError("the hatch is closed")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _allow(hatch: socket.socket, what: int, deadline: Deadline | None) -> None:
    """Give the next call the time that is left until the `deadline`; `TimeoutError` if there is none.

    By the kernel's own clock: Python's time-outs would make the socket one that cannot be read in one piece.
    A call that runs out of time raises `BlockingIOError`, unless something of it was done.
    """
    if deadline is None:
        return
    left = deadline.left()
    if left <= 0:
        raise TimeoutError
    seconds, rest = divmod(left, 1)
    hatch.setsockopt(socket.SOL_SOCKET, what, struct.pack("@ll", int(seconds), max(1, int(rest * 1_000_000))))
