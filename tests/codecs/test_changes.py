"""Of each frame of an animation, the smallest area that contains every change is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.codecs.changes import PixelBounds, Shown, changed_bounds
from tests.pixels import RED, plain

if TYPE_CHECKING:
    from tests.pixels import Pixels

WIDTH, HEIGHT = 9, 7


def shown(pixels: Pixels) -> Shown:
    opaque = np.concatenate([pixels, np.zeros((*pixels.shape[:2], 1), np.uint8)], axis=2)
    return Shown(opaque.tobytes(), pixels.shape[1], alpha=False)


@given(st.sets(st.tuples(st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1)), min_size=1))
def test_the_area_contains_every_change_and_no_more(places: set[tuple[int, int]]) -> None:
    before = plain(RED, WIDTH, HEIGHT)
    after = before.copy()
    for x, y in places:
        after[y, x, 2] = 1
    columns, rows = [x for x, _ in places], [y for _, y in places]

    expected = PixelBounds(min(columns), min(rows), max(columns) + 1, max(rows) + 1)

    assert changed_bounds(shown(before), shown(after)) == expected


@pytest.mark.parametrize("channel", range(3))
def test_a_change_of_any_channel_counts(channel: int) -> None:
    before = plain(RED, WIDTH, HEIGHT)
    after = before.copy()
    after[3, 4, channel] ^= 1

    assert changed_bounds(shown(before), shown(after)) == PixelBounds(4, 3, 5, 4)


def test_the_first_frame_is_stored_whole_and_a_frame_without_changes_as_one_pixel() -> None:
    frame = shown(plain(RED, WIDTH, HEIGHT))

    assert changed_bounds(None, frame) == PixelBounds(0, 0, WIDTH, HEIGHT)
    assert changed_bounds(frame, frame) == PixelBounds(0, 0, 1, 1)
