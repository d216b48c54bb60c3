"""PROFILE=keep: colours beyond sRGB stay, a profile says what they mean, and all else becomes sRGB."""

from __future__ import annotations

import base64
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bench.colours.chromium import SHOW
from bench.colours.said import (
    BT709,
    LINEAR,
    P3,
    SRGB_CURVE,
    cicp,
    grey_profile,
    iccp,
    power,
    profile,
    sampled,
)
from chalicelib.address.values import Format
from chalicelib.address.variant import parse
from chalicelib.codecs import gamut
from chalicelib.codecs.colour import sources
from chalicelib.codecs.colour.sources import SRGB, Profiled
from chalicelib.codecs.formats import PIXEL_TYPES, sniff
from chalicelib.render.extras import Extras
from chalicelib.render.render import render
from tests.chromium import started
from tests.pixels import LIMITS, cmyk_jpeg, encoded, gradient, plain, png_with, seen
from tests.rights import COPYRIGHT, app1, exif

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.render.rendered import Rendered
    from tests.pixels import Pixels

    Colorants = Sequence[Sequence[float]]

WIDE = profile("a screen of mine", SRGB_CURVE, P3)
KEPT = Extras(keeps_gamut=True)
HOLDING = [Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF]


def kept(original: bytes, variant: str) -> Rendered:
    return render(original, parse(variant), LIMITS, PIXEL_TYPES, KEPT)


def said(data: bytes) -> sources.ColourSource:
    """What a variant says of its colours, as it is read from any original."""
    kind = sniff(data)
    assert kind
    if kind.variant is Format.AVIF:
        at = data.find(b"colrprof")
        return SRGB if at < 0 else Profiled(data[at + 8 : at - 4 + int.from_bytes(data[at - 4 : at], "big")])
    return sources.read(data, kind)


@pytest.mark.parametrize(
    ("format_", "alpha"),
    [(each, False) for each in HOLDING] + [(each, True) for each in HOLDING if each is not Format.JPEG],
)
def test_pixels_stay_and_the_profile_means_the_same(format_: Format, alpha: bool) -> None:  # noqa: FBT001 - a table's column
    pixels = gradient(64, 48)
    if alpha:
        pixels = np.dstack([pixels, np.where(np.arange(64) < 32, 128, 255)[None, :].repeat(48, 0)])
        pixels = pixels.astype(np.uint8)
    original = encoded(pixels, "png", icc=WIDE)
    rendered = kept(original, f"32x,format={format_},quality=100")
    unsaid = render(encoded(pixels, "png"), parse(f"32x,format={format_},quality=100"), LIMITS, PIXEL_TYPES)

    assert (seen(rendered) == seen(unsaid)).all()
    found = said(rendered.data)
    assert found == Profiled(gamut.portable(WIDE))
    assert b"mine" not in rendered.data, "what else the profile says"
    assert len(rendered.data) - len(unsaid.data) < 600


@pytest.mark.parametrize(
    ("icc_profile", "is_kept"),
    [
        pytest.param(WIDE, True, id="Display P3"),
        pytest.param(profile("x", power(2.2), P3), True, id="a power, like that of Adobe RGB"),
        pytest.param(profile("x", power(1.8), P3), True, id="a power, like that of ProPhoto"),
        pytest.param(profile("x", sampled(1024), P3), True, id="a table of 1,024 points"),
        pytest.param(profile("x", sampled(9000), P3), False, id="one of more bytes than are kept"),
        pytest.param(profile("x", LINEAR, P3), False, id="light itself"),
        pytest.param(profile("x", SRGB_CURVE, BT709), False, id="sRGB"),
        pytest.param(WIDE[:200], False, id="cut off"),
    ],
)
def test_profiles_of_three_colorants_and_curves_are_kept(icc_profile: bytes, is_kept: bool) -> None:  # noqa: FBT001 - a table's column
    original = png_with(encoded(gradient(16, 16), "png"), iccp(icc_profile))
    assert isinstance(said(kept(original, "8x").data), Profiled) is is_kept


WHITE = np.array((0.9642, 1.0, 0.8249))
PROPHOTO = ((0.79767, 0.28804, 0.0), (0.13519, 0.71188, 0.0), (0.03134, 0.00009, 0.82491))
ADOBE = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
ADAPTED_OTHERWISE = ((0.4887, 0.2283, 0.0), (0.2659, 0.6931, 0.0452), (0.1987, 0.0794, 1.0440))
"""P3 with the white of daylight, as some profiles of version 2 say it."""


