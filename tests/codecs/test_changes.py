"""What of an animation's frame is stored: the least area that has all that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.codecs.changes import Area, Shown, area
from tests.pixels import RED, plain

if TYPE_CHECKING:
    from tests.pixels import Pixels

WIDTH, HEIGHT = 9, 7


def shown(pixels: Pixels) -> Shown:
    opaque = np.concatenate([pixels, np.zeros((*pixels.shape[:2], 1), np.uint8)], axis=2)
    return Shown(opaque.tobytes(), pixels.shape[1], alpha=False)


@given(st.sets(st.tuples(st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1)), min_size=1))
def test_the_area_ends_where_nothing_has_changed_beyond(places: set[tuple[int, int]]) -> None:
    before = plain(RED, WIDTH, HEIGHT)
    after = before.copy()
    for x, y in places:
        after[y, x, 2] = 1
    columns, rows = [x for x, _ in places], [y for _, y in places]

    expected = Area(min(columns), min(rows), max(columns) + 1, max(rows) + 1)

    assert area(shown(before), shown(after)) == expected


@pytest.mark.parametrize("channel", range(3))
def test_a_change_of_any_channel_counts(channel: int) -> None:
    before = plain(RED, WIDTH, HEIGHT)
    after = before.copy()
    after[3, 4, channel] ^= 1

    assert area(shown(before), shown(after)) == Area(4, 3, 5, 4)


def test_a_first_frame_is_stored_whole_and_one_that_changes_nothing_as_a_pixel() -> None:
    frame = shown(plain(RED, WIDTH, HEIGHT))

    assert area(None, frame) == Area(0, 0, WIDTH, HEIGHT)
    assert area(frame, frame) == Area(0, 0, 1, 1)
