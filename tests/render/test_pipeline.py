"""The pipeline as a whole: its steps, its results, and the memory that it leaves in use."""

from __future__ import annotations

import resource
import sys
from contextlib import suppress
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from wand.exceptions import CoderError, MissingDelegateError

from chalicelib.address.options import OPTIONS
from chalicelib.address.values import Format
from chalicelib.codecs.formats import OUTPUTS
from chalicelib.codecs.heif import writing
from chalicelib.codecs.imagemagick import Image
from chalicelib.errors import BrokenImage, Fault, NotAdmitted
from chalicelib.render import render, steps
from chalicelib.render.pipeline import CARRIED_OUT_BY, PIPELINE
from chalicelib.render.steps.encode import encode
from chalicelib.render.steps.pick import pick
from tests.pixels import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    alone,
    bmp,
    card,
    decoded,
    encoded,
    exif,
    gif,
    gif_frame,
    gradient,
    jpeg_with_exif,
    made,
    png_chunk,
    png_with,
    seen,
    swapping_profile,
    tiff,
    turned,
)

PHOTO = encoded(gradient(320, 240), "jpeg")


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_has_a_step_that_carries_it_out(name: str) -> None:
    assert CARRIED_OUT_BY[name] in (pick, *PIPELINE, encode)


def test_every_step_is_in_the_pipeline_once() -> None:
    found = [pick, *PIPELINE, encode]
    files = Path(steps.__file__).parent.glob("[!_]*.py")

    assert sorted(step.__name__ for step in found) == sorted(file.stem for file in files)


@pytest.mark.parametrize("made_as", Format)
@pytest.mark.parametrize("original", ["jpeg", "png", "gif", "webp", "avif"])
def test_every_format_can_become_every_other(original: str, made_as: Format) -> None:
    rendered = made(encoded(card(64, 48), original), f"32x,format={made_as}")

    assert (rendered.width, rendered.height, rendered.frames) == (32, 24, 1)
    assert rendered.content_type == f"image/{made_as}"
    assert seen(rendered).shape == (24, 32, 4)
    assert seen(rendered)[4, 4].astype(int) == pytest.approx([255, 0, 0, 255], abs=40)


@pytest.mark.parametrize("original", ["jpeg", "png", "gif", "webp", "avif"])
def test_a_variant_has_its_originals_format_unless_another_is_asked_for(original: str) -> None:
    assert made(encoded(card(64, 48), original), "32x").format == original


@pytest.mark.parametrize(
    ("original", "made_as"),
    [
        (tiff(card(64, 48)), "jpeg"),
        (tiff(np.dstack([card(64, 48), np.full((48, 64), 255, np.uint8)])), "png"),
        (tiff(turned(card(64, 48), 6), orientation=6), "jpeg"),
        (bmp(card(64, 48)), "jpeg"),
    ],
    ids=["tiff", "tiff with transparency", "sideways tiff", "bmp"],
)
def test_an_original_in_a_format_that_browsers_do_not_show_becomes_one_that_they_show(
    original: bytes, made_as: str
) -> None:
    rendered = made(original, "32x")

    assert rendered.format == made_as
    assert (rendered.width, rendered.height) == (32, 24)
    corners = [seen(rendered)[y, x].astype(int) for y in (4, -5) for x in (4, -5)]
    assert np.abs(np.array(corners) - [(*colour, 255) for colour in (RED, GREEN, BLUE, YELLOW)]).max() < 20


@pytest.mark.parametrize("made_as", Format)
def test_metadata_is_removed(made_as: Format) -> None:
    secrets = (b"made for a test", b"Exif", b"GPS-SECRET", b"http://ns.adobe.com", b"date:create")
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>GPS-SECRET</x:xmpmeta>"
    jpeg = jpeg_with_exif(encoded(gradient(64, 48), "jpeg", icc=swapping_profile()), 1)
    jpeg = (
        jpeg[:2]
        + b"\xff\xe1"
        + (len(xmp) + 2).to_bytes(2, "big")
        + xmp
        + b"\xff\xfe\0\x0cGPS-SECRET"
        + jpeg[2:]
    )
    png = png_with(
        encoded(gradient(64, 48), "png"),
        png_chunk(b"tEXt", b"Comment\0GPS-SECRET"),
        png_chunk(b"eXIf", exif(1)),
    )
    for original in (jpeg, png):
        data = made(original, f"32x,format={made_as}").data

        assert not [secret for secret in secrets if secret in data]


