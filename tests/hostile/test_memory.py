"""What becomes of an original depends on it alone: not on the picture before it, nor on what fills memory.

Each damaged original is rendered in four darkrooms: after a red picture and after noise of its own size, and
with two bytes that the C library fills memory with.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from chalicelib.address.variant import INFO
from fuzz import damage, renderer
from fuzz.rooms import Rooms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EACH = 24
"""How many times an original is damaged; of the JPEGs, for each way to damage them, twice."""

ORIGINALS = [file for folder in renderer.FOLDERS for file in sorted(folder.iterdir())]

VARIANTS = ("200x,format=png", "30x20,fit=cover,format=png", INFO)
OF_DRAWINGS = ("200x", "20x,upscale", INFO)


@pytest.fixture(scope="module")
def rooms() -> Iterator[Rooms]:
    with Rooms() as four:
        yield four


@pytest.mark.parametrize("file", ORIGINALS, ids=lambda file: file.name)
def test_a_damaged_original_comes_to_the_same_in_every_room(rooms: Rooms, file: Path) -> None:
    random, original = Random(file.name), file.read_bytes()  # noqa: S311 - it is to be the same again
    found = [
        finding
        for variant in (OF_DRAWINGS if file.suffix == ".svg" else VARIANTS)
        for _ in range(EACH // 3)
        if (finding := renderer.attempt(rooms, damage.damaged(original, random), variant)[1])
    ]

    assert found == []
