"""Several darkrooms with different things in their memory: what is made in them has to be the same.

A decoder that leaves pixels unwritten shows what was in that memory before: the picture of somebody else. So
each room has another picture before every original, and in two of them the C library fills all memory that it
hands out with a byte of its own (glibc's MALLOC_PERTURB_; elsewhere it only has no effect).
"""

from __future__ import annotations

import os
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import cache
from random import Random
from threading import Lock
from typing import TYPE_CHECKING, Self

from chalicelib.address.variant import parse
from chalicelib.codecs import formats, headers
from chalicelib.darkroom.darkroom import ELSEWHERE, Darkroom
from chalicelib.errors import Refusal
from chalicelib.geometry.plan import Extent

if TYPE_CHECKING:
    from chalicelib.address.variant import Variant
    from chalicelib.codecs.limits import Limits
    from chalicelib.render.rendered import Rendered

_SIZE = Extent(160, 120)
"""Of the picture before an original whose size is not known, or vast."""

_MOST_PIXELS = 1 << 17

_BEFORE = parse("64x,flop")
"""What is made of the picture before. The flop takes a second image of its size."""

_RED = b"\xc8\0\0"
_ENVIRONMENT = Lock()


class DependentError(Exception):
    """What became of an original was not the same in every room."""


@dataclass(frozen=True, slots=True)
class Room:
    """A room by the picture that it has before each original, red or noise, and the filling of its memory."""

    red: bool
    filling: int = 0


ROOMS = (Room(red=True), Room(red=False), Room(red=True, filling=85), Room(red=False, filling=204))
"""Memory that is filled shows nothing of the picture before; other memory shows what no filling reaches."""

FILLED = ROOMS[2:]
"""The two that show most, where there is no time for four."""


class Rooms:
    """Renders as a darkroom does, in all of its rooms; `DependentError` if they do not come to the same."""

    def __init__(self, memory: int = ELSEWHERE, rooms: tuple[Room, ...] = ROOMS) -> None:
        self._rooms = [(room, Darkroom(memory, drawings=True)) for room in rooms]
        self._open = ExitStack()
        self._threads = ThreadPoolExecutor(len(rooms))

    def __enter__(self) -> Self:
        self._open.enter_context(self._threads)
        for _, darkroom in self._rooms:
            self._open.enter_context(darkroom)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def render(self, data: bytes, variant: Variant, limits: Limits, accepted: frozenset[str]) -> Rendered:
        """Return the `variant` of the original `data`, or raise its refusal, as `Darkroom.render` does."""

        def made(room: tuple[Room, Darkroom]) -> Rendered | Refusal:
            return _made(*room, data, variant, limits, accepted)

        outcomes = list(self._threads.map(made, self._rooms))
        if len(set(map(_compared, outcomes))) > 1:
            raise DependentError("another in another room: " + ", ".join(map(_told, outcomes)))
        if isinstance(outcomes[0], Refusal):
            raise outcomes[0]
        return outcomes[0]


def _made(  # noqa: PLR0913, PLR0917 - a room, and what is asked of it
    room: Room, darkroom: Darkroom, data: bytes, variant: Variant, limits: Limits, accepted: frozenset[str]
) -> Rendered | Refusal:
    if darkroom.pid is None:
        _open(room, darkroom)
    darkroom.render(_before(_size(data), red=room.red), _BEFORE, limits, accepted)
    try:
        return darkroom.render(data, variant, limits, accepted)
    except Refusal as refusal:
        return refusal


def _open(room: Room, darkroom: Darkroom) -> None:
    """Start the process inside, which reads how its memory is filled only then."""
    with _ENVIRONMENT:  # which all rooms share
        os.environ["MALLOC_PERTURB_"] = str(room.filling)
        try:
            darkroom.open()
        finally:
            del os.environ["MALLOC_PERTURB_"]


def _compared(outcome: Rendered | Refusal) -> object:
    return (outcome.code, str(outcome)) if isinstance(outcome, Refusal) else outcome


def _told(outcome: Rendered | Refusal) -> str:
    return outcome.code if isinstance(outcome, Refusal) else f"{zlib.crc32(outcome.data):08x}"


def _size(data: bytes) -> Extent:
    """Return the size that the original says it has."""
    kind = formats.sniff(data)
    header = None
    with suppress(Refusal):
        header = headers.read(data, kind) if kind else None
    return header.size if header and header.size.width * header.size.height <= _MOST_PIXELS else _SIZE


@cache
def _before(size: Extent, *, red: bool) -> bytes:
    """Return a PNG of that size: all red, or noise."""
    row = 3 * size.width
    noise = Random(404)  # noqa: S311 - it is to be the same again
    rows = b"".join(b"\0" + (_RED * size.width if red else noise.randbytes(row)) for _ in range(size.height))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows, 1)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + tag + content + struct.pack(">I", zlib.crc32(tag + content))
        for tag, content in parts
    )
