"""How variants are encoded, depending on the picture's content."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.codecs import gif, headers
from chalicelib.codecs.changes import PixelBounds, Shown, changed_bounds, clears_pixels
from chalicelib.codecs.formats import sniff
from chalicelib.codecs.imagemagick import Image
from chalicelib.render.steps import encode
from tests.pixels import (
    BLUE,
    RED,
    WHITE,
    card,
    decoded,
    encoded,
    gradient,
    made,
    plain,
    seen,
    tiff,
)

if TYPE_CHECKING:
    from tests.pixels import Pixels

HALVED, FULL = 0x22, 0x11


def sampling(jpeg: bytes) -> int:
    return jpeg[jpeg.index(b"\xff\xc0") + 11]


def calm(width: int, height: int) -> Pixels:
    """Colours that change slowly, as in most photographs."""
    return np.asarray(gradient(width, height) // [1, 1, 255] + [0, 0, 99], dtype=np.uint8)


def lettering(colour: tuple[int, int, int]) -> Pixels:
    """Thin strokes on white, like text."""
    pixels = plain(WHITE, 300, 200)
    pixels[20:180:9, 20:280] = colour
    pixels[20:180, 20:280:7] = colour
    return pixels


@pytest.mark.parametrize(
    ("quality", "expected"),
    [("", HALVED), (",quality=89", HALVED), (",quality=90", FULL), (",quality=100", FULL)],
)
def test_a_jpegs_colours_are_halved_below_a_quality_of_90(quality: str, expected: int) -> None:
    assert sampling(made(encoded(calm(300, 200), "jpeg"), f"150x{quality}").data) == expected


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        (calm(300, 200), HALVED),
        (lettering((0, 0, 0)), HALVED),
        (lettering((110, 100, 90)), HALVED),
        (lettering(RED), FULL),
        (lettering(BLUE), FULL),
        (lettering((0, 160, 0)), FULL),
    ],
    ids=[
        "slow changes",
        "black on white",
        "grey on white",
        "red on white",
        "blue on white",
        "green on white",
    ],
)
def test_sharp_edges_between_strong_colours_keep_full_resolution(pixels: Pixels, expected: int) -> None:
    assert sampling(made(encoded(pixels.astype(np.uint8), "png"), "300x,format=jpeg").data) == expected


def test_full_colour_resolution_is_nearer_to_the_original_where_it_is_chosen() -> None:
    original = lettering(RED)
    chosen = seen(made(encoded(original, "png"), "300x,format=jpeg"))
    with Image.from_array(original) as image:
        image.compression_quality = 80
        image.options["jpeg:sampling-factor"] = "2x2"
        halved = decoded(image.make_blob("jpeg"), "jpeg")

    assert error(chosen, original) < error(halved, original) / 2


def error(shown: Pixels, original: Pixels) -> float:
    return float(np.abs(shown[:, :, :3].astype(int) - original).mean())


@pytest.mark.parametrize(("width", "progressive"), [(1999, False), (2000, True)])
def test_a_jpeg_of_three_megapixels_is_progressive(width: int, progressive: bool) -> None:  # noqa: FBT001 - a table's column
    rendered = made(encoded(plain(RED, 4, 3), "png"), f"{width}x1500,fit=fill,upscale,format=jpeg")

    assert (rendered.width, rendered.height) == (width, 1500)
    assert (b"\xff\xc2" in rendered.data) is progressive
    assert (b"\xff\xc0" in rendered.data) is not progressive


def noisy(width: int, height: int) -> Pixels:
    """Like a photograph: smooth, with grain."""
    grain = np.random.default_rng(1).integers(-6, 7, (height, width, 3))
    return np.asarray(np.clip(gradient(width, height) + grain, 0, 255), dtype=np.uint8)


def test_a_photographs_png_is_written_several_times_faster_and_hardly_larger(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    original = tiff(noisy(320, 240))
    chosen = made(original, "320x,format=png").data
    monkeypatch.setattr(encode, "repeats", lambda _image, _job: True)
    searched = made(original, "320x,format=png").data

    assert chosen != searched
    assert len(chosen) < 1.05 * len(searched)


def test_a_drawings_png_is_compressed_with_a_search_for_repetitions(monkeypatch: pytest.MonkeyPatch) -> None:
    letter = lettering(BLUE)[20:34, 20:34]
    original = tiff(np.tile(np.pad(letter, ((2, 2), (1, 1), (0, 0)), constant_values=90), (16, 20, 1)))
    chosen = made(original, "320x,format=png").data
    monkeypatch.setattr(encode, "repeats", lambda _image, _job: False)

    assert len(chosen) < 0.8 * len(made(original, "320x,format=png").data)


@pytest.mark.parametrize("format_", ["gif", "png"])
def test_few_colours_stay_exactly_as_they_are(format_: str) -> None:
    assert (seen(made(tiff(card(64, 48)), f"64x,format={format_}"))[:, :, :3] == card(64, 48)).all()


def test_a_gif_is_not_dithered() -> None:
    """A smooth gradient becomes steps that only rise; dithering would make it go up and down."""
    pixels = gradient(320, 240)

    shown = seen(made(tiff(pixels), "320x,format=gif"))

    steps = np.diff(shown[:, :, 0].astype(int), axis=1)
    assert (steps < 0).mean() < 0.02
    assert error(shown, pixels) < 8


@pytest.mark.parametrize(("alpha", "shown"), [(0, 0), (127, 0), (128, 255), (255, 255)])
def test_in_a_gif_a_pixel_of_half_opacity_or_more_is_opaque(alpha: int, shown: int) -> None:
    pixels = np.dstack([plain(RED), plain((alpha,))])

    assert seen(made(tiff(pixels), "16x,format=gif"))[8, 8][3] == shown


def stills(*pictures: Pixels) -> bytes:
    """A GIF that shows each picture alone: its area is cleared before the next."""
    placed = [
        gif.Placed(made(tiff(pixels), f"{pixels.shape[1]}x,format=gif").data, 0, 0, 10, clear=True)
        for pixels in pictures
    ]
    height, width = pictures[0].shape[:2]
    return gif.assemble(width, height, 0, placed)


def square(left: int) -> Pixels:
    """A red square on a transparent picture."""
    pixels = np.zeros((32, 48, 4), np.uint8)
    pixels[8:24, left : left + 12] = (*RED, 255)
    return pixels


@pytest.mark.parametrize("into", ["gif", "webp"])
def test_a_picture_that_moves_over_transparency_leaves_no_trace(into: str) -> None:
    rendered = made(stills(*(square(left) for left in (0, 8, 20, 30))), f"48x,format={into},quality=100")

    for index, left in enumerate((0, 8, 20, 30), 1):
        shown = seen(made(rendered.data, f"48x,frame={index},format=png"))
        assert np.abs(shown[:, :, 3].astype(int) - square(left)[:, :, 3]).max() <= 1


def test_frames_of_a_gif_are_cropped_to_their_changes() -> None:
    before, after = card(64, 48), card(64, 48)
    after[30:40, 21:30] = WHITE

    layers = list(gif.layers(made(stills(before, after), "64x,flip").data))

    assert [(layer.left, layer.top, layer.dispose) for layer in layers] == [(0, 0, "none"), (20, 8, "none")]
    assert decoded(layers[1].still, "gif").shape[:2] == (10, 10)


def test_a_gif_taken_apart_and_put_together_is_the_same() -> None:
    original = made(stills(square(0), square(9)), "48x").data
    parts = [
        gif.Placed(layer.still, layer.left, layer.top, layer.centiseconds, layer.dispose == "background")
        for layer in gif.layers(original)
    ]

    assert gif.assemble(48, 32, 0, parts) == original


@pytest.mark.parametrize("plays", [0, 1, 2, 7, 0x10000])
def test_a_gif_is_played_as_often_as_it_was_assembled_for(plays: int) -> None:
    still = made(tiff(card(8, 8)), "8x,format=gif").data
    assembled = gif.assemble(8, 8, plays, [gif.Placed(still, 0, 0, 4, clear=False)] * 2)

    kind = sniff(assembled)
    assert kind
    header = headers.read(assembled, kind)
    assert header
    assert (header.frames, header.loops) == (2, plays)


boxes = st.tuples(st.integers(0, 11), st.integers(0, 7), st.integers(1, 12), st.integers(1, 8))


@settings(deadline=None)
@given(st.lists(boxes, max_size=3), st.sampled_from([1, 0x01000000, 0xFFFFFFFF]))
def test_the_bounds_are_the_smallest_that_contain_every_change(
    changes: list[tuple[int, ...]], value: int
) -> None:
    before = np.zeros((8, 12), np.uint32)
    after = before.copy()
    for left, top, width, height in changes:
        after[top : top + height, left : left + width] = value

    found = changed_bounds(Shown(before.tobytes(), 12, alpha=True), Shown(after.tobytes(), 12, alpha=True))

    rows, columns = np.nonzero(after)
    expected = (
        PixelBounds(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        if rows.size
        else (0, 0, 1, 1)
    )
    assert found == expected
    assert changed_bounds(None, Shown(after.tobytes(), 12, alpha=True)) == (0, 0, 12, 8)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([255, 0], [255, 0], False),
        ([255, 0], [255, 255], False),
        ([255, 0], [0, 255], True),
        ([128, 0], [127, 0], True),
        ([255, 0], [128, 0], False),
        (None, [255, 0], True),
        (None, [255, 255], False),
        ([255, 0], None, False),
        (None, None, False),
    ],
)
def test_a_visible_pixel_that_becomes_transparent_is_noticed(
    before: list[int] | None,
    after: list[int] | None,
    expected: bool,  # noqa: FBT001 - a table's column
) -> None:
    assert clears_pixels(with_alpha(before), with_alpha(after)) is expected


def with_alpha(levels: list[int] | None) -> Shown:
    """A row of black pixels; without an alpha channel, its bytes are 0."""
    return Shown(b"".join(bytes([0, 0, 0, level]) for level in levels or [0, 0]), 2, alpha=levels is not None)
