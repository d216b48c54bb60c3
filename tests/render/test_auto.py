"""``format=auto``: what it makes of photographs, drawings and animations."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chalicelib.address.values import Auto, Format
from chalicelib.codecs.heif import writing
from tests.pixels import card, decoded, encoded, gif, gif_frame, gradient, made, plain, seen

SAMPLES = Path(__file__).parents[2] / "ops" / "local" / "samples"
PHOTOGRAPHS = ["astronaut.jpg", "mountain-path.jpg", "fig.png", "brushes-cmyk.jpg"]


def lossless(webp: bytes) -> bool:
    """Whether the picture is in a VP8L chunk (RFC 9649, 2.6)."""
    return b"VP8L" in webp[:64]


def chart() -> bytes:
    pixels = plain((255, 255, 255), 300, 200).copy()
    pixels[10:190, 20:22] = pixels[188:190, 20:290] = 0
    for bar, height in enumerate((30, 90, 140, 60, 110)):
        pixels[188 - height : 188, 40 + 50 * bar : 70 + 50 * bar] = (40 * bar, 90, 200 - 30 * bar)
    return encoded(pixels, "png")


@pytest.mark.parametrize("width", [100, 400])
@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_photograph_becomes_lossy_webp(name: str, width: int) -> None:
    rendered = made((SAMPLES / name).read_bytes(), f"{width}x,format=auto")

    assert (rendered.format, rendered.content_type) == (Format.WEBP, "image/webp")
    assert not lossless(rendered.data)


def on_white(photograph: bytes) -> bytes:
    """A PNG of the photograph in the middle of 500 x 500 white pixels, as shops show their products."""
    pixels = plain((255, 255, 255), 500, 500)
    pixels[180:320, 180:320] = seen(made(photograph, "140x140,fit=fill,format=png"))[:, :, :3]
    return encoded(pixels, "png")


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_an_opaque_png_of_a_photograph_becomes_lossy_webp(name: str) -> None:
    original = made((SAMPLES / name).read_bytes(), "400x,background=ffffff,format=png").data

    rendered = made(original, "400x,format=auto")

    assert (rendered.format, lossless(rendered.data)) == (Format.WEBP, False)
    assert len(rendered.data) < len(original) / 4


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_photograph_on_white_is_a_photograph(name: str) -> None:
    rendered = made(on_white((SAMPLES / name).read_bytes()), "500x,format=auto")

    assert not lossless(rendered.data)
    assert len(rendered.data) < 8000


def test_a_photograph_on_white_is_a_photograph_for_every_browser() -> None:
    original = on_white((SAMPLES / "astronaut.jpg").read_bytes())
    webp, newer, older = (made(original, f"500x,format={spelling}") for spelling in Auto)

    assert len(newer.data) <= len(webp.data)
    assert older.format is Format.JPEG


@pytest.mark.parametrize("original", [chart(), encoded(card(300, 200), "png")], ids=["chart", "card"])
def test_a_drawing_becomes_lossless_webp_and_smaller_than_as_png(original: bytes) -> None:
    rendered = made(original, "300x,format=auto")

    assert lossless(rendered.data)
    assert (seen(rendered) == decoded(original, "png")).all()
    assert len(rendered.data) < len(made(original, "300x,format=png").data)


def test_transparency_is_kept() -> None:
    original = encoded(np.dstack([gradient(90, 60), np.full((60, 90), 77, np.uint8)]), "png")

    assert seen(made(original, "45x,format=auto"))[10, 10, 3].item() == pytest.approx(77, abs=3)


def test_an_animation_becomes_an_animated_webp() -> None:
    original = gif(40, 20, gif_frame(0, (0, 0, 40, 20), delay=7), gif_frame(1, (0, 0, 20, 20), delay=9))
    rendered = made(original, "40x,format=auto")

    assert (rendered.frames, rendered.content_type) == (2, "image/webp")
    assert b"ANIM" in rendered.data


def test_a_photograph_has_the_quality_that_is_asked_for() -> None:
    original = (SAMPLES / "astronaut.jpg").read_bytes()
    low, high = (len(made(original, f"200x,format=auto,quality={quality}").data) for quality in (20, 90))

    assert low < high / 2


def test_webp_asked_for_by_name_is_lossy_for_drawings_too() -> None:
    assert not lossless(made(chart(), "300x,format=webp").data)


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_for_a_browser_with_avif_a_photograph_is_avif_and_never_larger_than_as_webp(name: str) -> None:
    original = (SAMPLES / name).read_bytes()
    rendered, webp = (made(original, f"200x,format={spelling}") for spelling in ("auto-avif", "auto"))

    assert rendered.format in {Format.AVIF, Format.WEBP}
    assert len(rendered.data) <= len(webp.data)


def test_an_avif_that_is_larger_than_the_webp_is_the_webp() -> None:
    original = encoded(gradient(16, 16), "png")
    spellings = ("auto-avif", "auto", "avif")
    rendered, webp, avif = (made(original, f"16x,format={spelling}") for spelling in spellings)

    assert len(avif.data) > len(webp.data)
    assert (rendered.format, rendered.data) == (Format.WEBP, webp.data)


@pytest.mark.parametrize("spelling", ["auto-avif", "auto-jpeg"])
def test_a_drawing_keeps_every_line_for_every_browser(spelling: str) -> None:
    rendered = made(chart(), f"300x,format={spelling}")

    assert rendered.format is (Format.WEBP if spelling == "auto-avif" else Format.PNG)
    assert (seen(rendered) == decoded(chart(), "png")).all()


@pytest.mark.parametrize(("spelling", "form"), [("auto-avif", Format.WEBP), ("auto-jpeg", Format.GIF)])
def test_an_animation_moves_for_every_browser(spelling: str, form: Format) -> None:
    original = gif(40, 20, gif_frame(0, (0, 0, 40, 20), delay=7), gif_frame(1, (0, 0, 20, 20), delay=9))
    rendered = made(original, f"40x,format={spelling}")

    assert (rendered.frames, rendered.format) == (2, form)
    assert made(original, f"40x,frame=2,format={spelling}").frames == 1


TRANSPARENT = encoded(np.dstack([gradient(90, 60), np.full((60, 90), 77, np.uint8)]), "png")
OPAQUE = (SAMPLES / "astronaut.jpg").read_bytes()


@pytest.mark.parametrize("spelling", ["auto-avif", "auto-jpeg"])
@pytest.mark.parametrize(
    ("original", "options", "corner"),
    [
        (TRANSPARENT, "45x", 77),
        (OPAQUE, "60x60,round=max", 0),
        (OPAQUE, "60x,rotate=30", 0),
        (OPAQUE, "60x20,fit=contain", 0),
        (OPAQUE, "60x60,round=max,background=ff0000", 0),
        (OPAQUE, "60x20,fit=contain,background=ff000080", 128),
    ],
    ids=["the original", "corners", "a tilt", "a canvas", "corners of a background", "a translucent one"],
)
def test_transparency_is_kept_for_every_browser(
    original: bytes, options: str, corner: int, spelling: str
) -> None:
    rendered = made(original, f"{options},format={spelling}")

    assert rendered.format in ({Format.PNG} if spelling == "auto-jpeg" else {Format.AVIF, Format.WEBP})
    assert seen(rendered)[0, 0, 3].item() == pytest.approx(corner, abs=4)


@pytest.mark.parametrize("options", ["60x", "60x20,fit=contain,background=ffffff"])
def test_an_opaque_photograph_is_jpeg_for_a_browser_with_nothing_newer(options: str) -> None:
    assert made(OPAQUE, f"{options},format=auto-jpeg").format is Format.JPEG


def test_without_an_encoder_of_avif_it_is_webp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "can_write", lambda: False)

    assert made(OPAQUE, "60x,format=auto-avif").format is Format.WEBP
