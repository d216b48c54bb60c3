"""Pictures for the tests: made of known pixels, or written byte by byte where the bytes matter."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.colours.said import chunk
from chalicelib.address.variant import parse
from chalicelib.codecs.formats import PIXEL_TYPES
from chalicelib.codecs.heif.library import libheif
from chalicelib.codecs.heif.reading import opened
from chalicelib.codecs.imagemagick import Image
from chalicelib.codecs.jxl import reading as jxl
from chalicelib.codecs.limits import Limits
from chalicelib.render.render import render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from chalicelib.geometry.plan import Extent
    from chalicelib.render.rendered import Rendered

    Pixels = NDArray[np.uint8]

RED, GREEN, BLUE, YELLOW = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)
WHITE, BLACK = (255, 255, 255), (0, 0, 0)

LIMITS = Limits(source_bytes=40_000_000, source_pixels=100_000_000, output_pixels=25_000_000, frames=500)


def made(
    data: bytes, variant: str, limits: Limits = LIMITS, accepted: frozenset[str] = PIXEL_TYPES
) -> Rendered:
    return render(data, parse(variant), limits, accepted)


def seen(rendered: Rendered) -> Pixels:
    """The variant's pixels, as a decoder of its format returns them."""
    return decoded(rendered.data, rendered.format)


def decoded(data: bytes, coder: str) -> Pixels:
    """Rows of RGBA; of an animation, the first frame's."""
    if coder == "avif" and libheif():  # ImageMagick 6 loses its transparency and its range
        return _avif(data)
    if coder == "jxl":
        still = next(jxl.stills(data, 1))
        return _rows(still.size, still.channels, bytes(still.data))
    with Image() as image:
        image.read(blob=data, format=coder)
        image.iterator_set(0)
        if image.colorspace == "ycbcr":  # ImageMagick 6 leaves it to its user to convert AVIF
            image.transform_colorspace("srgb")
        return exported(image)


def _avif(data: bytes) -> Pixels:
    with opened(data) as picture:
        samples = picture.decoded()
    return _rows(samples.size, samples.channels, samples.data)


def _rows(size: Extent, channels: str, data: bytes) -> Pixels:
    shape = (size.height, size.width, len(channels))
    pixels = np.frombuffer(data, dtype=np.uint8).reshape(shape)
    return pixels if shape[2] == 4 else np.dstack([pixels, np.full(shape[:2], 255, dtype=np.uint8)])


def exported(image: Any) -> Pixels:
    width, height = image.size
    pixels = np.array(image.export_pixels(channel_map="RGBA"), dtype=np.uint8).reshape(height, width, 4)
    if not image.alpha_channel:  # ImageMagick 6 exports whatever was in memory
        pixels[:, :, 3] = 255
    return pixels


