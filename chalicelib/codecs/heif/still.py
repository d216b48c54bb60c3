"""Writes an AVIF or HEIC of one picture, and of its transparency, out of what is coded already."""

from __future__ import annotations

import struct
from dataclasses import dataclass

CONFIGURATIONS = (b"av1C", b"hvcC")
_TRANSFORMS = (b"clap", b"irot", b"imir")
"""The boxes that say how a picture is decoded and turned; it is turned in this order."""

_ESSENTIAL = 0x80
_IN_IDAT = 1
_SHORT_NUMBERS = 0x44
"""Of ``iloc``: offsets and lengths have four bytes."""

_PICTURE, _ALPHA = 1, 2
"""The numbers of the items."""

_DESCRIPTIONS = {_PICTURE: (b"colr", b"clli", b"mdcv"), _ALPHA: (b"auxC",)}

_Told = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Coded:
    """A picture of `size`, in pixels, as it is coded by `codec`; `told` are tags and contents of boxes."""

    codec: bytes
    size: tuple[int, int]
    told: tuple[_Told, ...]
    sample: bytes

    def chosen(self, tags: tuple[bytes, ...]) -> list[_Told]:
        """Return the boxes with these tags, in the order of the tags."""
        return [box for tag in tags for box in self.told if box[0] == tag]


def file(brand: bytes, picture: Coded, alpha: Coded | None, *, premultiplied: bool) -> bytes:
    """Return the file (ISO/IEC 14496-12, 8.11; ISO/IEC 23008-12, 6): alpha is turned as the picture is."""
    items = {_PICTURE: picture, _ALPHA: alpha} if alpha else {_PICTURE: picture}
    meta = (
        _box(b"hdlr", bytes(8), b"pict", bytes(13)),
        _box(b"pitm", struct.pack(">4xH", _PICTURE)),
        _box(b"iinf", struct.pack(">4xH", len(items)), *map(_named, items, items.values())),
        _box(b"iref", bytes(4), _references(premultiplied=premultiplied) if alpha else b""),
        _properties(items, picture.chosen(_TRANSFORMS)),
        _places(items),
        _box(b"idat", *(coded.sample for coded in items.values())),
    )
    return _box(b"ftyp", brand, bytes(4), b"mif1", brand) + _box(b"meta", bytes(4), *meta)


def _box(tag: bytes, *content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + sum(map(len, content)), tag) + b"".join(content)


def _named(number: int, coded: Coded) -> bytes:
    return _box(b"infe", b"\2\0\0\0", struct.pack(">HH", number, 0), coded.codec, b"\0")


def _references(*, premultiplied: bool) -> bytes:
    """Say that one item is the transparency of the other, which may be multiplied by it."""
    auxiliary = _box(b"auxl", struct.pack(">HHH", _ALPHA, 1, _PICTURE))
    multiplied = _box(b"prem", struct.pack(">HHH", _PICTURE, 1, _ALPHA))
    return auxiliary + multiplied if premultiplied else auxiliary


def _properties(items: dict[int, Coded], transforms: list[_Told]) -> bytes:
    """Return the box ``iprp``: every property, and which item has which of them."""
    boxes: list[bytes] = []
    owned = struct.pack(">4xI", len(items))
    for number, coded in items.items():
        size = (b"ispe", struct.pack(">4xII", *coded.size))
        own = [size, *coded.chosen(CONFIGURATIONS + _DESCRIPTIONS[number]), *transforms]
        owned += struct.pack(">HB", number, len(own))
        for tag, content in own:
            boxes.append(_box(tag, content))
            owned += bytes([len(boxes) | (_ESSENTIAL if tag in CONFIGURATIONS + _TRANSFORMS else 0)])
    return _box(b"iprp", _box(b"ipco", *boxes), _box(b"ipma", owned))


def _places(items: dict[int, Coded]) -> bytes:
    """Return the box ``iloc``: the content of each item is in the box ``idat``, one behind the other."""
    at, entries = 0, b""
    for number, coded in items.items():
        entries += struct.pack(">HHHHII", number, _IN_IDAT, 0, 1, at, len(coded.sample))
        at += len(coded.sample)
    return _box(b"iloc", struct.pack(">B3xBxH", 1, _SHORT_NUMBERS, len(items)), entries)
