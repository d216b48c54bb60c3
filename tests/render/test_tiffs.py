"""The table of TIFFs that libtiff reads: photometric interpretation, bits, compression, planes and tiles.

What ImageMagick would show wrongly is rewritten first or refused.
"""

from __future__ import annotations

import struct
import zlib
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from chalicelib.codecs import tiff_kinds
from chalicelib.codecs.imagemagick import CLEARS_MEMORY
from chalicelib.errors import BrokenImage, NotAnImage, Refusal
from fuzz import places
from tests.pixels import encoded, gradient, made, seen, turned, upside_down_ink_profile
from tests.tiffs import (
    BLACK_IS_ZERO,
    DEFLATE,
    INK,
    LONG,
    NONE,
    PACKBITS,
    PALETTE,
    RGB,
    SHORT,
    SIDE,
    UNDEFINED,
    WHITE_IS_ZERO,
    YCBCR,
    Kind,
    file_of,
    tiff,
)

if TYPE_CHECKING:
    from tests.pixels import Pixels

OLD_JPEG, JPEG = 6, 7
LAB = 8
AREA = SIDE * SIDE
COLOUR = (230, 40, 30)
RED_INK = (0, 255, 255, 0)
CHANNELS = {
    WHITE_IS_ZERO: (0.2,),
    BLACK_IS_ZERO: (0.8,),
    RGB: (0.8, 0.2, 0.4),
    INK: (0.0, 1.0, 1.0, 0.0),
    YCBCR: (96 / 255, 91 / 255, 224 / 255),
}
DEPTHS = {
    WHITE_IS_ZERO: (1, 2, 4, 8, 16),
    BLACK_IS_ZERO: (1, 2, 4, 8, 16, 32),
    RGB: (1, 2, 4, 8, 16, 32),
    PALETTE: (1, 2, 4, 8, 16),
    INK: (1, 2, 4, 8, 16),
    YCBCR: (8,),
}
OTHERS = {
    4: "a mask of transparency",
    7: "a number that stands for nothing",
    9: "CIE L*a*b* as ICC has it",
    10: "CIE L*a*b* of a fax",
    32803: "the filters of a camera's sensor",
    32844: "the logarithm of light",
    32845: "the same with colours",
    34892: "a camera's linear light",
    51177: "depth",
}
"""Photometric interpretations that ImageMagick shows in wrong colours, without an error."""

NAMES = {0: "white is 0", 1: "black is 0", 2: "RGB", 3: "palette", 5: "ink", 6: "YCbCr"}
KINDS = [
    kind
    for photometric, depths in DEPTHS.items()
    for kind in (
        Kind(photometric, *parts)
        for parts in product(depths, (NONE, DEFLATE, PACKBITS), (False, True), (False, True))
    )
    if kind.samples > 1 or not kind.planes
]


def palette(bits: int) -> tuple[int, ...]:
    """Black, but for the colour in the second place."""
    size = 1 << bits
    return tuple(257 * channel if index == 1 else 0 for channel in COLOUR for index in range(size))


def expected(kind: Kind) -> tuple[int, ...]:
    most = (1 << kind.bits) - 1
    levels = [round(255 * round(channel * most) / most) for channel in CHANNELS.get(kind.photometric, ())]
    match kind.photometric:
        case 0:
            return (255 - levels[0],) * 3
        case 1:
            return (levels[0],) * 3
        case 2:
            return tuple(levels)
        case 5:
            return (255, 0, 0)
    return COLOUR


def named(kind: Kind) -> str:
    how = {NONE: "raw", DEFLATE: "deflate", PACKBITS: "packbits"}[kind.compression]
    arranged = [word for word, there in (("planes", kind.planes), ("tiles", kind.tiles)) if there]
    return " ".join([NAMES[kind.photometric], str(kind.bits), how, *arranged])


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_a_tiff_shows_its_colour(kind: Kind) -> None:
    channels = CHANNELS.get(kind.photometric) or (1 / ((1 << kind.bits) - 1),)
    data = tiff(kind, channels, palette(kind.bits) if kind.photometric == PALETTE else ())

    pixels = seen(made(data, f"{SIDE}x,format=png"))

    for x, y in ((3, 3), (20, 9), (9, 20), (SIDE - 2, SIDE - 2)):
        assert pixels[y, x].tolist() == pytest.approx([*expected(kind), 255], abs=2)


