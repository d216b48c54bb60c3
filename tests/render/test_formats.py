"""What variants of each format look like inside: sharpness, greys, palettes, colours, memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from chalicelib.codecs import gif, libwebp
from chalicelib.codecs.imagemagick import Image
from chalicelib.geometry.plan import Extent
from tests.pixels import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    alone,
    card,
    decoded,
    encoded,
    gradient,
    made,
    plain,
    seen,
    swapping_profile,
    tiff,
    webp_chunk,
    webp_with,
)
from tests.render.test_pipeline import peak_bytes

if TYPE_CHECKING:
    from tests.pixels import Pixels

GRAY_PNG, RGB_PNG, PALETTE_PNG, RGBA_PNG = 0, 2, 3, 6
COLOUR_TYPE = 25
"""The byte of a PNG that says which of these types it is."""


def components(jpeg: bytes) -> int:
    return jpeg[jpeg.index(b"\xff\xc0") + 9]


def gray(width: int, height: int) -> Pixels:
    return gradient(width, height)[:, :, :1].repeat(3, axis=2)


@pytest.mark.parametrize("width", [70, 150, 250])
def test_a_shrunk_picture_is_as_sharp_as_with_lanczos(width: int) -> None:
    grain = np.random.default_rng(1).integers(0, 256, (300, 300, 1), dtype=np.uint8).repeat(3, axis=2)
    with Image.from_array(grain) as image:
        image.resize(width, width, "lanczos")
        lanczos = np.array(image.export_pixels(channel_map="R"))

    shown = seen(made(encoded(grain, "png"), f"{width}x,format=png"))[:, :, 0]

    assert shown.std() == pytest.approx(lanczos.std(), rel=0.05)


@pytest.mark.parametrize("colorspace", ["gray", ""], ids=["stored as grey", "stored as colours"])
@pytest.mark.parametrize("original", ["jpeg", "png"])
def test_a_grey_picture_is_stored_as_grey(original: str, colorspace: str) -> None:
    data = encoded(gray(64, 48), original, colorspace=colorspace)

    assert components(made(data, "32x,format=jpeg").data) == 1
    assert made(data, "32x,format=png").data[COLOUR_TYPE] == GRAY_PNG
    assert np.abs(seen(made(data, "64x,format=png"))[:, :, 0].astype(int) - gray(64, 48)[:, :, 0]).max() <= 3


def test_a_coloured_picture_is_not_stored_as_grey() -> None:
    assert components(made(encoded(card(64, 48), "png"), "32x,format=jpeg").data) == 3


@pytest.mark.parametrize(
    ("pixels", "kind"),
    [
        (card(64, 48), PALETTE_PNG),
        (np.dstack([card(64, 48), plain((255,), 64, 48)]), PALETTE_PNG),
        (np.dstack([card(64, 48), plain((128,), 64, 48)]), PALETTE_PNG),
        (gradient(64, 48), RGB_PNG),
        (np.dstack([gradient(64, 48), plain((255,), 64, 48)]), RGB_PNG),
        (np.dstack([gradient(64, 48), gray(64, 48)[:, :, :1]]), RGBA_PNG),
    ],
    ids=[
        "four colours",
        "four colours and an opaque alpha channel",
        "four translucent colours",
        "more than 256 colours",
        "more than 256 colours and an opaque alpha channel",
        "more than 256 translucent colours",
    ],
)
def test_a_png_has_a_palette_where_that_loses_nothing(pixels: Pixels, kind: int) -> None:
    rendered = made(tiff(pixels), "64x,format=png")

    assert rendered.data[COLOUR_TYPE] == kind
    assert (seen(rendered) == decoded(tiff(pixels), "tiff")).all()


@pytest.mark.parametrize("sampling", ["1x1", "2x1", "1x2", "2x2", "4x1", "4x2"])
@pytest.mark.parametrize("width", [160, 80, 20])
def test_colours_of_any_resolution_are_in_their_places(sampling: str, width: int) -> None:
    pixels = card(158, 118)
    with Image.from_array(pixels) as image:
        image.compression_quality = 95
        image.options["jpeg:sampling-factor"] = sampling
        original = image.make_blob("jpeg")

    shown = seen(made(original, f"{width}x,format=png"))

    quarter = shown.shape[0] // 4, shown.shape[1] // 4
    for row, column, colour in ((1, 1, RED), (1, 3, GREEN), (3, 1, BLUE), (3, 3, YELLOW)):
        assert shown[quarter[0] * row, quarter[1] * column].astype(int) == pytest.approx(
            [*colour, 255], abs=9
        )


@pytest.mark.parametrize("width", [801, 802, 807])
@pytest.mark.parametrize("variant", ["40x", "100x", "200x"], ids=["1/8", "1/4", "3/8"])
def test_the_padding_in_a_shrunk_jpegs_last_pixel_is_cut_off(width: int, variant: str) -> None:
    """A picture with a white line at its end has it at the very end, at any decoded size."""
    pixels = plain((0, 0, 0), width, 600)
    pixels[:, -width // 8 :] = 255

    shown = seen(made(encoded(pixels, "jpeg"), f"{variant},format=png"))[:, :, 0].astype(int)

    expected = shown.shape[1] * 255 / 8
    assert shown.sum(axis=1).mean() == pytest.approx(expected, abs=100)


def photograph(width: int, height: int) -> Pixels:
    return np.tile(gradient(width // 4, height // 4), (4, 4, 1))


@pytest.mark.parametrize(
    "variant", ["100x", "60x60,fit=cover", "100x,background=00ff00", "40x,flip,rotate=90"]
)
def test_libwebp_and_imagemagick_decode_a_webp_to_the_same_picture(
    monkeypatch: pytest.MonkeyPatch, variant: str
) -> None:
    original = encoded(photograph(800, 600), "webp")
    quick = seen(made(original, f"{variant},format=png"))
    monkeypatch.setattr(libwebp, "opaque_rgb", lambda _data, _size: None)
    slow = seen(made(original, f"{variant},format=png"))

    assert quick.shape == slow.shape
    assert np.abs(quick.astype(int) - slow).mean() < 1.5


def test_a_large_webp_is_decoded_small() -> None:
    original = encoded(photograph(800, 600), "webp")

    assert libwebp.opaque_rgb(original, Extent(200, 150)) is not None


@pytest.mark.parametrize(
    "original",
    [
        encoded(np.dstack([photograph(80, 60), plain((9,), 80, 60)]), "webp"),
        b"RIFF\x10\0\0\0WEBPVP8 \0\0\0\0",
        b"",
    ],
    ids=["transparent", "empty", "nothing"],
)
def test_a_webp_that_libwebp_would_spoil_is_left_to_imagemagick(original: bytes) -> None:
    assert libwebp.opaque_rgb(original, Extent(20, 15)) is None


def test_without_libwebp_imagemagick_decodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libwebp, "_library", lambda: None)

    assert made(encoded(card(400, 300), "webp"), "40x").width == 40


def test_a_webp_that_is_decoded_small_is_converted_by_its_profile() -> None:
    still = encoded(plain(RED, 400, 300), "webp", quality=100)
    original = webp_with(still, 400, 300, 0x20, webp_chunk(b"ICCP", swapping_profile()))
    in_order = original[:30] + original[len(still) + 18 :] + original[30 : len(still) + 18]

    assert seen(made(in_order, "40x,format=png"))[15, 20].astype(int) == pytest.approx([*GREEN, 255], abs=4)


def test_a_long_animation_takes_no_more_memory_than_a_short_one() -> None:
    """Held in 16 bits a channel, sixty frames of this size would be 150 MB."""
    assert alone("from tests.render.test_formats import growth; print(growth())") < 20_000_000


def growth() -> int:
    """How many bytes more the process needed at its peak for sixty frames than for two, of both formats."""
    stills = [made(encoded(card(640, 480), "png"), f"640x,format=gif{turn}").data for turn in ("", ",flip")]
    frames = [gif.Placed(stills[number % 2], 0, 0, 4, clear=False) for number in range(60)]
    for variant in ("320x", "320x,format=webp"):
        made(gif.assemble(640, 480, 0, frames[:2]), variant)
    before = peak_bytes()
    for variant in ("320x", "320x,format=webp"):
        assert made(gif.assemble(640, 480, 0, frames), variant).frames == 60
    return peak_bytes() - before
