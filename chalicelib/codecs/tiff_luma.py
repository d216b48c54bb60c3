"""Gives each pixel of an uncompressed TIFF in YCbCr colours of its own (TIFF 6.0, section 21).

There, blocks of pixels may share one Cb and one Cr. ImageMagick reads such blocks as if they were pixels.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.errors import BrokenImage

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHARES = frozenset({1, 2, 4})


class Block(NamedTuple):
    """Pixels that share their colours; a block is its lumas, row by row, then Cb and Cr."""

    across: int
    down: int

    @property
    def can_be(self) -> bool:
        """Whether TIFF knows such a block."""
        return self.across in _SHARES and self.down in _SHARES

    @property
    def length(self) -> int:
        """How many bytes it has."""
        return self.across * self.down + 2


def unshared(strips: list[bytes], block: Block, width: int, heights: list[int]) -> bytes:
    """Return rows of Y, Cb, Cr for each pixel; each strip has a height. `BrokenImage` if one is too short."""
    return b"".join(
        row
        for strip, height in zip(strips, heights, strict=True)
        for row in _rows(strip, block, width, height)
    )


def _rows(strip: bytes, block: Block, width: int, height: int) -> Iterator[bytes]:
    across = -(-width // block.across)
    for top in range(0, height, block.down):
        start = top // block.down * across * block.length
        blocks = strip[start : start + across * block.length]
        if len(blocks) < across * block.length:
            raise BrokenImage("The original is broken: a strip of the TIFF ends before its last row.")
        for down in range(min(block.down, height - top)):
            yield _row(blocks, block, across, down)[: 3 * width]


def _row(blocks: bytes, block: Block, across: int, down: int) -> bytes:
    """Return one row of a row of blocks, of as many whole blocks."""
    row = bytearray(3 * across * block.across)
    for column in range(block.across):
        luma = down * block.across + column
        for channel, part in enumerate((luma, block.length - 2, block.length - 1)):
            row[3 * column + channel :: 3 * block.across] = blocks[part :: block.length]
    return bytes(row)


def entries(order: str, size: int, height: int, start: int) -> dict[int, bytes]:
    """Return the entries for one strip of `size` bytes at `start`, in which nothing is shared."""
    numbers = {273: start, 278: height, 279: size}
    shared = struct.pack(f"{order}HHIHH", 530, 3, 2, 1, 1)
    return {530: shared} | {
        tag: struct.pack(f"{order}HHII", tag, 4, 1, number) for tag, number in numbers.items()
    }
