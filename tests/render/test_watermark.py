"""Overlays: where they are seen in the variant, and how strongly."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import Mock

import numpy as np
import pytest

from chalicelib.address.key import Key
from chalicelib.address.values import Format, Gravity
from chalicelib.address.variant import parse
from chalicelib.codecs import formats
from chalicelib.codecs.formats import SOURCE_TYPES
from chalicelib.config.watermarks import POSITIONS
from chalicelib.errors import Fault
from chalicelib.render.extras import Extras, Overlay, Watermark
from chalicelib.render.render import render
from tests.pixels import (
    BLUE,
    GREEN,
    LIMITS,
    RED,
    WHITE,
    card,
    cmyk_jpeg,
    encoded,
    exif,
    gif,
    gif_frame,
    plain,
    png_chunk,
    png_with,
    seen,
)

if TYPE_CHECKING:
    from chalicelib.render.rendered import Rendered
    from tests.pixels import Pixels

GREY = encoded(plain((128, 128, 128), 400, 200), "png")
LOGO = encoded(plain(RED, 40, 20), "png")
JPEG_ONLY = frozenset({"jpeg"})


def marked(
    original: bytes,
    variant: str,
    logo: bytes = LOGO,
    position: Gravity = Gravity.CENTER,
    opacity: int = 100,
    scale: int = 20,
) -> Rendered:
    mark = Watermark("default", Key("logo.png"), position, opacity, scale)
    return render(original, parse(variant), LIMITS, SOURCE_TYPES, Extras(overlay=Overlay(logo, mark)))


def box(pixels: Pixels) -> tuple[int, int, int, int]:
    """The edges of the red part."""
    red = pixels[:, :, 0].astype(int) - pixels[:, :, 2] > 100
    down, across = np.nonzero(red)
    return (int(across.min()), int(down.min()), int(across.max()) + 1, int(down.max()) + 1)


@pytest.mark.parametrize("original", ["upright", "sideways"])
@pytest.mark.parametrize(
    ("position", "edges"),
    [
        (Gravity.NORTHWEST, (0, 0, 20, 10)),
        (Gravity.NORTH, (40, 0, 60, 10)),
        (Gravity.NORTHEAST, (80, 0, 100, 10)),
        (Gravity.WEST, (0, 20, 20, 30)),
        (Gravity.CENTER, (40, 20, 60, 30)),
        (Gravity.EAST, (80, 20, 100, 30)),
        (Gravity.SOUTHWEST, (0, 40, 20, 50)),
        (Gravity.SOUTH, (40, 40, 60, 50)),
        (Gravity.SOUTHEAST, (80, 40, 100, 50)),
    ],
)
def test_an_overlay_is_where_its_position_says(
    position: Gravity, edges: tuple[int, ...], original: str
) -> None:
    sideways = encoded(plain((128, 128, 128), 200, 400), "png")
    data = {"upright": GREY, "sideways": png_with(sideways, png_chunk(b"eXIf", exif(6)))}[original]

    assert box(seen(marked(data, "100x50", position=position))) == edges


def test_every_position_is_carried_out() -> None:
    assert {box(seen(marked(GREY, "100x50", position=position))) for position in POSITIONS} == {
        (left, top, left + 20, top + 10) for left in (0, 40, 80) for top in (0, 20, 40)
    }


@pytest.mark.parametrize(
    ("variant", "scale", "size"),
    [
        ("100x50", 20, (20, 10)),
        ("200x100", 20, (40, 20)),
        ("200x100@2x", 20, (80, 40)),
        ("100x50", 100, (100, 50)),
        ("100x20,fit=cover", 100, (40, 20)),
        ("100x80,fit=contain", 50, (50, 25)),
        ("50x100,rotate=90", 20, (10, 5)),
        ("5x3", 1, (1, 1)),
    ],
)
def test_its_width_is_a_part_of_the_variants_and_it_is_never_higher_than_the_variant(
    variant: str, scale: int, size: tuple[int, int]
) -> None:
    left, top, right, bottom = box(seen(marked(GREY, variant, scale=scale)))

    assert (right - left, bottom - top) == size


@pytest.mark.parametrize(("opacity", "red"), [(100, 255), (50, 191), (1, 129)])
@pytest.mark.parametrize("made_as", [Format.PNG, Format.WEBP])
def test_it_has_the_opacity_of_the_configuration(opacity: int, red: int, made_as: Format) -> None:
    centre = seen(marked(GREY, f"100x50,format={made_as},quality=100", opacity=opacity))[25, 50]

    assert int(centre[0]) == pytest.approx(red, abs=4)
    assert centre[3] == 255


def test_half_the_opacity_of_a_half_transparent_overlay_is_a_quarter() -> None:
    logo = encoded(plain((*RED, 128), 40, 20), "png")
    centre = seen(marked(GREY, "100x50", logo, opacity=50))[25, 50]

    assert centre.tolist() == pytest.approx([160, 96, 96, 255], abs=3)


def test_on_a_transparent_picture_it_is_seen_and_the_rest_stays_transparent() -> None:
    clear = encoded(plain((0, 0, 0, 0), 400, 200), "png")
    pixels = seen(marked(clear, "100x50", opacity=50))

    assert pixels[25, 50].tolist() == pytest.approx([255, 0, 0, 128], abs=3)
    assert pixels[5, 5, 3] == 0


def test_it_is_also_on_the_canvas_around_a_picture() -> None:
    pixels = seen(marked(GREY, "100x100,fit=contain,background=ffffff", position=Gravity.NORTHWEST, scale=10))

    assert pixels[2, 5].tolist() == [*RED, 255]
    assert pixels[2, 50].tolist() == [*WHITE, 255]


@pytest.mark.parametrize("made_as", [Format.GIF, Format.WEBP])
def test_it_is_on_every_frame(made_as: Format) -> None:
    frames = [gif_frame(2, (0, 0, 100, 50), delay=10), gif_frame(1, (10, 10, 80, 30), delay=10)]
    animation = marked(gif(100, 50, *frames), f"100x50,format={made_as}", scale=40)
    shown = [
        seen(render(animation.data, parse(f"100x,format=png,frame={frame}"), LIMITS, SOURCE_TYPES))[25]
        for frame in (1, 2)
    ]

    assert animation.frames == 2
    for row, colour in zip(shown, (BLUE, GREEN), strict=True):
        assert row[50].tolist() == pytest.approx([*RED, 255], abs=24)
        assert row[20].tolist() == pytest.approx([*colour, 255], abs=24)


@pytest.mark.parametrize("effect", ["grayscale", "sepia", "brightness=-100", "blur=20", "tint=0000ff"])
def test_effects_do_not_change_it(effect: str) -> None:
    assert seen(marked(GREY, f"100x50,{effect}"))[25, 50].tolist() == [*RED, 255]


def test_round_corners_cut_it_off() -> None:
    assert seen(marked(GREY, "100x50,round=20", position=Gravity.NORTHWEST, scale=40))[0, 0, 3] == 0


@pytest.mark.parametrize("coder", ["jpeg", "png", "webp", "gif", "avif"])
def test_an_overlay_may_be_of_any_format(coder: str) -> None:
    logo = encoded(plain(RED, 40, 20), coder)
    centre = seen(marked(GREY, "100x50", logo))[25, 50].astype(int)

    assert np.abs(centre - [*RED, 255]).max() < 30


def test_an_overlay_may_have_a_type_that_originals_may_not_have() -> None:
    mark = Watermark("default", Key("logo.png"), Gravity.CENTER, 100, 20)
    original = cmyk_jpeg((255, 255, 255, 255))
    rendered = render(original, parse("16x"), LIMITS, JPEG_ONLY, Extras(overlay=Overlay(LOGO, mark)))

    assert rendered.format is Format.JPEG


@pytest.mark.parametrize(
    "logo",
    [b"", b"<svg/>", LOGO[:40], encoded(card(40, 20), "jpeg")[:60]],
    ids=["empty", "svg", "cut", "jpeg"],
)
def test_a_broken_overlay_is_our_fault(logo: bytes) -> None:
    with pytest.raises(Fault):
        marked(GREY, "100x50", logo)


def test_an_overlay_is_prepared_once_for_each_size(monkeypatch: pytest.MonkeyPatch) -> None:
    logo = encoded(plain(GREEN, 41, 21), "png")
    marked(GREY, "90x40", logo)
    looked = Mock(wraps=formats.recognise)
    monkeypatch.setattr(formats, "recognise", looked)
    marked(GREY, "90x40", logo)

    assert looked.call_count == 1, "the original's"
