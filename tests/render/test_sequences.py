"""Of an AVIF or HEIC sequence, its first frame is shown, as in Chromium."""

from __future__ import annotations

import base64
import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bench.colours.chromium import SHOW
from bench.colours.heifs import FILES, sequence_alone
from chalicelib.errors import BrokenImage, Refusal
from tests.chromium import started
from tests.films import Film, Track, box, film
from tests.pixels import made, seen

if TYPE_CHECKING:
    from collections.abc import Callable

ALONE = [
    *("avif", "avif 4:2:2", "avif 4:2:0", "avif in limited range", "avif of 10 bits", "avif of 12 bits"),
    *("grey avif", "avif with alpha", "avif with premultiplied alpha", "avif with a linear profile"),
    *("avif turned by irot", "avif mirrored by imir", "heic", "heic 4:2:0", "heic of 10 bits"),
    *("heic with alpha", "heic with premultiplied alpha", "heic with a linear profile"),
]


def same(one: bytes, other: bytes) -> bool:
    first, second = (seen(made(each, "32x32,format=png")) for each in (one, other))
    return first.shape == second.shape and bool((first == second).all())


@pytest.mark.parametrize("name", ALONE)
def test_a_sequence_alone_looks_like_its_first_frame(name: str) -> None:
    assert same(bytes(film(name)), FILES[name])


def changed(change: Callable[[Film], object], name: str = "avif with alpha") -> bytes:
    made = film(name)
    change(made)
    return bytes(made)


def _samples_of_one_size(film: Film) -> None:
    film.tracks[0].sizes = struct.pack(">4xII", len(film.tracks[0].sample), 2)


def _turning_matrix(film: Film) -> None:
    film.tracks[0].matrix = (0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)


def _other_number(film: Film) -> None:
    film.tracks[0].number = 7
    film.tracks[1].references = [box(b"auxl", struct.pack(">I", 7))]


def _sound_first(film: Film) -> None:
    film.tracks.insert(0, Track(9, b"mp4a", (0, 0), [], b"sound", entry=box(b"mp4a", bytes(28))))


READ: dict[str, Callable[[Film], object]] = {
    "places of 64 bits": lambda film: setattr(film.tracks[0], "wide", True),
    "a header of version 0": lambda film: setattr(film.tracks[0], "version", 0),
    "samples of one size": _samples_of_one_size,
    "the transparency first": lambda film: film.tracks.reverse(),
    "a turning matrix, which Chromium ignores": _turning_matrix,
    "a number that is not the first": _other_number,
    "sound before it": _sound_first,
    "transparency that does not say so": lambda film: film.tracks[1].told.pop(),
}


@pytest.mark.parametrize("change", READ.values(), ids=READ)
def test_a_sequence_is_read_however_it_is_written(change: Callable[[Film], object]) -> None:
    assert same(changed(change), FILES["avif with alpha"])


def test_another_name_for_the_same_codec_is_read() -> None:
    assert same(changed(lambda film: setattr(film.tracks[0], "codec", b"hev1"), "heic"), FILES["heic"])


@pytest.mark.parametrize(
    "change",
    [
        lambda film: film.tracks[1].told.__setitem__(
            1, box(b"auxi", bytes(4), b"urn:mpeg:hevc:2015:auxid:2\0")
        ),
        lambda film: film.tracks[1].references.__setitem__(0, box(b"auxl", struct.pack(">I", 9))),
        lambda film: setattr(film.tracks[1], "shift", 1 << 20),
    ],
    ids=["depth", "transparency of another track", "transparency beyond the end"],
)
def test_what_is_no_transparency_is_not_shown(change: Callable[[Film], object]) -> None:
    assert (seen(made(changed(change), "32x32,format=png"))[:, :, 3] == 255).all()


