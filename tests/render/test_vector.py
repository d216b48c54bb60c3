"""An SVG becomes a drawing in the size that the variant says, or is refused."""

from __future__ import annotations

import pytest

from chalicelib.address.values import Drawing
from chalicelib.address.variant import parse
from chalicelib.codecs.formats import PIXEL_TYPES, SOURCE_TYPES
from chalicelib.codecs.limits import Limits
from chalicelib.errors import Malformed, NotAnImage, TooLarge
from chalicelib.render.render import render
from tests.pixels import LIMITS

SIZED = b'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><rect width="9" height="9"/></svg>'
UNSIZED = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 2"><rect width="1" height="1"/></svg>'


def shown(original: bytes, variant: str, limits: Limits = LIMITS) -> str:
    made = render(original, parse(variant), limits, SOURCE_TYPES)
    assert (made.format, made.content_type, made.frames) == (Drawing.SVG, "image/svg+xml", 1)
    text = made.data.decode()
    assert f' width="{made.width}"' in text
    assert f' height="{made.height}"' in text
    return f"{made.width}x{made.height}"


@pytest.mark.parametrize(
    ("original", "variant", "size"),
    [
        (SIZED, "30x30", "30x20"),
        (SIZED, "300x200", "60x40"),
        (SIZED, "300x300,upscale", "300x200"),
        (SIZED, "30x", "30x20"),
        (SIZED, "x10@2x", "30x20"),
        (SIZED, "20x20,fit=outside", "30x20"),
        (SIZED, "30x30,format=auto,gravity=north,metadata=keep,quality=50", "30x20"),
        (UNSIZED, "300x300", "300x200"),
        (UNSIZED, "x300", "450x300"),
        (UNSIZED, "300x300,fit=outside", "450x300"),
    ],
)
def test_a_drawing_is_as_large_as_a_picture_would_be(original: bytes, variant: str, size: str) -> None:
    assert shown(original, variant) == size


@pytest.mark.parametrize(
    "option",
    [
        *("fit=cover", "fit=contain", "fit=fill", "format=png", "format=jpeg", "background=ffffff", "blur=1"),
        *("brightness=1", "contrast=1", "crop=0-0-1x1", "flip", "flop", "frame=1", "grayscale", "rotate=90"),
        *("round=max", "saturation=1", "sepia", "sharpen=1", "tint=ff0000", "trim=1", "watermark=a"),
    ],
)
def test_an_option_that_needs_pixels_is_refused(option: str) -> None:
    with pytest.raises(Malformed, match="is an SVG, which stays a drawing"):
        render(SIZED, parse(f"30x30,{option}"), LIMITS, SOURCE_TYPES)


def test_a_drawing_that_would_be_too_large_is_refused() -> None:
    with pytest.raises(TooLarge, match="would have"):
        shown(UNSIZED, "3000x2000", Limits(10_000, 10_000, 1_000_000))


def test_a_drawing_is_refused_where_drawings_are_not_accepted() -> None:
    with pytest.raises(NotAnImage, match="The type of the original is svg"):
        render(SIZED, parse("30x30"), LIMITS, PIXEL_TYPES)