def card(width: int, height: int) -> Pixels:
    """Red and green over blue and yellow: each corner has its own colour."""
    pixels = np.empty((height, width, 3), dtype=np.uint8)
    pixels[: height // 2, : width // 2] = RED
    pixels[: height // 2, width // 2 :] = GREEN
    pixels[height // 2 :, : width // 2] = BLUE
    pixels[height // 2 :, width // 2 :] = YELLOW
    return pixels


def gradient(width: int, height: int) -> Pixels:
    """A picture in which every place is different, smooth enough for any resampling."""
    across = np.linspace(0, 255, width)[None, :]
    down = np.linspace(0, 255, height)[:, None]
    third = 255 * np.cos(across / 81.2 * (down / 255)) ** 2
    return np.stack(np.broadcast_arrays(across, down, third), axis=-1).astype(np.uint8)


def plain(colour: Sequence[int], width: int = 16, height: int = 16) -> Pixels:
    return np.full((height, width, len(colour)), colour, dtype=np.uint8)


def encoded(
    pixels: NDArray[Any], coder: str, *, quality: int = 98, icc: bytes = b"", colorspace: str = ""
) -> bytes:
    with Image.from_array(pixels) as image:
        if colorspace:
            image.transform_colorspace(colorspace)
        if icc:
            image.profiles["icc"] = icc
        image.compression_quality = quality
        image.options["jpeg:sampling-factor"] = "1x1"
        # ImageMagick writes a gamma of 1/2.2, in which dark pixels are darker than in sRGB.
        image.options["png:exclude-chunks"] = "gAMA,cHRM"
        blob: bytes = image.make_blob(coder)
        return blob


def cmyk_jpeg(ink: Sequence[int], icc: bytes = b"") -> bytes:
    """A JPEG of one ink, with inverted values as Adobe writes them, and ImageMagick too."""
    with Image(width=16, height=16, background="white") as image:
        image.transform_colorspace("cmyk")
        image.import_pixels(channel_map="CMYK", data=[*ink] * 256)
        if icc:
            image.profiles["icc"] = icc
        image.compression_quality = 100
        blob: bytes = image.make_blob("jpeg")
        assert b"Adobe" in blob
        return blob


def turned(pixels: Pixels, orientation: int) -> Pixels:
    """How a camera stores the upright `pixels` if it tags them with the EXIF `orientation`."""
    turn: Callable[[Pixels], Pixels] = {
        1: lambda p: p,
        2: np.fliplr,
        3: lambda p: np.rot90(p, 2),
        4: np.flipud,
        5: lambda p: p.transpose(1, 0, 2),
        6: lambda p: np.rot90(p, 1),
        7: lambda p: np.rot90(p, 2).transpose(1, 0, 2),
        8: lambda p: np.rot90(p, -1),
    }[orientation]
    return turn(pixels).copy()


def exif(orientation: int, order: str = ">") -> bytes:
    mark = {">": b"MM", "<": b"II"}[order]
    return mark + struct.pack(f"{order}HIHHHIHHI", 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def jpeg_with_exif(jpeg: bytes, orientation: int, order: str = ">") -> bytes:
    payload = b"Exif\0\0" + exif(orientation, order)
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload + jpeg[2:]


png_chunk = chunk


def png_with(png: bytes, *chunks: bytes) -> bytes:
    """`png` with chunks inserted after its header."""
    return png[:33] + b"".join(chunks) + png[33:]


def deep_png(pixels: Pixels) -> bytes:
    """A PNG of 16 bits a channel."""
    height, width = pixels.shape[:2]
    wide = pixels.astype(">u2") * 257
    rows = b"".join(b"\0" + row.tobytes() for row in wide)
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", zlib.compress(rows)) + png_chunk(b"IEND", b"")


def tiff(pixels: Pixels, orientation: int = 1) -> bytes:
    """An uncompressed TIFF; with a fourth channel, that is its transparency."""
    height, width, channels = pixels.shape
    short, long, depths = 3, 4, struct.pack("<4H", 8, 8, 8, 8)
    tags = [
        (256, short, 1, width),
        (257, short, 1, height),
        (258, short, channels, 8),
        (259, short, 1, 1),
        (262, short, 1, 2),
        (273, long, 1, 16),
        (274, short, 1, orientation),
        (277, short, 1, channels),
        (278, short, 1, height),
        (279, long, 1, pixels.size),
        *([(338, short, 1, 2)] if channels == len("RGBA") else []),
    ]
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4)
    return b"II*\0" + struct.pack("<I", 16 + pixels.size) + depths + pixels.tobytes() + directory


def bmp(pixels: Pixels) -> bytes:
    """A bitmap of 24 bits, for a width that is a multiple of four."""
    height, width, _ = pixels.shape
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, pixels.size, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + pixels.size, 0, 0, 54) + head + pixels[::-1, :, ::-1].tobytes()


def webp_chunk(tag: bytes, content: bytes) -> bytes:
    return tag + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def riff(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webp_with(still: bytes, width: int, height: int, flags: int, *chunks: bytes) -> bytes:
    """The simple WebP `still`, extended by chunks that its header's flags announce."""
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return riff(webp_chunk(b"VP8X", bytes([flags, 0, 0, 0]) + sides), still[12:], *chunks)


def lzw(indices: Iterable[int]) -> bytes:
    """GIF picture data of two-bit colours; a clear code before each keeps codes three bits wide."""
    codes = [code for index in indices for code in (4, index)]
    bits = "".join(f"{code:03b}" for code in reversed([*codes, 5]))
    data = int(bits, 2).to_bytes((len(bits) + 7) // 8, "little")
    blocks = (data[at : at + 255] for at in range(0, len(data), 255))
    return b"\x02" + b"".join(bytes([len(block)]) + block for block in blocks) + b"\0"


def gif_frame(
    colour: int, box: tuple[int, int, int, int], *, delay: int = 0, dispose: int = 0, clear: int | None = None
) -> bytes:
    """A frame of one `colour` in the box (left, top, width, height); `clear` is the transparent colour."""
    flags = dispose << 2 | (clear is not None)
    control = b"!\xf9\x04" + struct.pack("<BHB", flags, delay, clear or 0) + b"\0"
    return control + b"," + struct.pack("<HHHHB", *box, 0) + lzw([colour] * (box[2] * box[3]))


def gif(width: int, height: int, *frames: bytes, repeats: int | None = 0) -> bytes:
    """A GIF of red, green, blue and white (0 to 3); `repeats` None leaves out the loop extension."""
    loop = b"" if repeats is None else b"!\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<H", repeats) + b"\0"
    palette = bytes([*RED, *GREEN, *BLUE, *WHITE])
    return (
        b"GIF89a"
        + struct.pack("<HHBBB", width, height, 0x81, 0, 0)
        + palette
        + loop
        + b"".join(frames)
        + b";"
    )


_WHITE_POINT = (0.9642, 1.0, 0.8249)
_COLORANTS = {
    "red": (0.4361, 0.2225, 0.0139),
    "green": (0.3851, 0.7169, 0.0971),
    "blue": (0.1431, 0.0606, 0.7141),
}


def _xyz(values: Iterable[float]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))


def _gamma(value: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256))


def _profile(kind: bytes, space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    """An ICC profile of version 2 (ICC.1:2001-04)."""
    name = b"made for a test\0"
    described = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(12 + 67)
    tags = {b"desc": described, b"wtpt": _xyz(_WHITE_POINT), **tags}
    table, content = struct.pack(">I", len(tags)), b""
    for tag, value in tags.items():
        table += tag + struct.pack(">II", 128 + 4 + 12 * len(tags) + len(content), len(value))
        content += value + bytes(-len(value) % 4)
    size = 128 + len(table) + len(content)
    head = struct.pack(">I4sI4s4s4s", size, b"test", 0x02100000, kind, space, connection)
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", *(round(v * 65536) for v in _WHITE_POINT))
    return head.ljust(128, b"\0") + table + content


def swapping_profile() -> bytes:
    """RGB in which red means green and green means red."""
    curve = _gamma(2.2)
    tags = {b"rXYZ": "green", b"gXYZ": "red", b"bXYZ": "blue"}
    colorants = {tag: _xyz(_COLORANTS[name]) for tag, name in tags.items()}
    return _profile(b"mntr", b"RGB ", b"XYZ ", {**colorants, b"rTRC": curve, b"gTRC": curve, b"bTRC": curve})


def linear_gray_profile() -> bytes:
    """Grey in which a value is proportional to the light."""
    return _profile(b"mntr", b"GRAY", b"XYZ ", {b"kTRC": _gamma(1.0)})


def upside_down_ink_profile() -> bytes:
    """CMYK whose cyan prints red, unlike any real ink, so that nobody gets it right by chance."""
    red, paper, black = (138, 209, 198), (255, 128, 128), (0, 128, 128)
    corners = [
        black if key else red if cyan else paper
        for cyan in (0, 1)
        for _m in (0, 1)
        for _y in (0, 1)
        for key in (0, 1)
    ]
    identity = bytes(range(256))
    table = (
        b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + struct.pack(">9i", *(65536 * (n % 4 == 0) for n in range(9)))
    )
    table += identity * 4 + bytes(part for corner in corners for part in corner) + identity * 3
    return _profile(b"prtr", b"CMYK", b"Lab ", {b"A2B0": table})


def alone(measure: str) -> int:
    """The number that the code `measure` prints in a new process, whose memory was never larger before."""
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", measure],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    return int(done.stdout)
