"""GIFs that keep to no standard are shown as browsers show them; each expectation was tried in Chromium."""

from __future__ import annotations

import pytest

from chalicelib.codecs import headers
from chalicelib.codecs.formats import GIF
from chalicelib.errors import BrokenImage
from tests.pixels import BLUE, GREEN, RED, WHITE, gif, gif_frame, lzw, made, seen

CLEAR = None
NO_COLOUR = {
    "no code at all": b"\2\0",
    "only the code that ends it": b"\2\1\5\0",
    "a table that is cleared, then the end": b"\2\1\x2c\0",
    "tables that are cleared, in sub-blocks of a byte": b"\2\1\x24\1\x49\0",
    "an end within the codes": b"\2\1",
    "an end before the codes": b"\2",
    "an end behind its place": b"",
}


def picture(size: int, codes: bytes) -> bytes:
    return b"," + bytes(4) + bytes([size, 0, size, 0, 0]) + codes


def colour(data: bytes, variant: str, x: int, y: int) -> tuple[int, ...] | None:
    red, green, blue, alpha = seen(made(data, f"{variant},format=png"))[y, x].tolist()
    return (red, green, blue) if alpha else CLEAR


@pytest.mark.parametrize(
    ("screen", "boxes", "size"),
    [
        pytest.param((0, 0), [(0, 0, 40, 30)], (40, 30), id="it is empty"),
        pytest.param((0, 30), [(0, 0, 40, 30)], (40, 30), id="it has no width"),
        pytest.param((20, 15), [(0, 0, 40, 30)], (40, 30), id="it is smaller than the first picture"),
        pytest.param((20, 60), [(0, 0, 40, 30)], (40, 60), id="it is narrower than the first picture"),
        pytest.param((50, 50), [(20, 30, 40, 30)], (60, 60), id="the first picture begins within it"),
        pytest.param((50, 50), [(60, 0, 10, 10)], (70, 50), id="the first picture lies outside of it"),
        pytest.param((50, 50), [(0, 0, 50, 50), (0, 0, 60, 60)], (50, 50), id="a later picture is larger"),
        pytest.param((0, 0), [(0, 0, 9, 9), (0, 0, 20, 20)], (9, 9), id="it is empty, a later one larger"),
    ],
)
@pytest.mark.parametrize("variant", ["999x999", "999x999,format=webp", "999x999,frame=1,format=png"])
def test_the_screen_is_extended_to_contain_the_first_picture(
    screen: tuple[int, int], boxes: list[tuple[int, int, int, int]], size: tuple[int, int], variant: str
) -> None:
    original = gif(*screen, *(gif_frame(index, box) for index, box in enumerate(boxes)))
    rendered = made(original, variant)

    assert (rendered.width, rendered.height) == size
    assert seen(rendered).shape[1::-1] == size


def test_a_gif_that_is_passed_through_states_the_screen_that_browsers_show() -> None:
    original = gif(20, 15, gif_frame(0, (0, 0, 40, 30)), gif_frame(1, (5, 5, 10, 10)))
    passed = made(original, "999x").data

    assert headers.read(passed, GIF) == headers.read(original, GIF)
    assert passed[6:10] == b"\x28\0\x1e\0"


@pytest.mark.parametrize(
    ("dispose", "then"),
    [(0, GREEN), (1, GREEN), (2, CLEAR), (3, RED), (4, RED), (5, GREEN), (6, GREEN), (7, GREEN)],
)
@pytest.mark.parametrize("into", ["webp", "gif"])
def test_after_a_frame_with_each_disposal_its_area_is(
    dispose: int, then: tuple[int, ...] | None, into: str
) -> None:
    original = gif(
        40,
        30,
        gif_frame(0, (0, 0, 40, 30)),
        gif_frame(1, (6, 6, 20, 10), dispose=dispose),
        gif_frame(2, (0, 0, 4, 4)),
    )

    assert colour(original, "40x,frame=2", 16, 10) == GREEN
    assert colour(original, "40x,frame=3", 16, 10) == then
    assert colour(made(original, f"40x,format={into},quality=100").data, "40x,frame=3", 16, 10) == then


@pytest.mark.parametrize("codes", NO_COLOUR.values(), ids=NO_COLOUR.keys())
@pytest.mark.parametrize("end", [b";", b""], ids=["and the file's end", "without the file's end"])
@pytest.mark.parametrize("variant", ["9x9", "9x9,upscale", "9x9,format=webp", "9x9,fit=contain"])
def test_one_pixel_without_a_colour_is_transparent(codes: bytes, end: bytes, variant: str) -> None:
    placeholder = gif(1, 1, picture(1, codes), repeats=None)[:-1] + (end if codes.endswith(b"\0") else b"")
    rendered = made(placeholder, variant)

    assert not seen(rendered)[:, :, 3].any()


def test_the_smallest_gif_of_all_is_transparent() -> None:
    assert colour(b"GIF89a\1\0\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\0;", "1x", 0, 0) is CLEAR


@pytest.mark.parametrize(
    "codes",
    [lzw([1]), lzw([1])[:3], b"\2\1\x64\1\x0a\0", b"\2\xff" + b"\x24\x49\x92" * 85 + b"\2\x0c\x05\0"],
    ids=["as usual", "and then cut off", "in a second sub-block", "after 680 codes that clear the table"],
)
def test_one_pixel_with_a_colour_keeps_it(codes: bytes) -> None:
    assert colour(gif(1, 1, picture(1, codes)), "1x", 0, 0) == GREEN


def test_a_frame_without_pixels_shows_the_ones_before_it_for_longer() -> None:
    original = gif(
        40,
        30,
        gif_frame(0, (0, 0, 40, 30)),
        gif_frame(1, (0, 0, 0, 0), dispose=2),
        gif_frame(2, (9, 9, 9, 9)),
    )
    rendered = made(original, "40x,format=webp,quality=100")

    assert rendered.frames == 3
    assert [colour(rendered.data, f"40x,frame={n}", 0, 0) for n in (1, 2, 3)] == [RED] * 3
    assert colour(rendered.data, "40x,frame=3", 12, 12) == BLUE


@pytest.mark.parametrize("codes", NO_COLOUR.values(), ids=NO_COLOUR.keys())
def test_a_larger_picture_without_a_colour_is_broken(codes: bytes) -> None:
    with pytest.raises(BrokenImage):
        made(gif(8, 8, picture(8, codes)), "8x,format=png")


def test_colours_are_those_of_the_palette() -> None:
    assert colour(gif(4, 4, gif_frame(3, (0, 0, 4, 4))), "4x", 0, 0) == WHITE
