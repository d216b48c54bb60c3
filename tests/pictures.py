"""Pictures written byte by byte, so that the tests do not use our own encoder (PNG, third edition)."""

from __future__ import annotations

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png(width: int = 60, height: int = 30, text: str = "") -> bytes:
    """Return a red-to-blue PNG that carries `text`: other bytes, the same picture."""
    rows = b"".join(
        b"\0"
        + bytes(channel for x in range(width) for channel in (255 - 255 * x // width, 0, 255 * x // width))
        for _ in range(height)
    )
    comment = chunk(b"iTXt", b"Comment\0\0\0\0\0" + text.encode())
    return (
        SIGNATURE
        + header(width, height)
        + comment
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def bomb(side: int = 60_000) -> bytes:
    """Return a PNG of a hundred bytes that claims to be `side` pixels square."""
    return SIGNATURE + header(side, side) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def header(width: int, height: int) -> bytes:
    """Return the IHDR chunk of an 8-bit RGB picture."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def chunk(name: bytes, data: bytes) -> bytes:
    """Return one chunk with its length and checksum."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
