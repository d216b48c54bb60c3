"""The PNGs: every depth and kind of pixels, with everything that says what its colours are."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from bench.colours import picture, said

if TYPE_CHECKING:
    from collections.abc import Iterator

_KINDS = {"grey": 0, "rgb": 2, "grey with alpha": 4, "rgba": 6}
_DEPTHS = (8, 16)

_SAID = {
    "nothing": b"",
    "sRGB": said.SRGB_CHUNK,
    "gAMA 1.0": said.gama(100_000),
    "gAMA and cHRM of Adobe RGB": said.gama(45_455) + said.ADOBE_CHRM,
    "iCCP of P3": said.iccp(said.profile("P3", said.SRGB_CURVE, said.P3)),
    "iCCP, linear": said.iccp(said.profile("linear", said.LINEAR)),
    "iCCP, a table": said.iccp(said.profile("camera", said.sampled(1024))),
    "cICP of sRGB": said.cicp(1, 13),
    "cICP of P3": said.cicp(12, 13),
    "cICP of BT.2020": said.cicp(9, 1),
    "cICP of PQ": said.cicp(9, 16),
    "cICP of HLG": said.cicp(9, 18),
}


def files() -> Iterator[tuple[str, bytes]]:
    """Yield a name and the bytes of each file."""
    for kind, code in _KINDS.items():
        for depth in _DEPTHS:
            for words, chunks in _SAID.items():
                if "iCCP" in words and code in {0, 4}:
                    continue  # a profile of RGB does not belong to grey
                yield f"{kind}, {depth} bits, {words}", _png(code, depth, chunks)


def _png(code: int, depth: int, chunks: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", picture.WIDTH, picture.HEIGHT, depth, code, 0, 0, 0)
    rows = b"".join(b"\0" + _row(y, code, depth) for y in range(picture.HEIGHT))
    parts = (
        said.chunk(b"IHDR", header),
        chunks,
        said.chunk(b"IDAT", zlib.compress(rows)),
        said.chunk(b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _row(y: int, code: int, depth: int) -> bytes:
    values: list[int] = []
    for x in range(picture.WIDTH):
        values += picture.pixel(x, y) if code in {2, 6} else (picture.grey(x, y),)
        values += (picture.alpha(x, y),) if code in {4, 6} else ()
    if depth == _DEPTHS[0]:
        return bytes(values)
    return struct.pack(f">{len(values)}H", *(value * 257 for value in values))
