"""Reads the tags of a TIFF (TIFF 6.0, section 2). EXIF has the same form in all other files."""

from __future__ import annotations

import struct
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH, HEIGHT, ORIENTATION, EXTRA_SAMPLES = 256, 257, 274, 338

_ORDERS = {b"II": "<", b"MM": ">"}
_FORMS = {3: "H", 4: "I"}
"""The types SHORT and LONG, by their numbers; the tags above have no other type."""

_ENTRY = 12


def _entries(data: bytes) -> Iterator[tuple[str, int]]:
    """Yield the byte order, as `struct` spells it, and the place of each entry of the first directory.

    `struct.error` where the directory is cut off.
    """
    order = _ORDERS.get(data[:2])
    if order:
        (directory,) = struct.unpack_from(f"{order}I", data, 4)
        (entries,) = struct.unpack_from(f"{order}H", data, directory)
        for at in range(directory + 2, directory + 2 + _ENTRY * entries, _ENTRY):
            yield order, at


def tags(data: bytes) -> dict[int, int]:
    """Return the whole numbers of the first directory by tag, without those that are broken or cut off."""
    found: dict[int, int] = {}
    with suppress(struct.error):
        for order, at in _entries(data):
            tag, kind = struct.unpack_from(f"{order}HH", data, at)
            if kind in _FORMS:
                (found[tag],) = struct.unpack_from(order + _FORMS[kind], data, at + 8)
    return found


_SIZES = {1: 1, 2: 1, 4: 4, 7: 1, 129: 1}
"""Bytes of each value of the types BYTE, ASCII, LONG, UNDEFINED and UTF-8."""

_INLINE = 4


def content(data: bytes, wanted: int) -> bytes:
    """Return the bytes of the tag `wanted` of the first directory; empty without it."""
    with suppress(struct.error):
        for order, at in _entries(data):
            tag, kind, count, place = struct.unpack_from(f"{order}HHII", data, at)
            if tag == wanted and kind in _SIZES:
                length = count * _SIZES[kind]
                place = at + 8 if length <= _INLINE else place
                return data[place : place + length]
    return b""


_ORIENTATIONS = range(1, 9)


def orientation(data: bytes) -> int:
    """Return the orientation, 1 to 8; 1 if there is none or it is invalid."""
    value = tags(data).get(ORIENTATION, 1)
    return value if value in _ORIENTATIONS else 1


_HEADS = frozenset({b"II*\0", b"MM\0*"})
_SHORT, _ONE = 3, 1


def exif_orientation(data: bytes) -> int:
    """Return the orientation that EXIF states, 1 to 8; 1 if it states none, 0 if `data` is no EXIF.

    The first entry counts, and only one number of the type SHORT is an orientation, as in Chromium.
    """
    if data[:4] not in _HEADS:
        return 0
    with suppress(struct.error):
        for order, at in _entries(data):
            *entry, value, _ = struct.unpack_from(f"{order}HHIHH", data, at)
            if entry == [ORIENTATION, _SHORT, _ONE]:
                return value if value in _ORIENTATIONS else 1
    return 1
