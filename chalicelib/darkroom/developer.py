"""What runs inside the darkroom: it takes orders, renders each, and may do little else."""

from __future__ import annotations

import dataclasses
import signal
import socket
import traceback
from typing import TYPE_CHECKING, NoReturn

from chalicelib.address.options import Options
from chalicelib.address.values import Format
from chalicelib.address.variant import Size, Variant
from chalicelib.codecs import decode, imagemagick
from chalicelib.codecs.formats import SOURCE_TYPES, TYPES
from chalicelib.codecs.jxl.library import libjxl
from chalicelib.codecs.kept import Kept, most_pixels
from chalicelib.codecs.limits import Limits
from chalicelib.codecs.specimens import SPECIMENS
from chalicelib.darkroom import confinement, hatch
from chalicelib.darkroom.order import Order
from chalicelib.errors import Fault, OutOfMemory, Refusal
from chalicelib.render.describe import describe
from chalicelib.render.extras import NONE
from chalicelib.render.render import render
from chalicelib.render.strip import stripped

if TYPE_CHECKING:
    from chalicelib.codecs.decode import Frames
    from chalicelib.render.rendered import Rendered

_GRACE = 2
"""Seconds after RENDER_TIMEOUT at which this process ends by itself, if nobody has ended it by then."""

_SMALL = Order(
    Variant(Size(8, 8), Options(format=Format.WEBP)), Limits(10_000, 10_000, 10_000), SOURCE_TYPES, NONE
)
_DRAWING = dataclasses.replace(_SMALL, variant=Variant(Size(8, 8), Options()))
_BROKEN = SPECIMENS["png"][:60]


def develop(descriptor: int, memory: int, filtered: int, drawings: int) -> None:
    """Make what is handed in through the socket with the number `descriptor`, until nobody is outside.

    `memory` is the most, in bytes, that all pictures at a time may take. `filtered` is 0 where the system is
    known to end a process that asks for a filter of system calls. `drawings` is 1 where SVGs are accepted.
    """
    confinement.limit(memory)
    with socket.socket(fileno=descriptor) as outside, Kept(most_pixels(memory)) as kept:
        _warm_up()
        if drawings:
            _made(_DRAWING, SPECIMENS["svg"])
        hatch.say_ready(outside, confinement.seal(filtered=bool(filtered)))
        while True:
            try:
                _serve(outside, kept)
            except (EOFError, ConnectionError):
                return


def _warm_up() -> None:
    """Have everything loaded that is loaded when it is first needed: nothing can be opened later."""
    imagemagick.load(kind.coder for kind in TYPES if kind.coder)
    libjxl()
    for original in (SPECIMENS["png"], _BROKEN):
        _made(_SMALL, original)
    _made(_SMALL, SPECIMENS["png"], _failing)  # to write a traceback, Python loads what reads sources


def _failing(*_: object) -> NoReturn:
    raise Fault


def _serve(outside: socket.socket, kept: Kept) -> None:
    order, original = hatch.take_in(outside)
    # Nobody may be outside any more to end a rendering that does not end. Nothing less stops a library in C.
    signal.alarm(order.limits.seconds + _GRACE)
    made, cause = _made(order, original, kept.decoder(order.wanted))
    signal.alarm(0)
    hatch.hand_out(outside, made, cause)


def _made(order: Order, original: bytes, decoded: Frames = decode.frames) -> tuple[Rendered | Refusal, str]:
    """Return the outcome and, if it is a fault of ours, the traceback."""
    try:
        return _carried_out(order, original, decoded), ""
    except Fault as fault:
        return fault, traceback.format_exc()
    except Refusal as refusal:
        return refusal, ""
    except MemoryError:
        return OutOfMemory(), ""
    except Exception:  # noqa: BLE001 - whatever it is, the log outside is told
        return Fault(), traceback.format_exc()


def _carried_out(order: Order, original: bytes, decoded: Frames) -> Rendered:
    if order.variant.is_info:
        return describe(original, order.limits, order.accepted)
    if order.variant.is_whole:
        return stripped(original, order.limits, order.accepted)
    return render(original, order.variant, order.limits, order.accepted, order.needed, decoded)
