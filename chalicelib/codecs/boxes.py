"""The boxes of AVIF and HEIC files (ISO/IEC 14496-12, 4.2 and 8.11).

libheif trusts what they say, so they are counted and measured here first.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.codecs import av1
from chalicelib.errors import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_PARTS = 10_000
"""Boxes, items and extents of items; libheif allocates an object for each. A phone's 50 MP have 500."""

_AHEAD = {b"meta": 4, b"iprp": 0, b"ipco": 0, b"dinf": 0, b"dref": 8, b"iinf": 6, b"iref": 4, b"grpl": 0}
"""The boxes that contain boxes, and how many bytes of other fields come before the first of those."""

_LONGEST_START = 4096
"""Bytes of a bit stream that are read: the header with its size is at the beginning."""

_IN_IDAT = 1


def children(data: bytes, most: int = _MOST_PARTS, at: int = 0) -> Iterator[tuple[bytes, int, int]]:
    """Yield tag, and where the content begins and ends, of the boxes from `at` on.

    At most so many; none from one on that is longer than the `data`.
    """
    for _ in range(most):
        length, tag, head = _box(data, at, len(data)) if at + 8 <= len(data) else (0, b"", 0)
        if not head <= length <= len(data) - at or not head:
            return
        yield tag, at + head, at + length
        at += length


def largest(data: bytes) -> int:
    """Return how many pixels the largest AV1 picture of any item has; 0 if no item is AV1.

    `TooLarge` where there are more boxes, or parts of items, than any picture has.
    """
    budget = iter(range(_MOST_PARTS))
    found = list(_boxes(data, budget))
    idat = next((at for tag, at, _ in found if tag == b"idat"), 0)
    configured = [data[at + 4 : min(end, at + _LONGEST_START)] for tag, at, end in found if tag == b"av1C"]
    lists = [_Numbers(data, at, end) for tag, at, end in found if tag == b"iloc"]
    items = [
        _start(data, item, idat, _LONGEST_START) for numbers in lists for item in _located(numbers, budget)
    ]
    return max(map(av1.pixels, configured + items), default=0)


_LONGEST_METADATA = 1 << 19
_EXIF, _NAMED = b"Exif", b"mime"
_XMP = b"application/rdf+xml\0"


