"""What a file says of its colours is judged by what is in it, and broken words do not count."""

from __future__ import annotations

import struct

import pytest

from bench.colours.said import (
    BT709 as SRGB_COLORANTS,
)
from bench.colours.said import (
    LINEAR,
    P3,
    cicp,
    clli,
    grey_profile,
    mdcv,
    png,
    power,
    profile,
    sampled,
)
from bench.colours.said import (
    SRGB_CURVE as SRGB_TAG,
)
from chalicelib.codecs.colour import icc, sources
from chalicelib.codecs.colour.cicp import BT709, PRIMARIES, SRGB_CURVE
from chalicelib.codecs.colour.sources import SRGB, Coded, Profiled
from chalicelib.codecs.formats import GIF, JPEG, PNG, TIFF, SourceType
from tests.pixels import encoded, plain

OTHER = profile("sRGB IEC61966-2.1", LINEAR)
SWAPPED = (SRGB_COLORANTS[1], SRGB_COLORANTS[0], SRGB_COLORANTS[2])


@pytest.mark.parametrize(
    ("name", "content", "same"),
    [
        ("sRGB's curve as a formula", profile("x", SRGB_TAG), True),
        ("sRGB's curve in 1,024 steps", profile("x", sampled(1024)), True),
        ("sRGB's curve in 4,096 steps", profile("x", sampled(4096)), True),
        ("our own", icc.matrix_profile(PRIMARIES[BT709], SRGB_CURVE), True),
        ("followed by junk", profile("x", SRGB_TAG) + b"junk", True),
        ("linear, called sRGB", OTHER, False),
        ("a power of 2.2, called sRGB", profile("sRGB IEC61966-2.1", power(2.2)), False),
        ("Display P3", profile("sRGB", SRGB_TAG, P3), False),
        ("red and green change places", profile("sRGB", SRGB_TAG, SWAPPED), False),
        ("grey", grey_profile(SRGB_TAG), False),
        (
            "with a table, which says more",
            profile("x", SRGB_TAG).replace(b"cprt", b"A2B0").replace(b"desc", b"A2B0", 1),
            False,
        ),
        ("for CMYK", profile("x", SRGB_TAG).replace(b"RGB ", b"CMYK", 1), False),
        ("cut off", profile("x", SRGB_TAG)[:200], False),
        ("a number of tags that nobody has", profile("x", SRGB_TAG)[:128] + b"\xff" * 4, False),
        ("a curve of an unknown kind", profile("x", b"what" + SRGB_TAG[4:]), False),
        ("a formula of an unknown kind", profile("x", SRGB_TAG[:8] + b"\0\x63" + SRGB_TAG[10:]), False),
        ("empty", b"", False),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_profile_is_srgb_by_its_content(name: str, content: bytes, *, same: bool) -> None:
    assert icc.is_srgb(content) is same, name


def app2(number: int, total: int, part: bytes) -> bytes:
    content = b"ICC_PROFILE\0" + bytes((number, total)) + part
    return b"\xff\xe2" + struct.pack(">H", len(content) + 2) + content


HALF = len(OTHER) // 2
FIRST, SECOND = app2(1, 2, OTHER[:HALF]), app2(2, 2, OTHER[HALF:])


@pytest.mark.parametrize(
    ("parts", "segments", "counts"),
    [
        ("one", app2(1, 1, OTHER), True),
        ("two", FIRST + SECOND, True),
        ("two in another order", SECOND + FIRST, True),
        ("the same twice", app2(1, 1, OTHER) * 2, True),
        ("more than it says", FIRST + SECOND + app2(3, 2, b"junk"), True),
        ("one that is missing", app2(1, 2, OTHER), False),
        ("number 0", app2(0, 1, OTHER), False),
        ("another total in each", FIRST + app2(2, 3, OTHER[HALF:]), False),
        ("none", b"", False),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_parts_of_a_jpegs_profile_count_as_in_chromium(
    parts: str, segments: bytes, *, counts: bool
) -> None:
    whole = encoded(plain((1, 2, 3)), "jpeg")

    found = sources.read(whole[:2] + segments + whole[2:], JPEG)

    assert found == (Profiled(OTHER) if counts else SRGB), parts


@pytest.mark.parametrize(
    ("said", "peak"), [([], 0), ([clli(600)], 600), ([mdcv(4000)], 4000), ([mdcv(4000), clli(600)], 600)]
)
def test_the_brightest_pixel_of_a_png(said: list[bytes], peak: int) -> None:
    assert sources.read(png([(1, 2, 3)], cicp(9, 16), *said), PNG) == Coded(9, 16, peak)


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_profile_of_a_tiff(order: str) -> None:
    mark = {"<": b"II", ">": b"MM"}[order]
    head = mark + struct.pack(f"{order}HIHHHII", 42, 8, 1, 34675, 7, len(OTHER), 26) + bytes(4)

    assert sources.read(head + OTHER, TIFF) == Profiled(OTHER)
    assert sources.read(head + OTHER[:100], TIFF) == SRGB


@pytest.mark.parametrize("kind", [JPEG, PNG, GIF, TIFF])
def test_a_file_that_ends_at_once_is_srgb(kind: SourceType) -> None:
    assert sources.read(b"", kind) == SRGB
