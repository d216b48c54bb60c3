"""A bucket is listed in parts that are all of it together, whatever its keys are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.scale import listing
from tests.ops.scale.stand_ins import Listing

KEYS = st.lists(st.text("ab/é\U0001f4a5", min_size=1, max_size=6), max_size=30, unique=True)


def listed(s3: Any, parts: list[listing.Part]) -> list[str]:
    return [each.key for part in parts for page in listing.pages(s3, part) for each in page]


@given(KEYS, st.sampled_from(["", "a", "a/", "b/a"]), st.integers(1, 4), st.integers(1, 5))
def test_every_object_is_in_one_part_and_in_order(keys: list[str], prefix: str, page: int, most: int) -> None:
    s3: Any = Listing(sorted(keys), page)
    parts = listing.parts(s3, "photos", prefix, most)
    assert len(parts) <= most
    assert listed(s3, parts) == sorted(key for key in keys if key.startswith(prefix))


@given(KEYS, st.data())
def test_what_is_left_of_a_part_is_what_comes_behind_a_key(keys: list[str], data: st.DataObject) -> None:
    s3: Any = Listing(sorted(keys), 2)
    (part,) = listing.parts(s3, "photos", "", 1)
    stopped = data.draw(st.integers(0, len(keys)))
    done = sorted(keys)[:stopped]
    rest = part.behind(done[-1]) if done else part
    assert done + listed(s3, [rest]) == sorted(keys)


@pytest.mark.parametrize(
    ("keys", "number"),
    [
        pytest.param([f"{n:04}.jpg" for n in range(3000)], 1, id="no folders"),
        pytest.param([f"only/{n:03}/a.jpg" for n in range(100)], 15, id="one folder, and many in it"),
        pytest.param([f"{n:05}/a.jpg" for n in range(5000)], 16, id="more folders than a page shows"),
        pytest.param([], 1, id="nothing"),
    ],
)
def test_parts_are_as_many_as_the_folders_allow(keys: list[str], number: int) -> None:
    s3: Any = Listing(sorted(keys))
    parts = listing.parts(s3, "photos", "")
    assert len(parts) == number
    assert listed(s3, parts) == keys
    assert s3.calls <= len(keys) / 1000 + 2 * number + 2
