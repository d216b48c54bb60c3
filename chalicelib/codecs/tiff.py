"""Reads the tags of a TIFF (TIFF 6.0, section 2). EXIF has the same form in all other files."""

from __future__ import annotations

import struct

WIDTH, HEIGHT, ORIENTATION, EXTRA_SAMPLES = 256, 257, 274, 338

_ORDERS = {b"II": "<", b"MM": ">"}
_FORMS = {3: "H", 4: "I"}
"""The types SHORT and LONG, by their numbers; the tags above have no other type."""

_ENTRY = 12


def tags(data: bytes) -> dict[int, int]:
    """Return the whole numbers of the first directory by tag, without those that are broken or cut off."""
    found: dict[int, int] = {}
    order = _ORDERS.get(data[:2])
    if not order:
        return found
    try:
        (directory,) = struct.unpack_from(f"{order}I", data, 4)
        (entries,) = struct.unpack_from(f"{order}H", data, directory)
        for at in range(directory + 2, directory + 2 + _ENTRY * entries, _ENTRY):
            tag, kind = struct.unpack_from(f"{order}HH", data, at)
            if kind in _FORMS:
                (found[tag],) = struct.unpack_from(order + _FORMS[kind], data, at + 8)
    except struct.error:
        return found
    return found


_SIZES = {1: 1, 2: 1, 4: 4, 7: 1, 129: 1}
"""Bytes of each value of the types BYTE, ASCII, LONG, UNDEFINED and UTF-8."""

_INLINE = 4


def content(data: bytes, wanted: int) -> bytes:
    """Return the bytes of the tag `wanted` of the first directory; empty without it."""
    order = _ORDERS.get(data[:2])
    if not order:
        return b""
    try:
        (directory,) = struct.unpack_from(f"{order}I", data, 4)
        (entries,) = struct.unpack_from(f"{order}H", data, directory)
        for at in range(directory + 2, directory + 2 + _ENTRY * entries, _ENTRY):
            tag, kind, count, place = struct.unpack_from(f"{order}HHII", data, at)
            if tag == wanted and kind in _SIZES:
                length = count * _SIZES[kind]
                place = at + 8 if length <= _INLINE else place
                return data[place : place + length]
    except struct.error:
        return b""
    return b""


_ORIENTATIONS = range(1, 9)


def orientation(data: bytes) -> int:
    """Return the orientation, 1 to 8; 1 if there is none or it is invalid."""
    value = tags(data).get(ORIENTATION, 1)
    return value if value in _ORIENTATIONS else 1


_HEADS = {b"II*\0": "<", b"MM\0*": ">"}
_SHORT, _ONE = 3, 1


def exif_orientation(data: bytes) -> int:
    """Return the orientation that EXIF states, 1 to 8; 1 if it states none, 0 if `data` is no EXIF.

    The first entry counts, and only one number of the type SHORT is an orientation, as in Chromium.
    """
    order = _HEADS.get(data[:4])
    if not order:
        return 0
    try:
        (directory,) = struct.unpack_from(f"{order}I", data, 4)
        (entries,) = struct.unpack_from(f"{order}H", data, directory)
        for at in range(directory + 2, directory + 2 + _ENTRY * entries, _ENTRY):
            *entry, value, _ = struct.unpack_from(f"{order}HHIHH", data, at)
            if entry == [ORIENTATION, _SHORT, _ONE]:
                return value if value in _ORIENTATIONS else 1
    except struct.error:
        return 1
    return 1
