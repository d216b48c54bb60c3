"""Round corners, blur and sharpening: what they do to shapes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from chalicelib.codecs.imagemagick import Image
from chalicelib.render.steps.blur import blur
from chalicelib.render.steps.round_corners import outside
from tests.pixels import BLACK, BLUE, RED, WHITE, encoded, exported, gradient, made, plain, seen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tests.pixels import Pixels

CLEAR = None
opaque = encoded(plain(RED, 60, 40), "png")


def edge() -> Pixels:
    """Dark on the left, light on the right."""
    pixels = plain((80, 80, 80), 60, 40)
    pixels[:, 30:] = 170
    return pixels


@pytest.mark.parametrize(
    ("variant", "corner"),
    [
        ("60x,round=10", CLEAR),
        ("60x,round=10,format=webp", CLEAR),
        ("60x,round=10,format=gif", CLEAR),
        ("60x,round=10,format=jpeg,quality=95", WHITE),
        ("60x,round=10,format=jpeg,quality=95,background=0000ff", BLUE),
        ("60x,round=10,background=0000ff", CLEAR),
        ("60x60,fit=contain,background=0000ff,round=10", CLEAR),
    ],
)
def test_round_corners_are_transparent_if_the_format_can_be_and_else_the_background(
    variant: str, corner: Sequence[int] | None
) -> None:
    pixels = seen(made(opaque, variant)).astype(int)
    height, width = pixels.shape[:2]

    for y in (0, height - 1):
        for x in (0, width - 1):
            if corner is CLEAR:
                assert pixels[y, x, 3] == 0
            else:
                assert pixels[y, x] == pytest.approx([*corner, 255], abs=24)
    assert pixels[height // 2, width // 2] == pytest.approx([*RED, 255], abs=6)
    assert pixels[height // 2, 0, 3] == 255


@pytest.mark.parametrize(
    ("size", "radius"),
    [
        ((60, 40), "7"),
        ((60, 40), "max"),
        ((61, 41), "max"),
        ((40, 40), "max"),
        ((40, 40), "9999"),
        ((41, 41), "max"),
        ((1, 1), "max"),
        ((3, 50), "1"),
    ],
)
def test_a_corner_is_a_quarter_of_a_circle(size: tuple[int, int], radius: str) -> None:
    width, height = size
    pixels = seen(made(encoded(plain(RED, *size), "png"), f"999x999,round={radius}"))
    reach = min(float(radius.replace("max", "inf")), width / 2, height / 2)
    # How far each pixel's middle is beyond the straight edges between the corners' centres.
    ys, xs = np.mgrid[:height, :width] + 0.5
    dx = np.maximum(0, np.maximum(reach - xs, xs - (width - reach)))
    dy = np.maximum(0, np.maximum(reach - ys, ys - (height - reach)))
    expected = 255 * np.clip(reach + 0.5 - np.hypot(dx, dy), 0, 1)

    assert np.abs(pixels[:, :, 3] - expected).max() <= 2


@pytest.mark.parametrize("radius", [0.5, 1, 7, 20.5, 300])
def test_the_area_outside_of_a_corner_is_what_geometry_says(radius: float) -> None:
    covered = np.frombuffer(outside(radius), np.uint8).sum() / 255
    square_without_circle = np.ceil(radius) ** 2 - np.pi * radius**2 / 4
    beyond = np.ceil(radius) ** 2 - radius**2

    assert covered == pytest.approx(square_without_circle - beyond, abs=0.3 + radius / 50)


def test_round_corners_of_a_half_transparent_picture_are_transparent_too() -> None:
    glass = encoded(plain((*RED, 128), 40, 40), "png")
    pixels = seen(made(glass, "40x,round=10"))

    assert pixels[0, 0, 3] == 0
    assert pixels[20, 20].tolist() == [*RED, 128]


def blurred(pixels: Pixels, sigma: float) -> NDArray[np.float64]:
    """A Gaussian blur by its definition; beyond its edges the picture continues with its last pixels."""
    reach = int(4 * sigma) + 1
    # A pixel is an area, not a point: three samples along it are near enough.
    places = np.arange(-reach, reach + 1)[:, None] + [-1 / 3, 0, 1 / 3]
    kernel = np.exp(-(places**2) / (2 * sigma * sigma)).mean(axis=1)
    kernel /= kernel.sum()
    found = pixels.astype(float)
    for axis in (0, 1):
        margin = [(reach, reach) if axis == at else (0, 0) for at in range(3)]
        found = np.apply_along_axis(
            lambda row: np.convolve(row, kernel, "valid"), axis, np.pad(found, margin, mode="edge")
        )
    return found


@pytest.mark.parametrize("sigma", [0.5, 1, 3, 9.9, 10, 15, 33.3, 100])
def test_a_blur_is_gaussian_also_on_a_smaller_copy(sigma: float) -> None:
    pixels = plain(BLACK, 160, 120)
    pixels[30:90, 20:70] = (255, 80, 0)
    pixels[20:100:7, 80:155:3] = 255
    with Image.from_array(pixels) as image:
        blur(image, SimpleNamespace(options=SimpleNamespace(blur=sigma)))  # type: ignore[arg-type]  # all it asks
        difference = np.abs(exported(image)[:, :, :3] - blurred(pixels, sigma))

    assert difference.mean() < 1
    assert difference.max() < 12


@pytest.mark.parametrize("option", ["blur=2", "blur=20", "sharpen=3", "rotate=30"])
def test_the_colour_of_transparent_pixels_is_never_seen(option: str) -> None:
    pixels = plain((0, 255, 0, 0), 60, 60)
    pixels[15:45, 15:45] = (*RED, 255)

    found = seen(made(encoded(pixels, "png"), f"60x,{option}"))

    assert found[found[:, :, 3] > 4][:, 1].max() < 20


def test_a_blur_softens_an_edge_and_sharpening_steepens_it() -> None:
    original = encoded(edge(), "png")
    as_it_is, soft, sharp = (
        seen(made(original, variant))[20, :, 0].astype(int)
        for variant in ("60x", "60x,blur=3", "60x,sharpen=3")
    )

    assert np.diff(soft).max() < np.diff(as_it_is).max() < np.diff(sharp).max()
    assert [sharp.min(), sharp.max()] == pytest.approx([35, 215], abs=12)
    assert sharp[:10].tolist() == as_it_is[:10].tolist()


def test_a_blur_is_measured_in_pixels_of_the_variant() -> None:
    large = encoded(edge().repeat(4, axis=0).repeat(4, axis=1), "png")
    small = encoded(edge(), "png")

    difference = np.abs(seen(made(large, "60x,blur=4")).astype(int) - seen(made(small, "60x,blur=4")))

    assert difference.max() <= 3


@pytest.mark.parametrize(
    "variant", ["1x1,blur=100", "1x1,sharpen=10", "1x1,round=max,rotate=45", "3x,blur=20"]
)
def test_the_smallest_pictures_have_effects_too(variant: str) -> None:
    rendered = made(encoded(gradient(40, 30), "png"), variant)

    assert seen(rendered).shape[:2] == (rendered.height, rendered.width)
