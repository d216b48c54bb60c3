"""Bitmaps are read as their headers say. The expectations were tried in Chromium, but where a row says so."""

from __future__ import annotations

import struct
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.codecs import bmp, formats, headers
from chalicelib.codecs.bitfields import bgra
from chalicelib.errors import BrokenImage, NotAnImage, TooLarge
from tests.pixels import made, seen

SIDE = 8
AREA = SIDE * SIDE
COLOUR = (230, 40, 30)
OPAQUE, CLEAR, HALF = (*COLOUR, 255), (*COLOUR, 0), (*COLOUR, 100)
BGR = bytes(COLOUR[::-1])
WHITE_AND_COLOUR = bytes((255, 255, 255, 0)) + BGR + b"\0"
RGB, RLE8, RLE4, FIELDS, ALPHA_FIELDS = 0, 1, 2, 3, 6


class Masks(NamedTuple):
    red: int
    green: int
    blue: int
    alpha: int = 0


BYTES, OPAQUE_BYTES = Masks(0xFF0000, 0xFF00, 0xFF, 0xFF000000), Masks(0xFF0000, 0xFF00, 0xFF)
REVERSED = Masks(0xFF000000, 0xFF0000, 0xFF00, 0xFF)
DEEP = Masks(0x3FF00000, 0xFFC00, 0x3FF, 0xC0000000)
M555, M565, M444 = Masks(0x7C00, 0x3E0, 0x1F), Masks(0xF800, 0x7E0, 0x1F), Masks(0xF00, 0xF0, 0xF)
M1555, M4444, M332 = Masks(0x7C00, 0x3E0, 0x1F, 0x8000), Masks(0xF00, 0xF0, 0xF, 0xF000), Masks(0xE0, 0x1C, 3)


def bitmap(head: bytes, palette: bytes, rows: bytes) -> bytes:
    at = 14 + len(head) + len(palette)
    return b"BM" + struct.pack("<IHHI", at + len(rows), 0, 0, at) + head + palette + rows


def head(
    length: int,
    bits: int,
    compression: int = RGB,
    colours: int = 0,
    masks: Masks | None = None,
    height: int = SIDE,
) -> bytes:
    """A header of at least 40 bytes; one shorter than its fields is cut, one that is longer is filled."""
    numbers = struct.pack("<IiiHHIIiiII", length, SIDE, height, 1, bits, compression, 0, 0, 0, colours, 0)
    return (numbers + (struct.pack("<4I", *masks) if masks else b""))[:length].ljust(length, b"\0")


def core(bits: int) -> bytes:
    return struct.pack("<IHHHH", 12, SIDE, SIDE, 1, bits)


