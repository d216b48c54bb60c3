"""The chunks of a PNG (third edition of its specification, 5)."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from chalicelib.codecs import tiff
from chalicelib.codecs.profiles import LARGEST_PROFILE
from chalicelib.errors import BrokenImage, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_CHUNKS = 100_000
_COMPRESSED_TEXT = frozenset({b"zTXt", b"iTXt"})


def size(data: bytes) -> tuple[int, int]:
    """Return width and height."""
    if data[8:16] != b"\0\0\0\x0dIHDR":
        raise BrokenImage("The original is a broken PNG: it does not begin with its header.")
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def orientation(data: bytes) -> int:
    """Return the orientation that its EXIF states, 1 to 8; 1 without EXIF."""
    found = (data[at + 8 : end - 4] for tag, at, end in chunks(data) if tag == b"eXIf")
    return tiff.orientation(next(found, b""))


def harmless(data: bytes) -> bytes:
    """Return the PNG without compressed texts, and without a profile that is too large.

    libpng inflates them to a thousand times their size: up to 8 MB each, and up to 1,000 texts. The variant
    needs none of it.
    """
    kept, rest = [], 0
    for tag, at, end in chunks(data):
        if tag in _COMPRESSED_TEXT or (tag == b"iCCP" and _is_too_large(data[at + 8 : end - 4])):
            kept.append(data[rest:at])
            rest = end
    return b"".join([*kept, data[rest:]]) if kept else data


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


def _is_too_large(content: bytes) -> bool:
    """Say whether the profile, which follows its name and a byte, inflates to more than `LARGEST_PROFILE`."""
    compressed = content[content.find(b"\0") + 2 :]
    try:
        return len(zlib.decompressobj().decompress(compressed, LARGEST_PROFILE + 1)) > LARGEST_PROFILE
    except zlib.error:
        return False