def strip(photometric: int, samples: int, data: bytes, **more: tuple[int, list[int]]) -> bytes:
    """A TIFF of 8 bits in one strip; `more` are tags by names of the form ``t338``."""
    tags = {
        256: (LONG, [SIDE]),
        257: (LONG, [SIDE]),
        258: (SHORT, [8] * samples),
        262: (SHORT, [photometric]),
        273: (LONG, [8]),
        277: (SHORT, [samples]),
        278: (LONG, [SIDE]),
        279: (LONG, [len(data)]),
    }
    return file_of(tags | {int(name[1:]): value for name, value in more.items()}, data)


def flat_jpeg(channels: tuple[int, ...]) -> bytes:
    """A JPEG of 16 x 16 pixels that all have these values; it does not say what they mean."""
    bits = ""
    for block in range(4 * len(channels)):
        level = 8 * (channels[block % len(channels)] - 128) if block < len(channels) else 0
        size = abs(level).bit_length()
        coded = level if level >= 0 else level + (1 << size) - 1
        bits += f"{size:04b}" + (f"{coded:0{size}b}" if size else "") + "0"
    numbers = range(1, len(channels) + 1)
    parts = (
        (0xDB, b"\0" + b"\1" * 64),
        (0xC0, bytes((8, 0, 16, 0, 16, len(channels))) + b"".join(bytes((n, 0x11, 0)) for n in numbers)),
        (0xC4, b"\0" + bytes((0, 0, 0, 12)) + bytes(12) + bytes(range(12))),
        (0xC4, b"\x10" + bytes((1,)) + bytes(15) + b"\0"),
        (0xDA, bytes((len(channels),)) + b"".join(bytes((n, 0)) for n in numbers) + b"\0\x3f\0"),
    )
    head = b"".join(struct.pack(">BBH", 0xFF, marker, len(part) + 2) + part for marker, part in parts)
    padded = bits.ljust(-(-len(bits) // 8) * 8, "1")
    scan = int(padded, 2).to_bytes(len(padded) // 8, "big").replace(b"\xff", b"\xff\0")
    return b"\xff\xd8" + head + scan + b"\xff\xd9"


ADOBE = b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0"


def ink_in_jpeg(
    ink: tuple[int, ...], *, tiles: bool = False, adobe: bytes = b"", **more: tuple[int, list[int]]
) -> bytes:
    """A TIFF of 16 x 16 pixels in this ink."""
    data = flat_jpeg(ink)
    data = data[:2] + adobe + data[2:]
    numbers = {256: 16, 257: 16} | (
        {322: 16, 323: 16, 324: 8, 325: len(data)} if tiles else {273: 8, 278: 16, 279: len(data)}
    )
    tags = {number: (LONG, [value]) for number, value in numbers.items()}
    tags |= {258: (SHORT, [8] * 4), 259: (SHORT, [JPEG]), 262: (SHORT, [INK]), 277: (SHORT, [4])}
    return file_of(tags | {int(name[1:]): value for name, value in more.items()}, data)


def _stream(at: int, length: int) -> dict[str, tuple[int, list[int]]]:
    return {"t513": (LONG, [at]), "t514": (LONG, [length])}


NO_STREAM: dict[str, dict[str, tuple[int, list[int]]]] = {
    "old JPEG of which only strips are there": {},
    "old JPEG that lies outside of the file": _stream(1 << 30, 100),
    "old JPEG that is cut off": _stream(8, 20),
    "old JPEG of another size": _stream(8, 1000),
    "old JPEG that is no JPEG": _stream(9, 1000),
}


def without_rows(photometric: int, pixel: bytes, **more: tuple[int, list[int]]) -> bytes:
    """A compressed TIFF that does not say how many rows its one strip has."""
    data = zlib.compress(pixel * AREA)
    tags = {
        256: (LONG, [SIDE]),
        257: (LONG, [SIDE]),
        258: (SHORT, [8] * len(pixel)),
        259: (SHORT, [DEFLATE]),
        262: (SHORT, [photometric]),
        273: (LONG, [8]),
        277: (SHORT, [len(pixel)]),
        279: (LONG, [len(data)]),
    }
    return file_of(tags | {int(name[1:]): value for name, value in more.items()}, data)


@pytest.mark.parametrize(
    ("data", "colour"),
    [
        pytest.param(without_rows(RGB, bytes((200, 100, 50))), (200, 100, 50), id="RGB"),
        pytest.param(without_rows(INK, bytes((0, 255, 255, 0))), (255, 0, 0), id="ink"),
        pytest.param(without_rows(PALETTE, b"\1", t320=(SHORT, [*palette(8)])), COLOUR, id="palette"),
        pytest.param(without_rows(WHITE_IS_ZERO, b"\x37"), (200, 200, 200), id="white is 0"),
        *(
            pytest.param(
                without_rows(RGB, bytes((200, 100, 50)), t274=(SHORT, [orientation])),
                (200, 100, 50),
                id=f"RGB with orientation {orientation}",
            )
            for orientation in range(2, 9)
        ),
    ],
)
def test_a_compressed_tiff_that_does_not_count_its_rows_has_one_strip(
    data: bytes, colour: tuple[int, ...]
) -> None:
    pixels = seen(made(data, f"{SIDE}x,format=png"))

    assert pixels[3, 3].tolist() == pixels[-3, -3].tolist() == [*colour, 255]


def luma_blocks(across: int, down: int) -> bytes:
    pixels = across * down
    return bytes([96] * pixels + [91, 224]) * (AREA // pixels)


SHARED = [(2, 1), (1, 2), (2, 2), (4, 1), (1, 4), (4, 2), (4, 4)]


@pytest.mark.parametrize(
    "data",
    [
        *(
            pytest.param(
                strip(YCBCR, 3, luma_blocks(*shared), t530=(SHORT, [*shared])),
                id=f"{shared[0]} by {shared[1]} pixels",
            )
            for shared in SHARED
        ),
        pytest.param(strip(YCBCR, 3, luma_blocks(2, 2)), id="2 by 2 pixels, since nothing else is said"),
    ],
)
def test_blocks_that_share_a_colour_have_it(data: bytes) -> None:
    pixels = seen(made(data, f"{SIDE}x,format=png"))

    assert pixels[0, 0].tolist() == pixels[-1, -1].tolist() == pytest.approx([230, 40, 30, 255], abs=2)


def luma(x: int, y: int) -> int:
    return (7 * x + 29 * y) % 256


def shared_grey(width: int, height: int, shared: tuple[int, int], in_strip: int) -> bytes:
    """A TIFF in YCbCr without colour, in strips of so many rows; blocks may reach beyond its edges."""
    across, down = shared
    strips = [
        bytes(
            sample
            for block_y in range(top, min(top + in_strip, height), down)
            for block_x in range(0, width, across)
            for sample in (
                *(luma(block_x + x, block_y + y) for y in range(down) for x in range(across)),
                *(128, 128),
            )
        )
        for top in range(0, height, in_strip)
    ]
    tags = {
        256: (LONG, [width]),
        257: (LONG, [height]),
        258: (SHORT, [8, 8, 8]),
        262: (SHORT, [YCBCR]),
        273: (LONG, [8 + sum(map(len, strips[:number])) for number in range(len(strips))]),
        277: (SHORT, [3]),
        278: (LONG, [in_strip]),
        279: (LONG, [*map(len, strips)]),
        530: (SHORT, [*shared]),
    }
    return file_of(tags, b"".join(strips))


@pytest.mark.parametrize("in_strip", [4, 8, 100], ids="strips of {} rows".format)
@pytest.mark.parametrize("shared", SHARED, ids="{0[0]} by {0[1]} pixels".format)
def test_in_blocks_that_share_a_colour_every_pixel_is_in_its_place(
    shared: tuple[int, int], in_strip: int
) -> None:
    width, height = 21, 18
    pixels = seen(made(shared_grey(width, height, shared, in_strip), "100x,format=png"))

    # ImageMagick takes 127.5 for no colour, not 128: red and blue are one more.
    expected = np.array([[[luma(x, y)] * 3 for x in range(width)] for y in range(height)])
    assert pixels.shape[:2] == (height, width)
    assert np.abs(pixels[:, :, :3].astype(int) - expected).max() <= 1


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(shared_grey(21, 18, (2, 2), 8)[:400], id="cut off"),
        pytest.param(strip(YCBCR, 3, luma_blocks(2, 2)[:-1]), id="a strip that is too short"),
        pytest.param(strip(YCBCR, 3, luma_blocks(2, 2), t278=(LONG, [8])), id="strips that are missing"),
        pytest.param(strip(YCBCR, 3, luma_blocks(2, 2), t279=(2, [1])), id="lengths that are no numbers"),
    ],
)
def test_strips_of_such_blocks_that_are_not_there_are_broken(data: bytes) -> None:
    with pytest.raises(BrokenImage):
        made(data, f"{SIDE}x,format=png")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(
            strip(YCBCR, 3, zlib.compress(luma_blocks(2, 2)), t259=(SHORT, [DEFLATE])),
            id="YCbCr with shared colours, compressed",
        ),
        pytest.param(strip(YCBCR, 3, luma_blocks(2, 2), t284=(SHORT, [2])), id="the same in planes"),
        pytest.param(strip(YCBCR, 3, luma_blocks(2, 2), t322=(LONG, [SIDE])), id="the same in tiles"),
        pytest.param(
            strip(YCBCR, 3, bytes(4 * AREA), t530=(SHORT, [3, 1])), id="YCbCr, blocks of three pixels"
        ),
        pytest.param(ink_in_jpeg(RED_INK, t259=(SHORT, [OLD_JPEG])), id="ink in old JPEG"),
        *(
            pytest.param(
                strip(YCBCR, 3, flat_jpeg((96, 91, 224)), t259=(SHORT, [OLD_JPEG]), **more), id=title
            )
            for title, more in NO_STREAM.items()
        ),
        pytest.param(ink_in_jpeg(RED_INK, t284=(SHORT, [2])), id="ink in JPEG, in planes"),
        pytest.param(ink_in_jpeg(RED_INK, t338=(SHORT, [1])), id="ink in JPEG, with alpha"),
        pytest.param(
            ink_in_jpeg(RED_INK, adobe=ADOBE + b"\2"), id="ink in JPEG, as luma and colour differences"
        ),
        pytest.param(tiff(Kind(WHITE_IS_ZERO, 32), (0.0,)), id="white is 0, 32 bits"),
        pytest.param(
            strip(WHITE_IS_ZERO, 2, b"\x37\x80" * AREA, t338=(SHORT, [2])), id="white is 0, and alpha"
        ),
        pytest.param(
            strip(PALETTE, 2, b"\1\x80" * AREA, t338=(SHORT, [2]), t320=(SHORT, [*palette(8)])),
            id="palette and alpha",
        ),
        pytest.param(
            strip(
                BLACK_IS_ZERO,
                2,
                b"\xc8" * AREA + b"\x80" * AREA,
                t273=(LONG, [8, 8 + AREA]),
                t279=(LONG, [AREA, AREA]),
                t284=(SHORT, [2]),
                t338=(SHORT, [2]),
            ),
            id="grey and alpha in planes",
        ),
        *(
            pytest.param(strip(photometric, 3, bytes((126, 196, 181)) * AREA), id=title)
            for photometric, title in OTHERS.items()
        ),
    ],
)
def test_a_tiff_that_would_be_shown_wrongly_is_refused(data: bytes) -> None:
    with pytest.raises(NotAnImage, match="TIFF of a kind"):
        made(data, f"{SIDE}x,format=png")


