"""How a picture was taken, by EXIF (CIPA DC-008, 4.6.4 and 4.6.5): camera, lens, exposure and time.

This is a list of what is known to be harmless, and each value is written anew. So nothing is left that may
say where the picture was taken, or by which of all cameras: no directory of GPS, no maker's note, no comment
of the user, no offset from UTC, no serial number and no owner. No thumbnail is left either.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.codecs.rights import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator

EXIF_DIRECTORY = 34665
"""The tag that says where the second directory is: the one of the exposure."""

_CAMERA = frozenset({271, 272, 305, 306})
"""Make, model, software and time, in the first directory."""

_EXPOSURE = frozenset(
    {
        *(33434, 33437, 34850, 34855),  # time, F number, program, sensitivity
        *(36867, 36868),  # when it was taken, and digitised
        *(37377, 37378, 37379, 37380, 37381, 37383, 37384, 37385, 37386),  # speed ... flash, focal length
        *(41986, 41987, 41988, 41989, 41990),  # mode, white balance, zoom, focal length in 35 mm, scene
        *(42034, 42035, 42036),  # the lens, its make and model
    }
)

_ASCII = 2
_FORMS = {3: "H", 4: "I", 5: "II", 10: "ii"}
"""The types SHORT, LONG, RATIONAL and SRATIONAL."""

_MOST_VALUES = 4
_MOST_ENTRIES = 500
_LONGEST_TEXT = 1000
_INLINE = 4
_ENTRY = 12
_ORDERS = {b"II": "<", b"MM": ">"}


class Tag(NamedTuple):
    """A tag as it is written: its number, its type, how many `values` it has, and these, high bytes first."""

    number: int
    form: int
    values: int
    content: bytes

    @classmethod
    def text(cls, number: int, text: str) -> Tag:
        """Return the tag of a text, which is written in UTF-8."""
        content = text.encode() + b"\0"
        return cls(number, _ASCII, len(content), content)


class Shot(NamedTuple):
    """What is kept of the first directory, and of that of the exposure."""

    camera: tuple[Tag, ...] = ()
    exposure: tuple[Tag, ...] = ()


NOTHING = Shot()


def read(block: bytes) -> Shot:
    """Return what `block`, which begins with a TIFF's header, says; nothing where it is broken."""
    order = _ORDERS.get(block[:2])
    if not order or len(block) < 8:  # noqa: PLR2004 - the header
        return NOTHING
    (first,) = struct.unpack_from(f"{order}I", block, 4)
    entries = list(_entries(block, order, first))
    second = next((at for number, _, _, at in entries if number == EXIF_DIRECTORY), None)
    inner = _entries(block, order, _number(block, order, second)) if second else iter(())
    return Shot(_kept(block, order, iter(entries), _CAMERA), _kept(block, order, inner, _EXPOSURE))


_Entry = tuple[int, int, int, int]
"""A tag's number, its type, how many values it has, and where they are, or where it is said where."""


def _entries(block: bytes, order: str, directory: int) -> Iterator[_Entry]:
    if directory + 2 > len(block):
        return
    (count,) = struct.unpack_from(f"{order}H", block, directory)
    for number in range(min(count, _MOST_ENTRIES)):
        at = directory + 2 + _ENTRY * number
        if at + _ENTRY > len(block):
            return
        tag, form, values = struct.unpack_from(f"{order}HHI", block, at)
        yield tag, form, values, at + 8


def _number(block: bytes, order: str, at: int) -> int:
    number: int = struct.unpack_from(f"{order}I", block, at)[0]
    return number


def _kept(block: bytes, order: str, entries: Iterator[_Entry], wanted: frozenset[int]) -> tuple[Tag, ...]:
    found: dict[int, Tag] = {}
    for number, form, count, at in entries:
        if (
            number in wanted
            and number not in found
            and (tag := _tag(block, order, (number, form, count, at)))
        ):
            found[number] = tag
    return tuple(found.values())


def _tag(block: bytes, order: str, entry: _Entry) -> Tag | None:
    """Return the tag, written anew; None if it is not of a type that is known, or is broken."""
    number, form, count, at = entry
    if form == _ASCII:
        length = min(count, _LONGEST_TEXT)
        text = decoded(_content(block, order, at, length).partition(b"\0")[0])
        return Tag.text(number, text) if text else None
    if form not in _FORMS or not 1 <= count <= _MOST_VALUES:
        return None
    values = struct.Struct(order + _FORMS[form] * count)
    content = _content(block, order, at, values.size)
    if len(content) < values.size:
        return None
    return Tag(number, form, count, struct.pack(">" + _FORMS[form] * count, *values.unpack(content)))


def _content(block: bytes, order: str, at: int, length: int) -> bytes:
    place = at if length <= _INLINE else _number(block, order, at)
    return block[place : place + length]
