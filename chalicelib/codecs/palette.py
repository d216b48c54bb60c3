"""Writes a PNG whose pixels are numbers of a palette (third edition of its specification, 4.4.1 and 11.2).

ImageMagick 6 decides itself whether it writes one: a grey picture with transparency gets 16 bits for each
pixel, however few colours it has.
"""

from __future__ import annotations

import struct
import sys
import zlib
from typing import TYPE_CHECKING

from chalicelib.codecs.png import chunk

if TYPE_CHECKING:
    from chalicelib.geometry.plan import Extent

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PALETTE = 3
_UNFILTERED = b"\0"
"""Filters predict a colour from its neighbours', which says nothing about its number in the palette."""


def written(pixels: bytes, size: Extent, *, alpha: bool) -> bytes:
    """Return the PNG of `pixels`: rows of red, green, blue and alpha, of at most 256 colours together.

    Without `alpha`, the fourth byte of each pixel is passed over. The same pixels give the same bytes.
    """
    entries = memoryview(pixels).cast("I")
    palette = sorted(set(entries), key=lambda entry: _bytes(entry)[::-1])  # the most transparent first
    numbers = bytes(map({entry: number for number, entry in enumerate(palette)}.__getitem__, entries))
    bits = next(bits for bits in (1, 2, 4, 8) if len(palette) <= 1 << bits)
    colours = [_bytes(entry) for entry in palette]
    transparency = bytes(colour[3] for colour in colours).rstrip(b"\xff") if alpha else b""
    return b"".join(
        (
            _SIGNATURE,
            chunk(b"IHDR", struct.pack(">IIBBBBB", *size, bits, _PALETTE, 0, 0, 0)),
            chunk(b"PLTE", b"".join(colour[:3] for colour in colours)),
            chunk(b"tRNS", transparency) if transparency else b"",
            chunk(b"IDAT", zlib.compress(_rows(numbers, size.width, bits), 9)),
            chunk(b"IEND", b""),
        )
    )


def _bytes(entry: int) -> bytes:
    return entry.to_bytes(4, sys.byteorder)


def _rows(numbers: bytes, width: int, bits: int) -> bytes:
    """Return each row with its filter before it, and `8 / bits` numbers in a byte, the first one highest."""
    many = 8 // bits
    padding = bytes(-width % many)
    padded = b"".join(numbers[at : at + width] + padding for at in range(0, len(numbers), width))
    # All numbers of a place in their bytes are shifted at once, as one large number.
    places = (int.from_bytes(padded[place::many], "big") << 8 - bits * (place + 1) for place in range(many))
    packed = sum(places).to_bytes(len(padded) // many, "big")
    length = (width + len(padding)) // many
    return b"".join(_UNFILTERED + packed[at : at + length] for at in range(0, len(packed), length))
