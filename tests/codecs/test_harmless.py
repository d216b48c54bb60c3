"""What is removed from an original, or counted in it, before a decoder gets it."""

from __future__ import annotations

import dataclasses
import struct
import zlib

import pytest

from chalicelib.codecs import av1, boxes, headers, jpeg, png
from chalicelib.codecs.formats import JPEG, PNG
from chalicelib.codecs.limits import Limits
from chalicelib.codecs.profiles import LARGEST_PROFILE
from chalicelib.errors import BrokenImage, TooLarge
from tests.hostile.originals import (
    FTYP,
    avif_of,
    box,
    endless_exif,
    gif_blocks,
    icc_segments,
    international,
    jpeg_of,
    jpeg_with,
    nested,
    png_with,
    progressive,
    scans,
    segment,
    small,
    text,
)
from tests.pixels import (
    LIMITS,
    bmp,
    card,
    exif,
    gif,
    gif_frame,
    made,
    png_chunk,
    riff,
    seen,
    swapping_profile,
    webp_chunk,
)


def iccp(profile: bytes) -> bytes:
    return png_chunk(b"iCCP", b"icc\0\0" + zlib.compress(profile))


@pytest.mark.parametrize(
    "chunk",
    [
        text(1, zlib.compress(b"abc")),
        international(1, zlib.compress(b"abc")),
        iccp(swapping_profile()),
        iccp(bytes(LARGEST_PROFILE + 1)),
        *(png_chunk(tag, bytes(4)) for tag in (b"cICP", b"sRGB", b"gAMA", b"cHRM")),
    ],
    ids=["compressed text", "international text", "profile", "vast profile", "cICP", "sRGB", "gAMA", "cHRM"],
)
def test_texts_that_inflate_and_what_is_said_of_colours_are_removed_from_a_png(chunk: bytes) -> None:
    kept = png_chunk(b"tEXt", b"key\0value")

    assert png.harmless(png_with(chunk, kept, chunk)) == png_with(kept)


@pytest.mark.parametrize(
    "chunk",
    [png_chunk(b"tRNS", bytes(6)), png_chunk(b"eXIf", exif(6))],
    ids=["transparent colour", "exif"],
)
def test_other_chunks_of_a_png_stay(chunk: bytes) -> None:
    whole = png_with(chunk)

    assert png.harmless(whole) is whole


def test_a_png_that_is_cut_off_loses_only_the_same_chunks() -> None:
    whole = png_with(text(1, zlib.compress(b"abc")))

    assert png.harmless(whole[:-40]) == small("png")[:-40]


def test_a_jpegs_profile_is_removed_if_it_is_too_large() -> None:
    comment = segment(0xFE, b"comment")
    whole = jpeg_with(comment, *icc_segments(bytes(LARGEST_PROFILE)), comment)

    assert jpeg.harmless(whole) == jpeg_with(comment, comment)


def test_a_jpegs_usual_profile_stays() -> None:
    whole = jpeg_with(*icc_segments(swapping_profile()))

    assert jpeg.harmless(whole) is whole


def test_a_picture_whose_profile_is_too_large_is_taken_for_srgb() -> None:
    too_large = swapping_profile().ljust(LARGEST_PROFILE + 1, b"\0")
    profiled, plain = made(png_with(iccp(too_large)), "64x"), made(small("png"), "64x")

    assert (seen(profiled) == seen(plain)).all()


@pytest.mark.parametrize(
    ("data", "number"),
    [(small("jpeg"), 1), (progressive(), 10), (scans(64, 48, 5), 15)],
    ids=["baseline", "progressive", "more"],
)
def test_the_scans_that_a_decoder_has_to_collect_are_counted(data: bytes, number: int) -> None:
    assert jpeg.read(data).scans == number


def test_a_baseline_jpeg_whose_first_scan_lacks_components_has_several_scans() -> None:
    whole = small("jpeg")
    at = whole.index(b"\xff\xda")
    first = whole[: at + 4] + b"\1" + whole[at + 5 :]

    assert jpeg.read(first).scans == 2


