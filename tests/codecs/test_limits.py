"""How long a side of a variant may be, so that ImageMagick can still carry out every option."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import pytest

from chalicelib.address.values import Format
from chalicelib.address.variant import parse
from chalicelib.codecs.formats import OUTPUTS, SOURCE_TYPES
from chalicelib.codecs.headers import Header
from chalicelib.codecs.limits import LONGEST_SIDE, LONGEST_SOURCE_SIDE, Limits
from chalicelib.errors import TooLarge
from chalicelib.geometry.plan import Extent
from chalicelib.render.render import render
from fuzz import places
from tests.pixels import LIMITS, png_chunk
from tests.tiffs import LONG as NUMBER
from tests.tiffs import file_of

if TYPE_CHECKING:
    from collections.abc import Callable

_SIGNATURE = b"\x89PNG\r\n\x1a\n"

LONG = (places.CORPUS / "gif" / "long").read_bytes()
"""A GIF of 12 x 65,535 pixels, with the height in its screen and its one frame; the fuzzer found it."""


def gif(height: int) -> bytes:
    screen, frame = struct.pack("<H", 65_535), struct.pack("<H", height)
    assert LONG.count(screen) >= 2
    return LONG.replace(screen, frame)


def png_of(width: int, height: int) -> bytes:
    rows = zlib.compress(bytes((width + 1) * height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return _SIGNATURE + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")


def tiff_of(width: int, height: int) -> bytes:
    numbers = {256: width, 257: height, 258: 8, 262: 1, 273: 8, 278: height, 279: width * height}
    return file_of({tag: (NUMBER, [value]) for tag, value in numbers.items()}, bytes(width * height))


@pytest.mark.parametrize("of", [png_of, tiff_of])
@pytest.mark.parametrize("size", [(LONGEST_SOURCE_SIDE, 1), (1, LONGEST_SOURCE_SIDE)])
def test_a_side_beyond_the_longest_is_too_large_and_not_broken(
    of: Callable[[int, int], bytes], size: tuple[int, int]
) -> None:
    width, height = size

    assert render(of(width, height), parse("40x40"), LIMITS, SOURCE_TYPES).frames == 1
    with pytest.raises(TooLarge, match=f"A side has {LONGEST_SOURCE_SIDE + 1} pixels"):
        render(of(width + (width > 1), height + (height > 1)), parse("40x40"), LIMITS, SOURCE_TYPES)


@pytest.mark.parametrize("wanted", ["blur=30", "sharpen=10", "brightness=10", "round=max", "format=png"])
def test_every_option_works_on_the_longest_variant(wanted: str) -> None:
    rendered = render(gif(LONGEST_SIDE), parse(f"40x,{wanted}"), LIMITS, SOURCE_TYPES)

    assert (rendered.width, rendered.height) == (12, LONGEST_SIDE)


@pytest.mark.parametrize("height", [LONGEST_SIDE + 1, 65_535])
@pytest.mark.parametrize("wanted", ["40x", "40x,blur=2,brightness=10,sharpen=1", "40x,format=png"])
def test_a_longer_variant_is_refused(wanted: str, height: int) -> None:
    with pytest.raises(
        TooLarge, match=r"too long. A side of (gif|png) has at most 64000 pixels. Ask for a smaller size."
    ):
        render(gif(height), parse(wanted), LIMITS, SOURCE_TYPES)


def test_a_longer_original_may_become_a_shorter_variant() -> None:
    rendered = render(gif(65_535), parse("x600,blur=2,upscale"), LIMITS, SOURCE_TYPES)

    assert (rendered.width, rendered.height) == (1, 600)


SMALL = Limits(source_bytes=10, source_pixels=1000, output_pixels=1000, frames=5, scans=3)
WEBP = OUTPUTS[Format.WEBP]
SMALLER = "Ask for a smaller size."


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (lambda: SMALL.check_bytes(b"x" * 11), "The original has 11 bytes. At most 10 are allowed."),
        (
            lambda: SMALL.check_source(Header(Extent(40, 30)), 1),
            "Decoding the original (40 x 30) takes 1200 pixels. At most 1000 are allowed.",
        ),
        (
            lambda: SMALL.check_source(Header(Extent(20, 20), frames=4), 4),
            "Decoding the original (20 x 20, 4 frames) takes 1600 pixels. At most 1000 are allowed.",
        ),
        (
            lambda: SMALL.check_source(Header(Extent(30, 20), scans=2), 1),
            "Decoding the original (30 x 20) takes 1200 pixels. At most 1000 are allowed.",
        ),
        (
            lambda: SMALL.check_source(Header(Extent(1, 1), frames=6), 6),
            "6 frames of the original are needed. At most 5 are allowed.",
        ),
        (
            lambda: SMALL.check_source(Header(Extent(1, 1), scans=4), 1),
            "The original has 4 scans. At most 3 scans are allowed.",
        ),
        (
            lambda: SMALL.check_variant(Extent(40, 30), 1, WEBP),
            f"The variant (40 x 30) would have 1200 pixels. At most 1000 are allowed. {SMALLER}",
        ),
        (
            lambda: SMALL.check_variant(Extent(20, 20), 3, WEBP),
            f"The variant (20 x 20, 3 frames) would have 1200 pixels. At most 1000 are allowed. {SMALLER}",
        ),
        (
            lambda: Limits(10, 10, 10**9).check_variant(Extent(16_384, 1), 1, WEBP),
            f"The variant (16384 x 1) would be too long. A side of webp has at most 16383 pixels. {SMALLER}",
        ),
    ],
    ids=[
        "bytes",
        "pixels",
        "pixels of all frames",
        "pixels of all scans",
        "frames",
        "scans",
        "pixels of the variant",
        "pixels of all its frames",
        "a side of the variant",
    ],
)
def test_a_limit_that_is_exceeded_is_named_with_the_amount(check: Callable[[], None], message: str) -> None:
    with pytest.raises(TooLarge) as refused:
        check()
    assert str(refused.value) == message
