"""How long a side of a variant may be, so that ImageMagick can still carry out every option."""

from __future__ import annotations

import struct

import pytest

from chalicelib.address.variant import parse
from chalicelib.codecs.formats import SOURCE_TYPES
from chalicelib.codecs.limits import LONGEST_SIDE
from chalicelib.errors import TooLarge
from chalicelib.render.render import render
from fuzz import places
from tests.pixels import LIMITS

LONG = (places.CORPUS / "gif" / "long").read_bytes()
"""A GIF of 12 x 65,535 pixels, with the height in its screen and its one frame; the fuzzer found it."""


def gif(height: int) -> bytes:
    screen, frame = struct.pack("<H", 65_535), struct.pack("<H", height)
    assert LONG.count(screen) >= 2
    return LONG.replace(screen, frame)


@pytest.mark.parametrize("wanted", ["blur=100", "sharpen=10", "brightness=10", "round=max", "format=png"])
def test_every_option_works_on_the_longest_variant(wanted: str) -> None:
    rendered = render(gif(LONGEST_SIDE), parse(f"40x,{wanted}"), LIMITS, SOURCE_TYPES)

    assert (rendered.width, rendered.height) == (12, LONGEST_SIDE)


@pytest.mark.parametrize("height", [LONGEST_SIDE + 1, 65_535])
@pytest.mark.parametrize("wanted", ["40x", "40x,blur=2,brightness=10,sharpen=1", "40x,format=png"])
def test_a_longer_variant_is_refused(wanted: str, height: int) -> None:
    with pytest.raises(TooLarge, match="at most 64000 pixels"):
        render(gif(height), parse(wanted), LIMITS, SOURCE_TYPES)


def test_a_longer_original_may_become_a_shorter_variant() -> None:
    rendered = render(gif(65_535), parse("x600,blur=2,upscale"), LIMITS, SOURCE_TYPES)

    assert (rendered.width, rendered.height) == (1, 600)