@pytest.mark.parametrize(
    ("colorants", "is_kept"),
    [
        pytest.param(ADOBE, True, id="Adobe RGB"),
        pytest.param(PROPHOTO, True, id="ProPhoto"),
        pytest.param(((0, 0, 0),) * 3, False, id="nothing"),
        pytest.param(((1e-4, 1e-4, 1e-4),) * 3, False, id="next to nothing"),
        pytest.param((WHITE / 3,) * 3, False, id="the same three times"),
        pytest.param((WHITE, (0, 0, 0), (0, 0, 0)), False, id="one is all"),
        pytest.param(((-1, -1, -1), WHITE + 1, (0, 0, 0)), False, id="negative"),
        pytest.param(((100, 100, 100),) * 3, False, id="huge"),
        pytest.param(tuple(reversed(P3)), False, id="two change places"),
        pytest.param(ADAPTED_OTHERWISE, False, id="another white"),
        pytest.param(np.array(P3) * 1.02, False, id="too bright"),
    ],
)
def test_colorants_that_no_screen_has_are_not_kept(colorants: Colorants, is_kept: bool) -> None:  # noqa: FBT001 - a table's column
    """Otherwise Rekognition could see black, and a viewer whose browser ignores the profile a picture."""
    original = encoded(gradient(16, 16), "png", icc=profile("x", power(2.2), colorants))
    rendered = kept(original, "8x")

    assert (b"iCCP" in rendered.data) is is_kept
    usual = render(original, parse("8x"), LIMITS, PIXEL_TYPES)
    assert (rendered.data == usual.data) is not is_kept


def parametric(*numbers: float) -> bytes:
    return b"para\0\0\0\0\0\4\0\0" + b"".join(
        round(number * 65536).to_bytes(4, "big", signed=True) for number in numbers
    )


def test_a_curve_that_hides_dark_colours_is_not_kept() -> None:
    """Below 0.49 it is black."""
    hiding = profile("x", parametric(2.2, 1, 0, 0, 0.49, 0, 0), ADOBE)
    assert not gamut.portable(hiding)
    assert gamut.portable(profile("x", parametric(2.2, 1, 0, 0, 0, 0, 0), ADOBE))


@pytest.mark.parametrize(
    "variant",
    [
        "8x,format=gif",
        "8x,sepia",
        "8x,tint=ff0000",
        "20x20,background=ff0000,fit=contain",
        "8x,grayscale",
        "8x,saturation=50",
        "8x,brightness=30",
        "8x,contrast=50",
        "8x,format=jpeg,saturation=-100",
        "8x,blur=2",
        "8x,sharpen=2",
        "8x,colors=4,format=png",
        "8x,format=jpeg,rotate=30",
        "8x,format=jpeg,round=max",
    ],
)
def test_a_variant_whose_colours_are_computed_is_srgb(variant: str) -> None:
    original = encoded(gradient(16, 16), "png", icc=WIDE)
    usual = render(original, parse(variant), LIMITS, PIXEL_TYPES)

    assert kept(original, variant).data == usual.data


@pytest.mark.parametrize(
    "variant",
    ["8x", "8x,format=webp,rotate=30", "8x,format=png,round=max", "8x,flip,rotate=90", "x9,crop=1-1-9x9"],
)
def test_what_only_moves_pixels_keeps_their_profile(variant: str) -> None:
    original = encoded(gradient(16, 16), "png", icc=WIDE)
    assert isinstance(said(kept(original, variant).data), Profiled)


def see_through(pixels: Pixels, alpha: int) -> Pixels:
    return np.dstack([pixels, np.full(pixels.shape[:2], alpha)]).astype(np.uint8)


@pytest.mark.parametrize(("alpha", "is_kept"), [(255, True), (128, False)])
def test_white_shines_through_in_srgb(alpha: int, is_kept: bool) -> None:  # noqa: FBT001 - a table's column
    original = encoded(see_through(gradient(16, 16), alpha), "png", icc=WIDE)
    rendered = kept(original, "8x,format=jpeg")

    assert isinstance(said(rendered.data), Profiled) is is_kept
    usual = render(original, parse("8x,format=jpeg"), LIMITS, PIXEL_TYPES)
    assert (rendered.data == usual.data) is not is_kept


@pytest.mark.parametrize(
    ("original", "colours"),
    [
        (encoded(plain((55, 55, 55)), "png", icc=grey_profile(power(1.8)), colorspace="gray"), SRGB),
        (cmyk_jpeg((255, 0, 0, 0), WIDE), SRGB),
        (png_with(encoded(gradient(16, 16), "png"), cicp(9, 16)), SRGB),
        (png_with(encoded(gradient(16, 16), "png"), cicp(12, 8)), SRGB),
        (encoded(gradient(16, 16), "png"), SRGB),
    ],
    ids=["grey", "ink with a profile of RGB", "PQ", "light itself", "it says nothing"],
)
def test_what_browsers_do_not_show_alike_becomes_srgb(original: bytes, colours: object) -> None:
    assert said(kept(original, "8x").data) == colours
    assert kept(original, "8x").data == render(original, parse("8x"), LIMITS, PIXEL_TYPES).data


