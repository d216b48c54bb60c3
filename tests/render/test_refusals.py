"""Originals that are too large, broken, or not pictures: each is refused soon and for the right reason."""

from __future__ import annotations

import struct
import time
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.codecs.formats import SOURCE_TYPES
from chalicelib.codecs.limits import Limits
from chalicelib.errors import BrokenImage, NotAnImage, Refusal, TooLarge
from tests.pixels import (
    LIMITS,
    card,
    encoded,
    gif,
    gif_frame,
    gradient,
    made,
    plain,
    png_chunk,
    riff,
    seen,
    webp_chunk,
    webp_with,
)

PHOTO = encoded(gradient(320, 240), "jpeg", quality=90)

NOT_PICTURES = {
    "nothing": b"",
    "random bytes": bytes(range(7, 250)),
    "HTML": b"<!doctype html><h1>Access denied</h1>",
    "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
    "MSL": b"<?xml version='1.0'?><image><read filename='/etc/passwd'/></image>",
    "MVG": b"push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 0,0 'https://example.com/'\n",
    "PDF": b"%PDF-1.7\n1 0 obj",
    "PostScript": b"%!PS\n(/etc/passwd) (r) file",
    "a path": b"@/etc/passwd",
    "a label": b"label:@/etc/passwd",
    "ZIP": b"PK\x03\x04",
    "MP4": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2",
}


@pytest.mark.parametrize("name", NOT_PICTURES)
def test_a_file_that_is_no_picture_is_not_an_image(name: str) -> None:
    with pytest.raises(NotAnImage):
        made(NOT_PICTURES[name], "10x")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "unknown"),
        (b"\x01\x02\x03", "unknown"),
        (b"%PDF-1.7", "PDF"),
        (b"<svg xmlns='x'/>", "svg"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\r\n<svg/>", "svg"),
        (b"\xef\xbb\xbf\r\n<?xml version='1.0'?><image/>", "XML"),
        (b"\n<!DOCTYPE html><p>Access denied", "HTML"),
        (encoded(card(16, 16), "png"), "png"),
    ],
)
def test_a_refused_type_is_named_with_the_accepted_types(data: bytes, name: str) -> None:
    with pytest.raises(NotAnImage) as refused:
        made(data, "10x", accepted=frozenset({"jpeg", "gif"}))
    assert str(refused.value) == f"The type of the original is {name}. This site accepts gif, jpeg."


@pytest.mark.parametrize("coder", sorted(SOURCE_TYPES & {"jpeg", "png", "gif", "webp", "avif"}))
def test_a_type_that_is_not_accepted_is_refused(coder: str) -> None:
    with pytest.raises(NotAnImage):
        made(encoded(card(16, 16), coder), "10x", accepted=SOURCE_TYPES - {coder})


def jpeg_header(width: int, height: int) -> bytes:
    whole = encoded(card(64, 64), "jpeg")
    at = whole.index(b"\xff\xc0") + 5
    return whole[:at] + struct.pack(">HH", height, width) + whole[at + 4 :]


def png_header(width: int, height: int) -> bytes:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", zlib.compress(bytes(100_000)))


