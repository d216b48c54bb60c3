"""Reads the headers of bitmaps (Windows 1 to 5, OS/2 1.x and 2.x), and rewrites bitmaps to few kinds.

ImageMagick takes palettes of OS/2 2.x for those of 1.x and unused bytes for transparency, and shifts channels
of few bits instead of scaling them. It gets only bitmaps with one of two headers from here: BITMAPINFOHEADER
(40 bytes), and for 32 bits BITMAPV4HEADER (108).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from chalicelib.codecs.bitfields import bgra
from chalicelib.errors import BrokenImage, NotAnImage

_FILE_HEADER, _INFO, _V4 = 14, 40, 108
_CORE = 12
"""OS/2 1.x: sizes of 16 bits, palettes of three bytes a colour."""

_WINDOWS = frozenset({_INFO, 52, 56, _V4, 124})
"""The lengths of Windows' headers; all others but that of OS/2 1.x are OS/2 2.x."""

_RGB, _RLE8, _RLE4, _FIELDS, _ALPHA_FIELDS = 0, 1, 2, 3, 6
_KINDS = frozenset(
    {(1, _RGB), (2, _RGB), (4, _RGB), (8, _RGB), (16, _RGB), (24, _RGB), (32, _RGB), (8, _RLE8), (4, _RLE4)}
    | {(bits, fields) for bits in (16, 32) for fields in (_FIELDS, _ALPHA_FIELDS)}
)
"""Bits of a pixel with the compressions that they may have."""

_UNREAD = frozenset({4, 5})
"""JPEG and PNG within a bitmap, which no browser shows. In OS/2, 4 is a rare code of runs."""

_MASKS_OF_RGB = {16: (0x7C00, 0x03E0, 0x001F, 0), 32: (0xFF0000, 0xFF00, 0xFF, 0)}
"""The masks of red, green, blue and alpha in a bitmap without masks of its own: it has no transparency."""

_IN_BYTES = (0xFF0000, 0xFF00, 0xFF)
_ALPHA_IN_BYTES = 0xFF000000
_MOST_COLOURS_BITS = 8


@dataclass(frozen=True, slots=True)
class Bitmap:
    """What the headers say.

    `height` is negative if the rows begin at the top. `masks` are those of red, green, blue and alpha in a
    pixel. At `palette_at` are `colours` colours, each of `colour_length` bytes; at `pixels_at` the pixels.
    """

    width: int
    height: int
    bits: int
    compression: int
    masks: tuple[int, int, int, int]
    colours: int
    colour_length: int
    palette_at: int
    pixels_at: int

    @property
    def stride(self) -> int:
        """The length of a row in bytes: rows are padded to a multiple of four."""
        return (self.width * self.bits + 31) // 32 * 4

    @property
    def alpha(self) -> bool:
        """Whether pixels may be transparent."""
        return self.masks[3] != 0


def read(data: bytes) -> Bitmap:
    """Return what the headers say; `NotAnImage` for a kind that is not read, `BrokenImage` for nonsense."""
    (pixels_at, length) = struct.unpack_from("<II", data, 10)
    if length == _CORE:
        width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
        compression, colours = _RGB, 0
    else:
        head = data[18 : _FILE_HEADER + length].ljust(_INFO, b"\0")
        width, height, _, bits, compression, colours = struct.unpack_from("<iiHHI12xI", head)
    fields = compression in {_FIELDS, _ALPHA_FIELDS}
    if compression in _UNREAD or (fields and length not in _WINDOWS):
        raise NotAnImage("The original is a bitmap of a kind that this site does not read.")
    if (bits, compression) not in _KINDS:
        raise BrokenImage
    masks, masks_end = (
        _masks(data, length, compression) if fields else (_MASKS_OF_RGB.get(bits, (0, 0, 0, 0)), 0)
    )
    found = Bitmap(
        width=width,
        height=height,
        bits=bits,
        compression=compression,
        masks=masks,
        colours=min(colours or 1 << 32, 1 << bits) if bits <= _MOST_COLOURS_BITS else 0,
        colour_length=3 if length == _CORE else 4,
        palette_at=max(_FILE_HEADER + length, masks_end),
        pixels_at=pixels_at,
    )
    if width < 1 or height == 0 or pixels_at < found.palette_at:
        raise BrokenImage
    return found