GREYS = np.linspace(0, 255, 64).round()[None, :, None].repeat(48, 0).repeat(3, 2).astype(np.uint8)
BRIGHTER = profile("x", power(1.8), P3)
"""With this profile a grey of 128 is one of 147 in sRGB."""


@pytest.mark.parametrize("kind", ["png", "jpeg"])
@pytest.mark.parametrize("format_", HOLDING)
@pytest.mark.parametrize("size", ["32x", "64x"])
def test_a_grey_picture_with_a_profile_of_rgb_becomes_srgb(kind: str, format_: Format, size: str) -> None:
    """A PNG of one channel must not have a profile of RGB, and readers drop that of a JPEG."""
    original = encoded(GREYS, kind, icc=BRIGHTER)
    rendered = kept(original, f"{size},format={format_}")
    usual = render(original, parse(f"{size},format={format_}"), LIMITS, PIXEL_TYPES)

    assert said(rendered.data) == SRGB
    assert abs(seen(rendered).astype(int) - seen(usual).astype(int)).max() <= 1


def test_a_grey_part_of_a_picture_becomes_srgb() -> None:
    """One colour of the original is cropped away, another one is lost when it shrinks."""
    pixels = GREYS.copy()
    pixels[40:, :] = (255, 0, 0)
    pixels[3, 3, 0] ^= 1
    rendered = kept(encoded(pixels, "png", icc=BRIGHTER), "16x,crop=0-0-64x32")

    assert (said(rendered.data), rendered.data[25]) == (SRGB, 0)


@pytest.mark.parametrize("beneath", [(255, 0, 0), (128, 128, 128)])
@pytest.mark.parametrize("format_", HOLDING)
def test_no_grey_png_has_a_profile_whatever_colour_is_beneath_what_is_clear(
    format_: Format, beneath: tuple[int, int, int]
) -> None:
    pixels = see_through(GREYS, 255)
    pixels[:8] = (*beneath, 0)
    rendered = kept(encoded(pixels, "png", icc=BRIGHTER), f"64x,format={format_}")

    is_grey = rendered.data[25] in {0, 4} if format_ is Format.PNG else beneath == (128, 128, 128)
    assert not (is_grey and said(rendered.data) != SRGB)


def test_no_jpeg_of_one_channel_has_a_profile() -> None:
    rendered = kept(encoded(GREYS, "jpeg", icc=BRIGHTER), "32x")
    frame = rendered.data.index(b"\xff\xc0")
    assert (rendered.data[frame + 9], b"ICC_PROFILE" in rendered.data) == (1, False)


def test_code_points_of_a_png_become_a_profile() -> None:
    original = png_with(encoded(gradient(16, 16), "png"), cicp(12, 13))
    found = said(kept(original, "8x").data)

    assert isinstance(found, Profiled)
    assert gamut.portable(found.profile) == found.profile


def test_rights_and_profile_are_both_there() -> None:
    whole = encoded(gradient(64, 48), "jpeg", icc=WIDE)
    original = whole[:2] + app1(exif({COPYRIGHT: b"(c) Zoe\0"})) + whole[2:]
    for format_ in HOLDING:
        rendered = kept(original, f"32x,format={format_},metadata=copyright")
        assert b"(c) Zoe" in rendered.data
        assert isinstance(said(rendered.data), Profiled)
        assert seen(rendered).shape == (24, 32, 4)


def distance(one: Pixels, other: Pixels) -> Pixels:
    far: Pixels = np.abs(one.astype(int) - other.astype(int))
    return far


def test_chromium_shows_kept_and_converted_colours_alike() -> None:
    """On a screen of sRGB. What is lost in encoding is lost elsewhere: a kept picture loses no more of it."""
    original = encoded(gradient(64, 48), "png", icc=WIDE)
    with started() as browser:
        page = browser.new_page()

        def shown(data: bytes) -> Pixels:
            told: str = page.evaluate(SHOW, base64.b64encode(data).decode())
            pixels: Pixels = np.frombuffer(base64.b64decode(told), np.uint8)
            return pixels

        aim = shown(original)
        for format_, quality in product(HOLDING, (80, 100)):
            variant = f"64x,format={format_},quality={quality}"
            ours, usual = kept(original, variant), render(original, parse(variant), LIMITS, PIXEL_TYPES)
            assert ours.data != usual.data
            first, second = shown(ours.data), shown(usual.data)
            assert distance(first, aim).mean() <= distance(second, aim).mean(), variant
            if format_ is Format.PNG or (format_, quality) == (Format.WEBP, 100):
                assert distance(first, second).max() <= 1, variant
