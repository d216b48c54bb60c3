"""Takes channels out of pixels that are packed into 16 or 32 bits: many at once, as one large number."""

from __future__ import annotations

from functools import lru_cache

from chalicelib.errors import BrokenImage

_BYTE = 8


def bgra(row: bytes, bits: int, masks: tuple[int, int, int, int]) -> bytes:
    """Return a row of pixels of `bits` bits, little end first, as bytes of blue, green, red and alpha.

    `masks` say where red, green, blue and alpha are in a pixel; a mask of 0 is an empty channel.
    """
    length = bits // _BYTE
    pixels, count = int.from_bytes(row, "little"), len(row) // length
    made = bytearray(4 * count)
    for place, mask in zip((2, 1, 0, 3), masks, strict=True):
        if mask:
            made[place::4] = _channel(pixels, count, length, mask)
    return bytes(made)


def _channel(pixels: int, count: int, length: int, mask: int) -> bytes:
    """Return the channel's byte of each of the pixels, which are `length` bytes long."""
    shift, most = _field(mask, length)
    lanes = int.from_bytes(most.to_bytes(length, "little") * count, "little")
    return (pixels >> shift & lanes).to_bytes(length * count, "little")[::length].translate(_scaled(most))


def _field(mask: int, length: int) -> tuple[int, int]:
    """Return how far down a channel is shifted, and the largest value that it then has: at most a byte."""
    lowest = mask & -mask
    field = mask // lowest
    if field & field + 1 or mask >> _BYTE * length:
        raise BrokenImage("The original is a broken bitmap: the bits of a channel are not in a row.")
    surplus = max(0, field.bit_length() - _BYTE)
    return lowest.bit_length() - 1 + surplus, field >> surplus


@lru_cache(maxsize=_BYTE)
def _scaled(most: int) -> bytes:
    """Return the table that scales a channel from 0 to `most` to a byte."""
    return bytes((min(value, most) * 255 + most // 2) // most for value in range(256))
