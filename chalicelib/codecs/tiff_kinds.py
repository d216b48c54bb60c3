"""Refuses the kinds of TIFF that ImageMagick reads wrongly, and rewrites others so that it can (TIFF 6.0).

ImageMagick takes some photometric interpretations for others, and without an error: a picture with the wrong
colours would be stored. tests/render/test_tiffs.py has the table of what is read, rewritten and refused.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, replace

from chalicelib.codecs import jpeg
from chalicelib.codecs.tiff_luma import Block, entries, unshared
from chalicelib.errors import BrokenImage, NotAnImage

_WHITE_IS_ZERO, _GREY, _RGB, _PALETTE, _INK, _YCBCR, _LAB = 0, 1, 2, 3, 5, 6, 8
_UNCOMPRESSED, _OLD_JPEG, _JPEG = 1, 6, 7
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 256, 257, 258, 259, 262
_OFFSETS, _LENGTHS = 273, 279
_ORIENTATION, _UPRIGHT = 274, 1
_SAMPLES, _ROWS_PER_STRIP, _PLANES, _COLOURS, _TILE_WIDTH, _SUBSAMPLING = 277, 278, 284, 320, 322, 530
_EXTRA_SAMPLES, _UNSPECIFIED = 338, 0
_STREAM, _STREAM_LENGTH = 513, 514
_OF_OLD_JPEG = {*range(512, 522), _TILE_WIDTH, _TILE_WIDTH + 1, _SUBSAMPLING}
_SEPARATE = 2
_SHORT, _LONG = 3, 4
_FORMS = {_SHORT: "H", _LONG: "I"}
_ENTRY = 12
_FULL = 0xFFFF


@dataclass(frozen=True, slots=True)
class Directory:
    """The first directory of a TIFF: its entries of 12 bytes by tag. `order` is that of the bytes."""

    data: bytes
    order: str
    entries: dict[int, bytes]

    def numbers(self, tag: int, default: int) -> tuple[int, int]:
        """Return the first two numbers of an entry; one that is missing is the `default`."""
        entry = self.entries.get(tag, b"")
        if not entry or struct.unpack_from(f"{self.order}H", entry, 2)[0] not in _FORMS:
            return default, default
        form, count = struct.unpack_from(f"{self.order}HI", entry, 2)
        wanted = f"{self.order}{min(count, 2)}{_FORMS[form]}"
        inside = count * struct.calcsize(_FORMS[form]) <= 4  # noqa: PLR2004 - the bytes of an entry's value
        at = struct.unpack_from(f"{self.order}I", entry, 8)[0]
        found = struct.unpack_from(wanted, entry, 8) if inside else struct.unpack_from(wanted, self.data, at)
        return (*found, default, default)[:2]

    def every(self, tag: int, wanted_count: int) -> tuple[int, ...]:
        """Return all numbers of an entry; struct.error if they are more, or fewer, or outside of the file."""
        form, count, at = struct.unpack_from(f"{self.order}HII", self.entries.get(tag, b""), 2)
        if form not in _FORMS or count != wanted_count:
            raise struct.error
        wanted = f"{self.order}{count}{_FORMS[form]}"
        if struct.calcsize(wanted) <= 4:  # noqa: PLR2004 - the bytes of an entry's value
            return struct.unpack_from(wanted, self.entries[tag], 8)
        return struct.unpack_from(wanted, self.data, at)

    def number(self, tag: int, default: int = 1) -> int:
        """Return the first number of an entry."""
        return self.numbers(tag, default)[0]


def directory(data: bytes) -> Directory:
    """Return the first directory; struct.error if it is cut off."""
    order = "<" if data[:2] == b"II" else ">"
    (start,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, start)
    entries = struct.unpack_from(f"{_ENTRY}s" * count, data, start + 2)
    return Directory(data, order, {struct.unpack_from(f"{order}H", entry)[0]: entry for entry in entries})


def check(data: bytes) -> None:
    """Refuse a TIFF that would get wrong colours or lose its transparency: `NotAnImage`."""
    found = directory(data)
    photometric, samples = found.number(_PHOTOMETRIC, _GREY), found.number(_SAMPLES)
    compression, bits = found.number(_COMPRESSION), found.number(_BITS)
    wrong = {
        _RGB: False,
        _LAB: False,
        _WHITE_IS_ZERO: samples > 1 or bits > 16,  # noqa: PLR2004 - 32 bits are not inverted
        _GREY: samples > 1 and found.number(_PLANES) == _SEPARATE,
        _PALETTE: samples > 1,
        _INK: compression in {_OLD_JPEG, _JPEG} and not is_ink_in_jpeg(data),
        _YCBCR: compression not in {_OLD_JPEG, _JPEG} and _shares(found) and not _can_be_unshared(found),
    }
    if wrong.get(photometric, True) or (compression == _OLD_JPEG and not _stream(found)):
        raise NotAnImage("The original is a TIFF of a kind that this site does not read.")


_YCCK = re.compile(rb"\xff\xee..Adobe.{6}\x02", re.DOTALL)
"""A segment of a JPEG that says that its inks are coded as luma and colour differences."""


def is_ink_in_jpeg(data: bytes) -> bool:
    """Return whether the pixels are four inks in JPEG, which `plain` has read as RGB and alpha.

    ImageMagick asks libtiff for such a picture in RGB, and gets wrong colours. libtiff decodes the samples of
    any other picture of four channels as they are.
    """
    found = directory(data)
    return (
        (found.number(_PHOTOMETRIC, _GREY), found.number(_COMPRESSION)) == (_INK, _JPEG)
        and (found.number(_SAMPLES), found.number(_BITS)) == (4, 8)
        and found.number(_PLANES) != _SEPARATE
        and _EXTRA_SAMPLES not in found.entries
        and not _YCCK.search(data)
    )


def _stream(found: Directory) -> bytes:
    """Return the whole JPEG that a TIFF of the old kind (TIFF 6.0, 22) may have; empty if it has none.

    libtiff converts its colours, and ImageMagick does so once more: red turns green.
    """
    at, length = found.number(_STREAM, 0), found.number(_STREAM_LENGTH, 0)
    stream = found.data[at : at + length]
    try:
        whole = jpeg.read(stream) if stream.startswith(b"\xff\xd8") else None
    except (BrokenImage, IndexError, struct.error):
        return b""
    size = (found.number(_WIDTH, 0), found.number(_HEIGHT, 0))
    return stream if whole and (whole.width, whole.height) == size else b""


def _shares(found: Directory) -> bool:
    return found.number(_PHOTOMETRIC, _GREY) == _YCBCR and found.numbers(_SUBSAMPLING, 2) != (1, 1)


def _can_be_unshared(found: Directory) -> bool:
    return (
        found.number(_COMPRESSION) == _UNCOMPRESSED
        and found.number(_PLANES) != _SEPARATE
        and (found.numbers(_BITS, 1), found.number(_SAMPLES)) == ((8, 8), 3)
        and _TILE_WIDTH not in found.entries
        and Block(*found.numbers(_SUBSAMPLING, 2)).can_be
    )


def plain(data: bytes) -> bytes:
    """Return the TIFF with the directory that ImageMagick needs; most TIFFs are returned as they are."""
    try:
        return _plain(data, directory(data))
    except struct.error:
        raise BrokenImage("The original is a broken TIFF: a number is outside of the file.") from None


def _plain(data: bytes, found: Directory) -> bytes:
    if found.number(_COMPRESSION) == _OLD_JPEG and _stream(found):
        return _renewed(found)
    if _shares(found) and _can_be_unshared(found):
        return _unshared(data, found)
    added: dict[int, bytes] = {}
    if found.number(_ORIENTATION) != _UPRIGHT:
        # We turn the picture ourselves. libtiff would mirror some kinds as well, and leave the others.
        added[_ORIENTATION] = _entry(found, _ORIENTATION, _SHORT, 1, _UPRIGHT)
    bits, colours = found.number(_BITS), b""
    if _ROWS_PER_STRIP not in found.entries and _TILE_WIDTH not in found.entries:
        added[_ROWS_PER_STRIP] = _entry(found, _ROWS_PER_STRIP, _LONG, 1, found.number(_HEIGHT))
    if is_ink_in_jpeg(data):
        added[_PHOTOMETRIC] = _entry(found, _PHOTOMETRIC, _SHORT, 1, _RGB)
        added[_EXTRA_SAMPLES] = _entry(found, _EXTRA_SAMPLES, _SHORT, 1, _UNSPECIFIED)
    if found.number(_PHOTOMETRIC, _GREY) == _WHITE_IS_ZERO and bits in {2, 4}:
        colours = _from_white_to_black(found.order, bits)
        added[_PHOTOMETRIC] = _entry(found, _PHOTOMETRIC, _SHORT, 1, _PALETTE)
        added[_COLOURS] = _entry(found, _COLOURS, _SHORT, len(colours) // 2, _end(data))
    return _with(found, added, colours) if added else data


def _renewed(found: Directory) -> bytes:
    """Return the TIFF of an old JPEG as one of a new JPEG in one strip, whose samplings are the JPEG's."""
    strip = {
        _COMPRESSION: _entry(found, _COMPRESSION, _SHORT, 1, _JPEG),
        _OFFSETS: _entry(found, _OFFSETS, _LONG, 1, found.number(_STREAM)),
        _LENGTHS: _entry(found, _LENGTHS, _LONG, 1, found.number(_STREAM_LENGTH)),
        _ROWS_PER_STRIP: _entry(found, _ROWS_PER_STRIP, _LONG, 1, found.number(_HEIGHT)),
        _ORIENTATION: _entry(found, _ORIENTATION, _SHORT, 1, _UPRIGHT),
    }
    kept = {tag: entry for tag, entry in found.entries.items() if tag not in _OF_OLD_JPEG}
    return _with(replace(found, entries=kept), strip, b"")


