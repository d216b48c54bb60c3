"""Imported inside a darkroom: what is decoded may end the process by a signal, as a decoder's bug would."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from chalicelib.codecs import decode
from chalicelib.darkroom import worker

if TYPE_CHECKING:
    from chalicelib.codecs.formats import SourceType
    from chalicelib.codecs.headers import Header

BOOT = f"{worker.BOOT.partition(';')[0]}; import sys, {__name__};{worker.BOOT.partition(';')[2]}"
"""Starts a process inside that imports this module first. Stands in for `worker.BOOT`."""

_SIGN = b"This crashes: "
_header = decode.header


def fatal(data: bytes, number: signal.Signals) -> bytes:
    """Return an original like `data` that no process survives."""
    return data + _SIGN + bytes([number])


def header(data: bytes, kind: SourceType) -> Header:
    """Do what `decode.header` does, unless the original is `fatal`."""
    if data[:-1].endswith(_SIGN):
        signal.raise_signal(data[-1])
    return _header(data, kind)


decode.header = header
