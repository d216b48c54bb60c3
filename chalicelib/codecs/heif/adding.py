"""Adds to an AVIF of ours: EXIF and XMP as items, an ICC profile as a property of the picture.

ISO/IEC 14496-12, 8.11 and 12.1.5; ISO/IEC 23008-12, 9.3 and annex A.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.codecs.boxes import Located, located

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXIF, _XMP = b"Exif\0", b"mime\0application/rdf+xml\0"
_HEAD, _FULL = 8, 4
"""Bytes of length and tag of a box, and of version and flags at the start of many."""

_INFE = b"\2\0\0\1"
"""Version 2, and a flag: the item is not one to be shown."""


class _Box(NamedTuple):
    tag: bytes
    content: bytes

    def __bytes__(self) -> bytes:
        return struct.pack(">I4s", len(self.content) + 8, self.tag) + self.content


class _New(NamedTuple):
    """An item that is added: its number, what its box ``infe`` says behind that, and its content."""

    number: int
    kind: bytes
    content: bytes


@dataclass(frozen=True, slots=True)
class _Meta:
    """The box ``meta`` as it was, where the file's items are, and what is added: items, a profile."""

    box: _Box
    located: list[Located]
    added: list[_New]
    profile: bytes = b""

    def grown(self, shift: int, behind: int) -> _Box:
        """Return the box with the added items, which are `behind`; the others are `shift` bytes later."""
        inner = {box.tag: box.content for box in _split(self.box.content[_FULL:])}
        primary = inner[b"pitm"][_FULL : _FULL + 2]
        inner[b"iinf"] = _listed(inner[b"iinf"], self.added)
        inner[b"iloc"] = self._places(shift, behind)
        if self.profile:
            inner[b"iprp"] = _with_property(inner[b"iprp"], _Box(b"colr", b"prof" + self.profile), primary)
        described = (_Box(b"cdsc", struct.pack(">HH", item.number, 1) + primary) for item in self.added)
        references = inner.get(b"iref", bytes(_FULL)) + b"".join(map(bytes, described))
        if len(references) > _FULL:
            inner[b"iref"] = references
        boxes = (bytes(_Box(tag, content)) for tag, content in inner.items())
        return _Box(b"meta", self.box.content[:_FULL] + b"".join(boxes))

    def _places(self, shift: int, behind: int) -> bytes:
        """Return the content of ``iloc``, of version 1: offsets and lengths of four bytes, and no base."""
        entries = [_place(item, 0 if item.method else shift) for item in self.located]
        for item in self.added:
            entries.append(_place(Located(item.number, 0, ((behind, len(item.content)),)), 0))
            behind += len(item.content)
        return b"\1\0\0\0\x44\0" + struct.pack(">H", len(entries)) + b"".join(entries)


def profiled(made: bytes, profile: bytes) -> bytes:
    """Return the AVIF `made` with the ICC `profile`, which comes before the colours that ``nclx`` names."""
    top = list(_split(made))
    box = next(box for box in top if box.tag == b"meta")
    meta = _Meta(box, located(made), [], profile)
    grown = meta.grown(len(meta.grown(0, 0).content) - len(box.content), 0)
    return b"".join(bytes(grown if part is box else part) for part in top)


def signed(made: bytes, block: bytes, packet: bytes) -> bytes:
    """Return the AVIF `made` with the EXIF `block` and the XMP `packet`, of which one may be empty."""
    top = list(_split(made))
    box = next(box for box in top if box.tag == b"meta")
    where = located(made)
    described = [(_EXIF, bytes(4) + block)] * bool(block) + [(_XMP, packet)] * bool(packet)
    first = 1 + max(item.number for item in where)
    meta = _Meta(box, where, [_New(number, *item) for number, item in enumerate(described, first)])
    shift = len(meta.grown(0, 0).content) - len(box.content)
    grown = meta.grown(shift, len(made) + shift + _HEAD)
    data = _Box(b"mdat", b"".join(item.content for item in meta.added))
    return b"".join(bytes(grown if part is box else part) for part in (*top, data))


def _split(content: bytes) -> Iterator[_Box]:
    at = 0
    while at < len(content):
        length, tag = struct.unpack_from(">I4s", content, at)
        yield _Box(tag, content[at + _HEAD : at + length])
        at += length


def _listed(content: bytes, items: list[_New]) -> bytes:
    """Return the content of ``iinf`` (8.11.6) with the items."""
    number = int.from_bytes(content[_FULL : _FULL + 2], "big") + len(items)
    entries = (_Box(b"infe", _INFE + struct.pack(">HH", item.number, 0) + item.kind) for item in items)
    return content[:_FULL] + number.to_bytes(2, "big") + content[_FULL + 2 :] + b"".join(map(bytes, entries))


_WIDE = 1
"""The flag of a box ``ipma`` whose properties have numbers of two bytes."""


def _with_property(content: bytes, added: _Box, item: bytes) -> bytes:
    """Return the content of ``iprp`` with one property more, of the item with this number."""
    inner = {box.tag: box.content for box in _split(content)}
    number = 1 + sum(1 for _ in _split(inner[b"ipco"]))
    inner[b"ipco"] += bytes(added)
    inner[b"ipma"] = _associated(inner[b"ipma"], number, item)
    return b"".join(bytes(_Box(tag, each)) for tag, each in inner.items())


def _associated(content: bytes, number: int, item: bytes) -> bytes:
    """Return the content of ``ipma``, of version 0, with this property of the item."""
    wide = 2 if content[3] & _WIDE else 1
    at, written = _FULL + 4, content[: _FULL + 4]
    while at < len(content):
        end = at + 3 + wide * content[at + 2]
        is_wanted = content[at : at + 2] == item
        written += content[at : at + 2] + bytes([content[at + 2] + is_wanted]) + content[at + 3 : end]
        written += number.to_bytes(wide, "big") if is_wanted else b""
        at = end
    return written


def _place(item: Located, shift: int) -> bytes:
    extents = b"".join(struct.pack(">II", at + shift, length) for at, length in item.extents)
    return struct.pack(">HHHH", item.number, item.method, 0, len(item.extents)) + extents
