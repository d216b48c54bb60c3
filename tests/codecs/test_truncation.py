"""A small file of every type, cut off at many places: the variant has its full size, or is refused."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from chalicelib.codecs import formats
from chalicelib.errors import BrokenImage, NotAnImage
from fuzz import places
from tests.pixels import made

if TYPE_CHECKING:
    from pathlib import Path

VARIANT = "16x16,format=png"
CUTS = 800
"""How many lengths of a file are tried; of a file with fewer bytes, every length."""

ORIGINALS = sorted(places.ORIGINALS.iterdir())


@pytest.mark.parametrize("file", ORIGINALS, ids=lambda file: file.name)
def test_a_cut_off_picture_makes_a_full_sized_variant_or_is_broken(file: Path) -> None:
    whole = file.read_bytes()
    size = made(whole, VARIANT).width, made(whole, VARIANT).height
    met: Counter[str] = Counter()
    for length in range(0, len(whole), max(1, len(whole) // CUTS)):
        part = whole[:length]
        if formats.sniff(part) is None:
            with pytest.raises(NotAnImage):
                made(part, VARIANT)
            continue
        with suppress(BrokenImage):
            rendered = made(part, VARIANT)
            assert (rendered.width, rendered.height) == size
            met["made"] += 1
        met["tried"] += 1

    assert 0 <= met["made"] < met["tried"]
