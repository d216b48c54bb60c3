"""``colors=N``: a palette of at most N colours, in a PNG that is never larger for it, and in a GIF."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from chalicelib.codecs import palette, png
from chalicelib.geometry.plan import Extent
from tests.pixels import RED, alone, decoded, encoded, gif, gif_frame, gradient, made, plain, seen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.pixels import Pixels

SAMPLES = Path(__file__).parents[2] / "ops" / "local" / "samples"
PHOTOGRAPH = (SAMPLES / "astronaut.jpg").read_bytes()
CUT_OUT = (SAMPLES / "fig.png").read_bytes()
OF_A_PALETTE = 3


def chunks(data: bytes) -> dict[bytes, bytes]:
    return {tag: data[at + 8 : end - 4] for tag, at, end in png.chunks(data)}


def colours(pixels: Pixels) -> int:
    return len(np.unique(pixels.reshape(-1, 4), axis=0))


def fading(pixels: Pixels) -> bytes:
    """A PNG whose opacity rises from left to right."""
    height, width = pixels.shape[:2]
    opacity = np.linspace(0, 255, width).astype(np.uint8)[None, :].repeat(height, 0)
    return encoded(np.dstack([pixels[:, :, :3], opacity]), "png")


NOISE = np.random.default_rng(404).integers(0, 256, (120, 160, 3), dtype=np.uint8)
ORIGINALS = {
    "photograph": PHOTOGRAPH,
    "cut out": CUT_OUT,
    "fading noise": fading(NOISE),
    "fading grey": fading(np.repeat(NOISE[:, :, :1], 3, axis=2)),
    "grey": encoded(np.repeat(NOISE[:, :, :1], 3, axis=2), "png"),
}


@pytest.mark.parametrize("most", [2, 3, 4, 5, 16, 17, 100, 256])
@pytest.mark.parametrize("name", ORIGINALS)
def test_a_png_has_a_palette_of_at_most_so_many_colours_and_is_smaller(name: str, most: int) -> None:
    whole = made(ORIGINALS[name], "160x,format=png,sharpen=1").data
    few = made(ORIGINALS[name], f"160x,format=png,sharpen=1,colors={most}")
    found = chunks(few.data)

    if name == "grey" and most > 100:  # which is smaller as it is: a byte for each pixel, and no palette
        assert few.data == whole
        return
    assert few.data[25] == OF_A_PALETTE
    assert colours(seen(few)) <= len(found[b"PLTE"]) // 3 <= most
    assert (b"tRNS" in found) is (name in {"cut out", "fading noise", "fading grey"})
    assert len(few.data) < len(whole)


@pytest.mark.parametrize(
    "pixels",
    [
        gradient(200, 150),
        plain(RED),
        plain((0, 0, 0, 0)),
        np.dstack([gradient(200, 150), NOISE[0, 0, 0] * np.ones((150, 200), np.uint8)]),
    ],
    ids=["gradient", "one colour", "nothing", "translucent"],
)
@pytest.mark.parametrize("most", [2, 17, 256])
@pytest.mark.parametrize("size", ["100x", "200x"])
def test_a_png_is_never_larger_for_fewer_colours(pixels: Pixels, most: int, size: str) -> None:
    original = encoded(pixels, "png")

    few, whole = (made(original, f"{size},format=png{more}").data for more in (f",colors={most}", ""))

    assert len(few) <= len(whole)


def test_a_gradient_that_a_filter_predicts_stays_as_it_is() -> None:
    """Its rows are differences of 1; with a palette, it would be larger and in steps."""
    slope = np.tile(np.arange(256, dtype=np.uint8)[None, :, None], (64, 1, 3))
    original = fading(slope)

    assert made(original, "256x,colors=256").data == made(original, "256x").data


@pytest.mark.parametrize("name", ["photograph", "fading noise"])
def test_the_same_original_gives_the_same_bytes_in_every_process(name: str) -> None:
    script = f"""
import zlib
from tests.pixels import made
from tests.render.test_fewer_colours import ORIGINALS
print(zlib.crc32(made(ORIGINALS[{name!r}], "90x,format=png,colors=64").data))
"""
    assert alone(script) == alone(script)


def test_transparency_keeps_its_shades() -> None:
    original = fading(gradient(256, 128))
    shown = seen(made(original, "256x,format=png,colors=256")).astype(int)

    assert np.abs(shown[:, :, 3] - decoded(original, "png")[:, :, 3]).mean() < 8
    assert len(np.unique(shown[:, :, 3])) > 40


def test_few_colours_are_exact() -> None:
    four = np.array([[0, 0, 0, 0], [255, 0, 0, 255], [0, 90, 255, 128], [1, 2, 3, 255]], np.uint8)
    pixels = four[np.random.default_rng(1).integers(0, 4, (40, 50))]

    shown = seen(made(encoded(pixels, "png"), "50x,format=png,colors=4,background=00000000"))

    assert (shown == pixels).all()


def test_a_gif_has_so_many_colours_too() -> None:
    few, usual = (seen(made(PHOTOGRAPH, f"90x,format=gif{more}")) for more in (",colors=8", ""))

    assert colours(few) <= 8 < colours(usual)


def test_every_frame_of_a_gif_has_so_many_colours() -> None:
    blinking = gif(40, 20, *(gif_frame(number, (0, 0, 40, 20), delay=5) for number in (0, 1, 2)))
    rendered = made(blinking, "40x20,colors=2,rotate=20")

    assert rendered.frames == 3
    for number in (1, 2, 3):
        assert colours(seen(made(rendered.data, f"99x,frame={number},format=png"))) <= 2


@pytest.mark.parametrize("into", ["jpeg", "webp", "avif"])
def test_other_formats_pass_it_over(into: str) -> None:
    assert made(PHOTOGRAPH, f"60x,format={into},colors=4").data == made(PHOTOGRAPH, f"60x,format={into}").data


@settings(deadline=None, max_examples=150)
@given(
    most=st.integers(1, 256),
    alpha=st.booleans(),
    data=st.data(),
)
def test_what_is_written_is_read_again(most: int, alpha: bool, data: st.DataObject) -> None:  # noqa: FBT001 - a property's parameter
    table: NDArray[np.uint8] = data.draw(arrays.arrays(np.uint8, (most, 4)))
    shape = data.draw(st.tuples(st.integers(1, 20), st.integers(1, 20)))
    pixels = table[data.draw(arrays.arrays(np.uint8, shape, elements=st.integers(0, most - 1)))]

    made_of_it = palette.written(pixels.tobytes(), Extent(shape[1], shape[0]), alpha=alpha)
    shown = decoded(made_of_it, "png")

    assert (shown[:, :, 3] == (pixels[:, :, 3] if alpha else 255)).all()
    assert (shown[:, :, :3] == pixels[:, :, :3])[shown[:, :, 3] > 0].all()
    assert struct.unpack(">IIBBBBB", chunks(made_of_it)[b"IHDR"])[:2] == (shape[1], shape[0])
