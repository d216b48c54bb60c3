"""Info: what is said of an original is what a browser shows of it."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest

from chalicelib.address.values import Document
from chalicelib.address.variant import INFO_VARIANT
from chalicelib.codecs.formats import SOURCE_TYPES
from chalicelib.codecs.specimens import SPECIMENS
from chalicelib.darkroom.darkroom import Darkroom
from chalicelib.errors import BrokenImage, Malformed, NotAnImage, TooLarge
from chalicelib.render import info
from chalicelib.render.describe import describe
from tests.pixels import LIMITS, card, encoded, gif, gif_frame, gradient, jpeg_with_exif, plain, turned

PICTURES = {kind: data for kind, data in SPECIMENS.items() if kind != "svg"}
UPRIGHT = gradient(480, 360)
NAMES = [
    "width",
    "height",
    "type",
    "frames",
    "bytes",
    "orientation",
    "hasAlpha",
    "dominantColor",
    "thumbhash",
]


def said(data: bytes) -> Any:
    return json.loads(describe(data, LIMITS, SOURCE_TYPES).data)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_sides_are_those_of_the_upright_picture(orientation: int) -> None:
    data = jpeg_with_exif(encoded(turned(UPRIGHT, orientation), "jpeg"), orientation)
    told = said(data)
    assert (told["width"], told["height"], told["orientation"]) == (480, 360, orientation)
    first = said(jpeg_with_exif(encoded(UPRIGHT, "jpeg"), 1))
    assert base64.b64decode(told["thumbhash"])[:3] == base64.b64decode(first["thumbhash"])[:3]


@pytest.mark.parametrize("kind", sorted(PICTURES))
def test_every_type_is_described(kind: str) -> None:
    rendered = describe(SPECIMENS[kind], LIMITS, SOURCE_TYPES)
    told = json.loads(rendered.data)
    assert list(told) == NAMES
    assert (told["type"], told["bytes"]) == (kind, len(SPECIMENS[kind]))
    assert (rendered.format, rendered.content_type) == (Document.JSON, "application/json")
    assert info.read(rendered.data).spell() == rendered.data


def test_the_frames_of_an_animation_are_counted() -> None:
    frames = [gif_frame(colour, (0, 0, 2, 2)) for colour in range(3)]
    assert said(gif(2, 2, *frames))["frames"] == 3


@pytest.mark.parametrize(
    ("colours", "dominant", "has_alpha"),
    [
        ([(255, 136, 0, 255)], "#ff8800", False),
        ([(255, 136, 0, 0)], "#ff8800", True),
        ([(255, 136, 0, 255), (255, 136, 0, 255), (0, 0, 255, 255)], "#ff8800", False),
        ([(10, 20, 30, 100), (10, 20, 30, 100), (0, 0, 255, 255)], "#0000ff", True),
        ([(16, 16, 16, 255), (18, 18, 18, 255), (240, 240, 240, 255)], "#111111", False),
    ],
    ids=[
        "one",
        "only transparent ones",
        "the most frequent",
        "opaque before transparent",
        "the mean of alike ones",
    ],
)
def test_the_dominant_colour_is_that_of_most_pixels_that_are_seen(
    colours: list[tuple[int, ...]], dominant: str, *, has_alpha: bool
) -> None:
    pixels = np.concatenate([plain(colour, 10, 10) for colour in colours], axis=1).astype(np.uint8)
    told = said(encoded(pixels, "png"))
    assert (told["dominantColor"], told["hasAlpha"]) == (dominant, has_alpha)


@pytest.mark.parametrize(
    ("data", "refusal"),
    [(b"MZ", NotAnImage), (SPECIMENS["svg"], Malformed), (encoded(card(40, 40), "png")[:60], BrokenImage)],
    ids=["no image", "a drawing", "a broken one"],
)
def test_nothing_is_said_of_what_no_picture_is_made_of(data: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        said(data)


def test_nothing_is_said_of_what_is_too_large() -> None:
    limits = type(LIMITS)(source_bytes=10**6, source_pixels=100, output_pixels=10**6)
    with pytest.raises(TooLarge):
        describe(encoded(card(40, 40), "png"), limits, SOURCE_TYPES)


def test_the_darkroom_makes_the_same_info_of_every_type_although_it_can_open_no_file() -> None:
    originals = [*PICTURES.values(), encoded(gradient(300, 200), "png"), encoded(card(90, 120), "jpeg")]
    with Darkroom() as darkroom:
        made = [darkroom.render(data, INFO_VARIANT, LIMITS, SOURCE_TYPES) for data in originals]
    assert made == [describe(data, LIMITS, SOURCE_TYPES) for data in originals]


RIGHT = {
    "width": 4, "height": 3, "type": "png", "frames": 1, "bytes": 99, "orientation": 1, "hasAlpha": False,
    "dominantColor": "#ff8800", "thumbhash": "3OcRJYB4d3h/iIeHeEh3eIhw+j3A",
}  # fmt: skip


def spelled(told: object) -> bytes:
    return json.dumps(told, separators=(",", ":")).encode()


def test_info_is_read_as_it_is_spelled() -> None:
    assert info.read(spelled(RIGHT)).spell() == spelled(RIGHT)


@pytest.mark.parametrize(
    "told",
    [
        [],
        "info",
        {},
        RIGHT | {"script": "alert(1)"},
        {name: value for name, value in RIGHT.items() if name != "type"},
        dict(reversed(RIGHT.items())),
        RIGHT | {"length": 99},
        RIGHT | {"width": 0},
        RIGHT | {"width": 10**9},
        RIGHT | {"height": 3.0},
        RIGHT | {"frames": True},
        RIGHT | {"type": "html"},
        RIGHT | {"type": ["png"]},
        RIGHT | {"orientation": 9},
        RIGHT | {"hasAlpha": 1},
        RIGHT | {"dominantColor": "red"},
        RIGHT | {"dominantColor": "#FF8800"},
        RIGHT | {"dominantColor": "#ff8800\n"},
        RIGHT | {"thumbhash": ""},
        RIGHT | {"thumbhash": "<script>"},
        RIGHT | {"thumbhash": "A" * 400},
        RIGHT | {"thumbhash": 7},
        RIGHT | {"thumbhash": "A" * 4000},
    ],
    ids=str,
)
def test_what_is_no_info_is_not_read(told: object) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        info.read(spelled(told))


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[" * 1000, b"\xff", spelled(RIGHT) + b"\n", spelled(RIGHT).replace(b":4", b": 4")]
)
def test_what_is_spelled_in_another_way_is_not_read(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        info.read(data)
