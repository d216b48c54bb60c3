"""What files say of their colours, written byte by byte: PNG chunks and ICC profiles.

The comparison of renderers and the tests both make their files with this.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def chunk(tag: bytes, content: bytes) -> bytes:
    """Return a chunk of a PNG, with its length and its checksum."""
    return struct.pack(">I", len(content)) + tag + content + struct.pack(">I", zlib.crc32(tag + content))


LINEAR = b"curv\0\0\0\0\0\0\0\0"
BT709 = (
    (0.4360747, 0.2225045, 0.0139322),
    (0.3850649, 0.7168786, 0.0971045),
    (0.1430804, 0.0606169, 0.7141733),
)
P3 = ((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407))
"""The colorants of sRGB and of Display P3, in XYZ of D50."""


def _s15(values: Iterable[float]) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


_LETTERS = {8: "B", 16: "H"}
_LINEAR_UP_TO = 0.04045
SRGB_CURVE = b"para\0\0\0\0\0\3\0\0" + _s15((2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, _LINEAR_UP_TO))


def power(exponent: float) -> bytes:
    """Return the curve of a profile that is a power."""
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(exponent * 256))


def sampled(points: int) -> bytes:
    """SRGB's curve as a table, as most files of cameras have it."""

    def light(value: float) -> float:
        return value / 12.92 if value <= _LINEAR_UP_TO else float(((value + 0.055) / 1.055) ** 2.4)

    samples = [round(65535 * light(step / (points - 1))) for step in range(points)]
    return b"curv\0\0\0\0" + struct.pack(f">I{points}H", points, *samples)


def profile(name: str, curve: bytes, colorants: Sequence[Sequence[float]] = BT709) -> bytes:
    """Return an ICC profile of RGB (ICC.1:2001-04) that calls itself `name`."""
    text = name.encode()
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(text) + 1) + text + bytes(79),
        b"wtpt": b"XYZ \0\0\0\0" + _s15((0.9642, 1, 0.8249)),
        **{
            tag: b"XYZ \0\0\0\0" + _s15(c)
            for tag, c in zip((b"rXYZ", b"gXYZ", b"bXYZ"), colorants, strict=True)
        },
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    return _assembled(b"RGB ", tags)


def grey_profile(curve: bytes) -> bytes:
    """Return an ICC profile of grey."""
    return _assembled(b"GRAY", {b"wtpt": b"XYZ \0\0\0\0" + _s15((0.9642, 1, 0.8249)), b"kTRC": curve})


def _assembled(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    table, content = struct.pack(">I", len(tags)), b""
    for tag, value in tags.items():
        table += tag + struct.pack(">II", 132 + 12 * len(tags) + len(content), len(value))
        content += value + bytes(-len(value) % 4)
    size = 128 + len(table) + len(content)
    head = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, b"mntr", space, b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + _s15((0.9642, 1, 0.8249))
    return head.ljust(128, b"\0") + table + content


def iccp(icc: bytes) -> bytes:
    """Return the chunk of a profile."""
    return chunk(b"iCCP", b"x\0\0" + zlib.compress(icc))


def gama(value: int) -> bytes:
    """Return the chunk of a gamma, in hundred-thousandths."""
    return chunk(b"gAMA", value.to_bytes(4, "big"))


def chrm(*numbers: int) -> bytes:
    """Return the chunk of white, red, green and blue, each as x and y in hundred-thousandths."""
    return chunk(b"cHRM", struct.pack(">8I", *numbers))


def cicp(primaries: int, transfer: int, matrix: int = 0, full: int = 1) -> bytes:
    """Return the chunk of code points (ITU-T H.273)."""
    return chunk(b"cICP", bytes((primaries, transfer, matrix, full)))


def clli(nits: int) -> bytes:
    """Return the chunk of the brightest pixel."""
    return chunk(b"cLLI", struct.pack(">II", nits * 10_000, 0))


def mdcv(nits: int) -> bytes:
    """Return the chunk of the mastering display, by its brightest white."""
    return chunk(
        b"mDCV",
        struct.pack(">8HII", *(35400, 14600, 8500, 39850, 6550, 2300, 15635, 16450), nits * 10_000, 50),
    )


SRGB_CHUNK = chunk(b"sRGB", b"\0")
ADOBE_CHRM = chrm(31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000)


def png(colours: Sequence[Sequence[int]], *said: bytes, depth: int = 8) -> bytes:
    """Return a PNG of one row of `colours`: one number is grey, three are RGB. It says what is `said`."""
    kind = {1: 0, 3: 2}[len(colours[0])]
    flat = [channel for colour in colours for channel in colour]
    row = b"\0" + struct.pack(f">{len(flat)}{_LETTERS[depth]}", *flat)
    header = struct.pack(">IIBBBBB", len(colours), 1, depth, kind, 0, 0, 0)
    chunks = (
        chunk(b"IHDR", header),
        *said,
        chunk(b"IDAT", zlib.compress(row)),
        chunk(b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