NOT_READ: dict[str, Callable[[Film], object]] = {
    "a frame beyond the end": lambda film: setattr(film.tracks[0], "shift", 1 << 20),
    "a frame that is longer than the file": lambda film: setattr(
        film.tracks[0], "sizes", struct.pack(">4xII", 1 << 20, 1)
    ),
    "a frame of no bytes": lambda film: setattr(film.tracks[0], "sizes", struct.pack(">4xIII", 0, 1, 0)),
    "no frame": lambda film: setattr(film.tracks[0], "sizes", struct.pack(">4xIII", 0, 0, 9)),
    "a header of another version": lambda film: setattr(film.tracks[0], "version", 2),
    "another codec": lambda film: setattr(film.tracks[0], "codec", b"avc1"),
    "no configuration": lambda film: film.tracks[0].told.pop(0),
    "no track": lambda film: film.tracks.clear(),
    "a table that is cut off": lambda film: setattr(film.tracks[0], "sizes", bytes(6)),
    "only transparency": lambda film: film.tracks[0].references.append(box(b"auxl", struct.pack(">I", 2))),
}


@pytest.mark.parametrize("change", NOT_READ.values(), ids=NOT_READ)
def test_a_sequence_without_a_first_frame_is_refused_in_words(change: Callable[[Film], object]) -> None:
    with pytest.raises(BrokenImage, match="that has only a sequence, and its first frame is not where"):
        made(changed(change, "avif"), "32x32")


@pytest.mark.parametrize("name", ["avif with alpha", "heic with premultiplied alpha"])
def test_a_sequence_that_is_cut_off_anywhere_is_refused(name: str) -> None:
    whole = bytes(film(name))
    refused = 0
    for end in range(40, len(whole) - 200, 7):
        with pytest.raises(Refusal):
            made(whole[:end], "8x8")
        refused += 1

    assert refused > 100


def beside(major: bytes) -> Film:
    """Return a file with a picture that is mirrored, and a sequence that is not."""
    whole = FILES["avif mirrored by imir"]
    at = whole.index(b"meta") - 4
    (length,) = struct.unpack_from(">I", whole, at)
    made = film("avif")
    made.brands = (major, b"avif", b"avis")
    moved = bytearray(whole[at : at + length])
    place = moved.index(b"iloc") + 18
    head = 8 + 4 * (2 + len(made.brands))
    moved[place : place + 4] = struct.pack(">I", head + length + 8)
    made.meta = bytes(moved)
    return made


@pytest.mark.parametrize(("major", "shown"), [(b"avis", "avif"), (b"avif", "avif mirrored by imir")])
def test_of_a_picture_and_a_sequence_the_major_brand_says_which_is_shown(major: bytes, shown: str) -> None:
    assert same(bytes(beside(major)), FILES[shown])


def test_a_sequence_that_cannot_be_read_leaves_the_picture_beside_it() -> None:
    both = beside(b"avis")
    both.tracks[0].shift = 1 << 20

    assert same(bytes(both), FILES["avif mirrored by imir"])


TURNS = {
    "as it is": b"",
    "turned": box(b"irot", b"\1"),
    "mirrored": box(b"imir", b"\1"),
    "mirrored, then turned": box(b"imir", b"\1") + box(b"irot", b"\1"),
    "cut": box(b"clap", struct.pack(">IIIIiIiI", 16, 1, 16, 1, -8, 1, 0, 1)),
}
_ANCESTORS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"av01")


def turned(boxes: bytes) -> bytes:
    """Return libavif's own sequence without its picture, which is shown as these boxes say."""
    whole = bytearray(sequence_alone())
    at = whole.index(b"ccst") - 4
    whole[at:at] = boxes
    for tag, step in (*((tag, -4) for tag in _ANCESTORS), (b"stco", 12)):
        place = whole.index(tag) + step
        (before,) = struct.unpack_from(">I", whole, place)
        struct.pack_into(">I", whole, place, before + len(boxes))
    return bytes(whole)


def test_chromium_shows_the_same_frame_the_same_way_up() -> None:
    """It takes every sequence for one of limited range, and stretches the colours, here by 16 of 255."""
    files = {name: turned(boxes) for name, boxes in TURNS.items()} | {"both": FILES["avif sequence"]}
    with started() as browser:
        page = browser.new_page()
        for name, data in files.items():
            ours = seen(made(data, "32x32,format=png"))[:, :, :3].astype(int)
            shown = base64.b64decode(page.evaluate(SHOW, base64.b64encode(data).decode()))
            theirs = np.frombuffer(shown, np.uint8).reshape(*ours.shape[:2], 4)[:, :, :3]

            assert abs(ours - theirs).max() <= 16, name