def test_an_exif_segment_between_header_and_scan_is_read_too() -> None:
    whole = small("jpeg")
    at = whole.index(b"\xff\xda")

    assert jpeg.read(whole[:at] + segment(0xE1, b"Exif\0\0" + exif(6)) + whole[at:]).orientation == 6


@pytest.mark.parametrize("length", [0, 1])
def test_a_jpeg_with_a_segment_shorter_than_its_own_length_is_broken(length: int) -> None:
    with pytest.raises(BrokenImage):
        headers.read(jpeg_with(b"\xff\xfe" + struct.pack(">H", length)), JPEG)


def test_an_exif_directory_that_refers_to_itself_is_read_once() -> None:
    assert jpeg.read(jpeg_with(segment(0xE1, b"Exif\0\0" + endless_exif()))).orientation == 6


def test_the_scans_of_a_jpeg_are_limited_and_count_as_the_memory_of_another_picture() -> None:
    limits = Limits(source_bytes=10**9, source_pixels=10_000, output_pixels=10_000, scans=10)
    read = headers.read(progressive(), JPEG)
    assert read
    limits.check_source(read, 1)

    with pytest.raises(TooLarge, match=r"has 11 scans. At most 10 scans are allowed"):
        made(scans(64, 48, 1), "8x", limits)
    with pytest.raises(TooLarge, match="pixels"):
        made(jpeg_of(80, 80, progressive()), "8x", limits)


def test_a_png_that_does_not_begin_with_its_header_is_broken() -> None:
    whole = small("png")

    with pytest.raises(BrokenImage):
        headers.read(whole[:12] + b"IDAT" + whole[16:], PNG)


@pytest.mark.parametrize(
    "content",
    [
        box(b"free", b"") * 10_001,
        box(b"meta", bytes(4) + box(b"iprp", box(b"ipco", box(b"ispe", bytes(12)) * 10_001))),
        box(b"meta", bytes(4) + box(b"iinf", bytes(6) + box(b"infe", bytes(12)) * 10_001)),
        box(b"meta", bytes(4) + nested(b"iprp", 10_001)),
        struct.pack(">I4sQ", 1, b"free", 16) * 10_001,
        b"\0\0\0\1" + b"free" + bytes(8) + (b"\0\0\0\2" + b"free") * 10_001,
        box(b"meta", bytes(4) + box(b"iloc", b"\2\0\0\0\0\0" + b"\xff" * 100)),
        box(b"meta", bytes(4) + box(b"iloc", b"\0\0\0\0\0\0\0\1" + bytes(4) + b"\xff\xff")),
        box(b"meta", bytes(4) + box(b"iloc", bytes(6) + b"\x03\xe8") * 11),
    ],
    ids=[
        "side by side",
        "properties",
        "items",
        "in one another",
        "with long lengths",
        "too short",
        "located items",
        "extents",
        "many lists of items",
    ],
)
def test_a_file_with_too_many_boxes_is_too_large(content: bytes) -> None:
    with pytest.raises(TooLarge):
        boxes.largest(FTYP + content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        small("avif")[32:],
        box(b"meta", b""),
        box(b"free", b"") * 9000,
        struct.pack(">I4sQ", 1, b"meta", 2**64 - 1),
        b"\0\0\0\0meta",
        b"\xff\xff\xff\xffmeta" + bytes(100),
        b"\0\0\0",
    ],
    ids=["none", "usual", "empty", "many", "endless", "to the end", "beyond the end", "cut off"],
)
def test_boxes_without_a_picture_have_no_pixels(content: bytes) -> None:
    assert boxes.largest(FTYP + content) == 0


def test_the_size_of_an_avif_is_that_of_its_bit_stream() -> None:
    whole = avif_of(8, 6)

    assert boxes.largest(whole) == 64 * 48
    with pytest.raises(TooLarge):
        made(whole, "8x", dataclasses.replace(LIMITS, source_pixels=64 * 48 - 1))


