"""What goes through the wall of the darkroom, a socket: messages of a head and a body, each of known length.

In go pickles, which our own side has made. Out comes JSON beside the picture's bytes: whatever may have taken
over the process that decodes strangers' files, what it says is only ever read.
"""

from __future__ import annotations

import json
import pickle
import socket
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.address.values import Format
from chalicelib.errors import Fault, Refusal
from chalicelib.render.rendered import Rendered

if TYPE_CHECKING:
    from chalicelib.address.variant import Variant
    from chalicelib.codecs.limits import Limits
    from chalicelib.render.extras import Extras

_LENGTHS = struct.Struct("!II")
_READY = b"ready"
_MOST = 1 << 28
"""Bytes of the largest outcome that is believed; no variant is a tenth of that."""

_REFUSALS = {cause.__name__: cause for cause in Refusal.__subclasses__()}


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made of an original: the arguments of `chalicelib.render.render`, but for the bytes."""

    variant: Variant
    limits: Limits
    accepted: frozenset[str]
    needed: Extras


def say_ready(hatch: socket.socket) -> None:
    """Tell outside that orders are taken."""
    hatch.sendall(_READY)


def hear_ready(hatch: socket.socket) -> None:
    """Wait until orders are taken inside; `EOFError` if that will never be."""
    _exactly(hatch, len(_READY))


def hand_in(hatch: socket.socket, order: Order, original: bytes) -> None:
    """Send an order and its original inside."""
    _send(hatch, pickle.dumps(order), original)


def take_in(hatch: socket.socket) -> tuple[Order, bytes]:
    """Return what was handed in; `EOFError` once nobody is outside."""
    head, original = _receive(hatch)
    order: Order = pickle.loads(head)  # noqa: S301 - nobody but our own side of the hatch writes here
    return order, original


def hand_out(hatch: socket.socket, outcome: Rendered | Refusal, cause: str = "") -> None:
    """Send the outcome outside; `cause` is for the log."""
    if isinstance(outcome, Refusal):
        refused = {"refusal": outcome.code, "message": str(outcome), "cause": cause}
        _send(hatch, json.dumps(refused).encode(), b"")
        return
    made = {
        "format": outcome.format,
        "content_type": outcome.content_type,
        "width": outcome.width,
        "height": outcome.height,
        "frames": outcome.frames,
    }
    _send(hatch, json.dumps(made).encode(), outcome.data)


def take_out(hatch: socket.socket) -> tuple[Rendered | Refusal, str]:
    """Return the outcome and its cause; `EOFError` if it does not come whole, or is none."""
    head, data = _receive(hatch, _MOST)
    try:
        said = json.loads(head)
        if "refusal" in said:
            return _REFUSALS.get(said["refusal"], Fault)(str(said["message"])), said["cause"]
        said["format"] = Format(said["format"])
        return Rendered(data, **said), ""
    except (ValueError, TypeError, KeyError, RecursionError) as fault:
        raise EOFError(f"an outcome that is none: {head[:200]!r}") from fault


def _send(hatch: socket.socket, head: bytes, body: bytes) -> None:
    hatch.sendall(_LENGTHS.pack(len(head), len(body)) + head)
    hatch.sendall(body)


def _receive(hatch: socket.socket, most: int | None = None) -> tuple[bytes, bytes]:
    head, body = _LENGTHS.unpack(_exactly(hatch, _LENGTHS.size))
    if most is not None and head + body > most:
        raise EOFError(f"{head} and {body} bytes are no outcome")
    return _exactly(hatch, head), _exactly(hatch, body)


def _exactly(hatch: socket.socket, length: int) -> bytes:
    """Return so many bytes: in one piece where the kernel can, since an original may be 40 MB."""
    parts = []
    while length:
        part = hatch.recv(length, socket.MSG_WAITALL)
        if not part:
            raise EOFError("the hatch is closed")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
