"""Code of a test's own inside a darkroom: what a file could make of the process that decodes it."""

from __future__ import annotations

import ctypes
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
    from chalicelib.codecs.imagemagick import Image
    from chalicelib.render.job import Job

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


def leave_a_row_unwritten() -> None:
    """Have each picture end in a row of memory as it was taken, as of a decoder that gave up before it."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]

    def taken(_: bytes, length: int) -> bytes:
        memory = libc.malloc(length)
        row = ctypes.string_at(memory, length)
        libc.free(memory)
        return row

    _end_pictures_in(taken)


def keep_the_row_before() -> None:
    """Have each picture end in the last row of the one before, as of a decoder that uses its memory again."""
    rows = [b""]

    def kept(row: bytes, length: int) -> bytes:
        rows.append(row)
        return rows[-2].ljust(length, b"\0")[:length]

    _end_pictures_in(kept)


def _end_pictures_in(replaced: Callable[[bytes, int], bytes]) -> None:
    """Plant a first step that replaces the last row, given that row and how many bytes it has."""
    from chalicelib.codecs.imagemagick import library  # noqa: PLC0415 - inside, where it is loaded anyway
    from chalicelib.codecs.pixels import exported  # noqa: PLC0415 - likewise
    from chalicelib.render import render  # noqa: PLC0415 - likewise
    from chalicelib.render.pipeline import PIPELINE  # noqa: PLC0415 - likewise

    def step(image: Image, _: Job) -> None:
        last = image.height - 1
        row = replaced(exported(image, "RGB", last, 1), 3 * image.width)
        library.MagickImportImagePixels(image.wand, 0, last, image.width, 1, b"RGB", 1, row)

    vars(render)["PIPELINE"] = (step, *PIPELINE)
