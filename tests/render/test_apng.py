"""Animated PNGs become what a browser shows of them; the frames' colours were tried in Chromium."""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

import pytest

from chalicelib.codecs import apng, headers
from chalicelib.codecs.formats import PNG
from chalicelib.codecs.limits import Limits
from chalicelib.errors import BrokenImage, TooLarge
from tests.pixels import BLACK, BLUE, GREEN, RED, made, png_chunk, seen
from tests.render.test_animations import durations, header

Colour = tuple[int, ...]
WHOLE = (0, 0, 40, 32)
NONE, BACKGROUND, PREVIOUS = 0, 1, 2
SOURCE, OVER = 0, 1


class Shown(NamedTuple):
    """A frame of one colour."""

    colour: Colour
    box: tuple[int, int, int, int] = WHOLE
    delay: tuple[int, int] = (1, 10)
    dispose: int = NONE
    blend: int = SOURCE


def rows(colour: Colour, width: int, height: int) -> bytes:
    return zlib.compress((b"\0" + bytes(colour) * width) * height)


def control(number: int, frame: Shown) -> bytes:
    left, top, width, height = frame.box
    content = struct.pack(">5I", number, width, height, left, top)
    return png_chunk(b"fcTL", content + struct.pack(">2H2B", *frame.delay, frame.dispose, frame.blend))


