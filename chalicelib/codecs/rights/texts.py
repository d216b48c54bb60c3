"""The texts of a PNG (third edition of its specification, 11.3.3)."""

from __future__ import annotations

import zlib

LARGEST = 1 << 16
"""Bytes of a text that is read."""

_LARGEST_INFLATED = 1 << 19


def text(tag: bytes, content: bytes) -> bytes:
    """Return the text of a chunk ``tEXt``, ``zTXt`` or ``iTXt`` as UTF-8, inflated as far as it is of use.

    It ends at a NUL, which no text has.
    """
    rest = content.partition(b"\0")[2]
    if tag == b"iTXt":
        said = rest[2:].split(b"\0", 2)[-1]
        return _sound(_inflated(said) if rest[:1] == b"\1" else said)
    return _cut(_inflated(rest[1:]) if tag == b"zTXt" else rest).decode("latin-1").encode()


def _sound(said: bytes) -> bytes:
    return _cut(said).decode("utf-8", "replace").encode()


def _cut(said: bytes) -> bytes:
    return said.partition(b"\0")[0]


def _inflated(text: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(text, _LARGEST_INFLATED)
    except zlib.error:
        return b""
