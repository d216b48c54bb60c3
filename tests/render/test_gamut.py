"""PROFILE=keep: colours beyond sRGB stay, a profile says what they mean, and all else becomes sRGB."""

from __future__ import annotations

import base64
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
    from chalicelib.render.rendered import Rendered

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


@pytest.mark.parametrize("format_", HOLDING)
@pytest.mark.parametrize("alpha", [False, True], ids=["opaque", "transparent"])
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


@pytest.mark.parametrize(
    "variant",
    [
        "8x,format=gif",
        "8x,sepia",
        "8x,tint=ff0000",
        "20x20,background=ff0000,fit=contain",
    ],
)
def test_a_variant_with_colours_of_its_own_is_srgb(variant: str) -> None:
    original = encoded(gradient(16, 16), "png", icc=WIDE)
    usual = render(original, parse(variant), LIMITS, PIXEL_TYPES)

    assert kept(original, variant).data == usual.data


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


def test_a_grey_picture_with_a_profile_of_rgb_keeps_it() -> None:
    original = encoded(plain((128, 128, 128)), "png", icc=WIDE, colorspace="gray")
    rendered = kept(original, "8x,format=jpeg")

    assert isinstance(said(rendered.data), Profiled)
    assert abs(int(seen(rendered)[4, 4][0]) - 128) <= 1


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


def spelled(rendered: Rendered) -> str:
    return base64.b64encode(rendered.data).decode()


def test_chromium_shows_kept_and_converted_colours_alike() -> None:
    """On a screen of sRGB; beyond 3 of 255 nothing differs."""
    original = encoded(gradient(64, 48), "png", icc=WIDE)
    with started() as browser:
        page = browser.new_page()
        for format_ in HOLDING:
            variant = f"64x,format={format_},quality=100"
            pairs = kept(original, variant), render(original, parse(variant), LIMITS, PIXEL_TYPES)
            first, second = (
                np.frombuffer(base64.b64decode(page.evaluate(SHOW, spelled(each))), np.uint8)
                for each in pairs
            )
            far = np.abs(first.astype(int) - second.astype(int))
            assert far.mean() < 1, format_
            if format_ is Format.PNG:
                assert far.max() <= 3
            assert pairs[0].data != pairs[1].data