def moving(
    *frames: Shown,
    default: Colour | None = None,
    plays: int = 0,
    announced: int | None = None,
    pieces: int = 1,
) -> list[bytes]:
    """The chunks of an animation of 40 by 32; a `default` picture is no frame, else the first one is."""
    alpha = len(frames[0].colour) == len("RGBA")
    head = struct.pack(">IIBBBBB", 40, 32, 8, 6 if alpha else 2, 0, 0, 0)
    count = len(frames) if announced is None else announced
    made_of = [png_chunk(b"IHDR", head), png_chunk(b"acTL", struct.pack(">II", count, plays))]
    number = 0
    if default:
        made_of.append(png_chunk(b"IDAT", rows(default, 40, 32)))
    for index, frame in enumerate(frames):
        made_of.append(control(number, frame))
        number += 1
        data = rows(frame.colour, *frame.box[2:])
        if index == 0 and not default:
            made_of.append(png_chunk(b"IDAT", data))
            continue
        step = -(-len(data) // pieces)
        for at in range(0, len(data), step):
            made_of.append(png_chunk(b"fdAT", struct.pack(">I", number) + data[at : at + step]))
            number += 1
    return [*made_of, png_chunk(b"IEND", b"")]


def joined(chunks: list[bytes]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def animated(*frames: Shown, default: Colour | None = None, plays: int = 0, pieces: int = 1) -> bytes:
    return joined(moving(*frames, default=default, plays=plays, pieces=pieces))


THREE = (Shown(RED), Shown(GREEN), Shown(BLUE))
CLEAR, HALF_BLUE = (0, 0, 0, 0), (0, 0, 255, 128)
OPAQUE_RED, OPAQUE_GREEN = (*RED, 255), (*GREEN, 255)
CORNER = (0, 0, 20, 16)


def colour(data: bytes, frame: int, x: int, y: int) -> Colour | None:
    *rgb, alpha = seen(made(data, f"40x,frame={frame},format=png"))[y, x].tolist()
    return tuple(rgb) if alpha == 255 else (*rgb, alpha) if alpha else None


@pytest.mark.parametrize("default", [None, BLACK], ids=["it is the first frame", "it is no frame"])
@pytest.mark.parametrize("into", ["webp", "gif", "auto"])
@pytest.mark.parametrize("pieces", [1, 5])
def test_every_frame_is_kept_and_the_default_picture_is_shown_if(
    default: Colour | None, into: str, pieces: int
) -> None:
    rendered = made(animated(*THREE, default=default, pieces=pieces), f"20x,format={into},quality=100")

    assert rendered.frames == header(rendered).frames == 3
    assert (rendered.width, rendered.height) == (20, 16)
    for number, expected in enumerate((RED, GREEN, BLUE), 1):
        found = seen(made(rendered.data, f"20x,format=png,frame={number}"))[8, 10, :3].tolist()
        assert found == pytest.approx(expected, abs=3)


@pytest.mark.parametrize("into", ["jpeg", "png", ""])
@pytest.mark.parametrize("variant", ["40x", "20x", "40x,frame=1"])
def test_a_still_shows_the_first_frame_and_not_the_default_picture(into: str, variant: str) -> None:
    asked = f"{variant},format={into}" if into else variant
    rendered = made(animated(*THREE, default=BLACK), asked)

    assert rendered.format == (into or "png")
    assert seen(rendered)[8, 8, :3].tolist() == pytest.approx(RED, abs=3)


@pytest.mark.parametrize("into", ["webp", "gif"])
def test_delays_and_plays_are_kept(into: str) -> None:
    delays = [(1, 10), (7, 100), (13, 0), (1, 2)]
    frames = [Shown((60 * index, 0, 0), delay=delay) for index, delay in enumerate(delays)]
    rendered = made(animated(*frames, plays=3), f"20x,format={into}")

    assert durations(rendered) == [100, 70, 130, 500]
    assert header(rendered).loops == 3


def test_an_animation_that_plays_for_ever_does_so() -> None:
    assert header(made(animated(*THREE), "20x,format=webp")).loops == 0


@pytest.mark.parametrize(
    ("second", "in_second", "in_third"),
    [
        pytest.param(Shown(OPAQUE_GREEN, CORNER), GREEN, GREEN, id="nothing is removed"),
        pytest.param(Shown(OPAQUE_GREEN, CORNER, dispose=BACKGROUND), GREEN, None, id="it is cleared"),
        pytest.param(
            Shown(OPAQUE_GREEN, CORNER, dispose=PREVIOUS), GREEN, RED, id="what was there comes back"
        ),
        pytest.param(Shown(CLEAR, CORNER, blend=SOURCE), None, None, id="transparency replaces"),
        pytest.param(Shown(CLEAR, CORNER, blend=OVER), RED, RED, id="transparency is drawn over"),
        pytest.param(Shown(HALF_BLUE, CORNER, blend=SOURCE), HALF_BLUE, HALF_BLUE, id="half of it replaces"),
        pytest.param(
            Shown(HALF_BLUE, CORNER, blend=OVER), (127, 0, 128), (127, 0, 128), id="half of it is over"
        ),
    ],
)
def test_after_a_frame_in_a_corner(second: Shown, in_second: Colour | None, in_third: Colour | None) -> None:
    data = animated(Shown(OPAQUE_RED), second, Shown(OPAQUE_RED, (30, 20, 4, 4)))

    assert colour(data, 2, 8, 8) == in_second
    assert colour(data, 3, 8, 8) == in_third
    assert colour(data, 2, 30, 25) == colour(data, 3, 30, 25) == RED


@pytest.mark.parametrize("dispose", [BACKGROUND, PREVIOUS])
def test_before_the_first_frame_there_is_nothing_that_could_come_back(dispose: int) -> None:
    data = animated(Shown(OPAQUE_RED, dispose=dispose), Shown(OPAQUE_GREEN, CORNER))

    assert (colour(data, 2, 8, 8), colour(data, 2, 30, 25)) == (GREEN, None)


@pytest.mark.parametrize(
    ("announced", "frames"), [(2, 2), (3, 3), (9, 3)], ids=["fewer", "as many", "more than there are"]
)
def test_as_many_frames_are_shown_as_are_announced_and_there(announced: int, frames: int) -> None:
    assert made(joined(moving(*THREE, announced=announced)), "20x,format=webp").frames == frames


@pytest.mark.parametrize("announced", [0, 1])
def test_an_animation_of_no_frames_is_a_still(announced: int) -> None:
    chunks = moving(*THREE, default=BLACK, announced=announced)
    kept = chunks if announced == 0 else [*chunks[:3], chunks[-1]]

    assert colour(joined(kept), 1, 8, 8) == BLACK


def swapped(chunks: list[bytes], one: int, other: int) -> list[bytes]:
    chunks[one], chunks[other] = chunks[other], chunks[one]
    return chunks


def flipped(chunks: list[bytes], index: int, at: int) -> list[bytes]:
    chunk = bytearray(chunks[index])
    chunk[at] ^= 1
    chunks[index] = bytes(chunk)
    return chunks


BROKEN = {
    "a frame's checksum is wrong": flipped(moving(*THREE), 2, -1),
    "a frame's data are damaged": flipped(moving(*THREE), 5, 30),
    "the animation's checksum is wrong": flipped(moving(*THREE), 1, -1),
    "the default picture is damaged, which is a frame": flipped(moving(*THREE), 3, 20),
    "two frames are swapped": swapped(moving(*THREE), 4, 6),
    "a frame has no data": moving(*THREE)[:5] + moving(*THREE)[6:],
    "it ends within a frame": moving(*THREE)[:-2],
    "it has no end": moving(*THREE)[:-1],
    "a frame is too wide": moving(Shown(RED), Shown(GREEN, (21, 0, 20, 16))),
    "a frame is too high": moving(Shown(RED), Shown(GREEN, (0, 17, 20, 16))),
    "a frame has no width": moving(Shown(RED), Shown(GREEN, (0, 0, 0, 16))),
    "the first frame is smaller than the default picture that it is": moving(
        Shown(RED, CORNER), Shown(GREEN)
    ),
    "a frame's data are too few": [
        *moving(Shown(RED), Shown(GREEN))[:5],
        png_chunk(b"fdAT", struct.pack(">I", 2) + rows(GREEN, 40, 20)[:-20]),
        png_chunk(b"IEND", b""),
    ],
    "a frame is removed in an unknown way": moving(Shown(RED), Shown(GREEN, dispose=3)),
    "a frame is drawn in an unknown way": moving(Shown(RED), Shown(GREEN, blend=2)),
}


@pytest.mark.parametrize("chunks", BROKEN.values(), ids=BROKEN.keys())
def test_an_animation_is_broken_if(chunks: list[bytes]) -> None:
    with pytest.raises(BrokenImage):
        made(joined(chunks), "20x,format=webp")


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (Limits(1_000_000, 100_000_000, 25_000_000, frames=2), "3 frames of the original"),
        (Limits(1_000_000, 3000, 25_000_000), "At most 3000 are allowed"),
        (Limits(1_000_000, 100_000_000, 900), "At most 900 are allowed"),
    ],
)
def test_the_limits_count_every_frame_before_one_is_decoded(limits: Limits, why: str) -> None:
    chunks = flipped(moving(*THREE), 3, -5)

    with pytest.raises(TooLarge, match=why):
        made(joined(chunks), "20x,format=webp", limits)


def test_a_png_of_too_many_chunks_is_too_large() -> None:
    with pytest.raises(TooLarge):
        headers.read(joined([*moving(*THREE)[:-1], png_chunk(b"teSt", b"") * 100_001]), PNG)


def test_each_frame_becomes_a_png_with_the_colours_of_the_whole() -> None:
    chunks = moving(*THREE, default=BLACK)
    gamma = png_chunk(b"gAMA", struct.pack(">I", 100_000))
    data = joined([chunks[0], gamma, png_chunk(b"tEXt", b"Title\0none"), *chunks[1:]])
    animation = apng.animation(data)
    assert animation

    for frame in animation.frames:
        found = apng.still(data, frame)
        assert gamma in found
        assert b"tEXt" not in found
        assert apng.animation(found) is None
