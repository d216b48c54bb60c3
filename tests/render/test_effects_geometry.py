"""Crops, mirrors, rotations and trims: where each part of the original is in the variant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.address.options import Options
from chalicelib.address.values import CropArea, Fit, Gravity
from chalicelib.address.variant import Size, Variant, parse
from chalicelib.errors import Malformed
from chalicelib.geometry import orientation
from chalicelib.geometry.layout import orientation_of, plan
from chalicelib.geometry.plan import Extent, Rectangle, jpeg_size, rough_size, turned
from tests.pixels import (
    BLACK,
    BLUE,
    GREEN,
    RED,
    WHITE,
    YELLOW,
    card,
    encoded,
    exif,
    gif,
    gif_frame,
    gradient,
    jpeg_with_exif,
    made,
    plain,
    png_chunk,
    png_with,
    seen,
)
from tests.pixels import turned as turned_pixels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.pixels import Pixels

orientations = st.integers(1, 8)
sides = st.integers(1, 5000)
extents = st.builds(Extent, sides, sides)

CARD = encoded(card(120, 80), "png")
UPRIGHT = gradient(480, 360)
SIDEWAYS = {n: jpeg_with_exif(encoded(turned_pixels(UPRIGHT, n), "jpeg"), n) for n in range(1, 9)}


def corners(pixels: Pixels) -> list[list[int]]:
    """The colours in the four corners: upper left, upper right, lower left, lower right."""
    return [pixels[y, x, :3].tolist() for y in (4, -5) for x in (4, -5)]


def framed(left: int, top: int, right: int, bottom: int, border: Sequence[int] = WHITE) -> Pixels:
    """A card of 60 by 40 inside a border."""
    pixels = plain(border, 60 + left + right, 40 + top + bottom)
    pixels[top : top + 40, left : left + 60] = card(60, 40)
    return pixels


@given(orientations, orientations)
def test_two_orientations_in_turn_are_one_orientation(first: int, second: int) -> None:
    # `turned_pixels` makes a picture that has to be turned; with the inverse, it turns the picture.
    pixels = gradient(6, 4)
    step_by_step = turned_pixels(
        turned_pixels(pixels, orientation.inverse(first)), orientation.inverse(second)
    )
    at_once = turned_pixels(pixels, orientation.inverse(orientation.then(first, second)))

    assert np.array_equal(step_by_step, at_once)


@given(orientations)
def test_an_orientation_and_its_inverse_change_nothing(first: int) -> None:
    assert orientation.then(first, orientation.inverse(first)) == orientation.UPRIGHT


@given(orientations, extents, st.data())
def test_an_area_that_is_turned_and_turned_back_is_where_it_was(
    turns: int, within: Extent, data: st.DataObject
) -> None:
    left, top = data.draw(st.integers(0, within.width - 1)), data.draw(st.integers(0, within.height - 1))
    area = Rectangle(left, top, within.width, within.height)
    there = turned(area, within, turns)
    around = Extent(*reversed(within)) if turns > 4 else within

    assert turned(there, around, orientation.inverse(turns)) == area


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("flip", [BLUE, YELLOW, RED, GREEN]),
        ("flop", [GREEN, RED, YELLOW, BLUE]),
        ("flip,flop", [YELLOW, BLUE, GREEN, RED]),
        ("rotate=90", [BLUE, RED, YELLOW, GREEN]),
        ("rotate=180", [YELLOW, BLUE, GREEN, RED]),
        ("rotate=270", [GREEN, YELLOW, RED, BLUE]),
        ("flop,rotate=90", [YELLOW, GREEN, BLUE, RED]),
        ("flip,rotate=90", [RED, BLUE, GREEN, YELLOW]),
        ("flip,flop,rotate=180", [RED, GREEN, BLUE, YELLOW]),
    ],
)
def test_mirrors_come_before_quarter_turns(option: str, expected: list[tuple[int, int, int]]) -> None:
    pixels = seen(made(CARD, f"120x120,{option}"))

    assert pixels.shape[:2] == ((120, 80) if "rotate=90" in option or "270" in option else (80, 120))
    assert corners(pixels) == [list(colour) for colour in expected]


@pytest.mark.parametrize(
    ("variant", "size"),
    [
        ("100x50,rotate=90", (33, 50)),
        ("100x50,rotate=90,fit=cover", (80, 40)),
        ("100x50,rotate=90,fit=contain", (100, 50)),
        ("60x,rotate=270", (60, 90)),
        ("x60,rotate=90", (40, 60)),
        ("100x50,rotate=180", (75, 50)),
        ("200x200,rotate=45", (142, 142)),
        ("71x,rotate=45", (71, 71)),
        ("200x200,rotate=45,fit=contain", (200, 200)),
        ("100x50,rotate=45,fit=cover", (100, 50)),
        ("100x50,rotate=45,fit=fill", (100, 50)),
    ],
)
def test_the_box_is_for_the_rotated_picture(variant: str, size: tuple[int, int]) -> None:
    rendered = made(CARD, variant)

    assert (rendered.width, rendered.height) == size
    assert seen(rendered).shape[:2] == size[::-1]


@pytest.mark.parametrize(
    ("variant", "corner"),
    [
        ("100x100,rotate=30", None),
        ("100x100,rotate=30,format=webp", None),
        ("100x100,rotate=30,format=gif", None),
        ("100x100,rotate=30,format=jpeg", WHITE),
        ("100x100,rotate=30,background=0000ff", BLUE),
        ("100x100,rotate=30,background=0000ff,format=jpeg", BLUE),
        ("100x100,rotate=30,fit=cover,background=0000ff", BLUE),
    ],
)
def test_the_corners_of_a_tilted_picture_are_the_background(
    variant: str, corner: Sequence[int] | None
) -> None:
    pixels = seen(made(encoded(plain(RED, 90, 90), "png"), variant)).astype(int)

    if corner is None:
        assert pixels[1, 1, 3] == 0
    else:
        assert pixels[1, 1] == pytest.approx([*corner, 255], abs=6)
    assert pixels[50, 50] == pytest.approx([*RED, 255], abs=6)


@pytest.mark.parametrize("degrees", [10, 45, 100, 215, 300])
@pytest.mark.parametrize("fit", Fit)
def test_a_tilted_picture_lies_where_its_rotation_by_hand_does(fit: Fit, degrees: int) -> None:
    source, box = Extent(480, 360), (120, 90)
    made_plan = plan(source, parse(f"120x90,fit={fit},rotate={degrees}"))
    marked = np.zeros((360, 480, 3), np.uint8)
    spot = (170, 120)
    marked[spot[1] - 12 : spot[1] + 12, spot[0] - 12 : spot[0] + 12] = WHITE
    pixels = seen(made(encoded(marked, "png"), f"120x90,fit={fit},rotate={degrees},background=000000"))
    weights = pixels[:, :, 1].astype(float)
    ys, xs = np.mgrid[: pixels.shape[0], : pixels.shape[1]] + 0.5
    found = ((xs * weights).sum() / weights.sum(), (ys * weights).sum() / weights.sum())

    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    around = np.abs(turn) @ [480, 360]
    from_middle = turn @ (np.array(spot) - [240, 180])
    if fit is Fit.FILL:
        scale = np.array(box) / around
    elif fit in (Fit.COVER, Fit.OUTSIDE):
        scale = np.full(2, max(np.array(box) / around))
    else:
        scale = np.full(2, min(np.array(box) / around))
    canvas = np.array(made_plan.canvas)

    assert found == pytest.approx(tuple(canvas / 2 + from_middle * scale), abs=0.8)


@given(
    extents,
    st.builds(Size, sides, sides),
    st.builds(
        Options,
        fit=st.sampled_from(Fit),
        rotate=st.integers(0, 359),
        flip=st.booleans(),
        upscale=st.booleans(),
    ),
)
def test_whatever_the_rotation_the_variant_keeps_to_its_box_and_nothing_is_enlarged(
    source: Extent, size: Size, options: Options
) -> None:
    shown = plan(source, Variant(size, options))
    width, height = size.box
    assert width
    assert height

    assert min(*shown.size, *shown.canvas) >= 1
    if options.fit is not Fit.OUTSIDE:
        assert shown.canvas.width <= width
        assert shown.canvas.height <= height
    if not options.upscale:
        assert shown.size.width <= max(1, round(shown.crop.width))
        assert shown.size.height <= max(1, round(shown.crop.height))


@pytest.mark.parametrize(
    ("crop", "expected"),
    [
        ("0-0-60x40", [RED] * 4),
        ("60-0-60x40", [GREEN] * 4),
        ("0-40-60x40", [BLUE] * 4),
        ("60-40-60x40", [YELLOW] * 4),
        ("30-20-60x40", [RED, GREEN, BLUE, YELLOW]),
        ("60-40-9999x9999", [YELLOW] * 4),
        ("0-0-9999x9999", [RED, GREEN, BLUE, YELLOW]),
    ],
)
def test_a_crop_is_in_pixels_of_the_original(crop: str, expected: list[tuple[int, int, int]]) -> None:
    pixels = seen(made(CARD, f"30x,crop={crop}"))

    assert np.abs(np.array(corners(pixels)) - expected).max() < 6


@pytest.mark.parametrize(
    ("variant", "size"),
    [
        ("500x500,crop=10-10-40x30", (40, 30)),
        ("500x500,crop=100-60-40x30", (20, 20)),
        ("20x20,crop=10-10-40x30", (20, 15)),
        ("20x20,crop=10-10-40x30,fit=cover", (20, 20)),
        ("20x20,crop=10-10-40x30,rotate=90", (15, 20)),
        ("80x80,crop=10-10-40x30,upscale", (80, 60)),
    ],
)
def test_a_crop_is_fitted_into_the_box_like_a_picture_of_its_size(
    variant: str, size: tuple[int, int]
) -> None:
    rendered = made(CARD, variant)

    assert (rendered.width, rendered.height) == size


@pytest.mark.parametrize("crop", ["120-0-10x10", "0-80-10x10", "500-500-1x1"])
def test_a_crop_outside_of_the_picture_is_refused(crop: str) -> None:
    with pytest.raises(
        Malformed, match=f"^The crop {crop} lies outside of the picture, which is 0-0-120x80.$"
    ):
        made(CARD, f"30x,crop={crop}")


def test_a_crop_comes_before_mirrors_and_turns() -> None:
    pixels = seen(made(CARD, "100x100,crop=0-0-120x40,rotate=90"))

    assert pixels.shape[:2] == (100, 33)
    assert corners(pixels) == [[*RED], [*RED], [*GREEN], [*GREEN]]


@pytest.mark.parametrize(
    ("variant", "hint"),
    [
        ("300x,crop=0-0-3000x2250", "500x375"),
        ("300x,crop=0-0-1500x1125", "1000x750"),
        ("300x,crop=0-0-600x450", None),
        ("300x300,fit=cover,crop=0-0-4000x1500", "1000x750"),
        ("300x300,rotate=90", "500x375"),
        ("300x300,rotate=45", "500x375"),
    ],
)
def test_a_jpeg_of_4000_by_3000_is_decoded_as_small_as_the_crop_allows(
    variant: str, hint: str | None
) -> None:
    asked = parse(variant)

    assert jpeg_size(plan(Extent(4000, 3000), asked).stored(orientation_of(asked.options))) == hint


@pytest.mark.parametrize(
    ("crop", "rough"),
    [
        (Rectangle(0, 0, 4000, 3000), Extent(800, 600)),
        (Rectangle(0, 0, 2000, 1500), Extent(2000, 1500)),
        (Rectangle(0, 0, 1990, 1500), None),
    ],
    ids=["all of it", "a quarter of it", "less"],
)
def test_a_picture_is_not_averaged_as_a_whole_for_a_small_crop(crop: Rectangle, rough: Extent | None) -> None:
    size = Extent(400, 300)

    assert rough_size(crop, size, (4000, 3000), Extent(4000, 3000)) == rough


@pytest.mark.parametrize("variant", ["60x50,crop=100-40-301x200", "60x50,crop=100-40-301x200,fit=cover"])
@pytest.mark.parametrize("coder", ["jpeg", "png", "webp"])
def test_shrinking_before_the_crop_gives_the_same_picture_as_after_it(coder: str, variant: str) -> None:
    whole = gradient(801, 601)
    part = encoded(whole[40:240, 100:401], "png")
    expected = seen(made(part, variant.replace(",crop=100-40-301x200", "") + ",format=png")).astype(int)

    difference = np.abs(seen(made(encoded(whole, coder), f"{variant},format=png")) - expected)

    assert difference.mean() < 2
    assert difference.max() < 14


@pytest.mark.parametrize(
    "option",
    [
        "crop=120-60-240x200",
        "crop=120-60-240x200,fit=cover,gravity=northeast",
        "crop=120-60-240x200,fit=contain,gravity=southwest,background=ff0000",
        "rotate=90",
        "rotate=90,fit=cover,gravity=west",
        "rotate=25,background=00ff00",
        "rotate=200,fit=cover,gravity=south,background=00ff00",
        "flip",
        "flop,rotate=270,crop=120-60-240x200",
        "trim=0",
    ],
)
@pytest.mark.parametrize("turns", range(1, 9))
def test_a_sideways_picture_makes_the_upright_variant(turns: int, option: str) -> None:
    variant = f"60x50,{option},format=png"
    expected = seen(made(SIDEWAYS[1], variant)).astype(int)

    difference = np.abs(seen(made(SIDEWAYS[turns], variant)) - expected)

    assert difference.mean() < 1.5
    assert difference.max() < 24


@pytest.mark.parametrize("border", [WHITE, BLACK, (0, 0, 0, 0)], ids=["white", "black", "transparent"])
@pytest.mark.parametrize(
    "edges", [(10, 10, 10, 10), (0, 7, 30, 0), (1, 0, 0, 0), (0, 1, 0, 25)], ids=lambda edges: f"{edges}"
)
def test_a_border_is_trimmed(edges: tuple[int, int, int, int], border: Sequence[int]) -> None:
    if len(border) == 4:
        pixels = np.dstack([framed(*edges, BLACK), framed(*edges, BLACK).max(axis=2)])
    else:
        pixels = framed(*edges, border)

    trimmed = seen(made(encoded(pixels, "png"), "500x500,trim=0"))

    assert trimmed.shape[:2] == (40, 60)
    assert corners(trimmed) == [[*RED], [*GREEN], [*BLUE], [*YELLOW]]


@pytest.mark.parametrize("border", [WHITE, (0, 0, 0, 0)], ids=["white", "transparent"])
def test_an_edge_with_another_colour_than_the_corner_is_no_border(border: Sequence[int]) -> None:
    pixels = framed(0, 0, 0, 25, border[:3])
    if len(border) == 4:
        pixels = np.dstack([pixels, pixels.max(axis=2)])

    assert seen(made(encoded(pixels, "png"), "500x500,trim=0")).shape[:2] == (65, 60)


def test_trimming_removes_what_is_near_enough_to_the_borders_colour() -> None:
    pixels = framed(20, 20, 20, 20)
    pixels[:12, :, :] = 244
    original = encoded(pixels, "png")

    assert seen(made(original, "500x500,trim=0")).shape[:2] == (68, 100)
    assert seen(made(original, "500x500,trim=10")).shape[:2] == (40, 60)


@pytest.mark.parametrize("trim", [0, 50, 100])
@pytest.mark.parametrize(
    "pixels",
    [plain(WHITE), plain((0, 0, 0, 0)), card(40, 40), plain(RED, 1, 1)],
    ids=lambda pixels: f"{pixels.shape}",
)
def test_a_picture_is_never_trimmed_away_completely(pixels: Pixels, trim: int) -> None:
    rendered = made(encoded(pixels, "png"), f"500x500,trim={trim}")

    assert rendered.width >= 1
    if trim == 100:
        assert (rendered.height, rendered.width) == pixels.shape[:2]


@pytest.mark.parametrize("turns", range(1, 9))
def test_a_sideways_border_is_trimmed_by_its_upright_corner(turns: int) -> None:
    pixels = framed(12, 6, 3, 9)
    pixels[0, -1] = RED
    stored = turned_pixels(pixels, turns)
    original = png_with(encoded(stored, "png"), png_chunk(b"eXIf", exif(turns)))

    # The one red pixel in the upper right corner does not belong to the border.
    assert seen(made(original, "500x500,trim=0")).shape[:2] == (46, 63)


def test_a_crop_counts_from_the_originals_corner_and_not_from_the_trimmed_one() -> None:
    original = encoded(framed(20, 20, 20, 20), "png")

    pixels = seen(made(original, "500x500,trim=0,crop=0-0-50x40"))

    assert pixels.shape[:2] == (20, 30)
    assert corners(pixels) == [[*RED]] * 4
    with pytest.raises(Malformed, match="outside"):
        made(original, "500x500,trim=0,crop=0-0-15x15")


def test_all_frames_are_trimmed_alike() -> None:
    animation = gif(
        40,
        30,
        gif_frame(3, (0, 0, 40, 30), delay=5, dispose=1),
        gif_frame(0, (10, 5, 8, 8), delay=5, dispose=3),
        gif_frame(1, (20, 15, 10, 10), delay=5, dispose=3),
    )

    trimmed = made(animation, "500x500,trim=0")

    assert (trimmed.width, trimmed.height, trimmed.frames) == (20, 20, 3)
    alone = made(animation, "500x500,trim=0,frame=2")
    assert (alone.width, alone.height, alone.frames) == (8, 8, 1)


@given(
    extents, st.builds(CropArea, sides, sides, sides, sides), st.sampled_from(Gravity), st.integers(0, 359)
)
def test_a_crop_is_clipped_to_the_picture_or_refused(
    source: Extent, area: CropArea, gravity: Gravity, degrees: int
) -> None:
    variant = Variant(Size(100, 100), Options(crop=area, fit=Fit.COVER, gravity=gravity, rotate=degrees))
    if area.left >= source.width or area.top >= source.height:
        with pytest.raises(Malformed):
            plan(source, variant)
        return

    shown = plan(source, variant)

    assert 0 <= shown.crop.left < shown.crop.right <= shown.source.width
    assert 0 <= shown.crop.top < shown.crop.bottom <= shown.source.height
    assert shown.crop.width * shown.crop.height <= area.width * area.height * 1.0001
