"""Variants from before there was an index: few are entered at once, many are found as they were then."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from chalicelib.address.sources import ObjectName
from chalicelib.aws.bucket import Site
from chalicelib.aws.clients import background
from chalicelib.aws.index import SETTLED
from chalicelib.upkeep.freshness import SECOND_LOOK
from tests.upkeep.test_crashes import Death, Steps
from tests.upkeep.world import World, later, old_world

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("aws")

NAME = ObjectName("photos", "a.jpg")


@pytest.fixture(autouse=True, params=["few", "many"])
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Whether the bucket has few objects, or more than fit on a page."""
    if request.param == "many":
        monkeypatch.setattr(Site, "first_keys", lambda _: None)
    return str(request.param)


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[None]:
    """However slow the machine is, a variant gets no older by itself."""
    with later(0):
        yield


def old_site(*variants: str, prefix: str = "") -> World:
    """Return a site with these variants from before there was an index, and where a.jpg has changed."""
    here = old_world(KEY_PREFIX=prefix)
    here.put("a.jpg", "old")
    for spelling in variants:
        here.store_unindexed(f"{spelling}/a.jpg", here.fetch(NAME))
    here.put("a.jpg", "new")
    return here


@pytest.mark.parametrize("prefix", ["", "img/"])
def test_they_are_deleted_and_evicted(prefix: str, size: str) -> None:
    here = old_site("100x100", "thumb", "640x", "retired", prefix=prefix)
    paths = [f"/{prefix}{name}/a.jpg" for name in ("100x100", "640x", "retired", "thumb")]
    with later(SETTLED):
        here.changed("a.jpg")
        assert (here.stored(), here.evicted()) == (set(), paths)
    with later(SETTLED + SECOND_LOOK):
        here.look_again("a.jpg")
        assert here.evicted() == (paths if size == "few" else []), "few have been in the index for a minute"
        assert here.indexed() == set()


def test_beside_them_those_in_the_index_are_found_as_well() -> None:
    here = old_site("100x100", "640x")
    here.put("a.jpg", "old")
    here.make("thumb/a.jpg")
    here.put("a.jpg", "new")
    with later(SETTLED):
        here.changed("a.jpg")
        assert here.stored() == set()
        assert here.evicted() == ["/100x100/a.jpg", "/640x/a.jpg", "/thumb/a.jpg"]


def test_a_fresh_one_is_entered_into_the_index_and_stays() -> None:
    here = old_site()
    here.store_unindexed("100x100/a.jpg", here.fetch(NAME))
    for _ in range(2):
        here.changed("a.jpg")
        assert (here.stored(), here.indexed(), here.evicted()) == ({"100x100/a.jpg"}, {"100x100"}, [])


@pytest.mark.parametrize("fatal", range(1, 20))
def test_whoever_dies_loses_none_of_them(fatal: int) -> None:
    here = old_site("100x100", "thumb")
    evicted: list[str] = []
    for seconds, dies_at in ((SETTLED, fatal), (SETTLED + SECOND_LOOK, 0)):
        with later(seconds), Steps(background(), dies_at):
            try:
                here.changed("a.jpg")
            except Death:
                assert dies_at
            evicted += here.evicted()
    with later(SETTLED + 2 * SECOND_LOOK):
        here.look_again("a.jpg")
    assert (here.stored(), here.indexed()) == (set(), set())
    assert set(evicted) == {"/100x100/a.jpg", "/thumb/a.jpg"}


@pytest.mark.parametrize("is_complete", [False, True])
def test_only_an_index_that_is_not_complete_has_every_folder_searched(
    is_complete: bool,  # noqa: FBT001 - a table's column
    size: str,
) -> None:
    here = old_site()
    for width in range(1, 22):
        here.s3.put_object(Bucket="site", Key=f"{width}x/b.jpg")
    if is_complete:
        here.site.index.declare_complete()
    looks = []
    for _ in range(2):
        with Steps(background()) as steps:
            here.changed("a.jpg")
        looks.append(Counter(steps.made)["HeadObject"] - 3)
    assert looks == ([0, 0] if is_complete else [21, 0] if size == "few" else [21, 21])


def test_few_are_all_entered_at_the_first_change_of_any_original(size: str) -> None:
    here = old_site("100x100", "thumb")
    here.s3.put_object(Bucket="site", Key="logo.svg")
    here.put("b.jpg", "new")
    here.changed("b.jpg")
    assert here.indexed() == ({"100x100", "thumb"} if size == "few" else set())
    assert here.site.index.is_complete() is (size == "few")
