"""Every option in every format still looks as in the golden picture that a person has approved."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest

from chalicelib.address.key import read
from chalicelib.address.options import OPTIONS
from chalicelib.address.values import Format, Gravity
from chalicelib.address.variant import parse
from chalicelib.codecs.formats import PIXEL_TYPES
from chalicelib.render.extras import Extras, Overlay, Watermark
from chalicelib.render.render import render
from tests.golden import sheet
from tests.golden.conftest import PICTURES
from tests.golden.similarity import unlikeness
from tests.pixels import LIMITS, decoded, gradient, made, seen

if TYPE_CHECKING:
    from chalicelib.render.rendered import Rendered
    from tests.golden.conftest import Goldens

SAMPLES = Path(__file__).parents[2] / "ops" / "local" / "samples"
WHOLE = 1_500_000
"""The most bytes of all golden pictures together, since every clone of the repository has them."""


class Case(NamedTuple):
    """A variant of one of the samples, and the same variant without the option that it shows."""

    sample: str
    variant: str
    without: str


CASES = {
    "plain": Case("astronaut.jpg", "72x72", ""),
    "animation": Case("earth.gif", "48x48", ""),
    "background": Case("fig.png", "72x72,background=2060c0", "72x72"),
    "blur": Case("astronaut.jpg", "72x72,blur=2.5", "72x72"),
    "blur-wide": Case("astronaut.jpg", "72x72,blur=12", "72x72"),
    "brightness": Case("astronaut.jpg", "72x72,brightness=25", "72x72"),
    "colors": Case("astronaut.jpg", "72x72,colors=4", "72x72"),
    "contrast": Case("astronaut.jpg", "72x72,contrast=40", "72x72"),
    "crop": Case("astronaut.jpg", "72x72,crop=150-20-180x180", "72x72"),
    "fit": Case("fig.png", "72x72,fit=contain", "72x72"),
    "fit-cover": Case("astronaut.jpg", "72x40,fit=cover", "72x40"),
    "fit-fill": Case("astronaut.jpg", "72x40,fit=fill", "72x40,fit=cover"),
    "flip": Case("astronaut.jpg", "72x72,flip", "72x72"),
    "flop": Case("astronaut.jpg", "72x72,flop", "72x72"),
    "frame": Case("earth.gif", "72x72,frame=13", "72x72"),
    "gravity": Case("astronaut.jpg", "72x40,fit=cover,gravity=north", "72x40,fit=cover"),
    "grayscale": Case("astronaut.jpg", "72x72,grayscale", "72x72"),
    "quality": Case("astronaut.jpg", "72x72,quality=45", "72x72"),
    "rotate": Case("astronaut.jpg", "72x72,rotate=90", "72x72"),
    "rotate-tilted": Case("fig.png", "72x72,rotate=25", "72x72"),
    "rotate-cover": Case("astronaut.jpg", "72x48,rotate=340,fit=cover,background=2060c0", "72x48,fit=cover"),
    "round": Case("astronaut.jpg", "72x72,round=20", "72x72"),
    "round-max": Case("astronaut.jpg", "72x48,fit=cover,round=max,background=2060c0", "72x48,fit=cover"),
    "saturation": Case("astronaut.jpg", "72x72,saturation=80", "72x72"),
    "sepia": Case("astronaut.jpg", "72x72,sepia", "72x72"),
    "sharpen": Case("astronaut.jpg", "72x72,sharpen=2", "72x72"),
    "tint": Case("astronaut.jpg", "72x72,tint=2060c0", "72x72"),
    "trim": Case("fig.png", "72x72,trim=20", "72x72"),
    "upscale": Case("astronaut.jpg", "72x72,crop=200-80-36x36,upscale", "72x72,crop=200-80-36x36"),
    "watermark": Case("astronaut.jpg", "72x72,watermark=fig", "72x72"),
    "all-together": Case(
        "fig.png",
        "72x72,brightness=10,contrast=10,flop,rotate=15,round=12,saturation=30,sharpen=1,tint=c06020,trim=5",
        "72x72",
    ),
}

LOSSLESS = (Format.PNG, Format.GIF)


def rendered(sample: str, variant: str, made_as: Format) -> Rendered:
    watermark = Watermark("", read(["fig.png"]), Gravity.SOUTHEAST, opacity=80, scale=50)
    overlay = Overlay((SAMPLES / "fig.png").read_bytes(), watermark)
    # At its default quality, versions of libjxl differ by more than nobody sees.
    finer = ",quality=95" if made_as is Format.JXL and "quality" not in variant else ""
    asked = parse(f"{variant},format={made_as}{finer}")
    original = (SAMPLES / sample).read_bytes()
    return render(
        original, asked, LIMITS, PIXEL_TYPES, Extras(overlay=overlay if asked.options.watermark else None)
    )


@pytest.mark.parametrize("made_as", Format)
@pytest.mark.parametrize("name", CASES)
def test_a_picture_looks_like_its_golden(goldens: Goldens, name: str, made_as: Format) -> None:
    found = rendered(CASES[name].sample, CASES[name].variant, made_as)
    golden = goldens.keep(f"{name}.{made_as}", found.data)

    difference = unlikeness(seen(found), decoded(golden, made_as))

    assert not difference.is_visible, difference
    if made_as is not Format.AVIF:  # its transparency depends on ImageMagick's version
        opacity, kept = (picture[:, :, 3].astype(int) for picture in (seen(found), decoded(golden, made_as)))
        assert np.abs(opacity - kept).mean() < 4


@pytest.mark.parametrize("made_as", [Format.GIF, Format.WEBP])
@pytest.mark.parametrize("number", [7, 24])
def test_a_later_frame_looks_like_its_golden(goldens: Goldens, number: int, made_as: Format) -> None:
    found = rendered("earth.gif", CASES["animation"].variant, made_as)
    golden = goldens.keep(f"animation.{made_as}", found.data)
    frames = [seen(made(data, f"48x,format=png,frame={number}")) for data in (found.data, golden)]

    assert not unlikeness(*frames).is_visible


@pytest.mark.parametrize(
    ("name", "made_as"),
    [
        (name, made_as)
        for name, case in CASES.items()
        for made_as in Format
        if case.without and name != "quality" and (name != "colors" or made_as in LOSSLESS)
    ],
)
def test_a_golden_differs_visibly_from_the_variant_without_its_option(name: str, made_as: Format) -> None:
    case = CASES[name]
    golden = decoded((PICTURES / f"{name}.{made_as}").read_bytes(), made_as)

    assert unlikeness(golden, seen(rendered(case.sample, case.without, made_as))).is_visible


@pytest.mark.parametrize("made_as", [made_as for made_as in Format if made_as not in LOSSLESS])
def test_the_golden_of_a_quality_differs_in_its_bytes(made_as: Format) -> None:
    case = CASES["quality"]
    golden = (PICTURES / f"quality.{made_as}").stat().st_size

    assert golden < 0.8 * len(rendered(case.sample, case.without, made_as).data)


def test_every_option_has_a_golden() -> None:
    shown = {part.partition("=")[0] for case in CASES.values() for part in case.variant.split(",")[1:]}

    # Every golden shows a format, and none metadata, which change no pixel.
    assert shown | {"format", "metadata"} == set(OPTIONS)


def test_the_sheet_shows_every_golden() -> None:
    pictures = list(PICTURES.iterdir())
    shown = sheet.page(pictures)

    assert re.findall('src="([^"]+)"', shown) == [picture.as_uri() for picture in sorted(pictures)]
    assert sorted(re.findall("<th>([a-z-]+)", shown)) == sorted(CASES)


def test_goldens_are_small_and_each_belongs_to_a_case() -> None:
    pictures = list(PICTURES.iterdir())

    assert {picture.name for picture in pictures} == {
        f"{name}.{made_as}" for name in CASES for made_as in Format
    }
    assert sum(picture.stat().st_size for picture in pictures) < WHOLE


@pytest.mark.parametrize(
    ("change", "visible"),
    [
        (lambda pixels: pixels, False),
        (lambda pixels: pixels + np.uint8(1), False),
        (lambda pixels: np.roll(pixels, 2, axis=1), True),
        (lambda pixels: pixels // 2 + 60, True),
        (lambda pixels: pixels[1:], True),
    ],
    ids=["the same", "a shade lighter", "moved by two pixels", "flatter", "smaller"],
)
def test_a_difference_is_seen_where_people_would_see_it(change: object, visible: bool) -> None:  # noqa: FBT001 - a column of the table
    picture = np.dstack([gradient(64, 48) // 2 + 40, np.full((48, 64), 255, np.uint8)])
    picture[20:30, 20:30, :3] = 250
    assert callable(change)
    changed = change(picture.copy())
    changed[:, :, 3] = 255

    assert unlikeness(picture, changed).is_visible is visible