BOMBS = {
    "a JPEG of 60,000 by 60,000": jpeg_header(60_000, 60_000),
    "a PNG of 60,000 by 60,000": png_header(60_000, 60_000),
    "a PNG of 2 billion by 1": png_header(2**31 - 1, 1),
    "a GIF with a screen of 65,535 by 65,535": gif(65_535, 65_535, gif_frame(0, (0, 0, 1, 1))),
    "a GIF with a frame of 65,535 by 65,535": gif(
        1, 1, b"," + struct.pack("<HHHHB", 0, 0, 65_535, 65_535, 0) + b"\x02\x01\x2c\0"
    ),
    "a GIF of 3,000 frames": gif(100, 100, *[gif_frame(0, (0, 0, 1, 1))] * 3000),
    "a GIF of 400 frames of a megapixel": gif(1000, 1000, *[gif_frame(0, (0, 0, 1, 1))] * 400),
    "a WebP of 16,383 by 16,383": riff(
        webp_chunk(b"VP8L", b"\x2f" + struct.pack("<I", 16_382 | 16_382 << 14) + bytes(20))
    ),
    "an animated WebP with a canvas of 16 million by 16 million": webp_with(
        b"",
        1 << 24,
        1 << 24,
        2,
        webp_chunk(b"ANMF", bytes(16) + webp_chunk(b"VP8L", b"\x2f" + bytes(8))),
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_decompression_bombs_are_refused_by_their_headers(name: str) -> None:
    begun = time.process_time()
    with pytest.raises(TooLarge):
        made(BOMBS[name], "10x")

    assert time.process_time() - begun < 0.25


@pytest.mark.parametrize(
    ("variant", "limits"),
    [
        ("10x", Limits(source_bytes=len(PHOTO) - 1, source_pixels=10**9, output_pixels=10**9)),
        ("10x", Limits(source_bytes=10**9, source_pixels=320 * 240 - 1, output_pixels=10**9)),
        ("320x,upscale", Limits(source_bytes=10**9, source_pixels=10**9, output_pixels=320 * 240 - 1)),
        ("9999x9999@3x,fit=contain", LIMITS),
        ("9999x9999@3x,upscale", LIMITS),
        ("9999x1@2x,fit=contain,format=webp", LIMITS),
    ],
    ids=["bytes", "pixels", "pixels of the variant", "canvas", "enlarged", "longer than WebP can be"],
)
def test_a_picture_over_a_limit_is_too_large(variant: str, limits: Limits) -> None:
    with pytest.raises(TooLarge):
        made(PHOTO, variant, limits)


def test_a_picture_exactly_at_every_limit_is_made() -> None:
    limits = Limits(source_bytes=len(PHOTO), source_pixels=320 * 240, output_pixels=320 * 240, frames=1)

    assert made(PHOTO, "320x", limits).width == 320


@pytest.mark.parametrize("variant", ["320x", "20x"], ids=["whole", "shrunk on decoding"])
def test_a_truncated_jpeg_is_shown_as_far_as_it_goes_as_in_browsers(variant: str) -> None:
    rendered = made(PHOTO[: len(PHOTO) // 2], variant + ",format=png")
    whole = made(PHOTO, variant + ",format=png")

    assert (rendered.width, rendered.height) == (whole.width, whole.height)
    assert (seen(rendered)[0] == seen(whole)[0]).all()
    assert (seen(rendered)[-1] != seen(whole)[-1]).any()


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.97])
@pytest.mark.parametrize("coder", ["png", "gif", "webp", "avif"])
def test_any_other_truncated_original_is_broken(coder: str, part: float) -> None:
    original = encoded(gradient(320, 240), coder)

    with pytest.raises(BrokenImage):
        made(original[: int(len(original) * part)], "64x,format=png")


@pytest.mark.parametrize(
    "data",
    [
        PHOTO[: PHOTO.index(b"\xff\xda")],
        PHOTO[:20] + bytes(1000),
        png_header(10, 10)[:40],
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 9, 9, 77, 9, 0, 0, 0)),
        gif(10, 10, gif_frame(0, (0, 0, 10, 10)))[:60],
        riff(webp_chunk(b"VP8 ", bytes(3) + b"\x9d\x01\x2a\x10\0\x10\0" + bytes(50))),
        b"\0\0\0\x1cftypavif\0\0\0\0mif1avif" + bytes(100),
        b"II*\0\x08\0\0\0\xff\xff",
        b"BM" + bytes(12) + b"\x28\0\0\0" + bytes(60),
    ],
    ids=["jpeg", "jpeg of zeros", "png header", "png depth", "gif", "webp", "avif", "tiff", "bmp"],
)
def test_the_beginning_of_a_picture_without_the_rest_is_broken(data: bytes) -> None:
    with pytest.raises(BrokenImage):
        made(data, "10x,format=png")


def test_a_picture_of_another_type_after_a_jpegs_magic_is_broken() -> None:
    with pytest.raises(BrokenImage):
        made(b"\xff\xd8\xff" + encoded(card(16, 16), "png"), "10x")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["jpeg", "png", "gif", "webp", "avif"]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6),
    st.sampled_from(["8x", "8x8,fit=cover,format=jpeg", "40x40,fit=contain,format=webp"]),
)
def test_a_damaged_original_makes_a_variant_or_a_refusal_and_nothing_else(
    coder: str, damage: list[tuple[float, int]], variant: str
) -> None:
    data = bytearray(WHOLE[coder])
    for place, value in damage:
        data[int(place * len(data))] = value
    try:
        rendered = made(bytes(data), variant)
    except Refusal as refusal:
        assert 400 <= refusal.status < 500  # noqa: PT017 - which refusal it is depends on the damage
        return

    assert rendered.data
    assert rendered.width * rendered.height >= 1


WHOLE = {coder: encoded(gradient(48, 32), coder, quality=60) for coder in ("jpeg", "png", "webp", "avif")} | {
    "gif": gif(12, 8, gif_frame(0, (0, 0, 12, 8)), gif_frame(1, (2, 2, 4, 4), dispose=2))
}


def test_a_broken_original_does_not_affect_the_next() -> None:
    with pytest.raises(BrokenImage):
        made(PHOTO[:300], "10x")

    assert made(encoded(plain((1, 2, 3)), "png"), "10x").width == 10