def packed(bits: int, masks: Masks, *pixels: tuple[int, int, int, int]) -> bytes:
    """As many of each of the `pixels`, one after the other, in the bits that the masks say."""

    def one(pixel: tuple[int, int, int, int]) -> int:
        fields = ((value, mask, mask & -mask) for value, mask in zip(pixel, masks, strict=True) if mask)
        return sum(round(value * (mask // lowest) / 255) * lowest for value, mask, lowest in fields)

    words = (one(pixel).to_bytes(bits // 8, "little") for pixel in pixels)
    return b"".join(word * (AREA // len(pixels)) for word in words)


def below_above(below: bytes, above: bytes) -> bytes:
    return below * (AREA // 2) + above * (AREA // 2)


RESERVED = below_above(BGR + b"\0", BGR + b"\xff")
ONES = bytes([1]) * AREA
PALETTE_OF_CORE = (b"\xff\xff\xff" + BGR).ljust(3 * 256, b"\0")
RUNS = bytes([SIDE, 1, 0, 0]) * SIDE + b"\0\1"

SHOWN = {
    "OS/2 1.x, 1 bit": (bitmap(core(1), PALETTE_OF_CORE[:6], b"\xff\0\0\0" * SIDE), OPAQUE, OPAQUE),
    "OS/2 1.x, 8 bits": (bitmap(core(8), PALETTE_OF_CORE, ONES), OPAQUE, OPAQUE),
    "OS/2 1.x, 24 bits": (bitmap(core(24), b"", BGR * AREA), OPAQUE, OPAQUE),
    "OS/2 2.x, 1 bit": (
        bitmap(head(64, 1, colours=2), WHITE_AND_COLOUR, b"\xff\0\0\0" * SIDE),
        OPAQUE,
        OPAQUE,
    ),
    "OS/2 2.x, 4 bits": (bitmap(head(64, 4, colours=2), WHITE_AND_COLOUR, b"\x11" * 32), OPAQUE, OPAQUE),
    "OS/2 2.x, 8 bits": (bitmap(head(64, 8, colours=2), WHITE_AND_COLOUR, ONES), OPAQUE, OPAQUE),
    "OS/2 2.x, 8 bits in runs": (bitmap(head(64, 8, RLE8, 2), WHITE_AND_COLOUR, RUNS), OPAQUE, OPAQUE),
    "OS/2 2.x, 24 bits": (bitmap(head(64, 24), b"", BGR * AREA), OPAQUE, OPAQUE),
    "OS/2 2.x, 32 bits": (bitmap(head(64, 32), b"", RESERVED), OPAQUE, OPAQUE),
    "OS/2 2.x of 16 bytes": (bitmap(head(16, 24), b"", BGR * AREA), OPAQUE, OPAQUE),
    "OS/2 2.x of 16 bytes, 8 bits": (
        bitmap(head(16, 8), WHITE_AND_COLOUR.ljust(1024, b"\0"), ONES),
        OPAQUE,
        OPAQUE,
    ),
    "OS/2 2.x of 48 bytes": (bitmap(head(48, 8, colours=2), WHITE_AND_COLOUR, ONES), OPAQUE, OPAQUE),
    "Windows 3, 2 bits": (
        bitmap(head(40, 2, colours=4), WHITE_AND_COLOUR + bytes(8), b"\x55\x55\0\0" * SIDE),
        OPAQUE,
        OPAQUE,
    ),
    "Windows 3, 4 bits in runs": (
        bitmap(head(40, 4, RLE4, 2), WHITE_AND_COLOUR, bytes([SIDE, 0x11, 0, 0]) * SIDE + b"\0\1"),
        OPAQUE,
        OPAQUE,
    ),
    "Windows 3, 8 bits, a colour beyond the palette": (
        bitmap(head(40, 8, colours=2), WHITE_AND_COLOUR, b"\7" * AREA),
        (0, 0, 0, 255),
        (0, 0, 0, 255),
    ),
    "Windows 3, 24 bits": (bitmap(head(40, 24), b"", BGR * AREA), OPAQUE, OPAQUE),
    "Windows 3, 32 bits: the fourth byte means nothing": (
        bitmap(head(40, 32), b"", RESERVED),
        OPAQUE,
        OPAQUE,
    ),
    "Windows 3, 32 bits, fourth byte 20": (bitmap(head(40, 32), b"", (BGR + b"\x14") * AREA), OPAQUE, OPAQUE),
    "Windows 3, 16 bits": (bitmap(head(40, 16), b"", packed(16, M555, OPAQUE)), (230, 41, 33, 255), None),
    "Windows 3, 16 bits: the top bit means nothing": (
        bitmap(head(40, 16), b"", packed(16, M1555, CLEAR, OPAQUE)),
        (230, 41, 33, 255),
        (230, 41, 33, 255),
    ),
    "Windows 3, masks of 5, 6, 5 bits": (
        bitmap(head(40, 16, FIELDS), struct.pack("<3I", *M565[:3]), packed(16, M565, OPAQUE)),
        (230, 40, 33, 255),
        None,
    ),
    "Windows 3, masks of 4 bits": (
        bitmap(head(40, 16, FIELDS), struct.pack("<3I", *M444[:3]), packed(16, M444, OPAQUE)),
        (238, 34, 34, 255),
        None,
    ),
    "Windows 3, three masks in another order": (
        bitmap(head(40, 32, FIELDS), struct.pack("<3I", *REVERSED[:3]), packed(32, REVERSED, CLEAR, OPAQUE)),
        OPAQUE,
        OPAQUE,
    ),
    "Windows CE, four masks": (
        bitmap(head(40, 32, ALPHA_FIELDS), struct.pack("<4I", *BYTES), RESERVED),
        OPAQUE,
        CLEAR,
    ),
    "Windows CE, four masks of 1, 5, 5, 5 bits": (
        bitmap(head(40, 16, ALPHA_FIELDS), struct.pack("<4I", *M1555), packed(16, M1555, CLEAR, OPAQUE)),
        (230, 41, 33, 255),
        (230, 41, 33, 0),
    ),
    "Adobe's 52 bytes have no mask of alpha": (
        bitmap(head(52, 32, FIELDS, masks=OPAQUE_BYTES), b"", RESERVED),
        OPAQUE,
        OPAQUE,
    ),
    "Adobe's 56 bytes": (bitmap(head(56, 32, FIELDS, masks=BYTES), b"", RESERVED), OPAQUE, CLEAR),
    "Adobe's 56 bytes, 4 bits each": (
        bitmap(head(56, 16, FIELDS, masks=M4444), b"", packed(16, M4444, CLEAR, OPAQUE)),
        (238, 34, 34, 255),
        (238, 34, 34, 0),
    ),
    "Windows 4": (bitmap(head(108, 32, FIELDS, masks=BYTES), b"", RESERVED), OPAQUE, CLEAR),
    "Windows 4 without a mask of alpha": (
        bitmap(head(108, 32, FIELDS, masks=OPAQUE_BYTES), b"", RESERVED),
        OPAQUE,
        OPAQUE,
    ),
    "Windows 4, 8 bits": (bitmap(head(108, 8, colours=2), WHITE_AND_COLOUR, ONES), OPAQUE, OPAQUE),
    "Windows 4, masks of 3, 3, 2 bits": (
        bitmap(head(108, 16, FIELDS, masks=M332), b"", packed(16, M332, OPAQUE)),
        (219, 36, 0, 255),
        None,
    ),
    "Windows 4 without fields: its masks do not count (in Firefox and Pillow; in Chromium, alpha's does)": (
        bitmap(head(108, 32, masks=BYTES), b"", RESERVED),
        OPAQUE,
        OPAQUE,
    ),
    "Windows 5": (bitmap(head(124, 32, FIELDS, masks=BYTES), b"", RESERVED), OPAQUE, CLEAR),
    "Windows 5, from the top": (
        bitmap(head(124, 32, FIELDS, masks=BYTES, height=-SIDE), b"", RESERVED),
        CLEAR,
        OPAQUE,
    ),
    "Windows 5, half transparent": (
        bitmap(head(124, 32, FIELDS, masks=BYTES), b"", packed(32, BYTES, HALF)),
        HALF,
        HALF,
    ),
    "Windows 5, wholly transparent": (
        bitmap(head(124, 32, FIELDS, masks=BYTES), b"", (BGR + b"\0") * AREA),
        CLEAR,
        CLEAR,
    ),
    "Windows 5, alpha first": (
        bitmap(head(124, 32, FIELDS, masks=REVERSED), b"", packed(32, REVERSED, CLEAR, OPAQUE)),
        OPAQUE,
        CLEAR,
    ),
    "Windows 5, 10 bits each, 2 of alpha": (
        bitmap(head(124, 32, FIELDS, masks=DEEP), b"", packed(32, DEEP, CLEAR, OPAQUE)),
        OPAQUE,
        CLEAR,
    ),
    "Windows 5, a bit of alpha": (
        bitmap(head(124, 16, FIELDS, masks=M1555), b"", packed(16, M1555, CLEAR, OPAQUE)),
        (230, 41, 33, 255),
        (230, 41, 33, 0),
    ),
}
"""Each with its colour near the top, and near the bottom; None: the same."""


@pytest.mark.parametrize(("data", "top", "bottom"), SHOWN.values(), ids=SHOWN.keys())
def test_a_bitmap_shows(
    data: bytes, top: tuple[int, int, int, int], bottom: tuple[int, int, int, int] | None
) -> None:
    pixels = seen(made(data, f"{SIDE}x,format=png"))

    assert pixels.shape == (SIDE, SIDE, 4)
    for row, expected in ((1, top), (SIDE - 2, bottom or top)):
        found = tuple(pixels[row, 1].tolist())
        assert found[3] == expected[3]
        assert found[3] == 0 or found == expected


@pytest.mark.parametrize(("data", "top", "bottom"), SHOWN.values(), ids=SHOWN.keys())
def test_a_bitmap_becomes_a_png_if_it_has_alpha_and_else_a_jpeg(
    data: bytes, top: tuple[int, int, int, int], bottom: tuple[int, int, int, int] | None
) -> None:
    transparent = min(top[3], (bottom or top)[3]) < 255

    assert made(data, f"{SIDE}x").format == ("png" if transparent else "jpeg")


@pytest.mark.parametrize("data", [data for data, _, _ in SHOWN.values()], ids=SHOWN.keys())
def test_the_plain_bitmap_has_the_same_size_and_is_plain_already(data: bytes) -> None:
    plain = bmp.plain(data)

    assert headers.read(plain, formats.BMP) == headers.read(data, formats.BMP)
    assert bmp.plain(plain) == plain


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        pytest.param(
            bitmap(head(64, 1, 3, 2), WHITE_AND_COLOUR, bytes(64)), NotAnImage, id="OS/2's Huffman code"
        ),
        pytest.param(bitmap(head(64, 24, 4), b"", bytes(64)), NotAnImage, id="OS/2's runs of 24 bits"),
        pytest.param(bitmap(head(40, 0, 4), b"", b"\xff\xd8\xff"), NotAnImage, id="a JPEG within"),
        pytest.param(bitmap(head(40, 0, 5), b"", b"\x89PNG"), NotAnImage, id="a PNG within"),
        pytest.param(bitmap(head(40, 7), b"", ONES), BrokenImage, id="seven bits"),
        pytest.param(bitmap(head(40, 24, RLE8), b"", ONES), BrokenImage, id="runs of 24 bits"),
        pytest.param(bitmap(head(40, 24), b"", BGR * (AREA - 1)), BrokenImage, id="a row too short"),
        pytest.param(bitmap(head(40, 32), b"", RESERVED[:-1]), BrokenImage, id="a byte too short"),
        pytest.param(bitmap(head(40, 24, height=0), b"", ONES), BrokenImage, id="no rows"),
        pytest.param(bitmap(head(40, 16, FIELDS), bytes(4), b""), BrokenImage, id="masks that are cut off"),
        pytest.param(
            bitmap(head(56, 32, FIELDS, masks=Masks(0xF0F, 0xF0, 0xF000)), b"", RESERVED),
            BrokenImage,
            id="a mask with a hole",
        ),
        pytest.param(
            bitmap(head(56, 16, FIELDS, masks=Masks(0xFF0000, 0xFF00, 0xFF)), b"", RESERVED),
            BrokenImage,
            id="a mask beyond the pixel",
        ),
        pytest.param(bitmap(head(40, 24, height=70_000), b"", ONES), TooLarge, id="more rows than we read"),
    ],
)
def test_a_bitmap_is_refused_for(data: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        made(data, f"{SIDE}x,format=png")


@given(st.sampled_from([16, 32]), st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=9), st.data())
def test_every_channel_of_every_pixel_is_scaled_to_a_byte(
    bits: int, pixels: list[int], data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, bits), min_size=8, max_size=8)))
    masks = Masks(*((1 << end) - (1 << start) for start, end in zip(cuts[::2], cuts[1::2], strict=True)))
    words = [pixel % (1 << bits) for pixel in pixels]
    row = b"".join(word.to_bytes(bits // 8, "little") for word in words)

    found = np.frombuffer(bgra(row, bits, masks), np.uint8).reshape(-1, 4)

    for word, made_of in zip(words, found.tolist(), strict=True):
        for mask, channel in zip(masks, (made_of[2], made_of[1], made_of[0], made_of[3]), strict=True):
            value = (word & mask) // (mask & -mask) if mask else 0
            assert channel == pytest.approx(value * 255 / (mask // (mask & -mask)) if mask else 0, abs=1)


def test_a_wide_bitmap_keeps_its_columns_in_place() -> None:
    width, height = 5, 3
    columns = [(17 * column, 34, 51, 255) for column in range(width)]
    words = b"".join(packed(16, M444, column)[:2] for column in columns)
    numbers = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 16, FIELDS, 0, 0, 0, 0, 0)
    data = bitmap(numbers, struct.pack("<3I", *M444[:3]), (words + b"\xff\xff") * height)

    assert (
        seen(made(data, "5x,format=png"))[:, :, 0].tolist() == [[17 * column for column in range(width)]] * 3
    )