def _masks(data: bytes, length: int, compression: int) -> tuple[tuple[int, int, int, int], int]:
    """Return the four masks, and where they end: they are in a long header, or behind a short one."""
    # Only headers from 56 bytes on have room for a mask of alpha.
    alpha = compression == _ALPHA_FIELDS or length > 52  # noqa: PLR2004 - see above
    count = 4 if alpha else 3
    red, green, blue, *rest = struct.unpack_from(f"<{count}I", data, _FILE_HEADER + _INFO)
    return (red, green, blue, rest[0] if rest else 0), _FILE_HEADER + _INFO + 4 * count


def plain(data: bytes) -> bytes:
    """Return the bitmap as one that every decoder reads in the same way; `BrokenImage` if it is cut off."""
    found = read(data)
    rows = data[found.pixels_at :]
    if found.compression not in {_RLE8, _RLE4}:
        if len(rows) < found.stride * abs(found.height):
            raise BrokenImage("The original is a broken bitmap: it is cut off.")
        rows = rows[: found.stride * abs(found.height)]
    if found.bits <= _MOST_COLOURS_BITS:
        return _with_palette(found, data[found.palette_at : found.pixels_at], rows)
    if found.bits in _MASKS_OF_RGB:
        return _with_alpha(found, rows)
    return _written(found, found.bits, _RGB, b"", rows)


def _with_palette(found: Bitmap, palette: bytes, rows: bytes) -> bytes:
    """Return a bitmap with a palette of all colours that a pixel can name; the missing ones are black."""
    length, bits = found.colour_length, found.bits
    colours = [palette[at : at + 3] for at in range(0, length * found.colours, length)]
    entries = b"".join(colour.ljust(4, b"\0") for colour in colours).ljust(4 << bits, b"\0")
    if bits == 2:  # noqa: PLR2004 - ImageMagick does not know bitmaps of two bits
        return _written(found, 4, _RGB, entries.ljust(4 << 4, b"\0"), _in_four_bits(found, rows))
    return _written(found, bits, found.compression, entries, rows)


_HALVES = [bytes((byte >> at & 0xC) << 2 | byte >> at & 3 for byte in range(256)) for at in (4, 0)]
"""For each byte of four pixels of two bits: its first two and its last two, in four bits each."""


def _in_four_bits(found: Bitmap, rows: bytes) -> bytes:
    """Return rows of two bits a pixel in four bits."""
    wide = bytearray(2 * len(rows))
    wide[0::2], wide[1::2] = (rows.translate(half) for half in _HALVES)
    needed = (found.width * 4 + 31) // 32 * 4
    return b"".join(wide[at : at + needed] for at in range(0, len(wide), 2 * found.stride))


def _with_alpha(found: Bitmap, rows: bytes) -> bytes:
    """Return a bitmap of 32 bits, a byte for each channel; its masks say whether it has alpha."""
    red, green, blue, alpha = found.masks
    if (red, green, blue) != _IN_BYTES or alpha not in {0, _ALPHA_IN_BYTES}:
        strides = range(0, len(rows), found.stride)
        used = found.width * found.bits // 8
        rows = b"".join(bgra(rows[at : at + used], found.bits, found.masks) for at in strides)
    masks = struct.pack("<4I", *_IN_BYTES, _ALPHA_IN_BYTES if alpha else 0)
    return _written(found, 32, _FIELDS, masks + b"BGRs" + bytes(48), rows)


def _written(found: Bitmap, bits: int, compression: int, between: bytes, rows: bytes) -> bytes:
    """Return a bitmap with these `rows`; `between` is the palette, or the rest of a BITMAPV4HEADER."""
    length = _V4 if compression == _FIELDS else _INFO
    at = _FILE_HEADER + _INFO + len(between)
    head = struct.pack("<iiHHIIiiII", found.width, found.height, 1, bits, compression, len(rows), 0, 0, 0, 0)
    return b"".join([b"BM", struct.pack("<IHHII", at + len(rows), 0, 0, at, length), head, between, rows])