def _unshared(data: bytes, found: Directory) -> bytes:
    """Return the TIFF with another strip behind the others, in which each pixel has its own colours."""
    height = found.number(_HEIGHT)
    in_strip = max(1, min(found.number(_ROWS_PER_STRIP, height), height))
    heights = [min(in_strip, height - top) for top in range(0, height, in_strip)]
    offsets, lengths = (found.every(tag, len(heights)) for tag in (_OFFSETS, _LENGTHS))
    strips = [data[at : at + length] for at, length in zip(offsets, lengths, strict=True)]
    rows = unshared(strips, Block(*found.numbers(_SUBSAMPLING, 2)), found.number(_WIDTH), heights)
    return _with(found, entries(found.order, len(rows), height, _end(data)), rows + bytes(len(rows) % 2))


def _from_white_to_black(order: str, bits: int) -> bytes:
    """Return a palette of greys: its reds, its greens, its blues."""
    last = (1 << bits) - 1
    greys = [_FULL - _FULL * index // last for index in range(last + 1)]
    return struct.pack(f"{order}{3 * len(greys)}H", *greys * 3)


def _entry(found: Directory, tag: int, form: int, count: int, value: int) -> bytes:
    content = struct.pack(found.order + ("I" if count > 1 else _FORMS[form]), value).ljust(4, b"\0")
    return struct.pack(f"{found.order}HHI", tag, form, count) + content


def _end(data: bytes) -> int:
    return len(data) + len(data) % 2


def _with(found: Directory, added: dict[int, bytes], colours: bytes) -> bytes:
    """Return the TIFF with another directory at its end, behind the `colours`."""
    entries, data = {**found.entries, **added}, found.data
    start = struct.pack(f"{found.order}I", _end(data) + len(colours))
    count = struct.pack(f"{found.order}H", len(entries))
    listed = (entries[tag] for tag in sorted(entries))
    body = memoryview(data)[8:]
    return b"".join([data[:4], start, body, bytes(len(data) % 2), colours, count, *listed, bytes(4)])
