"""No stale picture is left, in the bucket or in the edge's cache, whenever an original changes.

``python -m tests.race`` plays a thousand rounds of this, which takes some minutes.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from tests.race.rounds import play
from tests.race.ways import WAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = range(len(WAYS))


@pytest.fixture(autouse=True)
def _silent() -> Iterator[None]:
    """Failures of S3 and deaths are part of the race, and there are many."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("seed", ROUNDS, ids=[str(way) for way in WAYS])
def test_nothing_stale_is_left_when_the_queues_are_empty(seed: int) -> None:
    found = play(seed, originals=6, views=40)
    assert found.stale == []
    assert found.stored > 10
    assert found.rendered > 30
    assert found.changes >= 6


def test_without_the_second_look_stale_pictures_are_found_in_the_bucket_and_in_the_cache() -> None:
    in_bucket: list[str] = []
    in_cache: list[str] = []
    for seed in range(20):  # usually the first two are enough
        found = play(seed, second_look=False, originals=6, views=40)
        in_bucket += found.in_bucket
        in_cache += found.in_cache
        if in_bucket and in_cache:
            return
    raise AssertionError(f"stale in the bucket: {in_bucket}, in the cache: {in_cache}")
