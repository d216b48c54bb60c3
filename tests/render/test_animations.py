"""Animations keep their frames, their timing and what is seen in each frame."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.codecs import gif as gif_codec
from chalicelib.codecs import headers, webp
from chalicelib.codecs.formats import sniff
from chalicelib.codecs.imagemagick import Image
from chalicelib.codecs.limits import Limits
from chalicelib.errors import TooLarge
from tests.pixels import (
    BLUE,
    GREEN,
    RED,
    card,
    decoded,
    encoded,
    gif,
    gif_frame,
    gradient,
    lzw,
    made,
    plain,
    seen,
    webp_chunk,
    webp_with,
)

if TYPE_CHECKING:
    from chalicelib.codecs.headers import Header
    from chalicelib.render.rendered import Rendered
    from tests.pixels import Pixels

CLEAR = (0, 0, 0, 0)
DELAYS = (50, 70, 110, 130)

DISPOSING = gif(
    48,
    32,
    gif_frame(0, (0, 0, 48, 32), delay=5),
    gif_frame(1, (8, 8, 16, 16), delay=7, dispose=3),
    gif_frame(2, (24, 8, 16, 16), delay=11, dispose=2),
    gif_frame(1, (0, 0, 8, 8), delay=13, clear=0),
    repeats=2,
)
"""Red; then a green square that is removed again; then a blue one that leaves a hole; then a green corner."""

SEEN: list[dict[tuple[int, int], tuple[int, int, int] | None]] = [
    {(4, 4): RED, (16, 16): RED, (32, 16): RED},
    {(4, 4): RED, (16, 16): GREEN, (32, 16): RED},
    {(4, 4): RED, (16, 16): RED, (32, 16): BLUE},
    {(4, 4): GREEN, (16, 16): RED, (32, 16): None},
]
"""The colour at (x, y) in each frame; None: transparent."""


def header(rendered: Rendered) -> Header:
    kind = sniff(rendered.data)
    assert kind
    found = headers.read(rendered.data, kind)
    assert found
    return found


def frames(rendered: Rendered) -> list[Pixels]:
    """Each frame as a player shows it: ImageMagick reads GIF, our own code reads WebP."""
    shown = made(rendered.data, f"{rendered.width}x,format=gif")
    with Image() as image:
        image.read(blob=shown.data, format="gif")
        image.coalesce()
        found = []
        for index in range(image.iterator_length()):
            image.iterator_set(index)
            with image.image_get() as frame:
                rows = frame.export_pixels(channel_map="RGBA")
                found.append(np.array(rows, dtype=np.uint8).reshape(frame.height, frame.width, 4))
        return found


def durations(rendered: Rendered) -> list[int]:
    animation = webp.animation(rendered.data) if rendered.format == "webp" else None
    if animation:
        return [frame.duration for frame in animation.frames]
    with Image() as image:
        image.read(blob=rendered.data, format="gif")
        found = []
        for index in range(image.iterator_length()):
            image.iterator_set(index)
            found.append(image.delay * 10)
        return found


WAYS = [("gif", "gif"), ("gif", "webp"), ("webp", "webp"), ("webp", "gif")]


def disposing(kind: str) -> bytes:
    return DISPOSING if kind == "gif" else made(DISPOSING, "48x,format=webp,quality=100").data


@pytest.mark.parametrize("variant", ["48x", "24x", "480x320,fit=cover,upscale"])
@pytest.mark.parametrize(("original", "into"), WAYS)
def test_frames_and_delays_and_repeats_are_kept(original: str, into: str, variant: str) -> None:
    rendered = made(disposing(original), f"{variant},format={into}")

    assert rendered.frames == header(rendered).frames == 4
    assert header(rendered).loops == 3
    assert durations(rendered) == list(DELAYS)
    assert header(rendered).size == (rendered.width, rendered.height)


@pytest.mark.parametrize(
    ("milliseconds", "hundredths"),
    [
        ([33] * 6, [3, 4, 3, 3, 4, 3]),
        ([16] * 6, [2, 2, 2, 2, 2, 2]),
        ([16, 16, 16, 500], [2, 2, 2, 49]),
        ([11, 11], [2, 2]),
        ([40, 70], [4, 7]),
        ([45, 45], [4, 5]),
        ([10, 33, 0], [1, 3, 0]),
    ],
)
def test_what_a_gif_cannot_say_of_a_time_is_made_up_for(
    milliseconds: list[int], hundredths: list[int]
) -> None:
    still = webp.animation(disposing("webp"))
    assert still
    frames = tuple(
        replace(still.frames[number % 2], duration=duration) for number, duration in enumerate(milliseconds)
    )
    original = webp.assemble(replace(still, frames=frames))

    assert durations(made(original, "48x,format=gif")) == [10 * each for each in hundredths]


@given(st.lists(st.integers(min_value=20, max_value=5000), max_size=200))
def test_an_animation_takes_as_long_as_a_gif(milliseconds: list[int]) -> None:
    clock = gif_codec.Clock()
    shown = [clock.hundredths(each) for each in milliseconds]

    assert abs(10 * sum(shown) - sum(milliseconds)) <= 5
    assert all(abs(10 * each - asked) <= 10 for each, asked in zip(shown, milliseconds, strict=True))


@pytest.mark.parametrize(("original", "into"), WAYS)
def test_every_frame_shows_what_a_player_of_the_original_shows(original: str, into: str) -> None:
    shown = frames(made(disposing(original), f"48x,format={into}"))

    for pixels, expected in zip(shown, SEEN, strict=True):
        for (x, y), colour in expected.items():
            if colour:
                assert pixels[y, x].astype(int) == pytest.approx([*colour, 255], abs=12)
            else:
                assert pixels[y, x][3] == 0


@pytest.mark.parametrize(("original", "into"), WAYS)
def test_frames_are_cropped_and_padded_like_any_picture(original: str, into: str) -> None:
    cropped = frames(made(disposing(original), f"16x16,fit=cover,format={into}"))
    padded = frames(made(disposing(original), f"48x48,fit=contain,background=0000ff,format={into}"))

    assert [pixels.shape for pixels in cropped] == [(16, 16, 4)] * 4
    assert [pixels.shape for pixels in padded] == [(48, 48, 4)] * 4
    for pixels in padded:
        assert pixels[2, 24].astype(int) == pytest.approx([*BLUE, 255], abs=12)
    assert padded[3][24, 32].astype(int) == pytest.approx([*BLUE, 255], abs=12)


@pytest.mark.parametrize("into", ["jpeg", "png", "avif"])
@pytest.mark.parametrize("original", ["gif", "webp"])
def test_a_still_variant_is_the_first_frame(original: str, into: str) -> None:
    rendered = made(disposing(original), f"48x,format={into}")

    assert rendered.frames == 1
    assert seen(rendered)[16, 16].astype(int) == pytest.approx([*RED, 255], abs=12)


def test_a_still_variant_is_made_of_an_animation_with_too_many_frames() -> None:
    limits = Limits(source_bytes=10_000, source_pixels=4 * 48 * 32 - 1, output_pixels=48 * 32, frames=3)

    assert made(DISPOSING, "48x,format=png", limits).frames == 1
    with pytest.raises(TooLarge):
        made(DISPOSING, "48x", limits)


@pytest.mark.parametrize(("repeats", "plays"), [(None, 1), (0, 0), (1, 2), (5, 6)])
@pytest.mark.parametrize("into", ["gif", "webp"])
def test_an_animation_is_played_as_often_as_before(into: str, repeats: int | None, plays: int) -> None:
    original = gif(8, 8, gif_frame(0, (0, 0, 8, 8)), gif_frame(1, (0, 0, 8, 8)), repeats=repeats)

    assert header(made(original, f"8x,format={into}")).loops == plays


@pytest.mark.parametrize("into", ["gif", "webp"])
def test_frames_that_change_nothing_still_take_their_time(into: str) -> None:
    still = [gif_frame(0, (0, 0, 8, 8), delay=delay) for delay in (10, 20, 30)]

    rendered = made(gif(8, 8, *still), f"8x,format={into}")

    assert durations(rendered) == [100, 200, 300]


def test_milliseconds_survive_from_webp_to_webp() -> None:
    rendered = made(animated_webp([33, 17, 8]), "16x")

    assert durations(rendered) == [33, 17, 8]


def test_a_frame_that_replaces_hides_what_was_there_and_one_that_blends_does_not() -> None:
    for blends, opacity in ((True, 255), (False, 0)):
        # In another quality, so that the original is not passed through.
        original = animated_webp([50, 50], CLEAR, blends=blends)
        animation = webp.animation(made(original, "16x,quality=50").data)
        assert animation
        last = decoded(webp.still(animation.frames[-1]), "webp")

        assert last[0, 0][3] == opacity


def test_unchanged_parts_are_not_stored_again() -> None:
    pixels = gradient(320, 240)
    corner = pixels.copy()
    corner[:16, :16] = 0
    alone = len(made(lossless_webp(pixels), "320x").data)

    together = len(made(stills_as_webp([pixels, corner, pixels]), "320x").data)

    assert together < alone * 1.3


def animated_webp(delays: list[int], second: tuple[int, ...] = GREEN, *, blends: bool = True) -> bytes:
    """16 by 16: red, then `second` for the rest."""
    parts = []
    for index, delay in enumerate(delays):
        colour = (*(second if index else RED), 255)[:4]
        flags = 0 if blends else 2
        parts.append(anmf(encoded(plain(colour), "webp"), 16, 16, delay, flags))
    return webp_with(b"", 16, 16, 0x12, webp_chunk(b"ANIM", bytes(6)), *parts)


def stills_as_webp(stills: list[Pixels]) -> bytes:
    height, width = stills[0].shape[:2]
    parts = [anmf(lossless_webp(still), width, height, 100, 2) for still in stills]
    return webp_with(b"", width, height, 0x02, webp_chunk(b"ANIM", bytes(6)), *parts)


def lossless_webp(pixels: Pixels) -> bytes:
    with Image.from_array(pixels) as image:
        image.options["webp:lossless"] = "true"
        blob: bytes = image.make_blob("webp")
        return blob


def anmf(still: bytes, width: int, height: int, delay: int, flags: int) -> bytes:
    numbers = (0, 0, width - 1, height - 1, delay)
    head = b"".join(number.to_bytes(3, "little") for number in numbers)
    return webp_chunk(b"ANMF", head + bytes([flags]) + webp.picture(still))


def test_an_animation_stays_the_same_when_it_is_put_together_and_taken_apart() -> None:
    picture = webp.picture(encoded(card(10, 6), "webp"))
    whole = webp.Animation(
        40,
        30,
        7,
        (
            webp.Frame(0, 0, 10, 6, 40, blend=True, clear=False, picture=picture),
            webp.Frame(30, 24, 10, 6, 70_000, blend=False, clear=True, picture=picture),
        ),
    )

    assert webp.animation(webp.assemble(whole)) == whole


@settings(deadline=None)
@given(st.integers(1, 64), st.integers(1, 64), st.integers(1, 64), st.integers(1, 64))
def test_changes_are_stored_at_even_places_and_within_the_canvas(
    x: int, y: int, across: int, down: int
) -> None:
    before, after = plain(RED, 64, 64), plain(RED, 64, 64)
    after[y - 1 : y - 1 + down, x - 1 : x - 1 + across] = BLUE

    animation = webp.animation(made(stills_as_webp([before, after]), "64x").data)

    assert animation
    changed = animation.frames[1]
    assert changed.left % 2 == changed.top % 2 == 0
    assert changed.left + changed.width <= 64
    assert changed.top + changed.height <= 64


def black(*frames: bytes) -> bytes:
    """A GIF of 20 x 16 pixels whose colours are black, green, blue and white."""
    return gif(20, 16, *frames).replace(bytes([*RED, *GREEN]), bytes([0, 0, 0, *GREEN]), 1)


HALF_CLEAR = gif_frame(3, (0, 0, 20, 16), dispose=1, clear=3).replace(
    lzw([3] * 320), lzw([3] * 200 + [1] * 120)
)


@pytest.mark.parametrize("into", ["webp", "jxl,quality=100", "gif"])  # libjxl 0.7 loses some transparency
@pytest.mark.parametrize(
    ("original", "clear"),
    [
        (black(gif_frame(0, (0, 0, 20, 16), dispose=2), gif_frame(1, (4, 4, 8, 8), dispose=2)), 256),
        (black(HALF_CLEAR, gif_frame(0, (0, 0, 20, 16), dispose=1)), 0),
    ],
    ids=["black vanishes", "black appears"],
)
def test_black_and_nothing_are_not_the_same(original: bytes, clear: int, into: str) -> None:
    rendered = made(original, f"20x16,flop,format={into}")

    second = seen(made(rendered.data, "20x16,frame=2,format=png"))

    assert int((second[:, :, 3] == 0).sum()) == clear
