"""Takes GIFs apart and puts them together, as bytes (GIF89a, appendix B). It decodes and encodes no pixels.

ImageMagick reads and writes all pictures of an animation at once, each in 16 bits a channel. It gets them one
by one from here, so that a long animation takes no more memory than a short one.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.codecs import lzw
from chalicelib.errors import Fault, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PICTURE, EXTENSION = ord(","), ord("!")
"""The first bytes of the two kinds of block that have content."""

_HEADER_LENGTH = 13
_COLOURS = 0x80
_LABEL_AT = 1
_EXTENSION_HEAD, _PICTURE_HEAD = 2, 10
CONTROL, APPLICATION = 0xF9, 0xFF
"""Labels of extensions."""

_CONTROL_LENGTH = 8
_MOST_BLOCKS = 1_000_000
_FULL = 255
"""Bytes of the longest sub-block."""

_CHECKED_AT_ONCE = 256
"""Sub-blocks. Checking more at once would be wasted on a hostile file with short ones in between."""

_DISPOSALS = {2: "background", 3: "previous", 4: "previous"}
"""Number 4 is undefined. Files with it mean 3, and browsers take it so."""

_NOTHING = b"GIF89a\1\0\1\0\x80\0\0" + bytes(6) + b"!\xf9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\1\x44\0;"
"""One transparent pixel."""

_KEEP, _CLEAR = 1, 2
_SHORT = 10
"""Milliseconds: the unit of a GIF's time."""

_FASTEST = 2
_MAX_UINT16 = 0xFFFF


@dataclass(frozen=True, slots=True)
class Layer:
    """One picture: where it goes, how long it is shown, and what happens to its area afterwards.

    `dispose` is ``none``, ``background`` or ``previous``; `still` is a GIF of this picture alone.
    """

    left: int
    top: int
    centiseconds: int
    dispose: str
    still: bytes


def screen(data: bytes) -> tuple[int, int]:
    """Return width and height of the canvas: the logical screen, extended to contain the first picture.

    The screen of many files is empty or too small, since old viewers ignored it. Browsers extend it so.
    """
    width, height = struct.unpack_from("<HH", data, 6)
    for at, _ in blocks(data):
        if data[at] == PICTURE:
            left, top, across, down = struct.unpack_from("<4H", data, at + 1)
            return max(width, left + across), max(height, top + down)
    return width, height


def head_end(data: bytes) -> int:
    """Return where the blocks begin: after the screen's size and the global palette."""
    return _HEADER_LENGTH + _palette(data[10])