def test_a_png_has_only_the_pictures_own_chunks() -> None:
    data = made(PHOTO, "32x,format=png").data
    tags, at = [], 8
    while at < len(data):
        tags.append(data[at + 4 : at + 8])
        at += 12 + int.from_bytes(data[at : at + 4], "big")

    assert set(tags) <= {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}


@pytest.mark.parametrize("variant", ["400x300,fit=cover", "320x", "320x240,fit=contain", "320x240,fit=fill"])
def test_a_picture_of_the_right_size_is_not_resampled(variant: str) -> None:
    original = encoded(gradient(320, 240), "png")

    assert (seen(made(original, variant)) == decoded(original, "png")).all()


@pytest.mark.parametrize("width", [20, 40, 64, 100, 160])
@pytest.mark.parametrize("coder", ["jpeg", "png"])
def test_shrinking_before_the_resize_does_not_move_the_picture(coder: str, width: int) -> None:
    pixels = gradient(801, 601)
    shrunk = seen(made(encoded(pixels, coder), f"{width}x{width},fit=cover,format=png"))
    with Image.from_array(pixels) as image:
        image.crop(100, 0, 701, 601)
        image.resize(width, width, "lanczos")
        rows = image.export_pixels(channel_map="RGBA")

    difference = abs(shrunk.astype(int).ravel() - rows)

    assert difference.mean() < 2.5


def test_a_format_that_this_imagemagick_cannot_write_is_not_admitted(monkeypatch: pytest.MonkeyPatch) -> None:
    render.able.cache_clear()
    unable = Mock(side_effect=MissingDelegateError("no encode delegate"))
    monkeypatch.setattr(Image, "make_blob", unable)
    monkeypatch.setattr(writing, "can_write", lambda: False)

    with pytest.raises(NotAdmitted, match="does not make avif"):
        made(PHOTO, "10x,format=avif")


def test_an_encoder_that_fails_is_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    assert render.able(OUTPUTS[Format.WEBP])
    failing = Mock(side_effect=CoderError("out of luck"))
    monkeypatch.setattr(Image, "make_blob", failing)

    with pytest.raises(Fault) as fault:
        made(PHOTO, "10x,format=webp")

    assert "luck" not in str(fault.value)


def test_a_step_that_fails_without_an_error_is_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    original = encoded(gradient(64, 48), "gif")  # a JPEG may be resized before this step
    monkeypatch.setattr(Image, "resize", Mock(return_value=False))

    with pytest.raises(Fault):
        made(original, "10x")


def test_three_hundred_renders_leave_no_memory_in_use() -> None:
    assert alone("from tests.render.test_pipeline import growth; print(growth())") < 4_000_000


def growth() -> int:
    """How many bytes more this process needed at its peak after 300 more renders of every kind."""
    originals = [
        jpeg_with_exif(encoded(gradient(320, 240), "jpeg", icc=swapping_profile()), 6),
        encoded(gradient(320, 240), "png"),
        gif(160, 120, gif_frame(0, (0, 0, 160, 120)), gif_frame(1, (8, 8, 60, 60), dispose=3)),
        PHOTO[:300],
    ]
    variants = ["100x80,fit=cover", "120x120,fit=contain,format=webp,background=ff000080", "90x,format=png"]

    def round_trip() -> None:
        for original in originals:
            for variant in variants:
                with suppress(BrokenImage):
                    made(original, variant)

    for _ in range(5):
        round_trip()
    before = peak_bytes()
    for _ in range(25):
        round_trip()
    return peak_bytes() - before


def peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
