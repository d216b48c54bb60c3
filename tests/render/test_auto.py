"""``format=auto``: what it makes of photographs, drawings and animations."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chalicelib.address.values import Format
from tests.pixels import card, decoded, encoded, gif, gif_frame, gradient, made, plain, seen

SAMPLES = Path(__file__).parents[2] / "ops" / "local" / "samples"
PHOTOGRAPHS = ["astronaut.jpg", "mountain-path.jpg", "fig.png", "brushes-cmyk.jpg"]


def lossless(webp: bytes) -> bool:
    """Whether the picture is in a VP8L chunk (RFC 9649, 2.6)."""
    return b"VP8L" in webp[:64]


def chart() -> bytes:
    pixels = plain((255, 255, 255), 300, 200).copy()
    pixels[10:190, 20:22] = pixels[188:190, 20:290] = 0
    for bar, height in enumerate((30, 90, 140, 60, 110)):
        pixels[188 - height : 188, 40 + 50 * bar : 70 + 50 * bar] = (40 * bar, 90, 200 - 30 * bar)
    return encoded(pixels, "png")


@pytest.mark.parametrize("width", [100, 400])
@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_photograph_becomes_lossy_webp(name: str, width: int) -> None:
    rendered = made((SAMPLES / name).read_bytes(), f"{width}x,format=auto")

    assert (rendered.format, rendered.content_type) == (Format.WEBP, "image/webp")
    assert not lossless(rendered.data)


def on_white(photograph: bytes) -> bytes:
    """A PNG of the photograph in the middle of 500 x 500 white pixels, as shops show their products."""
    pixels = plain((255, 255, 255), 500, 500)
    pixels[180:320, 180:320] = seen(made(photograph, "140x140,fit=fill,format=png"))[:, :, :3]
    return encoded(pixels, "png")


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_an_opaque_png_of_a_photograph_becomes_lossy_webp(name: str) -> None:
    original = made((SAMPLES / name).read_bytes(), "400x,background=ffffff,format=png").data

    rendered = made(original, "400x,format=auto")

    assert (rendered.format, lossless(rendered.data)) == (Format.WEBP, False)
    assert len(rendered.data) < len(original) / 4


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_photograph_on_white_is_a_photograph(name: str) -> None:
    rendered = made(on_white((SAMPLES / name).read_bytes()), "500x,format=auto")

    assert not lossless(rendered.data)
    assert len(rendered.data) < 8000


@pytest.mark.parametrize("original", [chart(), encoded(card(300, 200), "png")], ids=["chart", "card"])
def test_a_drawing_becomes_lossless_webp_and_smaller_than_as_png(original: bytes) -> None:
    rendered = made(original, "300x,format=auto")

    assert lossless(rendered.data)
    assert (seen(rendered) == decoded(original, "png")).all()
    assert len(rendered.data) < len(made(original, "300x,format=png").data)


def test_transparency_is_kept() -> None:
    original = encoded(np.dstack([gradient(90, 60), np.full((60, 90), 77, np.uint8)]), "png")

    assert seen(made(original, "45x,format=auto"))[10, 10, 3].item() == pytest.approx(77, abs=3)


def test_an_animation_becomes_an_animated_webp() -> None:
    original = gif(40, 20, gif_frame(0, (0, 0, 40, 20), delay=7), gif_frame(1, (0, 0, 20, 20), delay=9))
    rendered = made(original, "40x,format=auto")

    assert (rendered.frames, rendered.content_type) == (2, "image/webp")
    assert b"ANIM" in rendered.data


def test_a_photograph_has_the_quality_that_is_asked_for() -> None:
    original = (SAMPLES / "astronaut.jpg").read_bytes()
    low, high = (len(made(original, f"200x,format=auto,quality={quality}").data) for quality in (20, 90))

    assert low < high / 2


def test_webp_asked_for_by_name_is_lossy_for_drawings_too() -> None:
    assert not lossless(made(chart(), "300x,format=webp").data)