def old_jpeg(pixels: Pixels, options: str, **more: tuple[int, list[int]]) -> bytes:
    """A TIFF with a JPEG as TIFF 6.0 had it at first: the tags 513 and 514 say where it is."""
    height, width = pixels.shape[:2]
    stream = made(encoded(pixels, "png"), f"{width}x,format=jpeg{options}").data
    longs = {256: width, 257: height, 278: height, 513: 8, 514: len(stream)}
    tags = {number: (LONG, [value]) for number, value in longs.items()}
    tags |= {258: (SHORT, [8] * 3), 259: (SHORT, [OLD_JPEG]), 262: (SHORT, [YCBCR]), 277: (SHORT, [3])}
    return file_of(tags | {int(name[1:]): value for name, value in more.items()}, stream)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("quality", ["", ",quality=95"], ids=["shared colours", "a colour for each"])
def test_an_old_jpeg_shows_its_picture(quality: str, orientation: int) -> None:
    stored = gradient(48, 32)
    data = old_jpeg(stored, quality, t274=(SHORT, [orientation]))

    shown = seen(made(data, "48x48,format=png"))[:, :, :3]

    assert np.abs(turned(shown, orientation).astype(int) - stored).mean() < 3


def tagged(data: bytes, orientation: int) -> bytes:
    """A TIFF without an orientation, with one."""
    found = tiff_kinds.directory(data)
    entries = found.entries | {274: struct.pack(f"{found.order}HHIHH", 274, SHORT, 1, orientation, 0)}
    listed = b"".join(entries[tag] for tag in sorted(entries))
    head = data[:4] + struct.pack(f"{found.order}I", len(data)) + data[8:]
    return head + struct.pack(f"{found.order}H", len(entries)) + listed + bytes(4)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["rgb", "fax", "jpeg", "planes", "shared", "tiled"])
