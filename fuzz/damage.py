"""Originals as a bad disk, a bad line or somebody who knows the format damages them.

Unlike `mutation`, it leaves most of the file as it is. So a decoder gets past the header and has something to
decode, and it is there that pixels are left unwritten.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

_JPEG = b"\xff\xd8\xff"
_SCAN, _QUANTISATION, _HUFFMAN = b"\xff\xda", b"\xff\xdb", b"\xff\xc4"
_FRAME = re.compile(rb"\xff[\xc0-\xc3\xc9-\xcb]")
_OTHER_FRAMES = (0xC1, 0xC2, 0xC3, 0xC5, 0xC9, 0xCA, 0xCB)
_MARKERS = (0xD9, 0xDA, 0xD0, 0xD3, 0xC4, 0xDB, 0xE0, 0x01)
_SCRIPTS = (b"\x05\x01\x00", b"\x00\x3f\x0f", b"\x00\x00\x10", b"\x01\x05\x00")
_SAMPLINGS = (0x11, 0x22, 0x41, 0x14, 0x44, 0x12, 0x21)


def damaged(data: bytes, random: Random) -> bytes:
    """Return `data` with one damage."""
    changed = bytearray(data)
    kinds = (*ANYWHERE, *IN_JPEG) if data.startswith(_JPEG) else ANYWHERE
    random.choice(kinds)(changed, random)
    return bytes(changed)


def edited(data: bytearray, random: Random) -> None:
    """Give a few bytes another value: none of the first ones, most of the time."""
    first = min(len(data) - 1, random.choice((0, 20, len(data) // 8, len(data) // 4)))
    for _ in range(random.choice((1, 1, 2, 3, 6))):
        data[random.randrange(first, len(data))] = random.randrange(256)


def cut(data: bytearray, random: Random) -> None:
    """Keep no more than the first third to the whole."""
    del data[random.randrange(len(data) // 3, len(data)) :]


def dropped(data: bytearray, random: Random) -> None:
    """Leave out a few bytes."""
    at = random.randrange(len(data))
    del data[at : at + random.choice((1, 4, 16, 64))]


def inserted(data: bytearray, random: Random) -> None:
    """Put in a few bytes."""
    at = random.randrange(len(data))
    data[at:at] = random.randbytes(random.choice((1, 3, 20)))


def zeroed(data: bytearray, random: Random) -> None:
    """Make a block all zeros, as on a disk that lost it."""
    at = random.randrange(len(data))
    end = min(len(data), at + random.choice((16, 64, 400)))
    data[at:end] = bytes(end - at)


ANYWHERE: tuple[Callable[[bytearray, Random], None], ...] = (edited, edited, cut, dropped, inserted, zeroed)


def other_tables(data: bytearray, random: Random) -> None:
    """Have the first scan use Huffman tables that there may not be."""
    at = data.find(_SCAN)
    for component in range(data[at + 4]):
        data[at + 6 + 2 * component] = random.choice((0x33, 0x22, 0x10, 0x01))


def other_precision(data: bytearray, random: Random) -> None:
    """Say that samples have another number of bits."""
    at = _frame(data)
    data[at + 4] = random.choice((12, 16, 2, 9))
    data[at + 1] = random.choice((data[at + 1], 0xC1, 0xC3))


def other_process(data: bytearray, random: Random) -> None:
    """Say that it is progressive, lossless, hierarchical or arithmetic."""
    data[_frame(data) + 1] = random.choice(_OTHER_FRAMES)


def no_quantisation(data: bytearray, _random: Random) -> None:
    """Make the first quantisation table something else."""
    data[data.find(_QUANTISATION) + 1] = 0xE5


def no_huffman(data: bytearray, _random: Random) -> None:
    """Make the first Huffman table something else."""
    data[data.find(_HUFFMAN) + 1] = 0xE5


def other_script(data: bytearray, random: Random) -> None:
    """Say that the first scan holds other coefficients."""
    at = data.find(_SCAN)
    end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    data[end - 3 : end] = random.choice(_SCRIPTS)


def other_sampling(data: bytearray, random: Random) -> None:
    """Say that a component has more or fewer samples."""
    at = _frame(data)
    data[at + 11 + 3 * random.randrange(data[at + 9])] = random.choice(_SAMPLINGS)


def stray_marker(data: bytearray, random: Random) -> None:
    """Put a marker into what is coded."""
    at = random.randrange(min(data.find(_SCAN) + 14, len(data) - 2), len(data) - 1)
    data[at : at + 2] = bytes((0xFF, random.choice(_MARKERS)))


IN_JPEG = (
    *(other_tables, other_precision, other_process, no_quantisation, no_huffman),
    *(other_script, other_sampling, stray_marker),
)


def _frame(data: bytearray) -> int:
    found = _FRAME.search(data)
    return found.start() if found else 0
