"""A variant that changes nothing is never larger than its original."""

from __future__ import annotations

import re
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.colours.said import profile, sampled
from chalicelib.codecs import webp
from chalicelib.codecs.bare import bare
from chalicelib.codecs.formats import GIF, sniff
from chalicelib.codecs.formats import PNG as PNG_TYPE
from chalicelib.codecs.formats import WEBP as WEBP_TYPE
from chalicelib.codecs.imagemagick import Image
from tests.codecs.planting import PLANT
from tests.codecs.planting import SECRET as WORDS
from tests.pixels import (
    RED,
    cmyk_jpeg,
    decoded,
    deep_png,
    encoded,
    exif,
    gif,
    gif_frame,
    gradient,
    jpeg_with_exif,
    made,
    plain,
    png_chunk,
    png_with,
    riff,
    seen,
    swapping_profile,
    webp_chunk,
    webp_with,
)

if TYPE_CHECKING:
    from tests.pixels import Pixels

SECRET = b"GPS-SECRET"
SECRET_PART = re.compile(b"|".join(re.escape(WORDS[at : at + 6]) for at in range(len(WORDS) - 5)))
"""Six bytes of the planted words are enough to see that they are there."""
SRGB = profile("anything", sampled(1024))


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def unfiltered(pixels: Pixels) -> bytes:
    """A PNG without filters: those of our encoder make repeated noise larger."""
    height, width = pixels.shape[:2]
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    data = png_chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + header + data + png_chunk(b"IEND", b"")


# In very low qualities: encoded again, they grow.
JPEG = encoded(gradient(64, 48), "jpeg", quality=15)
NOISE = np.random.default_rng(1).integers(0, 256, (12, 16, 3), dtype=np.uint8)
PNG = unfiltered(np.tile(NOISE, (4, 4, 1)))
WEBP = encoded(gradient(64, 48), "webp", quality=5)
ANIMATION = gif(2, 2, *(gif_frame(at % 3, (0, 0, 2, 2), delay=at) for at in (4, 8, 9)), repeats=2)

TALKATIVE = {
    "jpeg": with_segments(JPEG, segment(0xE1, b"Exif\0\0" + exif(1) + SECRET), segment(0xFE, SECRET))
    + SECRET,
    "jpeg with sRGB's profile": with_segments(JPEG, segment(0xE2, b"ICC_PROFILE\0\1\1" + SRGB + SECRET)),
    "png": png_with(PNG, png_chunk(b"tEXt", b"Comment\0" + SECRET)) + SECRET,
    "gif": ANIMATION[:25] + b"!\xfe" + bytes([len(SECRET)]) + SECRET + b"\0" + ANIMATION[25:] + SECRET,
    "gif that ends with a comment": ANIMATION[:-1] + b"!\xfe\x01c\0;" + SECRET,
    "webp": webp_with(WEBP, 64, 48, 0x08, webp_chunk(b"EXIF", exif(1) + SECRET)),
}


@pytest.mark.parametrize("name", TALKATIVE)
def test_an_original_that_would_grow_is_passed_through_without_its_metadata(name: str) -> None:
    original = TALKATIVE[name]
    kind = sniff(original)
    assert kind

    rendered = made(original, "2x" if kind is GIF else "64x,quality=100")

    assert rendered.data == bare(original, kind)
    assert SECRET not in rendered.data
    assert len(rendered.data) < len(original)
    assert (seen(rendered) == decoded(original, kind.coder)).all()


def test_an_animation_that_is_passed_through_keeps_its_timing_and_loop() -> None:
    rendered = made(TALKATIVE["gif"], "2x")

    assert rendered.frames == 3
    assert rendered.data == ANIMATION


def test_an_original_that_shrinks_is_encoded_anew() -> None:
    original = encoded(gradient(640, 480), "jpeg", quality=98)

    assert len(made(original, "640x").data) < len(original) / 2


@pytest.mark.parametrize("coder", ["jpeg", "png", "webp", "gif"])
@pytest.mark.parametrize("quality", [1, 30, 80, 100])
def test_no_recompression_is_larger_than_its_original(coder: str, quality: int) -> None:
    original = encoded(gradient(200, 150), coder, quality=50)

    assert len(made(original, f"200x,quality={quality}").data) <= len(original)


