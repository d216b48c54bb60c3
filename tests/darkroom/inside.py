"""Code of a test's own inside a darkroom: what a file could make of the process that decodes it."""

from __future__ import annotations

import errno
import signal
import time
from typing import TYPE_CHECKING

from chalicelib.darkroom import worker

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from chalicelib.codecs.formats import SourceType
    from chalicelib.codecs.headers import Header

_LAST = "from chalicelib.darkroom.developer import"


def boot(function: Callable[[], None]) -> str:
    """Return what stands in for `worker.BOOT` so that `function` is called first, inside."""
    module, name = function.__module__, function.__name__
    return worker.BOOT.replace(_LAST, f"from {module} import {name}; {name}(); {_LAST}")


_SIGN = b"This crashes: "


def fatal(data: bytes, number: signal.Signals) -> bytes:
    """Return an original like `data` that ends a process where `crash` was called."""
    return data + _SIGN + bytes([number])


def crash() -> None:
    """Let what is `fatal` end the process by a signal, as a decoder's bug would."""
    from chalicelib.codecs import decode  # noqa: PLC0415 - inside, where it is loaded anyway

    real = decode.header

    def header(data: bytes, kind: SourceType) -> Header:
        if data[:-1].endswith(_SIGN):
            signal.raise_signal(data[-1])
        return real(data, kind)

    vars(decode)["header"] = header


_PART = b"\nAnswer: "


def answering(original: bytes, head: bytes, body: bytes) -> bytes:
    """Return an original that is answered by `head` and `body` where `lie` was called."""
    return _PART.join((original, head, body))


def lie() -> None:
    """Answer what the original says, as code would that has taken over the process."""
    from chalicelib.darkroom import developer, outcome  # noqa: PLC0415 - inside, where they are loaded anyway

    vars(developer)["render"] = lambda data, *_: data
    vars(outcome)["spell"] = lambda data, _: data.split(_PART)[1:]


def drip() -> None:
    """Answer one byte after the other, for ever."""
    from chalicelib.darkroom import hatch  # noqa: PLC0415 - inside, where it is loaded anyway

    def hand_out(outside: socket.socket, *_: object) -> None:
        outside.sendall(bytes([0, 0, 1, 0]))
        while True:
            outside.sendall(b"\0")
            time.sleep(0.1)

    vars(hatch)["hand_out"] = hand_out


def forbidden_filter() -> None:
    """Let the system end this process when it asks for a filter of system calls."""
    from chalicelib.darkroom import kernel  # noqa: PLC0415 - inside, where it is loaded anyway

    vars(kernel)["filter_calls"] = lambda: signal.raise_signal(signal.SIGSYS)


def without_filter() -> None:
    """Let the kernel refuse a filter of system calls, as AWS Lambda may."""
    from chalicelib.darkroom import kernel  # noqa: PLC0415 - inside, where it is loaded anyway

    def refuse() -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    vars(kernel)["filter_calls"] = refuse
