"""Files that nobody should have sent, and what becomes of each. Small ones that cost much, above all."""

from __future__ import annotations

import itertools
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from wand.image import INTERLACE_TYPES

from bench.colours import jxls
from bench.colours.heifs import FILES
from chalicelib.codecs.imagemagick import Image, library
from chalicelib.codecs.jxl import writing
from chalicelib.codecs.samples import Placed, Samples
from chalicelib.errors import BrokenImage, NotAnImage, Refusal, TooLarge
from chalicelib.geometry.plan import Extent
from tests.jxl_files import FORTY_MEGABYTES, in_boxes
from tests.pixels import (
    bmp,
    card,
    encoded,
    exif,
    gif,
    gif_frame,
    gradient,
    png_chunk,
    riff,
    tiff,
    webp_chunk,
    webp_with,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MEGABYTE = 1 << 20
VARIANT, MOVING, SIGNED = "10x10", "10x10,format=webp", "10x10,metadata=copyright"

MADE = "made"
"""What is asked for is made after all: what is hostile in the file is passed over."""


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file, made when it is needed, and the outcome: the refusal that it meets, or `MADE`.

    `within` is how many megabytes it may take beyond what the process had; `seconds` likewise. The `variant`
    is what is asked for.
    """

    name: str
    make: Callable[[], bytes]
    outcome: type[Refusal] | str
    within: int = 64
    seconds: float = 1.0
    variant: str = VARIANT

    @property
    def meets(self) -> str:
        """The outcome's name."""
        return self.outcome if isinstance(self.outcome, str) else self.outcome.__name__


def small(coder: str) -> bytes:
    return encoded(gradient(64, 48), coder)


def segment(marker: int, content: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(content) + 2) + content


def jpeg_with(*segments: bytes) -> bytes:
    whole = small("jpeg")
    return whole[:2] + b"".join(segments) + whole[2:]


def progressive() -> bytes:
    """A JPEG in ten scans."""
    with Image.from_array(gradient(64, 48)) as image:
        library.MagickSetInterlaceScheme(image.wand, INTERLACE_TYPES.index("plane"))
        blob: bytes = image.make_blob("jpeg")
        return blob


def jpeg_of(width: int, height: int, whole: bytes = b"") -> bytes:
    """A JPEG whose header promises far more than there is behind it."""
    whole = whole or small("jpeg")
    at = max(whole.find(b"\xff\xc0"), whole.find(b"\xff\xc2")) + 5
    return whole[:at] + struct.pack(">HH", height, width) + whole[at + 4 :]


def scans(width: int, height: int, times: int) -> bytes:
    """A progressive JPEG whose last scan is repeated; each is a walk over the whole picture."""
    whole = jpeg_of(width, height, progressive())
    return whole[:-2] + whole[whole.rindex(b"\xff\xda") : -2] * times + whole[-2:]


def icc_segments(profile: bytes) -> Iterator[bytes]:
    parts = [profile[at : at + 65_000] for at in range(0, len(profile), 65_000)]
    for number, part in enumerate(parts, start=1):
        yield segment(0xE2, b"ICC_PROFILE\0" + bytes([number, len(parts)]) + part)


def profile_of(length: int) -> bytes:
    """A profile whose one tag is as long as it can be."""
    head = struct.pack(">I4sI4s4s4s", length, b"test", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    head = (head + bytes(12) + b"acsp").ljust(128, b"\0")
    head += struct.pack(">I4sII", 1, b"desc", 144, length - 144)
    return head + bytes(length - len(head))


def endless_exif() -> bytes:
    """A directory whose EXIF directory, and whose next, is itself."""
    return b"MM" + struct.pack(">HIHHHIIHHIHHI", 42, 8, 2, 0x8769, 4, 1, 8, 0x0112, 3, 1, 6, 0, 8)


def png_of(width: int, height: int, *chunks: bytes, depth: int = 1, colour: int = 0) -> bytes:
    """A PNG of nothing but zeros, as many as fit into 100 kB and a tenth of a megabyte behind them."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    data = png_chunk(b"IDAT", deflated(100 * MEGABYTE))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + data + png_chunk(b"IEND", b"")


def png_with(*chunks: bytes) -> bytes:
    whole = small("png")
    return whole[:33] + b"".join(chunks) + whole[33:]


def deflated(length: int) -> bytes:
    """`length` zeros, a thousandth as long."""
    packer = zlib.compressobj(9)
    zeros = bytes(MEGABYTE)
    return b"".join(packer.compress(zeros) for _ in range(length // MEGABYTE)) + packer.flush()


def repeated_zeros(megabytes: int) -> bytes:
    """Deflate that many megabytes of zeros without doing it: the same kilobyte again and again."""
    packer = zlib.compressobj(9)
    parts = [packer.compress(bytes(MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2)]
    return parts[0] + parts[1] * (megabytes - 1)


def text(number: int, zeros: bytes) -> bytes:
    return png_chunk(b"zTXt", b"key%d\0\0" % number + zeros)


def international(number: int, zeros: bytes) -> bytes:
    return png_chunk(b"iTXt", b"key%d\0\1\0\0\0" % number + zeros)


def international_xmp(length: int) -> bytes:
    """A packet of nothing but empty elements."""
    packet = b"<a>" + b"<b/>" * ((length - 7) // 4) + b"</a>"
    return png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet)


def crowded_exif() -> bytes:
    """A directory of as many tags as there may be, none of which is looked for."""
    return b"MM\0*\0\0\0\x08\xff\xff" + struct.pack(">HHII", 1, 2, 1, 0) * 65_535 + bytes(4)


def gif_blocks(content: bytes, length: int = 255) -> bytes:
    parts = (content[at : at + length] for at in range(0, len(content), length))
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def gif_of(width: int, height: int) -> bytes:
    """A GIF of one frame that expands a thousandfold: each code stands for one pixel more than the last."""
    return gif(
        width, height, b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + lzw_zeros(width * height)
    )


def lzw_zeros(pixels: int) -> bytes:
    """So many zeros in as few codes as the format has."""
    bits, filled, out = 0, 0, bytearray()

    def put(code: int, width: int) -> None:
        nonlocal bits, filled
        bits, filled = bits | code << filled, filled + width
        while filled >= 8:
            out.append(bits & 255)
            bits, filled = bits >> 8, filled - 8

    left = pixels
    while left > 0:
        put(4, 3 if left == pixels else 12)
        width, following = 3, 6
        run = 1
        put(0, width)
        left -= 1
        while left > 0 and following < 4095:
            run += 1
            put(following, width)
            left -= run
            following += 1
            if following == 1 << width and width < 12:
                width += 1
    put(5, 12)
    out.append(bits & 255)
    return b"\x02" + gif_blocks(bytes(out))


def box(tag: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + tag + content


def nested(tag: bytes, depth: int) -> bytes:
    """Boxes in boxes, the innermost empty."""
    return b"".join(struct.pack(">I", 8 * left) + tag for left in range(depth, 0, -1))


FTYP = box(b"ftyp", b"avif\0\0\0\0avifmif1miaf")


def avif_of(width: int, height: int) -> bytes:
    """An AVIF whose container says another size than its picture."""
    whole = small("avif")
    at = whole.index(b"ispe") + 8
    return whole[:at] + struct.pack(">II", width, height) + whole[at + 8 :]


def avif_larger_than_it_says() -> bytes:
    whole = encoded(np.zeros((6000, 6000, 3), np.uint8), "avif", quality=10)
    at = whole.index(b"ispe") + 8
    return whole[:at] + struct.pack(">II", 64, 48) + whole[at + 8 :]


def avif_vast() -> bytes:
    """An AVIF whose bit stream, and nothing else, says the most that there is."""
    stream = b"\x12\0\x0a\6" + (0b000_1_1_00000_1111_1111 << 30 | (1 << 30) - 1).to_bytes(6, "big")
    whole = small("avif")
    at = whole.index(b"mdat") + 4
    return whole[:at] + stream + whole[at + len(stream) :]


HEIC = FILES["heic"]


def heic_of(width: int, height: int) -> bytes:
    """A HEIC whose container says another size than its picture, without the part of it that is shown."""
    at = HEIC.index(b"ispe") + 8
    whole = HEIC[:at] + struct.pack(">II", width, height) + HEIC[at + 8 :]
    return whole.replace(b"clap", b"free")


def heic_grid(rows: int, columns: int, width: int, height: int, *, alike: bool = False) -> bytes:
    """A HEIC whose picture is a grid of tiles (ISO/IEC 23008-12, 6.6.2.3.2).

    If they are `alike`, all of them are one item, which libheif 1.19 refuses by itself.
    """
    grid = struct.pack(">BBBBII", 0, 1, rows - 1, columns - 1, width, height)
    tile = HEIC[HEIC.index(b"mdat") + 4 :]
    hvcc = HEIC[HEIC.index(b"hvcC") - 4 :][:119]
    tiles = [2] * (rows * columns) if alike else list(range(2, 2 + rows * columns))
    items = dict.fromkeys(tiles)
    entries = [(1, b"grid"), *((item, b"hvc1") for item in items)]
    sizes = (box(b"ispe", bytes(4) + struct.pack(">II", *sides)) for sides in ((64, 64), (width, height)))
    infos = b"".join(box(b"infe", struct.pack(">IHH4sx", 2 << 24, item, 0, kind)) for item, kind in entries)
    count = struct.pack(">H", len(entries))
    inner = (
        box(b"hdlr", bytes(8) + b"pict" + bytes(13)),
        box(b"pitm", bytes(4) + b"\0\1"),
        box(b"iinf", bytes(4) + count + infos),
        box(
            b"iref",
            bytes(4) + box(b"dimg", struct.pack(f">HH{len(tiles)}H", 1, len(tiles), *tiles)),
        ),
        box(
            b"iprp",
            box(b"ipco", hvcc + b"".join(sizes))
            + box(
                b"ipma",
                struct.pack(">II", 0, len(entries))
                + b"\0\1\1\3"
                + b"".join(struct.pack(">HBBB", item, 2, 0x81, 2) for item in items),
            ),
        ),
        box(b"idat", grid + tile),
        box(
            b"iloc",
            b"\1\0\0\0\x44\0"
            + count
            + struct.pack(">HHHHII", 1, 1, 0, 1, 0, len(grid))
            + b"".join(struct.pack(">HHHHII", item, 1, 0, 1, len(grid), len(tile)) for item in items),
        ),
    )
    return box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"meta", bytes(4) + b"".join(inner))


def jxl_of(width: int, height: int) -> bytes:
    """A JPEG XL whose header (ISO/IEC 18181-1, annex B) promises far more than there is behind it."""
    bits, filled = 0, 0
    sides = ((0, 1), (3, 2), (height - 1, 30), (0, 3), (3, 2), (width - 1, 30))
    for value, length in (*sides, (3, 2)):  # everything else is as it is by default
        bits, filled = bits | value << filled, filled + length
    return b"\xff\x0a" + bits.to_bytes(-(-filled // 8), "little") + jxls.FILES["jxl"][4:]


def frames_of_jxl(number: int, milliseconds: int, side: int = 1) -> bytes:
    """An animated JPEG XL of the same frame again and again. Frames of no time are layers of one."""
    size = Extent(side, side)
    frame = Placed(Samples(size, "RGBA", bytes(4 * side * side)), milliseconds=milliseconds)
    fewer, more = (writing.jxl(size, [frame] * frames, 0, 100, 1) for frames in (2, 3))
    length = len(more) - len(fewer)
    begins = (at for at in range(len(more)) if more[at : at + length] == more[at + length : at + 2 * length])
    at = next(begins)
    return more[:at] + more[at : at + length] * (number - 1) + more[at + 2 * length :]


def apng(*chunks: bytes, frames: int = 1, width: int = 64, height: int = 48) -> bytes:
    """An animated PNG of a picture of so many bytes' zeros, with chunks before its data."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    control = png_chunk(b"acTL", struct.pack(">II", frames, 0))
    data = png_chunk(b"IDAT", zlib.compress(bytes(min(MEGABYTE, height * (1 + -(-width // 8))))))
    before, behind = chunks[:1], chunks[1:]
    parts = (header, control, *before, data, *behind, png_chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def frame_control(number: int, width: int, height: int, left: int = 0) -> bytes:
    return png_chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, width, height, left, 0, 1, 10, 0, 0))


def frames_of_png(number: int, width: int, height: int, inflated: int = 0) -> bytes:
    """An animated PNG of the same frame again and again, whose data inflate to `inflated` bytes."""
    data = deflated(inflated) if inflated else zlib.compress(bytes(height * (1 + -(-width // 8))))
    parts = [frame_control(0, width, height)]
    for at in range(1, number):
        parts += [
            frame_control(2 * at - 1, width, height),
            png_chunk(b"fdAT", struct.pack(">I", 2 * at) + data),
        ]
    return apng(*parts, frames=number, width=width, height=height)


def tiff_with(**tags: int) -> bytes:
    """A TIFF some of whose whole numbers are others, by the names of `TAGS`."""
    whole = bytearray(tiff(card(64, 48)))
    (directory,) = struct.unpack_from("<I", whole, 4)
    (entries,) = struct.unpack_from("<H", whole, directory)
    for at in range(directory + 2, directory + 2 + 12 * entries, 12):
        (tag,) = struct.unpack_from("<H", whole, at)
        if TAGS.get(tag) in tags:
            struct.pack_into("<HHII", whole, at, tag, 4, 1, tags[TAGS[tag]])
    return bytes(whole)


TAGS = {
    256: "width",
    257: "height",
    258: "depth",
    259: "compression",
    277: "samples",
    278: "rows",
    279: "bytes",
}


def tiff_chain() -> bytes:
    """A TIFF whose next directory is the first again."""
    whole = tiff(card(64, 48))
    return whole[:-4] + whole[4:8]


def bmp_of(width: int, height: int, compression: int = 0, depth: int = 24) -> bytes:
    whole = bytearray(bmp(card(16, 16)))
    struct.pack_into("<iiHHI", whole, 18, width, height, 1, depth, compression)
    return bytes(whole)


def frames_of_webp(number: int, width: int = 1, height: int = 1) -> bytes:
    picture = small_vp8l()
    frame = bytes(6) + (0).to_bytes(3, "little") * 2 + (10).to_bytes(3, "little") + b"\0" + picture
    return webp_with(
        b"", width, height, 2, webp_chunk(b"ANIM", bytes(6)), webp_chunk(b"ANMF", frame) * number
    )


def small_vp8l() -> bytes:
    return webp_chunk(b"VP8L", b"\x2f" + bytes(4) + bytes(20))


def noise(length: int) -> bytes:
    return np.random.default_rng(404).bytes(length)


def behind(magic: bytes, length: int) -> Callable[[], bytes]:
    return lambda: magic + noise(length)


PIXEL_FLOODS = [
    Hostile("JPEG of 60,000 x 60,000", lambda: jpeg_of(60_000, 60_000), TooLarge),
    Hostile("JPEG of 65,500 x 1,600", lambda: jpeg_of(65_500, 1600), TooLarge),
    Hostile("JPEG without a height", lambda: jpeg_of(60_000, 0), BrokenImage),
    Hostile("PNG of 60,000 x 60,000", lambda: png_of(60_000, 60_000), TooLarge),
    Hostile("PNG of 2,147,483,647 x 1", lambda: png_of(2**31 - 1, 1), TooLarge),
    Hostile(
        "GIF with a screen of 65,535 x 65,535",
        lambda: gif(65_535, 65_535, gif_frame(0, (0, 0, 1, 1))),
        TooLarge,
    ),
    Hostile(
        "GIF with a frame of 65,535 x 65,535",
        lambda: gif(1, 1, b"," + struct.pack("<HHHHB", 0, 0, 65_535, 65_535, 0) + b"\x02\0"),
        TooLarge,
    ),
    Hostile(
        "WebP of 16,383 x 16,383",
        lambda: riff(webp_chunk(b"VP8L", b"\x2f" + struct.pack("<I", 16_382 | 16_382 << 14) + bytes(20))),
        TooLarge,
    ),
    Hostile(
        "animated WebP with a canvas of 16,777,216 x 16,777,216",
        lambda: frames_of_webp(1, 1 << 24, 1 << 24),
        TooLarge,
    ),
    Hostile("AVIF of 60,000 x 60,000", lambda: avif_of(60_000, 60_000), TooLarge),
    Hostile("AVIF of 6,000 x 6,000 that says 64 x 48", avif_larger_than_it_says, BrokenImage),
    Hostile("AVIF of 65,536 x 65,536 that says 64 x 48", avif_vast, BrokenImage),
    Hostile("HEIC of 60,000 x 60,000", lambda: heic_of(60_000, 60_000), TooLarge),
    Hostile("HEIC of 4,294,967,295 x 1", lambda: heic_of(2**32 - 1, 1), TooLarge),
    Hostile("HEIC of 8,000 x 8,000 that codes 64 x 64", lambda: heic_of(8000, 8000), BrokenImage),
    Hostile(
        "HEIC of 65,025 tiles, the same one",
        lambda: heic_grid(255, 255, 16_320, 16_320, alike=True),
        TooLarge,
    ),
    Hostile("HEIC of 60,000 x 60,000 in 4 tiles", lambda: heic_grid(2, 2, 60_000, 60_000), TooLarge),
    Hostile("JPEG XL of 60,000 x 60,000", lambda: jxl_of(60_000, 60_000), BrokenImage),
    Hostile(
        "JPEG XL of 1,073,741,824 x 1,073,741,824",
        lambda: jxl_of(1 << 30, 1 << 30),
        BrokenImage,
    ),
    Hostile("JPEG XL of 2,000 x 2,000 that codes 32 x 16", lambda: jxl_of(2000, 2000), BrokenImage),
    Hostile(
        "animated PNG of 60,000 x 60,000",
        lambda: apng(frame_control(0, 60_000, 60_000), width=60_000, height=60_000),
        TooLarge,
    ),
    Hostile(
        "animated PNG with a frame beyond its edge",
        lambda: apng(frame_control(0, 64, 48, left=1)),
        BrokenImage,
    ),
    Hostile(
        "animated PNG that says it has 2,147,483,647 frames",
        lambda: apng(frame_control(0, 64, 48), frames=2**31 - 1),
        MADE,
    ),
    Hostile("TIFF of 60,000 x 60,000", lambda: tiff_with(width=60_000, height=60_000), TooLarge),
    Hostile("TIFF of 4,294,967,295 x 1", lambda: tiff_with(width=2**32 - 1, height=1), TooLarge),
    Hostile("TIFF of 65,535 channels", lambda: tiff_with(samples=65_535), BrokenImage),
    Hostile("TIFF with a strip of 4 GB", lambda: tiff_with(bytes=2**32 - 1), MADE),
    Hostile("TIFF with strips of 4 billion rows", lambda: tiff_with(rows=2**32 - 1), MADE),
    Hostile("BMP of 60,000 x 60,000", lambda: bmp_of(60_000, 60_000), TooLarge),
    Hostile("BMP of 60,000 x -60,000", lambda: bmp_of(60_000, -60_000), TooLarge),
    Hostile("BMP of 2,147,483,647 x 1", lambda: bmp_of(2**31 - 1, 1), TooLarge),
]

BOMBS = [
    Hostile("progressive JPEG of 10,000 x 10,000", lambda: jpeg_of(10_000, 10_000, progressive()), TooLarge),
    Hostile(
        "progressive JPEG of 7,000 x 7,000 in 10 scans",
        lambda: jpeg_of(7000, 7000, progressive()),
        BrokenImage,
        within=400,
    ),
    Hostile("progressive JPEG of 7,000 x 7,000 in 1,000 scans", lambda: scans(7000, 7000, 990), TooLarge),
    Hostile("progressive JPEG of 64 x 48 in 100,000 scans", lambda: scans(64, 48, 100_000), TooLarge),
    Hostile("PNG with a text of 100 MB", lambda: png_with(text(1, deflated(100 * MEGABYTE))), MADE),
    Hostile(
        "PNG with 1,000 texts of 7 MB",
        lambda: png_with(*map(text, range(1000), itertools.repeat(deflated(7 * MEGABYTE)))),
        MADE,
    ),
    Hostile(
        "PNG with 1,000 international texts of 7 MB",
        lambda: png_with(*map(international, range(1000), itertools.repeat(deflated(7 * MEGABYTE)))),
        MADE,
    ),
    Hostile(
        "PNG with 2,500,000 empty chunks",
        lambda: png_with(png_chunk(b"tEXt", b"a\0") * 2_500_000),
        TooLarge,
    ),
    Hostile(
        "PNG with a profile of 100 MB",
        lambda: png_with(png_chunk(b"iCCP", b"icc\0\0" + deflated(100 * MEGABYTE))),
        MADE,
    ),
    Hostile(
        "PNG with a profile of 7 MB",
        lambda: png_with(png_chunk(b"iCCP", b"icc\0\0" + zlib.compress(profile_of(7 * MEGABYTE)))),
        MADE,
    ),
    Hostile("PNG of 64 x 48 with 100 MB of pixels", lambda: png_of(64, 48), MADE),
    Hostile(
        "JPEG with a profile of 15 MB", lambda: jpeg_with(*icc_segments(profile_of(15 * MEGABYTE))), MADE
    ),
    Hostile(
        "JPEG with a profile that says it has 4 GB",
        lambda: jpeg_with(*icc_segments(b"\xff\xff\xff\xff" + profile_of(5000)[4:])),
        MADE,
    ),
    Hostile(
        "JPEG with 600 EXIF segments of 65 kB",
        lambda: jpeg_with(segment(0xE1, b"Exif\0\0" + exif(6).ljust(65_000, b"\0")) * 600),
        MADE,
    ),
    Hostile(
        "JPEG with 9,000 comments of 4 kB", lambda: jpeg_with(segment(0xFE, b"comment " * 500) * 9000), MADE
    ),
    Hostile(
        "PNG with 60 XMP packets of half a megabyte, whose rights are read",
        lambda: png_with(*[international_xmp(MEGABYTE // 2)] * 60),
        MADE,
        variant=SIGNED,
    ),
    Hostile(
        "WebP with 40 EXIF blocks of 65,535 tags, whose rights are read",
        lambda: webp_with(small("webp"), 64, 48, 0x08, webp_chunk(b"EXIF", crowded_exif()) * 40),
        MADE,
        variant=SIGNED,
    ),
    Hostile("JPEG with 1,000,000 comments", lambda: jpeg_with(segment(0xFE, b"a") * 1_000_000), BrokenImage),
    Hostile(
        "JPEG whose EXIF is its own EXIF",
        lambda: jpeg_with(segment(0xE1, b"Exif\0\0" + endless_exif())),
        MADE,
    ),
    Hostile("PNG whose EXIF is its own EXIF", lambda: png_with(png_chunk(b"eXIf", endless_exif())), MADE),
    Hostile("TIFF whose next picture is its first", tiff_chain, MADE),
    Hostile("GIF of 100,000 frames", lambda: gif(10, 10, gif_frame(0, (0, 0, 1, 1)) * 100_000), TooLarge),
    Hostile(
        "GIF of 500 frames of a megapixel",
        lambda: gif(1000, 1000, gif_frame(0, (0, 0, 1, 1)) * 500),
        TooLarge,
    ),
    Hostile("animated PNG of 20,000 frames", lambda: frames_of_png(20_000, 1, 1), TooLarge, variant=MOVING),
    Hostile(
        "animated PNG of 500 frames of a megapixel",
        lambda: frames_of_png(500, 1000, 1000),
        TooLarge,
        variant=MOVING,
    ),
    Hostile(
        "animated PNG of 100 frames of 64 x 48 with 10 MB of pixels each",
        lambda: frames_of_png(100, 64, 48, 10 * MEGABYTE),
        MADE,
        seconds=3,  # a gigabyte is inflated
        variant=MOVING,
    ),
    Hostile("GIF of 11,000 x 11,000 in 80 kB", lambda: gif_of(11_000, 11_000), TooLarge),
    Hostile(
        "GIF with a comment of 35 MB",
        lambda: gif(10, 10, b"!\xfe" + gif_blocks(b"a" * 35_000_000), gif_frame(0, (0, 0, 10, 10))),
        MADE,
    ),
    Hostile(
        "GIF with 2,000,000 blocks",
        lambda: gif(10, 10, b"!\xfe" + gif_blocks(b"a" * 2_000_000, 1), gif_frame(0, (0, 0, 10, 10))),
        TooLarge,
    ),
    Hostile(
        "GIF with 100,000 comments",
        lambda: gif(10, 10, b"!\xfe\1a\0" * 100_000, gif_frame(0, (0, 0, 10, 10))),
        MADE,
    ),
    Hostile("animated WebP of 100,000 frames", lambda: frames_of_webp(99_000), TooLarge),
    Hostile(
        "animated WebP of 3,000,000 chunks",
        lambda: webp_with(b"", 1, 1, 2, webp_chunk(b"ANMF", b"") * 3_000_000),
        TooLarge,
    ),
    Hostile(
        "WebP with metadata of 35 MB",
        lambda: webp_with(small("webp"), 64, 48, 0x0C, webp_chunk(b"XMP ", bytes(35 * MEGABYTE))),
        MADE,
    ),
    Hostile(
        "AVIF of 1,000,000 boxes in boxes",
        lambda: FTYP + box(b"meta", bytes(4) + nested(b"iprp", 1_000_000)),
        TooLarge,
    ),
    Hostile(
        "HEIC of 1,000,000 boxes in boxes",
        lambda: HEIC[:28] + box(b"meta", bytes(4) + nested(b"iprp", 1_000_000)),
        TooLarge,
    ),
    Hostile("HEIC of 3,000,000 empty boxes", lambda: HEIC + box(b"free", b"") * 3_000_000, TooLarge),
    Hostile("AVIF of 3,000,000 empty boxes", lambda: FTYP + box(b"free", b"") * 3_000_000, TooLarge),
    Hostile(
        "AVIF with a box of 16 exabytes",
        lambda: FTYP + struct.pack(">I4sQ", 1, b"meta", 2**64 - 1),
        BrokenImage,
    ),
    Hostile("JPEG XL of 5,000 frames", lambda: frames_of_jxl(5000, 10), TooLarge, variant=MOVING),
    Hostile(
        "JPEG XL of 200 frames of a megapixel",
        lambda: frames_of_jxl(200, 10, 1000),
        TooLarge,
        variant=MOVING,
    ),
    Hostile("JPEG XL of 20,000 layers", lambda: frames_of_jxl(20_000, 0), TooLarge),
    Hostile("JPEG XL of 200 layers of a megapixel", lambda: frames_of_jxl(200, 0, 1000), TooLarge),
    Hostile("JPEG XL of 1,000,000 empty boxes", lambda: in_boxes(box(b"free", b"") * 1_000_000), MADE),
    Hostile(
        "JPEG XL of 1,000,000 empty boxes, whose rights are read",
        lambda: in_boxes(box(b"free", b"") * 1_000_000),
        MADE,
        variant=SIGNED,
    ),
    Hostile(
        "JPEG XL with 100,000 XMP packets of 40 MB, whose rights are read",
        lambda: in_boxes(box(b"brob", b"xml " + FORTY_MEGABYTES) * 100_000),
        MADE,
        seconds=3,  # 64 of them are looked at
        variant=SIGNED,
    ),
]

DRESSED_UP = [
    Hostile("nothing", lambda: b"", NotAnImage),
    Hostile("one byte", lambda: b"\xff", NotAnImage),
    Hostile("a megabyte of noise", lambda: noise(MEGABYTE), NotAnImage),
    Hostile(
        "SVG that reads a file",
        lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
        NotAnImage,
    ),
    Hostile(
        "SVG with a billion laughs",
        lambda: b"<!DOCTYPE a [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><svg>&b;</svg>",
        NotAnImage,
    ),
    Hostile(
        "MSL that reads a file",
        lambda: b"<?xml version='1.0'?><image><read filename='/etc/passwd'/></image>",
        NotAnImage,
    ),
    Hostile(
        "MVG that fetches an address",
        lambda: b"push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 0,0 'https://localhost/'\n",
        NotAnImage,
    ),
    Hostile("PDF", lambda: b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", NotAnImage),
    Hostile("PostScript that reads a file", lambda: b"%!PS\n(/etc/passwd) (r) file", NotAnImage),
    Hostile("HTML", lambda: b"<!doctype html><h1>Access denied</h1>", NotAnImage),
    Hostile("a file's name", lambda: b"@/etc/passwd", NotAnImage),
    Hostile("ZIP", lambda: b"PK\x03\x04" + bytes(100), NotAnImage),
    Hostile("MP4", lambda: box(b"ftyp", b"isom\0\0\2\0isomiso2") + box(b"mdat", bytes(100)), NotAnImage),
    Hostile("ICO", lambda: b"\0\0\1\0\1\0" + bytes(100), NotAnImage),
    Hostile("BigTIFF", lambda: b"II+\0\x08\0\0\0" + bytes(100), NotAnImage),
    Hostile(
        "SVG behind the magic of JPEG",
        lambda: b"\xff\xd8\xff<svg xmlns='http://www.w3.org/2000/svg'/>",
        BrokenImage,
    ),
    Hostile(
        "MSL behind the magic of PNG",
        lambda: b"\x89PNG\r\n\x1a\n<?xml version='1.0'?><image><read filename='/etc/passwd'/></image>",
        BrokenImage,
    ),
    Hostile(
        "MVG behind the magic of GIF",
        lambda: b"GIF89apush graphic-context image over 0,0 0,0 'https://localhost/'",
        BrokenImage,
    ),
    Hostile("PDF behind the magic of TIFF", lambda: b"II*\0%PDF-1.7\n" + bytes(100), BrokenImage),
    Hostile(
        "HTML behind the magic of BMP", lambda: b"BM<!doctype html><script>alert(1)</script>", NotAnImage
    ),
    Hostile("JavaScript that is a GIF, too", lambda: b"GIF89a/*\0\0\0\0\0*/=1;alert(1)//", BrokenImage),
    Hostile(
        "JPEG with HTML in its comment", lambda: jpeg_with(segment(0xFE, b"<script>alert(1)</script>")), MADE
    ),
    Hostile("PNG with a ZIP behind it", lambda: small("png") + b"PK\x03\x04" + bytes(1000), MADE),
    Hostile(
        "GIF with a JAR behind it",
        lambda: gif(10, 10, gif_frame(0, (0, 0, 10, 10))) + b"PK\x03\x04" + bytes(1000),
        MADE,
    ),
    Hostile("WebP with PHP behind it", lambda: small("webp") + b"<?php phpinfo(); ?>", MADE),
]

MAGIC = {
    "JPEG": b"\xff\xd8\xff\xe0",
    "PNG": b"\x89PNG\r\n\x1a\n",
    "GIF": b"GIF89a",
    "WebP": b"RIFF\x00\x00\x10\x00WEBP",
    "AVIF": b"\0\0\0\x18ftypavif\0\0\0\0avifmif1",
    "HEIC": b"\0\0\0\x18ftypheic\0\0\0\0heicmif1",
    "JPEG XL": b"\xff\x0a",
    "JPEG XL in a container": in_boxes()[:40],
    "TIFF": b"II*\0\x08\0\0\0",
    "BMP": b"BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0",
}

NOISE = [
    entry
    for name, magic in MAGIC.items()
    for entry in (
        Hostile(f"the magic of {name} and nothing else", behind(magic, 0), BrokenImage),
        Hostile(f"the magic of {name} and a megabyte of noise", behind(magic, MEGABYTE), BrokenImage),
    )
]

HOSTILE = {entry.name: entry for entry in (*PIXEL_FLOODS, *BOMBS, *DRESSED_UP, *NOISE)}
