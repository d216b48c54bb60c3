"""The variant shows the picture upright, for every orientation of the camera."""

from __future__ import annotations

import numpy as np
import pytest

from chalicelib.address.values import Fit, Gravity
from tests.pixels import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    card,
    encoded,
    exif,
    gradient,
    jpeg_with_exif,
    made,
    png_chunk,
    png_with,
    seen,
    turned,
    webp_chunk,
    webp_with,
)

UPRIGHT = gradient(480, 360)
SIDEWAYS = {n: jpeg_with_exif(encoded(turned(UPRIGHT, n), "jpeg"), n) for n in range(1, 9)}
CARD = card(120, 80)


@pytest.mark.parametrize("option", ["", ",crop=120-60-240x200", ",rotate=90", ",rotate=25,background=00ff00"])
@pytest.mark.parametrize("fit", Fit)
@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_sideways_picture_makes_the_upright_variant(orientation: int, fit: Fit, option: str) -> None:
    for gravity in Gravity:
        variant = f"60x50,fit={fit},gravity={gravity},format=png{option}"
        difference = np.abs(
            seen(made(SIDEWAYS[orientation], variant)).astype(int) - seen(made(SIDEWAYS[1], variant))
        )

        assert difference.mean() < 1.5, gravity
        assert difference.max() < 24, gravity


@pytest.mark.parametrize("variant", ["240x", "x120", "1000x1000,upscale"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_sizes_refer_to_the_upright_picture(orientation: int, variant: str) -> None:
    upright, sideways = made(SIDEWAYS[1], variant), made(SIDEWAYS[orientation], variant)

    assert (sideways.width, sideways.height) == (upright.width, upright.height)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_every_corner_is_where_the_viewer_expects_it(kind: str, orientation: int) -> None:
    stored = turned(CARD, orientation)
    height, width = stored.shape[:2]
    picture = encoded(stored, kind)
    original = {
        "jpeg": lambda: jpeg_with_exif(picture, orientation),
        "png": lambda: png_with(picture, png_chunk(b"eXIf", exif(orientation))),
        "webp": lambda: webp_with(picture, width, height, 0x08, webp_chunk(b"EXIF", exif(orientation))),
    }[kind]()

    pixels = seen(made(original, "60x,format=png"))[:, :, :3].astype(int)

    assert pixels.shape[:2] == (40, 60)
    corners = [pixels[8, 8], pixels[8, -8], pixels[-8, 8], pixels[-8, -8]]
    assert np.abs(np.array(corners) - [RED, GREEN, BLUE, YELLOW]).max() < 12


@pytest.mark.parametrize("name", ["jpeg", "png", "webp"])
def test_a_variant_has_no_orientation_of_its_own(name: str) -> None:
    data = made(SIDEWAYS[6], f"60x,format={name}").data

    assert b"Exif" not in data
    assert b"EXIF" not in data
    assert b"eXIf" not in data
