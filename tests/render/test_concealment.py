"""Concealed variants: whatever is asked for, they show the same few colours of the original."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import pytest

from chalicelib.address.options import OPTIONS
from chalicelib.address.values import Format, Gravity
from chalicelib.address.variant import parse
from chalicelib.codecs.formats import PIXEL_TYPES
from chalicelib.codecs.limits import Limits
from chalicelib.errors import Malformed, TooLarge
from chalicelib.render.extras import Extras, Overlay, Watermark
from chalicelib.render.render import render
from tests.pixels import card, decoded, encoded, gif, gif_frame, plain

if TYPE_CHECKING:
    from chalicelib.render.rendered import Rendered
    from tests.pixels import Pixels

LIMITS = Limits(10_000_000, 10_000_000, 10_000_000)
CONCEALED = Extras(concealed=True)


def concealed(data: bytes, variant: str, needed: Extras = CONCEALED, limits: Limits = LIMITS) -> Rendered:
    return render(data, parse(variant), limits, PIXEL_TYPES, needed)


def stripes(width: int, height: int, period: int) -> Pixels:
    """Black and white stripes: what is left of them is grey."""
    made = plain((0, 0, 0), width, height)
    made[:, :, :] = 255
    for left in range(0, width, 2 * period):
        made[:, left : left + period] = 0
    return made


def test_nothing_finer_than_an_eighth_is_left_of_it() -> None:
    original = encoded(stripes(800, 400, 10), "png")
    shown = decoded(concealed(original, "400x200").data, "png")[:, :, :3]

    assert shown.min() > 120
    assert shown.max() < 136


@pytest.mark.parametrize(
    "variant",
    [
        "100x100,crop=0-0-10x10",
        "100x100,fit=cover,gravity=northwest,crop=0-0-40x20",
        "100x100,fit=cover,gravity=0-0",
        "100x100,fit=cover,gravity=smart",
        "100x100,fit=fill",
        "100x100,fit=fill,rotate=45",
        "100x100,fit=contain",
        "100x100,fit=fill,trim=10",
        "100x100,fit=fill,sharpen=10",
        "100x100,fit=fill,blur=0.3",
        "100x100,fit=fill,frame=1",
        "100x100,fit=fill,upscale",
    ],
)
def test_no_option_shows_more_of_it_or_another_part(variant: str) -> None:
    original = encoded(card(800, 400), "png")
    as_whole = decoded(concealed(original, "100x100,fit=fill").data, "png")
    shown = decoded(concealed(original, variant).data, "png")

    size = (min(len(shown), 100), min(len(shown[0]), 100))
    whole = (
        decoded(concealed(original, f"{size[1]}x{size[0]},fit=fill").data, "png")
        if size != (100, 100)
        else as_whole
    )
    assert abs(shown[:, :, :3].astype(int) - whole[:, :, :3].astype(int)).max() <= 1


@pytest.mark.parametrize("variant", ["4000x4000", "300x,fit=contain", "90x90,crop=200-100-190x60"])
def test_trim_does_not_tell_where_its_content_ends(variant: str) -> None:
    border = plain((255, 255, 255), 400, 400)
    border[137:139, 211:390] = (200, 0, 0)
    trimmed, whole = (concealed(encoded(border, "png"), each) for each in (f"{variant},trim=1", variant))

    assert (trimmed.width, trimmed.height) == (whole.width, whole.height)


def test_a_refused_crop_does_not_say_where_its_content_ends() -> None:
    border = plain((255, 255, 255), 400, 400)
    border[137:139, 211:390] = (200, 0, 0)
    with pytest.raises(Malformed) as refused:
        concealed(encoded(border, "png"), "90x90,crop=400-0-9x9,trim=1")
    assert not {"179", "2"} & set(re.findall(r"\d+", str(refused.value)))


@pytest.mark.parametrize("format_", Format)
def test_it_has_the_size_and_the_format_that_were_asked_for(format_: Format) -> None:
    clear = render(encoded(card(800, 400), "jpeg"), parse(f"300x,format={format_}"), LIMITS, PIXEL_TYPES)
    hidden = concealed(encoded(card(800, 400), "jpeg"), f"300x,format={format_}")

    assert dataclasses.replace(hidden, data=b"") == dataclasses.replace(clear, data=b"")
    assert hidden.data != clear.data


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_an_original_that_needs_no_change_is_not_passed_through(kind: str) -> None:
    original = encoded(card(64, 32), kind)
    hidden = concealed(original, "64x32")

    assert hidden.format == kind
    assert hidden.data != render(original, parse("64x32"), LIMITS, PIXEL_TYPES).data


def test_an_animation_stands_still() -> None:
    film = gif(32, 32, *(gif_frame(colour, (0, 0, 32, 32)) for colour in (0, 1, 2)))
    assert (concealed(film, "16x16").frames, concealed(film, "16x16,format=webp").frames) == (1, 1)
    assert concealed(film, "16x16,frame=3").data == concealed(film, "16x16").data


def test_the_sites_own_overlay_is_not_blurred() -> None:
    mark = Overlay(encoded(plain((255, 0, 0)), "png"), Watermark("", None, Gravity.CENTER, 100, 50))  # type: ignore[arg-type]  # it is at hand
    hidden = concealed(
        encoded(plain((0, 0, 255), 80, 80), "png"),
        "40x40,watermark=logo",
        Extras(overlay=mark, concealed=True),
    )

    shown = decoded(hidden.data, "png")
    assert tuple(shown[20, 20][:3]) == (255, 0, 0)
    assert tuple(shown[2, 2][:3]) == (0, 0, 255)


@pytest.mark.parametrize(
    ("variant", "refusal"),
    [("9x9,frame=2", Malformed), ("9x9,crop=900-0-1x1", Malformed), ("9000x9000,upscale", TooLarge)],
)
def test_what_would_be_refused_still_is(variant: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        concealed(encoded(card(800, 800), "png"), variant)


def test_every_option_has_been_thought_of() -> None:
    """These change colours, corners or the encoding. All others are set aside, or decide the size."""
    kept = {
        *("background", "brightness", "colors", "contrast", "format", "flip", "flop", "grayscale"),
        *("gravity", "quality", "round", "saturation", "sepia", "tint", "watermark"),
    }
    aside = {"blur", "crop", "fit", "frame", "metadata", "rotate", "sharpen", "trim", "upscale"}
    assert kept | aside == set(OPTIONS)
