"""Takes animated PNGs apart, as bytes (PNG, third edition, 11.3.6). It decodes no pixels.

ImageMagick knows only the default picture, which need not be a frame of the animation. Each frame becomes a
PNG of its own here.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.codecs import png
from chalicelib.errors import BrokenImage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Chunk = tuple[bytes, int, int]

_ANIMATION, _FRAME, _DEFAULT, _DATA = b"acTL", b"fcTL", b"IDAT", b"fdAT"
_OF_ALL_FRAMES = frozenset({b"PLTE", b"tRNS", b"iCCP", b"cICP", b"sRGB", b"gAMA", b"cHRM", b"sBIT"})
"""Chunks before the default picture that a decoder needs for every frame."""

_DISPOSALS = ("none", "background", "previous")
_HEADER_END = 33
_HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: where it goes, how long it is shown, how it is drawn and removed, as in `gif.Layer`.

    `blend`: it is drawn over the canvas, else it replaces the pixels there. `chunks` hold its picture.
    """

    left: int
    top: int
    width: int
    height: int
    milliseconds: int
    blend: bool
    dispose: str
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class Animation:
    """Frames that are played `plays` times; 0 is for ever."""

    plays: int
    frames: tuple[Frame, ...]


def animation(data: bytes) -> Animation | None:
    """Return the PNG `data` as an animation; None if it is a still picture.

    `BrokenImage` for an animation that ends early, whose chunks are damaged or out of order, or whose frames
    do not fit into it.
    """
    control = next((chunk for chunk in _before_picture(data) if chunk[0] == _ANIMATION), None)
    if not control:
        return None
    announced, plays = struct.unpack(">II", _content(data, control, 8))
    frames = tuple(_frames(data))[:announced]
    return Animation(plays, frames) if frames else None


def _before_picture(data: bytes) -> Iterator[Chunk]:
    for chunk in png.chunks(data):
        if chunk[0] == _DEFAULT:
            return
        yield chunk


def _content(data: bytes, chunk: Chunk, length: int | None = None) -> bytes:
    """Return the chunk's content; `BrokenImage` if it has another `length` or was damaged."""
    _, at, end = chunk
    content, checksum = data[at + 8 : end - 4], data[end - 4 : end]
    damaged = end > len(data) or zlib.crc32(data[at + 4 : end - 4]).to_bytes(4, "big") != checksum
    if damaged or length not in {None, len(content)}:
        raise BrokenImage("The original is a broken PNG: its animation is damaged.")
    return content


def _frames(data: bytes) -> Iterator[Frame]:
    """Yield the frames. Each is a chunk of control, followed by those of its picture."""
    picture: list[Chunk] = []
    control, ended = b"", False
    for chunk in _in_sequence(data):
        if chunk[0] == _FRAME:
            if control:
                yield _frame(data, control, picture)
            control, picture = _content(data, chunk, 26), []
        elif chunk[0] in {_DEFAULT, _DATA} and control:
            picture.append(chunk)
        ended = chunk[0] == b"IEND"
    if control:
        yield _frame(data, control, picture)
    if not ended:
        raise BrokenImage("The original is a broken PNG: its animation is cut off.")


def _in_sequence(data: bytes) -> Iterator[Chunk]:
    """Yield all chunks; `BrokenImage` if those of the animation are not in their order."""
    expected = 0
    for chunk in png.chunks(data):
        if chunk[0] in {_FRAME, _DATA}:
            if _content(data, chunk)[:4] != expected.to_bytes(4, "big"):
                raise BrokenImage("The original is a broken PNG: its animation is out of order.")
            expected += 1
        yield chunk


def _frame(data: bytes, control: bytes, chunks: list[Chunk]) -> Frame:
    width, height, left, top, delay, parts, dispose, blend = struct.unpack(">4I2H2B", control[4:])
    across, down = png.size(data)
    fits = 0 < width <= across - left and 0 < height <= down - top
    is_default = {tag for tag, _, _ in chunks} == {_DEFAULT}
    whole = not is_default or (width, height) == (across, down)
    alike = len({tag for tag, _, _ in chunks}) == 1
    if not (fits and whole and alike and dispose < len(_DISPOSALS) and blend <= 1):
        raise BrokenImage("The original is a broken PNG: a frame is missing or does not fit into it.")
    milliseconds = (2000 * delay // (parts or _HUNDREDTHS) + 1) // 2
    return Frame(left, top, width, height, milliseconds, bool(blend), _DISPOSALS[dispose], tuple(chunks))


def still(data: bytes, frame: Frame) -> bytes:
    """Return a frame of the PNG `data` as a PNG of its own."""
    size = struct.pack(">II", frame.width, frame.height)
    header = _chunk(b"IHDR", size + data[24 : _HEADER_END - 4])
    shared = (data[at:end] for tag, at, end in _before_picture(data) if tag in _OF_ALL_FRAMES)
    return b"".join([data[:8], header, *shared, *_pictures(data, frame.chunks), _chunk(b"IEND", b"")])


def _pictures(data: bytes, chunks: Iterable[Chunk]) -> Iterator[bytes]:
    for tag, at, end in chunks:
        yield data[at:end] if tag == _DEFAULT else _chunk(_DEFAULT, data[at + 12 : end - 4])


def _chunk(tag: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + tag + content + struct.pack(">I", zlib.crc32(tag + content))
