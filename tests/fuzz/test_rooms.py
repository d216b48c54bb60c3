"""The fuzzer's rooms find what depends on memory, and what it is damaged by leaves something to decode."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from chalicelib.address.values import Format
from chalicelib.address.variant import parse
from chalicelib.codecs.formats import SOURCE_TYPES
from chalicelib.darkroom import worker
from chalicelib.darkroom.darkroom import Darkroom
from chalicelib.errors import BrokenImage, Refusal
from chalicelib.render.rendered import Rendered
from fuzz import damage, places, renderer
from fuzz.rooms import FILLED, ROOMS, Rooms
from tests.darkroom import inside
from tests.pixels import LIMITS, card, encoded

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.renderer import Tally
    from fuzz.rooms import Room

ORIGINAL = encoded(card(8, 8), "png")


def shown(pixel: int) -> Rendered:
    return Rendered(bytes([pixel]), Format.PNG, 8, 8, 1)


def forgetful(*pixels: int) -> Callable[..., Rendered]:
    """A renderer that shows another thing each time; 0 is that it finds the original broken."""
    left = list(pixels)

    def render(_room: Darkroom, data: bytes, *_: object) -> Rendered:
        pixel = left.pop() if data == ORIGINAL else 1
        if not pixel:
            raise BrokenImage
        return shown(pixel)

    return render


@pytest.mark.parametrize("pixels", [(1, 2), (0, 1)], ids=["two pictures", "a picture and a refusal"])
def test_what_is_another_in_another_room_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, pixels: tuple[int, ...]
) -> None:
    monkeypatch.setattr(Darkroom, "render", forgetful(*pixels))
    with Rooms(rooms=FILLED) as rooms:
        met, finding = renderer.attempt(rooms, ORIGINAL, "8x")

    assert met == "another in another room"
    assert finding
    assert (finding.data, finding.given_to) == (ORIGINAL, "8x")


@pytest.mark.parametrize(
    ("pixels", "comes_to"), [((3, 3), shown(3)), ((0, 0), BrokenImage())], ids=["picture", "refusal"]
)
def test_what_is_the_same_in_every_room_is_what_it_would_be_in_one(
    monkeypatch: pytest.MonkeyPatch, pixels: tuple[int, ...], comes_to: Rendered | Refusal
) -> None:
    monkeypatch.setattr(Darkroom, "render", forgetful(*pixels))
    with Rooms(rooms=FILLED) as rooms:
        try:
            outcome: object = rooms.render(ORIGINAL, parse("8x"), LIMITS, SOURCE_TYPES)
        except Refusal as refusal:
            outcome = str(refusal)

    assert outcome == (comes_to if isinstance(comes_to, Rendered) else str(comes_to))


@pytest.mark.parametrize("rooms", [ROOMS, FILLED], ids=["four rooms", "two rooms"])
@pytest.mark.parametrize("planted", [inside.leave_a_row_unwritten, inside.keep_the_row_before])
def test_a_row_that_was_never_written_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, planted: Callable[[], None], rooms: tuple[Room, ...]
) -> None:
    monkeypatch.setattr(worker, "BOOT", inside.boot(planted))
    with Rooms(rooms=rooms) as planted_rooms:
        found = [renderer.attempt(planted_rooms, ORIGINAL, variant) for variant in ("4x", "8x,format=webp")]

    assert [met for met, _ in found] == ["another in another room"] * 2


@pytest.mark.parametrize("run", [renderer.run, renderer.damage_each])
def test_a_run_finds_a_row_that_was_never_written_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, run: Callable[[float, int, int], Tally]
) -> None:
    sound = run(60, 1, 30)
    monkeypatch.setattr(worker, "BOOT", inside.boot(inside.keep_the_row_before))
    planted = run(60, 1, 30)

    assert (sound.tried, sound.findings) == (30, [])
    assert planted.tried == 30
    assert {finding.outcome.partition(":")[0] for finding in planted.findings} == {"another in another room"}


def test_rooms_have_other_pictures_before_and_other_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[int, list[bytes]] = {}
    opened: list[str | None] = []

    def render(room: Darkroom, data: bytes, *_: object) -> Rendered:
        seen.setdefault(id(room), []).append(data)
        return shown(1)

    monkeypatch.setattr(Darkroom, "render", render)
    monkeypatch.setattr(Darkroom, "open", lambda _: opened.append(os.environ.get("MALLOC_PERTURB_")))
    with Rooms() as rooms:
        rooms.render(ORIGINAL, parse("8x"), LIMITS, SOURCE_TYPES)

    assert sorted(map(str, opened)) == ["0", "0", "204", "85"]
    assert {pictures[1] for pictures in seen.values()} == {ORIGINAL}
    assert len({pictures[0] for pictures in seen.values()}) == 2
    assert "MALLOC_PERTURB_" not in os.environ


def test_the_process_inside_is_told_how_memory_is_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALLOC_PERTURB_", "85")
    with Darkroom() as darkroom:
        darkroom.render(ORIGINAL, parse("8x"), LIMITS, SOURCE_TYPES)
        told = Path(f"/proc/{darkroom.pid}/environ").read_bytes().split(b"\0")

    assert b"MALLOC_PERTURB_=85" in told


@pytest.mark.parametrize("kind", [*damage.ANYWHERE, *damage.IN_JPEG], ids=lambda kind: kind.__name__)
def test_every_damage_is_one(kind: Callable[[bytearray, Random], None]) -> None:
    whole = (places.ORIGINALS / "baseline.jpg").read_bytes()
    changed = []
    for seed in range(20):
        data = bytearray(whole)
        kind(data, Random(seed))  # noqa: S311 - it is to be the same again
        changed.append(bytes(data))

    assert any(data != whole for data in changed)
    assert all(data.startswith(b"\xff\xd8\xff") for data in changed if kind in damage.IN_JPEG)