def test_a_bit_stream_in_several_parts_is_put_together() -> None:
    whole = small("avif")
    at = whole.index(b"mdat") + 4
    stream = whole[at:]
    located = box(b"iloc", b"\1\0\0\0\x44\0\0\1" + b"\0\1\0\1\0\0\0\2" + struct.pack(">4I", 0, 5, 5, 4000))

    assert boxes.largest(FTYP + box(b"meta", bytes(4) + box(b"idat", stream) + located)) == 64 * 48


MODELLED = f"000 0 0 1 {64 * '0'} 0 1 00011 {32 * '0'} 00000 00000 0 00000 {12 * '0'} 00100"


@pytest.mark.parametrize(
    ("header", "pixels"),
    [
        ("000 1 1 00000 0101 0101 111111 101111", 64 * 48),
        ("000 0 0 0 0 00000 000000000000 00100 0101 0101 111111 101111", 64 * 48),
        ("000 0 0 0 0 00000 000000000000 01000 1 0101 0101 111111 101111", 64 * 48),
        ("000 0 0 0 1 00000 000000000000 00100 1 0011 0101 0101 111111 101111", 64 * 48),
        (
            f"000 0 0 1 {32 * '0'} {32 * '1'} 1 00101 0 0 00000 {12 * '0'} 00100 0101 0101 111111 101111",
            64 * 48,
        ),
        (f"{MODELLED} 1 1010 0101 1 0101 0101 111111 101111", 64 * 48),
        (f"000 1 1 00000 1111 1111 {32 * '1'}", 65_536 * 65_536),
        ("", 1),
    ],
    ids=[
        "reduced",
        "full",
        "tier",
        "display delay",
        "timing",
        "decoder model",
        "as large as can be",
        "cut off",
    ],
)
def test_a_sequence_header_says_the_size(header: str, pixels: int) -> None:
    bits = header.replace(" ", "")
    content = int(bits.ljust(-(-len(bits) // 8) * 8, "0") or "0", 2).to_bytes(-(-len(bits) // 8), "big")
    unit = b"\x0a" + bytes([len(content)]) + content

    assert av1.pixels(b"\x12\0" + unit + b"\x32\x01\0") == pixels


def test_the_largest_of_several_sequence_headers_counts() -> None:
    assert av1.pixels(b"\x0a\1\0" + b"\x0e\0\3" + b"\x1b\xff\xff") > 1


PAYLOAD = b"PK\x03\x04<script>alert(1)</script><?php phpinfo(); ?>"


@pytest.mark.parametrize(
    "data",
    [
        jpeg_with(segment(0xFE, PAYLOAD)),
        jpeg_with(segment(0xE1, b"Exif\0\0" + exif(1) + PAYLOAD)),
        small("jpeg") + PAYLOAD,
        png_with(png_chunk(b"tEXt", b"key\0" + PAYLOAD)),
        png_with(png_chunk(b"prVt", PAYLOAD)),
        small("png") + PAYLOAD,
        small("webp") + PAYLOAD,
        riff(small("webp")[12:], webp_chunk(b"XMP ", PAYLOAD)),
        gif(10, 10, b"!\xfe" + gif_blocks(PAYLOAD), gif_frame(0, (0, 0, 10, 10))),
        gif(10, 10, gif_frame(0, (0, 0, 10, 10))) + PAYLOAD,
    ],
    ids=[
        *("comment of a jpeg", "exif of a jpeg", "after a jpeg", "text of a png", "chunk of a png"),
        *("after a png", "after a webp", "xmp of a webp", "comment of a gif", "after a gif"),
    ],
)
@pytest.mark.parametrize("variant", ["8x", "100x"], ids=["encoded again", "passed through"])
def test_data_beside_the_picture_does_not_reach_the_variant(data: bytes, variant: str) -> None:
    assert PAYLOAD[:12] not in made(data, variant).data


def test_a_readable_file_with_a_mistake_is_rendered() -> None:
    bitmap = bytearray(bmp(card(16, 16)))
    bitmap[2:6] = bytes(4)

    assert made(bytes(bitmap), "8x,format=png").width == 8
