"""The chunks of a PNG (third edition of its specification, 5)."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from chalicelib.codecs import tiff
from chalicelib.errors import BrokenImage, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_CHUNKS = 100_000
_LEFT_OUT = frozenset({b"zTXt", b"iTXt", b"iCCP", b"cICP", b"sRGB", b"gAMA", b"cHRM"})


def size(data: bytes) -> tuple[int, int]:
    """Return width and height."""
    if data[8:16] != b"\0\0\0\x0dIHDR":
        raise BrokenImage("The original is a broken PNG: it does not begin with its header.")
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def orientation(data: bytes) -> int:
    """Return the orientation that its EXIF states, 1 to 8; 1 without EXIF."""
    found = (content for tag, content in before_picture(data) if tag == b"eXIf")
    return tiff.exif_orientation(next(found, b"")) or 1


def before_picture(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield tag and content of each chunk before the picture's data.

    Those that follow the data, and those whose checksum is wrong, do not count, as in browsers.
    """
    for tag, at, end in chunks(data):
        if tag == b"IDAT":
            return
        if data[end - 4 : end] == zlib.crc32(data[at + 4 : end - 4]).to_bytes(4, "big"):
            yield tag, data[at + 8 : end - 4]


def harmless(data: bytes) -> bytes:
    """Return the PNG without compressed texts, and without the chunks about colours.

    libpng inflates texts to a thousand times their size: up to 8 MB each, and up to 1,000 of them. The
    variant needs none of it. Of colours, ImageMagick knows less than `colour.sources`, which has read them.
    """
    kept, rest = [], 0
    for tag, at, end in chunks(data):
        if tag in _LEFT_OUT:
            kept.append(data[rest:at])
            rest = end
    return b"".join([*kept, data[rest:]]) if kept else data


_HEADER_END = 33


def chunk(tag: bytes, content: bytes) -> bytes:
    """Return a chunk with its length and its checksum."""
    body = tag + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def with_chunks(data: bytes, *added: tuple[bytes, bytes]) -> bytes:
    """Return a PNG of ours with these chunks, each a tag and its content, behind its header."""
    written = b"".join(chunk(tag, content) for tag, content in added)
    return data[:_HEADER_END] + written + data[_HEADER_END:]


def chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield the tag of each chunk, and where it begins and ends, as far as the file goes."""
    at = 8
    for _ in range(_MOST_CHUNKS):
        if at + 12 > len(data):
            return
        length, tag = struct.unpack_from(">I4s", data, at)
        yield tag, at, at + 12 + length
        at += 12 + length
    raise TooLarge(f"The original is a PNG with more than {_MOST_CHUNKS} chunks, which is not allowed.")