def metadata(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield EXIF and XMP: the type of each such item, ``Exif`` or ``mime``, and its content."""
    found = list(_boxes(data, iter(range(_MOST_PARTS))))
    idat = next((at for tag, at, _ in found if tag == b"idat"), 0)
    kinds = dict(
        _described(data[at:end]) for tag, at, end in found if tag == b"infe" and end - at > _NAMES_AT
    )
    for item in located(data):
        if kinds.get(item.number) in {_EXIF, _NAMED}:
            yield kinds[item.number], _start(data, item, idat, _LONGEST_METADATA)


_NAMES_AT = 12


def _described(entry: bytes) -> tuple[int, bytes]:
    """Return number and type of an item by its box ``infe`` (8.11.6), of version 2 or 3."""
    wide = 4 if entry[0] > 2 else 2  # noqa: PLR2004 - the last version with short numbers
    number, kind = int.from_bytes(entry[4 : 4 + wide], "big"), entry[wide + 6 : wide + 10]
    is_other = kind == _NAMED and not entry[wide + 10 :].partition(b"\0")[2].startswith(_XMP)
    return number, b"" if is_other else kind


_MONOCHROME = {b"av1C": (2, 0x10, 0x10), b"hvcC": (16, 0x03, 0)}
"""By the box of a codec: the byte, its bits and their value that say that there is only luma."""


def is_monochrome(data: bytes) -> bool:
    """Return whether no picture in the file has colours."""
    said = [
        (data[at + place : at + place + 1] or b"\xff")[0] & bits == value
        for tag, at, _ in _boxes(data, iter(range(_MOST_PARTS)))
        for place, bits, value in [_MONOCHROME.get(tag, (0, 0, 1))]
        if tag in _MONOCHROME
    ]
    return bool(said) and all(said)


def brightest(data: bytes) -> int:
    """Return the cd/m² of the brightest pixel, by the first box ``clli``, else of the display, by ``mdcv``.

    0 if there is neither (ISO/IEC 14496-12, 12.1.5.4 and 12.1.5.3).
    """
    found: dict[bytes, int] = {}
    for tag, at, _ in _boxes(data, iter(range(_MOST_PARTS))):
        if tag == b"clli":
            found.setdefault(tag, int.from_bytes(data[at : at + 2], "big"))
        elif tag == b"mdcv":
            found.setdefault(tag, int.from_bytes(data[at + 16 : at + 20], "big") // 10_000)
    return found.get(b"clli") or found.get(b"mdcv", 0)


def _spend(budget: Iterator[int]) -> None:
    if next(budget, None) is None:
        raise TooLarge(f"The original has more than {_MOST_PARTS} boxes and items, which is not allowed.")


class Located(NamedTuple):
    """Where the content of an item is: in the file, or, by `method` 1, in the box ``idat``."""

    number: int
    method: int
    extents: tuple[tuple[int, int], ...]


def located(data: bytes) -> list[Located]:
    """Return where every item is, by the box ``iloc`` (8.11.3). A length of 0 means to the end."""
    budget = iter(range(_MOST_PARTS))
    found = [(at, end) for tag, at, end in _boxes(data, budget) if tag == b"iloc"]
    return [item for at, end in found for item in _located(_Numbers(data, at, end), budget)]


def _located(numbers: _Numbers, budget: Iterator[int]) -> Iterator[Located]:
    version, sizes = numbers.next(1), numbers.next(5) & 0xFFFF
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    wide = 4 if version > 1 else 2
    for _ in range(numbers.next(wide)):
        _spend(budget)
        number = numbers.next(wide)
        method = numbers.next(2) & 15 if version else 0
        numbers.next(2)
        base = numbers.next(base_size)
        extents = []
        for _ in range(numbers.next(2)):
            _spend(budget)
            numbers.next(index_size if version else 0)
            extents.append((base + numbers.next(offset_size), numbers.next(length_size)))
        yield Located(number, method, tuple(extents))


def _start(data: bytes, item: Located, idat: int, most: int) -> bytes:
    """Return the first bytes of an item, at `most` so many."""
    start = b""
    for offset, length in item.extents:
        at = offset + (idat if item.method == _IN_IDAT else 0)
        start += data[at : at + min(length or most, most - len(start))]
    return start


class _Numbers:
    """Reads the numbers in a box; after the end of the box it returns zeros."""

    def __init__(self, data: bytes, at: int, end: int) -> None:
        self._data, self._at, self._end = data, at, end

    def next(self, size: int) -> int:
        """Return the next number, of `size` bytes."""
        at, self._at = self._at, self._at + size
        return int.from_bytes(self._data[at : min(at + size, self._end)].ljust(size, b"\0"), "big")


def _boxes(data: bytes, budget: Iterator[int]) -> Iterator[tuple[bytes, int, int]]:
    """Yield the tag of each box, at any depth, and where its content begins and ends."""
    spans = [(0, len(data))]
    while spans:
        at, limit = spans.pop()
        while at + 8 <= limit:
            length, tag, head = _box(data, at, limit)
            _spend(budget)
            yield tag, at + head, min(at + length, limit)
            if tag in _AHEAD:
                spans.append((at + head + _AHEAD[tag], min(at + length, limit)))
            at += max(length, head)


def _box(data: bytes, at: int, limit: int) -> tuple[int, bytes, int]:
    """Return a box's length, its tag, and how many bytes its own header takes."""
    length, tag = struct.unpack_from(">I4s", data, at)
    if length == 1 and at + 16 <= limit:
        return struct.unpack_from(">Q", data, at + 8)[0], tag, 16
    return length or limit - at, tag, 8