def test_a_tiff_is_turned_once_whatever_libtiff_does(name: str, orientation: int) -> None:
    data = (places.ORIGINALS / f"{name}.tiff").read_bytes()

    shown, stored = (seen(made(each, "999x999,format=png")) for each in (tagged(data, orientation), data))

    assert (turned(shown, orientation) == stored).all()


NOT_IN_OUR_BUILD = {34661: "JBIG", 34887: "LERC", 34925: "LZMA", 50000: "ZSTD", 50001: "WebP"}
NOT_IN_ANY = {34712: "JPEG 2000", 12345: "a number that stands for nothing"}


@pytest.mark.parametrize(
    "compression",
    [*NOT_IN_ANY, *(NOT_IN_OUR_BUILD if CLEARS_MEMORY else ())],
    ids=(NOT_IN_ANY | NOT_IN_OUR_BUILD).get,
)
def test_a_tiff_whose_compression_is_not_read_is_not_called_broken(compression: int) -> None:
    data = strip(RGB, 3, bytes(3 * AREA), t259=(SHORT, [compression]))

    with pytest.raises(NotAnImage, match="cannot read a tiff that is compressed in this way"):
        made(data, f"{SIDE}x")


INKS = [RED_INK, (255, 0, 0, 0), (0, 0, 0, 255), (0, 0, 0, 0), (0, 128, 255, 64), (40, 200, 10, 120)]


