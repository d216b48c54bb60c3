"""``gravity=smart`` and faces, judged by what is left in the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from chalicelib.address.variant import parse
from chalicelib.codecs.formats import SOURCE_TYPES
from chalicelib.geometry.focus import Faces
from chalicelib.geometry.plan import Rectangle
from chalicelib.render.attention import weighted
from chalicelib.render.extras import Extras
from chalicelib.render.render import render
from tests.pixels import (
    LIMITS,
    card,
    decoded,
    encoded,
    gif,
    gif_frame,
    jpeg_with_exif,
    made,
    plain,
    seen,
    turned,
)

if TYPE_CHECKING:
    from tests.pixels import Pixels

GREY = (128, 128, 128)
BLUE = (30, 60, 230)
SKIN = (224, 172, 105)


def picture(colour: tuple[int, ...], left: int, top: int, width: int = 480, height: int = 320) -> Pixels:
    """A grey picture with a subject of 60 x 60 pixels: stripes of the colour and a darker shade of it."""
    pixels = plain(GREY, width, height).copy()
    pixels[top : top + 60, left : left + 60] = colour
    pixels[top : top + 60 : 12, left : left + 60] = np.array(colour) // 2
    return pixels


def subject(pixels: Pixels) -> float:
    """The part of a picture that is not grey."""
    return float((np.ptp(pixels[:, :, :3].astype(int), axis=2) > 40).mean())


@pytest.mark.parametrize("coder", ["jpeg", "png", "webp", "avif"])
@pytest.mark.parametrize("colour", [BLUE, SKIN], ids=["strong colours", "skin"])
@pytest.mark.parametrize(
    ("left", "top", "variant"),
    [
        pytest.param(10, 130, "60x120", id="at the left"),
        pytest.param(410, 130, "60x120", id="at the right"),
        pytest.param(210, 5, "120x25", id="at the top"),
        pytest.param(210, 255, "120x25", id="at the bottom"),
        pytest.param(300, 40, "80x80", id="in the upper right, of a square"),
    ],
)
def test_smart_keeps_the_subject(
    left: int, top: int, variant: str, colour: tuple[int, ...], coder: str
) -> None:
    original = encoded(picture(colour, left, top), coder)
    shown = subject(seen(made(original, f"{variant},fit=cover,gravity=smart,format=png")))
    whole = subject(decoded(original, coder)) * 480 * 320

    width, height = (int(side) for side in variant.split("x"))
    scale = min(480 / width, 320 / height)
    assert shown * width * height * scale**2 > 0.85 * whole


def test_smart_prefers_skin_to_other_colours() -> None:
    pixels = picture(BLUE, 20, 130)
    pixels[130:190, 400:460] = picture(SKIN, 400, 130)[130:190, 400:460]
    shown = seen(made(encoded(pixels, "png"), "60x120,fit=cover,gravity=smart"))

    red, blue = shown[:, :, 0].astype(int), shown[:, :, 2].astype(int)
    assert (red - blue > 60).any()
    assert not (blue - red > 60).any()


@pytest.mark.parametrize("colour", [GREY, (250, 250, 250), (5, 5, 5), (40, 90, 60)], ids=str)
def test_in_a_picture_of_noise_smart_is_near_the_centre(colour: tuple[int, ...]) -> None:
    noise = np.random.default_rng(404).integers(-2, 3, (36, 54, 3))
    left, top = weighted((plain(colour, 54, 36) + noise).astype(np.uint8).tobytes(), 54).place(
        Rectangle(0, 0, 1, 1), 1 / 3, 1
    )

    assert (left, top) == pytest.approx((1 / 3, 0), abs=0.06)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_smart_looks_at_the_upright_picture(orientation: int) -> None:
    upright = picture(SKIN, 390, 20)
    original = jpeg_with_exif(encoded(turned(upright, orientation), "jpeg"), orientation)
    for variant in ("40x100", "100x25"):
        asked = f"{variant},fit=cover,gravity=smart,format=png"
        expected = seen(made(encoded(upright, "png"), asked)).astype(int)

        assert np.abs(seen(made(original, asked)) - expected).mean() < 3, variant


@pytest.mark.parametrize(
    ("turn", "expected"),
    [("flop", np.fliplr), ("flip", np.flipud), ("rotate=180", lambda pixels: np.rot90(pixels, 2))],
)
def test_smart_keeps_the_same_part_of_a_mirrored_picture(turn: str, expected: object) -> None:
    assert callable(expected)
    original = encoded(picture(SKIN, 390, 20), "png")
    asked = "40x100,fit=cover,gravity=smart"
    difference = seen(made(original, f"{asked},{turn}")).astype(int) - expected(seen(made(original, asked)))

    assert np.abs(difference).mean() < 3


def test_smart_stays_within_the_crop() -> None:
    pixels = picture(SKIN, 10, 130)
    pixels[130:190, 300:360] = picture(BLUE, 300, 130)[130:190, 300:360]
    shown = seen(made(encoded(pixels, "png"), "60x120,fit=cover,gravity=smart,crop=100-0-380x320"))

    red, blue = shown[:, :, 0].astype(int), shown[:, :, 2].astype(int)
    assert (blue - red > 60).any()
    assert not (red - blue > 60).any()


@pytest.mark.parametrize("gravity", ["smart", "face"])
@pytest.mark.parametrize("size", ["100x100", "100x100,fit=contain", "100x30,fit=fill", "100x,fit=cover"])
def test_where_nothing_is_cut_off_smart_and_face_mean_the_centre(size: str, gravity: str) -> None:
    original = encoded(picture(SKIN, 10, 20), "png")

    assert made(original, f"{size},gravity={gravity}").data == made(original, size).data


def test_a_large_photograph_is_decoded_once_and_small() -> None:
    original = encoded(np.kron(picture(SKIN, 390, 130), np.ones((5, 5, 1), np.uint8)), "jpeg")
    shown = seen(made(original, "40x80,fit=cover,gravity=smart,format=png"))

    assert subject(shown) > 0.07


def test_all_frames_of_an_animation_are_cropped_like_the_first() -> None:
    original = gif(120, 40, gif_frame(0, (100, 0, 20, 40)), gif_frame(2, (0, 0, 60, 40)))
    animation = made(original, "40x40,fit=cover,gravity=smart").data
    first, second = (seen(made(animation, f"40x40,frame={frame},format=png")) for frame in (1, 2))

    assert subject(first) == pytest.approx(0.5, abs=0.1)
    assert subject(second) == subject(first)


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (3, 2)], ids=str)
def test_the_smallest_and_the_thinnest_pictures_are_cropped_too(size: tuple[int, int]) -> None:
    rendered = made(encoded(card(*size), "png"), "10x10,fit=cover,gravity=smart")

    assert rendered.width == rendered.height


def test_transparent_pixels_do_not_draw_the_eye() -> None:
    pixels = np.dstack([picture(BLUE, 10, 130), np.full((320, 480), 255, np.uint8)])
    pixels[:, 240:] = (255, 0, 0, 0)
    pixels[::4, 240:] = (0, 255, 0, 0)
    shown = seen(made(encoded(pixels, "png"), "60x120,fit=cover,gravity=smart"))

    assert shown[:, :, 3].min() == 255


def cut(original: bytes, variant: str, *faces: Rectangle) -> Pixels:
    return seen(render(original, parse(variant), LIMITS, SOURCE_TYPES, Extras(Faces(faces))))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_face_is_kept_in_the_upright_picture(orientation: int) -> None:
    original = jpeg_with_exif(encoded(turned(card(480, 320), orientation), "jpeg"), orientation)
    yellow = cut(original, "40x40,fit=cover,gravity=face,format=png", Rectangle(0.9, 0.6, 0.95, 0.7))[-4, 20]
    red = cut(original, "80x20,fit=cover,gravity=face,format=png", Rectangle(0.1, 0.1, 0.2, 0.2))[10, 10]

    assert yellow.tolist() == pytest.approx([255, 255, 0, 255], abs=16)
    assert red.tolist() == pytest.approx([255, 0, 0, 255], abs=16)


def test_a_face_is_kept_in_a_turned_picture() -> None:
    original = encoded(card(480, 320), "png")
    shown = cut(original, "20x80,fit=cover,gravity=face,rotate=90", Rectangle(0.1, 0.1, 0.2, 0.2))

    assert shown[10, 10].tolist() == pytest.approx([255, 0, 0, 255], abs=16)


def test_without_a_face_face_is_smart() -> None:
    original = encoded(picture(SKIN, 10, 20), "png")
    face, smart = (
        made(original, f"40x100,fit=cover,gravity={gravity}").data for gravity in ("face", "smart")
    )

    assert face == smart
