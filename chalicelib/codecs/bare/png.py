"""A PNG without metadata (third edition of its specification, 4 and 11)."""

from __future__ import annotations

import re
import struct
import zlib

from chalicelib.codecs import png

_DEEP = 16
_ANIMATION = b"acTL"
_GRAY, _RGB, _PALETTE = 0, 2, 3
_CHANNELS = {_GRAY: 1, _RGB: 3, _PALETTE: 1, 4: 2, 6: 4}
_HEAD = struct.Struct(">IIBBBBB")

_ORDER = re.compile(rb"IHDR(PLTE)?(tRNS)?(IDAT)+IEND")
"""What may stand where."""

_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Of Adam7: the first column and row of each pass, and how far it is to the next."""

_AT_ONCE = 1 << 20


def strip(data: bytes) -> bytes | None:
    """Return the chunks of the picture.

    None if it has 16 bits a channel, or is an animation: its default picture need not be the first frame.
    """
    kept, tags, palette = [data[:8]], b"", 0
    for tag, at, end in png.chunks(data):
        content = data[at + 8 : end - 4]
        if tag == _ANIMATION or data[24] == _DEEP:
            return None
        if tag in _allowed(data):
            if not _is_whole(tag, content, data) or (tag == b"tRNS" and 0 < palette < len(content)):
                return None
            palette = len(content) // 3 if tag == b"PLTE" else palette
            kept.append(data[at:end])
            tags += tag
        if tag == b"IEND":
            return b"".join(kept) if _ORDER.fullmatch(tags) else None
    return None


def _allowed(data: bytes) -> frozenset[bytes]:
    """Return the chunks that a picture of these colours can have."""
    colours = data[25]
    palette = {b"PLTE"} if colours == _PALETTE else set()
    transparency = {b"tRNS"} if colours in {_GRAY, _RGB, _PALETTE} else set()
    return frozenset({b"IHDR", b"IDAT", b"IEND"} | palette | transparency)


def _is_whole(tag: bytes, content: bytes, data: bytes) -> bool:
    """Whether the chunk is as long as the header says, or shorter where that is allowed."""
    bits, colours = data[24:26]
    match tag:
        case b"IHDR":
            return len(content) == _HEAD.size
        case b"PLTE":
            return len(content) in range(3, 3 * (1 << bits) + 1, 3)
        case b"tRNS" if colours == _PALETTE:
            return len(content) <= 1 << bits
        case b"tRNS":
            return len(content) == 2 * _CHANNELS[colours]
        case b"IEND":
            return not content
    return True


def has_more_than_pixels(picture: bytes) -> bool:
    """Whether the data of a stripped `picture` go on behind its last pixel; True also if they are cut off."""
    width, height, bits, colours, _, _, interlaced = _HEAD.unpack_from(picture, 16)
    if colours not in _CHANNELS:
        return True
    left = _length(width, height, bits * _CHANNELS[colours], interlaced=bool(interlaced))
    data = b"".join(picture[at + 8 : end - 4] for tag, at, end in png.chunks(picture) if tag == b"IDAT")
    inflating = zlib.decompressobj()
    try:
        while left >= 0 and (part := inflating.decompress(data, _AT_ONCE)):
            left -= len(part)
            data = inflating.unconsumed_tail
    except zlib.error:
        return True
    return left != 0 or not inflating.eof or bool(inflating.unused_data)


def _length(width: int, height: int, bits: int, *, interlaced: bool) -> int:
    """Return how many bytes all rows have: each a byte for its filter, and its pixels."""
    if not interlaced:
        return _rows(width, height, bits)
    return sum(
        _rows(-(-(width - left) // across), -(-(height - top) // down), bits)
        for left, top, across, down in _PASSES
    )


def _rows(width: int, height: int, bits: int) -> int:
    return height * (1 + -(-width * bits // 8)) if width > 0 and height > 0 else 0
