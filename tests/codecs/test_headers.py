"""Headers: sizes, orientations and frames, written by other software or by an attacker."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.codecs import headers
from chalicelib.codecs.formats import GIF, JPEG, PNG, WEBP, SourceType
from chalicelib.codecs.gif import blocks
from chalicelib.codecs.tiff import orientation
from chalicelib.errors import BrokenImage, Refusal, TooLarge
from tests.pixels import (
    card,
    encoded,
    exif,
    gif,
    gif_frame,
    jpeg_with_exif,
    png_chunk,
    png_with,
    riff,
    webp_chunk,
    webp_with,
)

if TYPE_CHECKING:
    from chalicelib.codecs.headers import Header

KINDS = {"jpeg": JPEG, "png": PNG, "gif": GIF, "webp": WEBP}


def read(data: bytes, kind: SourceType) -> Header:
    header = headers.read(data, kind)
    assert header
    return header


@pytest.mark.parametrize("name", KINDS)
def test_a_headers_size_is_that_of_the_picture(name: str) -> None:
    assert read(encoded(card(37, 23), name), KINDS[name]).size == (37, 23)


@pytest.mark.parametrize("marker", [0xC0, 0xC1, 0xC2, 0xC9, 0xCA], ids="SOF{:X}".format)
def test_baseline_and_progressive_and_arithmetic_jpegs_are_read_alike(marker: int) -> None:
    jpeg = encoded(card(37, 23), "jpeg").replace(b"\xff\xc0\0\x11", bytes([0xFF, marker, 0, 0x11]))

    assert read(jpeg, JPEG).size == (37, 23)


def test_the_size_of_a_lossless_webp_is_read_too() -> None:
    bits = struct.pack("<I", 36 | 22 << 14)

    assert read(riff(webp_chunk(b"VP8L", b"\x2f" + bits)), WEBP).size == (37, 23)


@pytest.mark.parametrize("order", ["<", ">"], ids=["little-endian", "big-endian"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_is_found_in_every_format_that_has_one(orientation: int, order: str) -> None:
    jpeg = jpeg_with_exif(encoded(card(8, 6), "jpeg"), orientation, order)
    png = png_with(encoded(card(8, 6), "png"), png_chunk(b"eXIf", exif(orientation, order)))
    webp = webp_with(encoded(card(8, 6), "webp"), 8, 6, 0x08, webp_chunk(b"EXIF", exif(orientation, order)))

    found = [read(jpeg, JPEG), read(png, PNG), read(webp, WEBP)]

    assert [header.orientation for header in found] == [orientation] * 3


@pytest.mark.parametrize(
    "tiff",
    [
        b"",
        b"II",
        b"II*\0",
        b"XX*\0\x08\0\0\0",
        exif(0),
        exif(9),
        exif(6)[:-8],
        b"II*\0\xff\xff\xff\xff",
        exif(6)[:10],
    ],
)
def test_a_picture_with_invalid_exif_is_upright(tiff: bytes) -> None:
    assert orientation(tiff) == 1


@given(st.binary(max_size=200))
def test_any_bytes_have_an_orientation(tiff: bytes) -> None:
    assert 1 <= orientation(b"MM\0*" + tiff) <= 8


@pytest.mark.parametrize(("repeats", "plays"), [(None, 1), (0, 0), (1, 2), (3, 4)])
def test_a_gif_is_played_once_more_than_it_is_repeated(repeats: int | None, plays: int) -> None:
    data = gif(4, 4, gif_frame(0, (0, 0, 4, 4)), gif_frame(1, (0, 0, 4, 4)), repeats=repeats)

    assert read(data, GIF).loops == plays


def test_a_gifs_frames_are_counted_and_the_largest_is_measured() -> None:
    frames = [gif_frame(0, (0, 0, 2, 2)), gif_frame(1, (0, 0, 50, 20)), gif_frame(1, (1, 1, 1, 1))]
    header = read(gif(10, 10, *frames), GIF)

    assert (header.size, header.frames, header.pixels) == ((10, 10), 3, 1000)


def test_a_gif_that_ends_early_has_the_frames_before_its_end() -> None:
    data = gif(4, 4, gif_frame(0, (0, 0, 4, 4)), gif_frame(1, (0, 0, 4, 4)))

    assert read(data[:-12], GIF).frames == 2


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff", JPEG),
        (b"\xff\xd8\xff\xd9", JPEG),
        (b"\xff\xd8\xff\xda\0\x08", JPEG),
        (b"\xff\xd8\xff\xc0\0\x11\x08", JPEG),
        (b"\xff\xd8\xff\xc0\0\x11\x08\0\0\0\0\3", JPEG),
        (b"\xff\xd8" + b"\xff\xd0" * 50_000, JPEG),
        (b"\x89PNG\r\n\x1a\n", PNG),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(8), PNG),
        (b"\x89PNG\r\n\x1a\n\0\0\0\0IHDR" + b"\0\0\0\x08" * 6, PNG),
        (b"GIF89a", GIF),
        (b"GIF89a\x01\0\x01\0\0\0\0;", GIF),
        (b"RIFF\x04\0\0\0WEBP", WEBP),
        (b"RIFF\xff\0\0\0WEBPVP8 \xff\0\0\0", WEBP),
        (riff(webp_chunk(b"VP8X", bytes([2, 0, 0, 0]) + bytes(6))), WEBP),
    ],
    ids=[
        "jpeg: only the magic",
        "jpeg: ends at once",
        "jpeg: data before its header",
        "jpeg: half a header",
        "jpeg: no pixels",
        "jpeg: nothing but markers",
        "png: only the magic",
        "png: no pixels",
        "png: a header of no length",
        "gif: only the magic",
        "gif: no picture",
        "webp: no chunk",
        "webp: cut off",
        "webp: animation without frames",
    ],
)
def test_headers_without_a_picture_are_broken(data: bytes, kind: SourceType) -> None:
    with pytest.raises(BrokenImage):
        headers.read(data, kind)


def test_a_gif_of_a_million_empty_blocks_is_too_large() -> None:
    with pytest.raises(TooLarge):
        headers.read(b"GIF89a\x01\0\x01\0\0\0\0!\xfe" + b"\x01a" * 1_000_001, GIF)


@given(st.lists(st.one_of(st.integers(1, 255), st.just(255)), max_size=200), st.integers(0, 100))
def test_a_gifs_blocks_are_walked_whatever_their_lengths(lengths: list[int], full: int) -> None:
    # Their content looks like lengths, too.
    content = b"".join(bytes([length]) + b"\xff" * length for length in [*lengths, *[255] * full])
    comment = b"!\xfe" + content + b"\0"
    data = gif(4, 4, comment, gif_frame(0, (0, 0, 4, 4)), repeats=None)

    at, end = next(blocks(data))

    assert data[at:end] == comment


def test_a_frame_that_is_larger_than_it_says_is_broken() -> None:
    large = encoded(card(64, 64), "webp")
    frame = bytes(6) + bytes([7, 0, 0]) * 2 + bytes(4) + large[12:]
    canvas = bytes([2, 0, 0, 0]) + bytes([7, 0, 0]) * 2

    with pytest.raises(BrokenImage, match="not of the size"):
        headers.read(riff(webp_chunk(b"VP8X", canvas), webp_chunk(b"ANMF", frame)), WEBP)


@given(st.sampled_from(sorted(KINDS)), st.binary(max_size=300))
def test_any_bytes_after_the_magic_are_read_or_refused(name: str, data: bytes) -> None:
    magic = {
        "jpeg": b"\xff\xd8\xff",
        "png": b"\x89PNG\r\n\x1a\n",
        "gif": b"GIF89a",
        "webp": b"RIFF\xff\0\0\0WEBP",
    }[name]
    try:
        header = headers.read(magic + data, KINDS[name])
    except Refusal:
        return

    assert header
    assert min(header.size) >= 1


@settings(deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.data())
def test_a_damaged_header_is_read_or_refused(name: str, data: st.DataObject) -> None:
    whole = bytearray(encoded(card(16, 16), name))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(8, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        header = headers.read(bytes(whole[: data.draw(st.integers(8, len(whole)))]), KINDS[name])
    except Refusal:
        return

    assert header
    assert min(header.size) >= 1