@pytest.mark.parametrize("adobe", [b"", ADOBE + b"\0"], ids=["", "by Adobe"])
@pytest.mark.parametrize("tiles", [False, True], ids=["strips", "tiles"])
@pytest.mark.parametrize("ink", INKS, ids=str)
def test_ink_in_jpeg_is_shown_as_ink_without_one(ink: tuple[int, ...], adobe: bytes, *, tiles: bool) -> None:
    originals = ink_in_jpeg(ink, tiles=tiles, adobe=adobe), strip(INK, 4, bytes(ink) * AREA)
    coded, plain = (seen(made(data, "8x,format=png"))[3, 3].tolist() for data in originals)

    assert coded == pytest.approx(plain, abs=1)


def test_ink_in_jpeg_has_the_colours_of_its_profile() -> None:
    profile = (UNDEFINED, [*upside_down_ink_profile()])
    originals = ink_in_jpeg(INKS[4], t34675=profile), strip(INK, 4, bytes(INKS[4]) * AREA, t34675=profile)
    coded, plain = (seen(made(data, "8x,format=png"))[3, 3].tolist() for data in originals)

    assert coded == pytest.approx(plain, abs=1)


def test_cie_lab_is_shown() -> None:
    rendered = made(strip(LAB, 3, bytes((126, 68, 53)) * AREA), f"{SIDE}x,format=png")

    assert seen(rendered)[3, 3].tolist() == pytest.approx([*COLOUR, 255], abs=3)


@pytest.mark.parametrize(
    ("data", "pixel"),
    [
        pytest.param(
            strip(BLACK_IS_ZERO, 2, b"\xc8\x80" * AREA, t338=(SHORT, [2])), (200, 200, 200, 128), id="grey"
        ),
        pytest.param(
            strip(RGB, 4, bytes((200, 100, 50, 128)) * AREA, t338=(SHORT, [2])), (200, 100, 50, 128), id="RGB"
        ),
        pytest.param(
            strip(RGB, 4, bytes((100, 50, 25, 128)) * AREA, t338=(SHORT, [1])),
            (199, 99, 49, 128),
            id="RGB that is multiplied by it",
        ),
    ],
)
def test_alpha_is_kept_with(data: bytes, pixel: tuple[int, ...]) -> None:
    assert seen(made(data, f"{SIDE}x,format=png"))[3, 3].tolist() == pytest.approx(pixel, abs=1)


def test_a_tiff_that_needs_nothing_is_left_as_it_is() -> None:
    data = tiff(Kind(RGB, 8), CHANNELS[RGB])

    assert tiff_kinds.plain(data) is data


@pytest.mark.parametrize("end", range(0, 134, 3))
def test_a_tiff_that_ends_within_its_directory_is_refused(end: int) -> None:
    whole = without_rows(PALETTE, b"\1", t320=(SHORT, [*palette(8)]))

    with pytest.raises(Refusal):
        made(whole[: max(4, end)], f"{SIDE}x,format=png")


def test_a_height_that_lies_outside_of_the_file_is_broken() -> None:
    data = bytearray(without_rows(PALETTE, b"\1", t320=(SHORT, [*palette(8)])))
    order = "<" if data[:2] == b"II" else ">"
    at = data.index(struct.pack(f"{order}H", 257), struct.unpack_from(f"{order}I", data, 4)[0])
    struct.pack_into(f"{order}II", data, at + 4, 2, 1 << 30)

    with pytest.raises(BrokenImage):
        tiff_kinds.plain(bytes(data))
