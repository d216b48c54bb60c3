"""By-line, credit, notice, title and caption in IPTC's records (IIM 4.2), and where Photoshop keeps those."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from chalicelib.codecs.rights import Rights, decoded, line

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK, _APPLICATION = 0x1C, 2
_TITLE, _BYLINE, _CREDIT, _NOTICE, _CAPTION = 5, 80, 110, 116, 120
_EXTENDED = 0x8000
_MOST = 2000
"""Records, or Photoshop's blocks. A real file has some twenty."""

_BLOCK, _IPTC = b"8BIM", 0x0404


def read(block: bytes) -> Rights:
    """Return what the records in `block` say. There may be several by-lines."""
    found: dict[int, list[str]] = {number: [] for number in (_TITLE, _BYLINE, _CREDIT, _NOTICE, _CAPTION)}
    for number, text in _records(block):
        if number in found:
            found[number].append(decoded(text))
    said = {number: line(", ".join(filter(None, texts))) for number, texts in found.items()}
    return Rights(
        copyright=said[_NOTICE],
        artist=said[_BYLINE],
        credit=said[_CREDIT],
        title=said[_TITLE],
        description=said[_CAPTION],
    )


def _records(block: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(_MOST):
        if at + 5 > len(block) or block[at] != _MARK:
            return
        record, number, length = struct.unpack_from(">BBH", block, at + 1)
        if length & _EXTENDED:
            return
        if record == _APPLICATION:
            yield number, block[at + 5 : at + 5 + length]
        at += 5 + length


def in_photoshop(block: bytes) -> bytes:
    """Return IPTC's records among Photoshop's blocks; empty without them."""
    at = 0
    for _ in range(_MOST):
        if block[at : at + 4] != _BLOCK or at + 12 > len(block):
            return b""
        number, name = struct.unpack_from(">HB", block, at + 4)
        at += 6 + (name + 2) // 2 * 2
        length = int.from_bytes(block[at : at + 4], "big")
        if number == _IPTC:
            return block[at + 4 : at + 4 + length]
        at += 4 + length + length % 2
    return b""
