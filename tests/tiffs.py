"""TIFFs of every photometric interpretation, depth, compression and arrangement, written from nothing."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

SIDE = 32
SHORT, LONG, UNDEFINED = 3, 4, 7
_FORMS = {SHORT: "H", UNDEFINED: "B"}
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, INK, YCBCR = 0, 1, 2, 3, 5, 6
NONE, DEFLATE, PACKBITS = 1, 8, 32773
_TILE = 16


@dataclass(frozen=True, slots=True)
class Kind:
    """What the samples mean, how many bits each has, and how they are compressed and arranged."""

    photometric: int
    bits: int
    compression: int = NONE
    planes: bool = False
    tiles: bool = False

    @property
    def samples(self) -> int:
        return {RGB: 3, INK: 4, YCBCR: 3}.get(self.photometric, 1)


def _samples(kind: Kind, channels: tuple[float, ...], width: int, height: int) -> bytes:
    """Rows of one colour; each channel is from 0 to 1."""
    values = [round(channel * ((1 << kind.bits) - 1)) for channel in channels] * width
    row = "".join(f"{value:0{kind.bits}b}" for value in values)
    padded = row.ljust(-(-len(row) // 8) * 8, "0")
    packed = int(padded, 2).to_bytes(len(padded) // 8, "big")
    return packed * height


def _compressed(kind: Kind, rows: bytes, length: int) -> bytes:
    if kind.compression == DEFLATE:
        return zlib.compress(rows)
    if kind.compression == PACKBITS:
        lines = (rows[at : at + length] for at in range(0, len(rows), length))
        return b"".join(
            bytes([len(part) - 1]) + part
            for line in lines
            for part in (line[at : at + 128] for at in range(0, len(line), 128))
        )
    return rows


def tiff(kind: Kind, channels: tuple[float, ...], palette: tuple[int, ...] = ()) -> bytes:
    """A picture of one colour, big end first. `palette` has all reds, then greens, then blues, of 16 bits."""
    width, height = (_TILE, _TILE) if kind.tiles else (SIDE, SIDE)
    count = (SIDE // width) * (SIDE // height)
    parts = [(channel,) for channel in channels] if kind.planes else [channels]
    blocks = []
    for part in parts:
        rows = _samples(kind, part, width, height)
        blocks += [_compressed(kind, rows, len(rows) // height)] * count
    lengths = [len(block) for block in blocks]
    tags = {
        256: (LONG, [SIDE]),
        257: (LONG, [SIDE]),
        258: (SHORT, [kind.bits] * kind.samples),
        259: (SHORT, [kind.compression]),
        262: (SHORT, [kind.photometric]),
        277: (SHORT, [kind.samples]),
        284: (SHORT, [2 if kind.planes else 1]),
        **({320: (SHORT, list(palette))} if palette else {}),
        **({530: (SHORT, [1, 1])} if kind.photometric == YCBCR else {}),
    }
    places, counts = (324, 325) if kind.tiles else (273, 279)
    tags |= {322: (LONG, [_TILE]), 323: (LONG, [_TILE])} if kind.tiles else {278: (LONG, [SIDE])}
    offsets = [8 + sum(lengths[:index]) for index in range(len(blocks))]
    return file_of(tags | {places: (LONG, offsets), counts: (LONG, lengths)}, b"".join(blocks))


def file_of(tags: dict[int, tuple[int, list[int]]], body: bytes) -> bytes:
    """A TIFF of these tags, each with its form and values; `body` begins at byte 8."""
    body += bytes(len(body) % 2)
    directory, entries, extra = 8 + len(body), b"", b""
    after = directory + 2 + 12 * len(tags) + 4
    for tag, (form, values) in sorted(tags.items()):
        content = struct.pack(f">{len(values)}{_FORMS.get(form, 'I')}", *values)
        entries += struct.pack(">HHI", tag, form, len(values))
        if len(content) > 4:
            entries += struct.pack(">I", after + len(extra))
            extra += content
        else:
            entries += content.ljust(4, b"\0")
    return (
        b"MM\0*"
        + struct.pack(">I", directory)
        + body
        + struct.pack(">H", len(tags))
        + entries
        + bytes(4)
        + extra
    )