def blocks(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each picture and each extension begins and ends; the last one may be cut off."""
    at, count = head_end(data), 0
    while inner := _sub_blocks(data, at):
        end, count = _after_sub_blocks(data, inner, count)
        yield at, end
        at = end


def _sub_blocks(data: bytes, at: int) -> int:
    """Return where the sub-blocks of the block at `at` begin; 0 if it is missing or its head is cut off."""
    rest = len(data) - at
    if rest >= _EXTENSION_HEAD and data[at] == EXTENSION:
        return at + _EXTENSION_HEAD
    if rest >= _PICTURE_HEAD and data[at] == PICTURE:
        return at + _PICTURE_HEAD + _palette(data[at + 9]) + 1
    return 0


def layers(data: bytes) -> Iterator[Layer]:
    """Yield the pictures in their order, each with the control block before it."""
    control = b""
    for at, end in blocks(data):
        if data[at] == PICTURE:
            yield _layer(data, at, end, control)
            control = b""
        elif data[at + _LABEL_AT] == CONTROL:
            control = data[at:end]


def _layer(data: bytes, at: int, end: int, control: bytes) -> Layer:
    left, top, width, height = struct.unpack_from("<4H", data, at + 1)
    flags, delay = struct.unpack_from("<BH", control, 3) if len(control) >= _CONTROL_LENGTH else (0, 0)
    if paints_nothing(data, at):
        return Layer(left, top, delay, "none", _NOTHING)
    size = struct.pack("<2H", width, height)
    place = b"," + struct.pack("<2H", 0, 0) + size
    # A picture may be large, so it is copied only once.
    still = b"".join(
        [data[:6], size, data[10 : head_end(data)], control, place, memoryview(data)[at + 9 : end], b";"]
    )
    return Layer(left, top, delay, _DISPOSALS.get(flags >> 2 & 7, "none"), still)


def paints_nothing(data: bytes, at: int) -> bool:
    """Say whether the picture at `at` has no pixels, or has one and ends before its colour.

    The second kind is a placeholder that people write by hand; browsers show both as transparent. A larger
    picture that ends before its first colour is broken.
    """
    size = struct.unpack_from("<2H", data, at + 5)
    return 0 in size or (size == (1, 1) and not lzw.has_colour(data, _sub_blocks(data, at) - 1))


class Placed(NamedTuple):
    """A GIF of one picture, where it goes, and how long it is shown. `clear`: its area is cleared then."""

    still: bytes
    left: int
    top: int
    centiseconds: int
    clear: bool


class Clock:
    """Turns milliseconds into hundredths of a second; what is left over is added to the next picture's time.

    Browsers show a picture of at most 10 ms for 100 ms. So one that is shown for longer never becomes that
    short; then up to 10 ms more than there were are taken from those behind it.
    """

    def __init__(self) -> None:
        self._left = 0

    def hundredths(self, milliseconds: int) -> int:
        """Return how long the next picture is shown."""
        if milliseconds <= _SHORT:
            return round(milliseconds / _SHORT)
        due = milliseconds + self._left
        shown = max(_FASTEST, round(due / _SHORT))
        self._left = max(-_SHORT, due - _SHORT * shown)
        return shown


def assemble(width: int, height: int, plays: int, pictures: Iterable[Placed]) -> bytes:
    """Return an animation of the `pictures` that is played `plays` times; 0 is for ever."""
    screen = struct.pack("<2H3B", width, height, 0, 0, 0)
    repeats = struct.pack("<H", min(max(plays - 1, 0), _MAX_UINT16))
    loop = b"" if plays == 1 else b"!\xff\x0bNETSCAPE2.0\x03\x01" + repeats + b"\0"
    return b"".join([b"GIF89a", screen, loop, *map(_block, pictures), b";"])


def _block(picture: Placed) -> bytes:
    """Return the picture's control block and its own block; a global palette becomes the picture's own."""
    still, control = picture.still, bytes(_CONTROL_LENGTH)
    for at, end in blocks(still):
        if still[at] == PICTURE:
            return _control(picture, control) + _picture(picture, at, end)
        if still[at + _LABEL_AT] == CONTROL:
            control = still[at:end]
    raise Fault


def _control(picture: Placed, found: bytes) -> bytes:
    """Return a control block for the picture, with the transparent colour of the block that was `found`."""
    transparent, index = found[3] & 1, found[6]
    flags = (_CLEAR if picture.clear else _KEEP) << 2 | transparent
    return b"!\xf9\x04" + struct.pack("<BHB", flags, min(picture.centiseconds, _MAX_UINT16), index) + b"\0"


def _picture(picture: Placed, at: int, end: int) -> bytes:
    still = picture.still
    size, flags, rest = still[at + 5 : at + 9], still[at + 9], still[at + _PICTURE_HEAD : end]
    if not flags & _COLOURS:
        flags |= still[10] & (_COLOURS | 7)
        rest = still[_HEADER_LENGTH : head_end(still)] + rest
    return b"," + struct.pack("<2H", picture.left, picture.top) + size + bytes([flags]) + rest


def _palette(flags: int) -> int:
    """Return how many bytes the palette has that these `flags` announce; 0 without one."""
    return 3 << (flags & 7) + 1 if flags & _COLOURS else 0


def _after_sub_blocks(data: bytes, at: int, count: int) -> tuple[int, int]:
    """Return the end of the sub-blocks that begin at `at`, and the `count` of all sub-blocks so far."""
    while at < len(data) and data[at]:
        alike = _full_sub_blocks(data, at) or 1
        at, count = at + alike * (data[at] + 1), count + alike
        if count > _MOST_BLOCKS:
            raise TooLarge(
                f"The original is a GIF with more than {_MOST_BLOCKS} blocks, which is not allowed."
            )
    return at + 1, count + 1


def _full_sub_blocks(data: bytes, at: int) -> int:
    """Return how many sub-blocks in a row, from `at` on, have the full length; some are checked at once.

    All sub-blocks of a picture have it, except the last: 12 MB have fifty thousand of them.
    """
    if data[at] != _FULL:
        return 0
    lengths = data[at : at + _CHECKED_AT_ONCE * (1 + _FULL) : 1 + _FULL]
    return len(lengths) - len(lengths.lstrip(b"\xff"))