@pytest.mark.parametrize(
    "variant",
    [
        "32x",
        "64x,blur=1",
        "64x,flop",
        "64x,rotate=180",
        "64x,tint=ff0000",
        "64x,grayscale",
        "64x,round=5",
        "64x,crop=0-0-63x48",
        "64x64,fit=contain",
        "64x,format=png",
        "64x,background=00ff00",
    ],
)
def test_a_variant_that_changes_something_is_not_the_original(variant: str) -> None:
    assert made(JPEG, f"{variant},quality=100").data not in {JPEG, bare_jpeg(JPEG)}


def bare_jpeg(data: bytes) -> bytes | None:
    kind = sniff(data)
    return bare(data, kind) if kind else None


@pytest.mark.parametrize(
    "original",
    [
        with_segments(JPEG, segment(0xE2, b"ICC_PROFILE\0\1\1" + swapping_profile())),
        cmyk_jpeg((255, 0, 0, 0)),
        JPEG[:-40],
        deep_png(gradient(64, 48)),
        png_with(PNG, png_chunk(b"gAMA", (100_000).to_bytes(4, "big"))),
        PNG[:-12],
        webp_with(WEBP, 64, 48, 0x20, webp_chunk(b"ICCP", swapping_profile())),
        ANIMATION[:-1],
        encoded(plain(RED), "avif"),
    ],
    ids=[
        "colours of its own",
        "ink",
        "a JPEG that is cut off",
        "16 bits",
        "a gamma of its own",
        "a PNG that is cut off",
        "a WebP with colours of its own",
        "a GIF that is cut off",
        "a format that is not taken apart",
    ],
)
def test_an_original_that_needs_its_metadata_or_is_cut_off_is_not_passed_through(original: bytes) -> None:
    kind = sniff(original)

    assert kind
    assert bare(original, kind) is None


def test_a_sideways_original_is_turned_and_not_passed_through() -> None:
    rendered = made(jpeg_with_exif(JPEG, 3), "64x,quality=100")

    assert np.abs(seen(rendered)[::-1, ::-1].astype(int) - decoded(JPEG, "jpeg")).mean() < 3


def test_a_progressive_jpeg_is_passed_through_to_its_last_scan() -> None:
    with Image.from_array(gradient(64, 48)) as image:
        image.compression_quality = 15
        original = image.make_blob("pjpeg")

    rendered = made(original, "64x,quality=100")

    assert original.count(b"\xff\xda") > 5
    assert rendered.data == original


def test_a_thumbnail_in_a_jfif_header_is_dropped() -> None:
    thumbnail = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\x02\x02" + bytes(12))
    jfif = JPEG.index(b"\xff\xe0")
    length = int.from_bytes(JPEG[jfif + 2 : jfif + 4], "big")
    original = JPEG[:jfif] + thumbnail + JPEG[jfif + 2 + length :]

    stripped = bare_jpeg(original)

    assert stripped
    assert len(stripped) == len(original) - 12
    assert (decoded(stripped, "jpeg") == decoded(JPEG, "jpeg")).all()


def progressive() -> bytes:
    with Image.from_array(gradient(64, 48)) as image:
        image.compression_quality = 15
        blob: bytes = image.make_blob("pjpeg")
        return blob


def animated_webp() -> bytes:
    frame = webp.Frame(0, 0, 64, 48, 10, blend=True, clear=False, picture=webp.picture(WEBP))
    return webp.assemble(webp.Animation(64, 48, 0, (frame, frame)))


PALETTE = b"\x89PNG\r\n\x1a\n" + b"".join(
    png_chunk(tag, content)
    for tag, content in (
        (b"IHDR", struct.pack(">IIBBBBB", 16, 16, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes(range(12))),
        (b"tRNS", b"\x80\xff"),
        (b"IDAT", zlib.compress((b"\0" + bytes(at % 4 for at in range(16))) * 16)),
        (b"IEND", b""),
    )
)
EXTENDED = webp_with(WEBP, 64, 48, 0)
BASES = {
    "baseline JPEG": JPEG,
    "JPEG of Adobe's": with_segments(JPEG, segment(0xEE, b"Adobe\0\x64\0\0\0\0\1")),
    "progressive JPEG": progressive(),
    "PNG": PNG,
    "PNG with a palette": PALETTE,
    "GIF": ANIMATION,
    "WebP": WEBP,
    "extended WebP": EXTENDED,
    "animated WebP": animated_webp(),
}


@pytest.mark.parametrize("name", BASES)
def test_words_planted_anywhere_are_nowhere_in_what_is_passed_through(name: str) -> None:
    kind = sniff(BASES[name])
    assert kind
    assert bare(BASES[name], kind)

    left = {
        planted.where
        for planted in PLANT[kind.name](BASES[name])
        if SECRET_PART.search(bare(planted.data, kind) or b"")
    }

    assert left == set()


@given(st.data())
@settings(deadline=None)
def test_words_planted_in_several_places_are_not_passed_through_either(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(BASES)))
    kind, file = sniff(BASES[name]), BASES[name]
    assert kind
    for _ in range(data.draw(st.integers(2, 3))):
        file = data.draw(st.sampled_from([planted.data for planted in PLANT[kind.name](file)]))
        try:
            list(PLANT[kind.name](file))
        except (IndexError, struct.error, zlib.error):
            break  # it cannot be taken apart any more

    assert not SECRET_PART.search(bare(file, kind) or b"")


