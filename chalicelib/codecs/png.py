"""The chunks of a PNG (third edition of its specification, 5)."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from chalicelib.codecs import tiff
from chalicelib.codecs.profiles import MOST_PROFILE
from chalicelib.errors import BrokenImage, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_CHUNKS = 100_000
_COMPRESSED_TEXT = frozenset({b"zTXt", b"iTXt"})


def size(data: bytes) -> tuple[int, int]:
    """Return width and height."""
    if data[8:16] != b"\0\0\0\x0dIHDR":
        raise BrokenImage("The PNG has no header.")
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def orientation(data: bytes) -> int:
    """Return the orientation that its EXIF says, 1 to 8; 1 without."""
    found = (data[at + 8 : end - 4] for tag, at, end in chunks(data) if tag == b"eXIf")
    return tiff.orientation(next(found, b""))


def harmless(data: bytes) -> bytes:
    """Return the PNG without what costs a thousand times its size: compressed texts, too large a profile.

    libpng inflates each of them, up to 8 MB, and 1,000 texts; nothing of it would be in the variant.
    """
    kept, behind = [], 0
    for tag, at, end in chunks(data):
        if tag in _COMPRESSED_TEXT or (tag == b"iCCP" and _is_vast(data[at + 8 : end - 4])):
            kept.append(data[behind:at])
            behind = end
    return b"".join([*kept, data[behind:]]) if kept else data


def chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield the tag of each chunk, and where it begins and ends, as far as the file goes."""
    at = 8
    for _ in range(_MOST_CHUNKS):
        if at + 12 > len(data):
            return
        length, tag = struct.unpack_from(">I4s", data, at)
        yield tag, at, at + 12 + length
        at += 12 + length
    raise TooLarge("The PNG has too many chunks.")


def _is_vast(content: bytes) -> bool:
    """Say whether a profile, behind its name and a byte, inflates to more than `MOST_PROFILE`."""
    compressed = content[content.find(b"\0") + 2 :]
    try:
        return len(zlib.decompressobj().decompress(compressed, MOST_PROFILE + 1)) > MOST_PROFILE
    except zlib.error:
        return False
