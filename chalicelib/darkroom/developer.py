"""Inside the darkroom: the process that decodes strangers' files, and may do little else."""

from __future__ import annotations

import faulthandler
import resource
import signal
import socket
import sys
import traceback
from typing import TYPE_CHECKING

from chalicelib.darkroom import hatch
from chalicelib.errors import Fault, Refusal, TooLarge
from chalicelib.render.render import render

if TYPE_CHECKING:
    from chalicelib.render.rendered import Rendered

_OPEN_FILES = 32
"""ImageMagick opens its coders and its configuration when it first needs them."""

_GRACE = 2
"""Seconds after which we end by ourselves if nobody has ended us at the end of RENDER_TIMEOUT."""


def develop(descriptor: int, memory: int) -> None:
    """Make what is handed in through the socket with the number `descriptor`, until nobody is outside.

    `memory` is the most, in bytes, that all pictures at a time may take.
    """
    _confine(memory)
    with socket.socket(fileno=descriptor) as outside:
        hatch.say_ready(outside)
        while True:
            try:
                _serve(outside)
            except (EOFError, ConnectionError):
                return


def _confine(memory: int) -> None:
    """Leave this process no more than it needs: no files, no core dumps, `memory` bytes."""
    faulthandler.enable()
    # A terminal's Ctrl-C is meant for the process outside; we end when it does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    if sys.platform == "linux":  # elsewhere it counts other things
        _limit(resource.RLIMIT_DATA, memory)


def _limit(which: int, most: int) -> None:
    _, hard = resource.getrlimit(which)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(which, (most, most))


def _serve(outside: socket.socket) -> None:
    order, original = hatch.take_in(outside)
    # Nobody may be there any more to end a rendering that does not. A library in C is ended by nothing less.
    signal.alarm(order.limits.seconds + _GRACE)
    outcome, cause = _made(order, original)
    signal.alarm(0)
    hatch.hand_out(outside, outcome, cause)


def _made(order: hatch.Order, original: bytes) -> tuple[Rendered | Refusal, str]:
    try:
        return render(original, order.variant, order.limits, order.accepted, order.needed), ""
    except Fault as fault:
        return fault, traceback.format_exc()
    except Refusal as refusal:
        return refusal, ""
    except MemoryError:
        return TooLarge(), ""
    except Exception:  # noqa: BLE001 - it is told outside, and logged there
        return Fault(), traceback.format_exc()
