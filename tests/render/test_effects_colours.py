"""Brightness, contrast, saturation, grayscale, sepia and tint: how they change colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.address.values import Colour
from chalicelib.render.steps.saturate import LUMA
from chalicelib.render.steps.tint import shades
from tests.pixels import BLACK, BLUE, RED, WHITE, encoded, gradient, made, plain, seen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.pixels import Pixels

EVERY = ["brightness=30", "contrast=-30", "saturation=50", "sepia", "tint=0040ff"]
GREY, SAND = (128, 128, 128), (200, 150, 100)


def shown(pixels: Pixels, option: str) -> Pixels:
    return seen(made(encoded(pixels, "png"), f"{pixels.shape[1]}x,{option}"))


@pytest.mark.parametrize(
    ("option", "colour", "becomes"),
    [
        ("brightness=20", GREY, (179, 179, 179)),
        ("brightness=-20", SAND, (149, 99, 49)),
        ("brightness=100", BLACK, WHITE),
        ("brightness=-100", WHITE, BLACK),
        ("contrast=-100", RED, GREY),
        ("contrast=100", SAND, (255, 255, 0)),
        ("contrast=50", GREY, GREY),
        ("contrast=50", SAND, (255, 182, 61)),
        ("brightness=10,contrast=50", SAND, (255, 207, 86)),
        ("saturation=-100", RED, (54, 54, 54)),
        ("saturation=-50", SAND, (179, 154, 129)),
        ("saturation=50", SAND, (222, 147, 72)),
        ("saturation=100", GREY, GREY),
        ("grayscale", SAND, (157, 157, 157)),
        ("grayscale,saturation=50", SAND, (157, 157, 157)),
        ("sepia", WHITE, (255, 255, 239)),
        ("sepia", SAND, (213, 190, 148)),
        ("tint=0040ff", BLACK, BLACK),
        ("tint=0040ff", WHITE, WHITE),
        ("tint=0040ff", GREY, (86, 129, 255)),
        ("tint=0040ff", (64, 64, 64), (0, 64, 255)),
        ("tint=000000", GREY, GREY),
        ("tint=ffffff", GREY, GREY),
        ("sepia,tint=0040ff", BLACK, BLACK),
    ],
)
def test_a_colour_becomes(option: str, colour: Sequence[int], becomes: Sequence[int]) -> None:
    assert shown(plain(colour), option)[8, 8].astype(int) == pytest.approx([*becomes, 255], abs=2)


@pytest.mark.parametrize("option", ["saturation=70", "saturation=-70", "grayscale", "tint=0040ff"])
def test_a_colour_keeps_its_lightness(option: str) -> None:
    colour = (150, 120, 100)

    assert np.dot(shown(plain(colour), option)[8, 8, :3], LUMA) == pytest.approx(
        np.dot(colour, LUMA), abs=1.5
    )


@pytest.mark.parametrize(
    "option", ["brightness=30", "contrast=-30", "saturation=-30", "sepia", "tint=0040ff"]
)
def test_transparent_pixels_stay_transparent(option: str) -> None:
    glass = np.dstack([gradient(32, 32), np.full((32, 32), 77, np.uint8)])

    assert (shown(glass, option)[:, :, 3] == 77).all()


@pytest.mark.parametrize("option", EVERY)
@pytest.mark.parametrize("colorspace", ["gray", "cmyk"])
def test_grey_and_cmyk_pictures_are_coloured_like_any_other(colorspace: str, option: str) -> None:
    original = encoded(plain((90, 90, 90)), "jpeg", colorspace=colorspace)
    expected = shown(plain((90, 90, 90)), option)[8, 8].astype(int)

    assert seen(made(original, f"16x,format=png,{option}"))[8, 8].astype(int) == pytest.approx(
        expected, abs=6
    )


def test_the_background_keeps_the_colour_that_was_asked_for() -> None:
    variant = "16x32,fit=contain,background=0000ff,grayscale,brightness=20,blur=2"
    pixels = seen(made(encoded(plain(RED), "png"), variant))

    assert pixels[2, 8].tolist() == [*BLUE, 255]
    assert pixels[16, 8].astype(int) == pytest.approx([94, 94, 94, 255], abs=2)


@given(st.builds(Colour, *[st.integers(0, 255)] * 3))
def test_the_shades_of_a_tint_rise_from_black_to_white(tint: Colour) -> None:
    ramp = np.frombuffer(shades(tint), np.uint8).reshape(256, 3).astype(int)

    assert ramp[0].tolist() == [*BLACK]
    assert ramp[255].tolist() == [*WHITE]
    assert (np.diff(ramp, axis=0) >= 0).all()
    assert np.abs(ramp @ LUMA - np.arange(256)).max() < 1
