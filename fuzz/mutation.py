"""Changes files at random, as damage or an attacker would."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

_PNG = b"\x89PNG\r\n\x1a\n"
_EDGE_BYTES = (0, 1, 0x7F, 0x80, 0xFE, 0xFF)
_LENGTHS = (0, 1, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_FORMS = ("<H", ">H", "<I", ">I")
_MOST_CHANGES = 8
_LONGEST_PART = 64
_UNREPAIRED = 0.1


def mutated(data: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """Return `data` with a few changes, some of which may be parts of `others`."""
    changed = bytearray(data)
    for _ in range(random.randint(1, _MOST_CHANGES)):
        random.choice(_CHANGES)(changed, others, random)
        if not changed:
            changed += b"\0"
    if changed.startswith(_PNG) and random.random() > _UNREPAIRED:
        return repaired(bytes(changed))
    return bytes(changed)


def _flip(data: bytearray, _others: Sequence[bytes], random: Random) -> None:
    data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _set(data: bytearray, _others: Sequence[bytes], random: Random) -> None:
    data[random.randrange(len(data))] = random.choice((*_EDGE_BYTES, random.randrange(256)))


def _measure(data: bytearray, _others: Sequence[bytes], random: Random) -> None:
    """Write a number where a length or a size may be; there are more of those near the beginning."""
    form = random.choice(_FORMS)
    at = int(len(data) * random.random() ** 2)
    number = random.choice(_LENGTHS) & (1 << 8 * struct.calcsize(form)) - 1
    if at + struct.calcsize(form) <= len(data):
        struct.pack_into(form, data, at, number)


def _drop(data: bytearray, _others: Sequence[bytes], random: Random) -> None:
    at = random.randrange(len(data))
    del data[at : at + random.randint(1, _LONGEST_PART)]


def _double(data: bytearray, _others: Sequence[bytes], random: Random) -> None:
    at = random.randrange(len(data))
    part = data[at : at + random.randint(1, _LONGEST_PART)]
    data[at:at] = part * random.choice((1, 1, 2, 50))


def _insert(data: bytearray, others: Sequence[bytes], random: Random) -> None:
    """Insert a part of another file."""
    other = random.choice(others)
    start = random.randrange(len(other))
    at = random.randrange(len(data))
    data[at:at] = other[start : start + random.randint(1, _LONGEST_PART)]


def _join(data: bytearray, others: Sequence[bytes], random: Random) -> None:
    """Replace the rest by the end of another file."""
    other = random.choice(others)
    del data[random.randrange(len(data)) :]
    data += other[random.randrange(len(other)) :]


def _cut(data: bytearray, _others: Sequence[bytes], random: Random) -> None:
    del data[random.randrange(len(data)) :]


_CHANGES = (_flip, _flip, _set, _set, _measure, _measure, _drop, _double, _insert, _join, _cut)


def repaired(png: bytes) -> bytes:
    """Return the PNG with correct checksums: libpng stops reading at a wrong one."""
    parts, at = [_PNG], len(_PNG)
    while at + 12 <= len(png):
        (length,) = struct.unpack_from(">I", png, at)
        chunk = png[at + 4 : at + 8 + length]
        if len(chunk) < length + 4:
            break
        parts.append(png[at : at + 4] + chunk + struct.pack(">I", zlib.crc32(chunk)))
        at += 12 + length
    return b"".join([*parts, png[at:]])
