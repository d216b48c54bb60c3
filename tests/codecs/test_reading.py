"""A JPEG or PNG is resized while its rows are decoded, where possible, and becomes the same picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wand.image import INTERLACE_TYPES

from chalicelib.codecs import decode
from chalicelib.codecs.formats import JPEG, PNG
from chalicelib.codecs.imagemagick import Image, core, library
from chalicelib.geometry.plan import Extent, Plan, Point, Reading, Rectangle, jpeg_span, reading_plan
from tests.pixels import card, encoded, exported, gradient, jpeg_with_exif, made, seen

if TYPE_CHECKING:
    from chalicelib.codecs.formats import SourceType
    from tests.pixels import Pixels

RESIZES_ROWS = hasattr(core, "AcquireRowResizer")
"""Whether this is our own build (infra/magick/patches); with other builds, the pipeline does everything."""

SOURCE = Extent(4001, 3000)


def plan(
    crop: tuple[float, float, float, float], size: tuple[int, int], crop_range: Rectangle | None = None
) -> Plan:
    return Plan(SOURCE, Rectangle(*crop), Extent(*size), Extent(*size), Point(0, 0), crop_range=crop_range)


@pytest.mark.parametrize(
    ("asked", "averaged", "edges"),
    [
        pytest.param(plan((0, 0, 4001, 3000), (2001, 1500)), None, (0, 0, 4001, 3000), id="all of it"),
        pytest.param(
            plan((500, 0, 3500, 3000), (1500, 1500)), None, (500, 0, 3500, 3000), id="the middle of it"
        ),
        pytest.param(plan((0, 0, 4001, 3000), (300, 225)), (667, 500), (0, 0, 667, 500), id="averaged first"),
        pytest.param(
            plan((500, 0, 3500, 3000), (300, 300)), (801, 600), (100, 0, 701, 600), id="averaged, then cut"
        ),
        pytest.param(
            plan((500, 500, 1500, 1500), (100, 100)), None, (500, 500, 1500, 1500), id="too little to average"
        ),
        pytest.param(
            plan((500, 0, 3500, 3000), (3000, 3000)), None, (500, 0, 3500, 3000), id="cut, and not resized"
        ),
    ],
)
def test_rows_are_averaged_cut_and_resized_as_the_pipeline_would(
    asked: Plan, averaged: tuple[int, int] | None, edges: tuple[int, int, int, int]
) -> None:
    expected = Reading(SOURCE, Extent(*averaged) if averaged else None, edges, asked.size)
    assert reading_plan(asked, SOURCE, SOURCE) == expected


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(plan((0, 0, 4001, 3000), SOURCE), id="it is not changed"),
        pytest.param(plan((500, 0, 3500, 3000), SOURCE), id="it is cropped, and enlarged to the same size"),
        pytest.param(
            plan((500, 0, 3500, 3000), (300, 300), Rectangle(0, 0, *SOURCE)), id="its crop may still move"
        ),
    ],
)
def test_a_picture_that_is_needed_whole_is_decoded_whole(asked: Plan) -> None:
    assert reading_plan(asked, SOURCE, SOURCE) is None


@pytest.mark.parametrize(
    ("decoded", "last"),
    [
        pytest.param((501, 375), 500, id="seven eighths of the pixel are padding"),
        pytest.param((1001, 750), 1000, id="three quarters are padding"),
        pytest.param((2001, 1500), 2001, id="of a pixel that is half padding, the other half is the picture"),
    ],
)
def test_a_shrunk_jpegs_last_pixel_is_cut_off_if_most_of_it_is_padding(
    decoded: tuple[int, int], last: int
) -> None:
    shrunk = Extent(*decoded)
    asked = plan((0, 0, 4001, 3000), (shrunk.width - 100, shrunk.height - 75))
    found = reading_plan(asked, shrunk, jpeg_span(SOURCE, shrunk))
    assert found
    assert found.edges == (0, 0, last, shrunk.height)


@pytest.mark.parametrize("variant", ["100x,format=png", "100x,format=png,flop,rotate=180"])
@pytest.mark.parametrize("height", range(1, 9))
@pytest.mark.parametrize("width", range(1, 9))
def test_a_jpeg_of_few_pixels_shows_each_of_them(width: int, height: int, variant: str) -> None:
    data = encoded(card(width, height), "jpeg", quality=95)
    with Image(blob=data) as image:
        decoded = exported(image)

    shown = seen(made(data, variant))
    assert shown.tolist() == (decoded if "flop" not in variant else decoded[::-1]).tolist()


def interlaced(pixels: Pixels) -> bytes:
    with Image.from_array(pixels) as image:
        library.MagickSetInterlaceScheme(image.wand, INTERLACE_TYPES.index("png"))
        blob: bytes = image.make_blob("png")
        return blob


COLOURS = gradient(601, 401)
DEEP = COLOURS.astype(np.uint16) * 257 + 3
ALPHA = np.dstack([COLOURS, np.tile(np.arange(601) % 256, (401, 1)).astype(np.uint8)])

ORIGINALS = {
    "jpeg": (JPEG, encoded(COLOURS, "jpeg"), True),
    "progressive jpeg": (JPEG, encoded(COLOURS, "pjpeg"), True),
    "turned jpeg": (JPEG, jpeg_with_exif(encoded(COLOURS, "jpeg"), 6), True),
    "gray jpeg": (JPEG, encoded(COLOURS, "jpeg", colorspace="gray"), False),
    "png": (PNG, encoded(COLOURS, "png"), True),
    "png of 16 bits": (PNG, encoded(DEEP, "png"), True),
    "interlaced png": (PNG, interlaced(COLOURS), False),
    "transparent png": (PNG, encoded(ALPHA, "png"), False),
    "palette png": (PNG, encoded(COLOURS // 128 * 128, "png"), False),
    "gray png": (PNG, encoded(COLOURS, "png", colorspace="gray"), False),
}
"""Type, file, and whether our own ImageMagick resizes its rows while it decodes them."""


@pytest.mark.parametrize(
    ("name", "depth", "colours", "interlaced"),
    [
        ("png", 8, 2, 0),
        ("png of 16 bits", 16, 2, 0),
        ("interlaced png", 8, 2, 1),
        ("transparent png", 8, 6, 0),
        ("palette png", 4, 3, 0),
        ("gray png", 8, 0, 0),
    ],
)
def test_the_pngs_are_what_they_are_called(name: str, depth: int, colours: int, interlaced: int) -> None:
    assert (*ORIGINALS[name][1][24:26], ORIGINALS[name][1][28]) == (depth, colours, interlaced)


@pytest.mark.parametrize(
    "variant",
    [
        "300x",
        "60x",
        "601x201,fit=fill",
        "100x100,fit=cover",
        "100x40,fit=cover,gravity=southeast",
        "300x,crop=40-31-201x77",
        "60x60,crop=1-2-500x401,fit=cover,rotate=90",
        "31x,crop=300-200-301x201,format=png",
        "201x101,crop=300-200-201x101",
        "900x,upscale,tint=336699",
        "601x401,crop=100-50-300x200,fit=fill,upscale",
        "601x401,crop=16-16-301x201,fit=cover,upscale",
        "10x10,fit=contain,rotate=30",
        "3x",
    ],
)
@pytest.mark.parametrize("name", ORIGINALS)
def test_it_becomes_the_same_picture_as_when_it_is_decoded_whole(
    name: str, variant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = ORIGINALS[name][1]
    by_rows = made(original, variant).data

    monkeypatch.setattr(decode, "reading_plan", lambda *_: None)

    assert made(original, variant).data == by_rows


@pytest.mark.parametrize(("kind", "data", "by_rows"), ORIGINALS.values(), ids=ORIGINALS)
def test_our_own_imagemagick_keeps_no_more_pixels_than_needed(
    kind: SourceType, data: bytes, *, by_rows: bool
) -> None:
    asked = Plan(
        Extent(601, 401), Rectangle(100, 0, 501, 401), Extent(160, 160), Extent(160, 160), Point(0, 0)
    )
    (size,) = [frame.image.size for frame in decode.frames(data, kind, 1, asked)]
    if RESIZES_ROWS and by_rows:
        assert size == (160, 160)
    elif RESIZES_ROWS and kind is JPEG:
        assert size[0] < size[1] * 601 / 401
    else:
        assert size[0] / size[1] == pytest.approx(601 / 401, abs=0.01)


@pytest.mark.parametrize(
    "told",
    [
        "",
        "nonsense",
        "600x401,0x0,100x100+0+0,50x50,cubic",
        "601x401,0x0,602x401+0+0,50x50,cubic",
        "601x401,0x0,100x100+502+0,50x50,cubic",
        "601x401,0x0,100x100+-1+0,50x50,cubic",
        "601x401,0x0,100x100+18446744073709551615+0,50x50,cubic",
        "601x401,700x100,100x100+0+0,50x50,cubic",
        "601x401,100x0,100x100+0+0,50x50,cubic",
        "601x401,0x0,100x100+0+0,0x50,cubic",
        "601x401,0x0,0x100+0+0,50x50,cubic",
        "601x401,0x0,100x100+0+0,50x50,nosuch",
        "601x401,0x0,100x100+0+0,50x50,undefined",
        "601x401,0x0,601x401+0+0,99999999999x50,cubic",
        "601x401,0x0,100x100+0+0,50x50," + "cubic" * 2000,
    ],
)
@pytest.mark.parametrize("name", ["jpeg", "png"])
def test_an_impossible_value_of_the_option_is_ignored(name: str, told: str) -> None:
    kind, data, _ = ORIGINALS[name]
    with Image() as image:
        image.options["read:resize"] = told
        image.read(blob=data, format=kind.coder)
        assert image.size == (601, 401)


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("name", ["jpeg", "progressive jpeg"])
def test_a_truncated_jpeg_is_resized_as_far_as_it_goes(
    name: str, kept: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = ORIGINALS[name][1]
    broken = data[: int(len(data) * kept)]
    by_rows = made(broken, "100x100,fit=cover,format=png").data

    monkeypatch.setattr(decode, "reading_plan", lambda *_: None)

    assert made(broken, "100x100,fit=cover,format=png").data == by_rows


SMALL = {"jpeg": encoded(gradient(64, 48), "jpeg"), "png": encoded(gradient(64, 48), "png")}


@st.composite
def variants(draw: st.DrawFn) -> str:
    """Sizes at and below the original's own, with the options that decide which part is resized to it."""
    size = draw(st.sampled_from(["64x48", "32x24", "64x9", "7x48"]))
    options = {f"fit={draw(st.sampled_from(['fill', 'cover', 'outside', 'contain', 'inside']))}"}
    options |= draw(st.sampled_from([set(), {"upscale"}]))
    if draw(st.booleans()):
        options.add(f"crop={draw(st.integers(0, 40))}-{draw(st.integers(0, 30))}-20x15")
    options |= draw(st.sets(st.sampled_from(["trim=5", "flip", "rotate=90", "gravity=west"])))
    return ",".join([size, *sorted(options), "format=png"])


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(SMALL)), variants())
def test_any_variant_is_the_same_picture_by_rows_and_whole(name: str, variant: str) -> None:
    by_rows = made(SMALL[name], variant).data
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(decode, "reading_plan", lambda *_: None)
        assert made(SMALL[name], variant).data == by_rows
