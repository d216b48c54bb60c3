"""Every browser shows the variant in the original's colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from chalicelib.codecs.imagemagick import Image
from tests.pixels import (
    BLACK,
    GREEN,
    RED,
    WHITE,
    cmyk_jpeg,
    decoded,
    deep_png,
    encoded,
    gradient,
    linear_gray_profile,
    made,
    plain,
    png_chunk,
    png_with,
    seen,
    swapping_profile,
    upside_down_ink_profile,
    webp_chunk,
    webp_with,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


def centre(original: bytes, variant: str = "16x,format=png") -> list[int]:
    return [int(part) for part in seen(made(original, variant))[8, 8]]


@pytest.mark.parametrize("coder", ["jpeg", "png", "webp"])
def test_an_rgb_profile_is_applied(coder: str) -> None:
    original = encoded(plain(RED), coder, icc=swapping_profile())
    assert b"made for a test" in original or coder == "png"  # PNG compresses it

    assert centre(original) == pytest.approx([*GREEN, 255], abs=3)


def test_a_profiles_midtones_are_converted_too() -> None:
    original = encoded(plain((200, 100, 50)), "png", icc=swapping_profile())

    assert centre(original) == pytest.approx([100, 200, 46, 255], abs=2)


@pytest.mark.parametrize("coder", ["jpeg", "png"])
def test_a_grey_profile_is_applied(coder: str) -> None:
    original = encoded(plain((55, 55, 55)), coder, icc=linear_gray_profile(), colorspace="gray")

    assert centre(original) == pytest.approx([128, 128, 128, 255], abs=1)


def test_the_conversion_keeps_transparency() -> None:
    original = encoded(plain((*RED, 100)), "png", icc=swapping_profile())

    assert centre(original) == pytest.approx([*GREEN, 100], abs=3)


def test_every_frame_of_an_animation_is_converted() -> None:
    frame = encoded(plain(RED), "webp")[12:]
    shown = bytes(6) + bytes([15, 0, 0]) * 2 + bytes([50, 0, 0, 2]) + frame
    original = webp_with(
        b"", 16, 16, 0x22, webp_chunk(b"ICCP", swapping_profile()), *[webp_chunk(b"ANMF", shown)] * 2
    )

    rendered = made(original, "16x,format=gif")

    assert rendered.frames == 2
    assert seen(rendered)[8, 8].astype(int) == pytest.approx([*GREEN, 255], abs=8)


@pytest.mark.parametrize(
    ("icc", "original"),
    [
        ("a grey profile in an RGB picture", encoded(plain(RED), "png", icc=linear_gray_profile())),
        ("a CMYK profile in an RGB picture", encoded(plain(RED), "jpeg", icc=upside_down_ink_profile())),
        ("half a profile", encoded(plain(RED), "jpeg", icc=swapping_profile()[:180])),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_profile_that_does_not_fit_is_ignored(icc: str, original: bytes) -> None:
    assert centre(original) == pytest.approx([*RED, 255], abs=3), icc


@pytest.mark.parametrize(
    ("ink", "colour"),
    [
        ((255, 0, 0, 0), (0, 255, 255)),
        ((0, 255, 0, 0), (255, 0, 255)),
        ((0, 0, 255, 0), (255, 255, 0)),
        ((0, 0, 0, 0), WHITE),
        ((0, 0, 0, 255), BLACK),
        ((0, 0, 0, 128), (127, 127, 127)),
        ((0, 255, 255, 0), RED),
    ],
)
def test_cmyk_without_a_profile_is_the_inverse_of_rgb(ink: Sequence[int], colour: Sequence[int]) -> None:
    assert centre(cmyk_jpeg(ink)) == pytest.approx([*colour, 255], abs=3)


@pytest.mark.parametrize(
    ("ink", "colour"), [((255, 0, 0, 0), RED), ((0, 255, 0, 0), WHITE), ((0, 0, 0, 255), BLACK)]
)
def test_a_cmyk_profile_is_applied(ink: Sequence[int], colour: Sequence[int]) -> None:
    assert centre(cmyk_jpeg(ink, upside_down_ink_profile())) == pytest.approx([*colour, 255], abs=5)


@pytest.mark.parametrize("level", [0, 55, 128, 255])
@pytest.mark.parametrize("coder", ["jpeg", "png"])
def test_grey_keeps_its_level(coder: str, level: int) -> None:
    original = encoded(plain((level,) * 3), coder, colorspace="gray")

    assert centre(original) == pytest.approx([level] * 3 + [255], abs=1)


def test_a_picture_of_sixteen_bits_has_the_same_colours_in_eight() -> None:
    rendered = made(deep_png(gradient(64, 48)), "64x")

    assert rendered.data[24] == 8
    assert np.abs(seen(rendered).astype(int) - decoded(encoded(gradient(64, 48), "png"), "png")).max() <= 1


def test_a_picture_with_a_palette_keeps_its_colours() -> None:
    with Image.from_array(gradient(64, 48)) as image:
        image.quantize(64)
        original = encoded_palette = image.make_blob("png")
    assert original[25] == 3

    shrunk = seen(made(encoded_palette, "16x,format=webp,quality=100"))

    assert np.abs(shrunk[:, :, :3].astype(int) - gradient(16, 12)).mean() < 12


@pytest.mark.parametrize("colorspace", ["", "gray"], ids=["coloured", "grey"])
def test_a_gamma_chunk_that_says_linear_is_applied(colorspace: str) -> None:
    picture = encoded(plain((55, 55 if colorspace else 100, 55)), "png", colorspace=colorspace)
    original = png_with(picture, png_chunk(b"gAMA", (100_000).to_bytes(4, "big")))

    assert centre(original) == pytest.approx([128, 128 if colorspace else 168, 128, 255], abs=1)


@pytest.mark.parametrize("quality", [None, 40, 95])
@pytest.mark.parametrize("coder", ["jpeg", "webp", "avif"])
def test_lossy_variants_look_like_the_original(coder: str, quality: int | None) -> None:
    wanted = f"64x,format={coder}" + (f",quality={quality}" if quality else "")

    shrunk = seen(made(encoded(gradient(640, 480), "png"), wanted))

    assert np.abs(shrunk[:, :, :3].astype(int) - gradient(64, 48)).mean() < 6


def test_a_higher_quality_takes_more_bytes() -> None:
    original = encoded(gradient(640, 480), "png")
    for coder in ("jpeg", "webp", "avif"):
        sizes = [len(made(original, f"300x,format={coder},quality={q}").data) for q in (10, 50, 95)]

        assert sizes == sorted(sizes), coder
        assert len(set(sizes)) == 3, coder
