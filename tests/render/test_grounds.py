"""Transparency, the background and the canvas around the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from chalicelib.address.values import Colour, Format
from chalicelib.codecs.formats import OUTPUTS
from chalicelib.render.render import able
from chalicelib.render.steps.ground import colour
from tests.pixels import BLUE, GREEN, RED, WHITE, encoded, gif, gif_frame, made, plain, seen

if TYPE_CHECKING:
    from collections.abc import Sequence

CLEAR = (0, 0, 0, 0)
HALF_RED = (*RED, 128)

glass = encoded(plain(CLEAR, 40, 20), "png")
tinted = encoded(plain(HALF_RED, 40, 20), "png")
opaque = encoded(plain(RED, 40, 20), "png")
holed = gif(40, 20, gif_frame(0, (0, 0, 20, 20)))


def at(original: bytes, variant: str, x: int, y: int) -> list[int]:
    return [int(part) for part in seen(made(original, variant))[y, x]]


@pytest.mark.parametrize(
    ("original", "variant", "beneath"),
    [
        (glass, "40x,format=jpeg", (*WHITE, 255)),
        (glass, "40x,format=jpeg,background=0000ff", (*BLUE, 255)),
        (glass, "40x,format=jpeg,background=0000ff00", (*WHITE, 255)),
        (glass, "40x,format=jpeg,background=0000ff80", (127, 127, 255, 255)),
        (glass, "40x,background=0000ff", (*BLUE, 255)),
        (glass, "40x,background=0000ff80", (*BLUE, 128)),
        (glass, "40x,format=webp,background=0000ff", (*BLUE, 255)),
        (tinted, "40x", HALF_RED),
        (tinted, "40x,format=webp,quality=100", HALF_RED),
        (tinted, "40x,format=jpeg", (255, 127, 127, 255)),
        (tinted, "40x,background=00ff00", (128, 127, 0, 255)),
        (opaque, "40x,background=00ff00", (*RED, 255)),
        (opaque, "40x,format=jpeg", (*RED, 255)),
    ],
)
def test_the_background_fills_what_is_transparent(
    original: bytes, variant: str, beneath: Sequence[int]
) -> None:
    assert at(original, variant, 20, 10) == pytest.approx(beneath, abs=3)


@pytest.mark.parametrize("coder", ["png", "webp", "gif"])
def test_transparency_stays_if_the_format_has_it(coder: str) -> None:
    assert at(glass, f"40x,format={coder}", 20, 10)[3] == 0


def test_an_avif_is_transparent_if_imagemagick_can_write_that_and_else_on_white() -> None:
    expected = HALF_RED if able(OUTPUTS[Format.AVIF]).alpha else (255, 127, 127, 255)

    assert at(tinted, "40x,format=avif,quality=100", 20, 10) == pytest.approx(expected, abs=4)


@pytest.mark.parametrize("coder", ["png", "webp", "gif"])
def test_a_transparent_hole_in_a_gif_stays_transparent(coder: str) -> None:
    pixels = seen(made(holed, f"40x,format={coder}")).astype(int)

    assert pixels[10, 8] == pytest.approx([*RED, 255], abs=4)
    assert pixels[10, 32][3] == 0


def test_a_still_gif_has_the_size_of_its_screen_and_not_of_its_picture() -> None:
    rendered = made(holed, "20x,format=png")

    assert (rendered.width, rendered.height) == (20, 10)


@pytest.mark.parametrize(
    ("variant", "around"),
    [
        ("40x40,fit=contain", CLEAR),
        ("40x40,fit=contain,format=webp", CLEAR),
        ("40x40,fit=contain,format=gif", CLEAR),
        ("40x40,fit=contain,format=jpeg", (*WHITE, 255)),
        ("40x40,fit=contain,background=00ff00", (*GREEN, 255)),
        ("40x40,fit=contain,background=00ff00,format=jpeg", (*GREEN, 255)),
        ("40x40,fit=contain,background=00ff0080", (*GREEN, 128)),
    ],
)
def test_contain_pads_with_the_background(variant: str, around: Sequence[int]) -> None:
    for y in (2, 37):
        if around == CLEAR:
            assert at(opaque, variant, 20, y)[3] == 0
        else:
            assert at(opaque, variant, 20, y) == pytest.approx(around, abs=4)
    assert at(opaque, variant, 20, 20) == pytest.approx([*RED, 255], abs=8)


@pytest.mark.parametrize(("gravity", "rows"), [("north", (0, 19)), ("center", (10, 29)), ("south", (20, 39))])
def test_contain_puts_the_picture_where_gravity_says(gravity: str, rows: tuple[int, int]) -> None:
    pixels = seen(made(opaque, f"40x40,fit=contain,gravity={gravity}"))
    filled = np.flatnonzero(pixels[:, 20, 3])

    assert (int(filled[0]), int(filled[-1])) == rows


def test_a_grey_picture_may_have_a_coloured_background() -> None:
    original = encoded(plain((90, 90, 90), 40, 20), "jpeg", colorspace="gray")
    variant = "40x40,fit=contain,background=00ff00,format=png"

    assert at(original, variant, 20, 2) == [*GREEN, 255]
    assert at(original, variant, 20, 20) == pytest.approx([90, 90, 90, 255], abs=1)


@pytest.mark.parametrize(
    ("asked", "alpha", "css"),
    [
        (None, True, "#ffffff00"),
        (None, False, "#ffffff"),
        (Colour(1, 2, 3), True, "#010203ff"),
        (Colour(1, 2, 3), False, "#010203"),
        (Colour(0, 0, 0, 51), True, "#00000033"),
        (Colour(0, 0, 0, 51), False, "#cccccc"),
    ],
)
def test_the_background_is_white_where_there_is_no_transparency(
    asked: Colour | None,
    alpha: bool,  # noqa: FBT001 - a column of the table
    css: str,
) -> None:
    assert colour(asked, alpha=alpha) == css