@pytest.mark.parametrize("name", BASES)
def test_most_of_what_is_planted_does_not_keep_a_picture_from_being_passed_through(name: str) -> None:
    kind = sniff(BASES[name])
    assert kind
    alone, passed = bare(BASES[name], kind), 0
    for planted in PLANT[kind.name](BASES[name]):
        passed += bare(planted.data, kind) == alone

    assert passed >= 5


@pytest.mark.parametrize(("more", "passes"), [(b"", True), (WORDS, False)])
def test_transparency_that_is_not_compressed_is_as_long_as_the_picture(more: bytes, passes: bool) -> None:  # noqa: FBT001 - a column of the table
    alpha = webp_chunk(b"ALPH", b"\0" + bytes(range(64)) * 48 + more)
    original = riff(webp_chunk(b"VP8X", b"\x10\0\0\0\x3f\0\0\x2f\0\0"), alpha, webp.picture(WEBP))

    assert decoded(original, "webp").shape == (48, 64, 4)
    assert (bare(original, WEBP_TYPE) == original) is passes


@pytest.mark.parametrize("version", [b"\1\1", b"\1\2"])
@pytest.mark.parametrize("transform", [0, 1])
def test_segments_that_say_what_colours_mean_mean_the_same_when_they_are_written_anew(
    version: bytes, transform: int
) -> None:
    start = JPEG.index(b"\xff\xdb")  # behind JFIF's own
    jfif = segment(0xE0, b"JFIF\0" + version + b"\1\0\x48\0\x48\0\0")
    adobe = segment(0xEE, b"Adobe\0\x65\xc0\0\0\0" + bytes([transform]) + SECRET)
    for original in (
        JPEG[:2] + jfif + JPEG[start:],
        JPEG[:2] + adobe + JPEG[start:],
        JPEG[:2] + JPEG[start:],
    ):
        stripped = bare_jpeg(original)

        assert stripped
        assert (decoded(stripped, "jpeg") == decoded(original, "jpeg")).all()


ADAM7 = ("16462646", "77777777", "56565656", "77777777", "36463646", "77777777", "56565656", "77777777")
"""The pass that each pixel is in (third edition of PNG's specification, 8.1)."""


def rows(width: int, height: int, bits: int, *, interlaced: bool) -> bytes:
    """Rows of zeros, which every decoder takes."""
    found = b""
    for number in "1234567" if interlaced else "0":
        for y in range(height):
            across = sum(ADAM7[y % 8][x % 8] == number or not interlaced for x in range(width))
            found += bytes(1 + (across * bits + 7) // 8) if across else b""
    return found


@pytest.mark.parametrize(("colours", "bits"), [(0, 1), (0, 2), (0, 4), (0, 8), (2, 8), (4, 8), (6, 8)])
@pytest.mark.parametrize("interlaced", [0, 1])
@pytest.mark.parametrize("size", [(1, 1), (3, 5), (5, 3), (9, 8), (17, 33)])
def test_a_png_is_passed_through_if_it_ends_with_its_last_pixel(
    colours: int, bits: int, interlaced: int, size: tuple[int, int]
) -> None:
    per_pixel = bits * {0: 1, 2: 3, 4: 2, 6: 4}[colours]
    pixels = rows(*size, per_pixel, interlaced=bool(interlaced))
    passed = []
    for data in (pixels[:-1], pixels, pixels + b"\0"):
        head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", *size, bits, colours, 0, 0, interlaced))
        original = b"\x89PNG\r\n\x1a\n" + head + png_chunk(b"IDAT", zlib.compress(data)) + PNG[-12:]
        passed.append(bare(original, PNG_TYPE) == original)
        if data == pixels:
            assert decoded(original, "png").shape[:2] == size[::-1]

    assert passed == [False, True, False]
