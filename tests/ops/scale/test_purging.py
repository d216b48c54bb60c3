"""What a purge deletes, what CloudFront is told, and what it costs: S3 and SQS in moto."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from chalicelib.address.key import Key
from chalicelib.aws.eviction import Urgency
from chalicelib.aws.index import SETTLED
from chalicelib.config import config
from ops.scale import purging
from ops.scale.deployed import Deployed
from ops.scale.purging import Purge, Selection
from ops.terminal.failures import Refused
from tests.conftest import aws  # noqa: F401 - moto, in place of the emulator of the other tests of ops
from tests.upkeep.world import ENVIRON, World, later, world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("aws")

ALL = Selection()
AFTERWARDS = SETTLED + 20
SIZES = "100x100,200x200,300x"


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[None]:
    """Time passes only where a test says so."""
    with later(0):
        yield


def site(**environ: str) -> World:
    """Return a site with variants of three originals, and with somebody else's files."""
    here = world(**{"ALLOWED_DIMENSIONS": SIZES, "KEY_PREFIX": "img/"} | environ)
    for key in ("a.jpg", "b/c d.jpg"):
        here.put(key, key)
    here.put("faces/me.jpg", "me", bucket="people")
    here.make("100x100/a.jpg", "200x200/a.jpg", "100x100/b/c d.jpg", "thumb/a.jpg", "round/me.jpg")
    here.make("100x100/avatars/me.jpg")
    for key in ("img/100x100/logo.svg", "img/index.html", "img/playground/page.js"):
        here.s3.put_object(Bucket="site", Key=key)
    return here


ALIEN = {"img/100x100/logo.svg", "img/index.html", "img/playground/page.js"}
OURS = {
    "img/100x100/a.jpg",
    "img/200x200/a.jpg",
    "img/100x100/b/c d.jpg",
    "img/thumb/a.jpg",
    "img/round/me.jpg",
    "img/100x100/avatars/me.jpg",
}


def purge(here: World, tmp_path: Path, **environ: str) -> Purge:
    queues = {
        "CHANGES_QUEUE": here.config.changes_queue,
        "INVALIDATION_QUEUE": here.config.invalidation_queue,
    }
    read = config.read(ENVIRON | {"ALLOWED_DIMENSIONS": SIZES, "KEY_PREFIX": "img/"} | queues | environ)
    clients: Any = SimpleNamespace(s3=here.s3, sqs=here.sqs)
    return Purge(Deployed(clients, read), tmp_path / "purge.json")


def do(work: Purge, selection: Selection) -> int:
    with later(SETTLED + 1):
        return work.folders(selection, work.find(selection))


@pytest.mark.parametrize(
    ("select", "environ", "gone"),
    [
        pytest.param(lambda _: ALL, {}, OURS, id="all"),
        pytest.param(lambda _: Selection(prefix="b/"), {}, {"img/100x100/b/c d.jpg"}, id="a prefix"),
        pytest.param(
            lambda _: Selection(lambda name: name == "200x200"), {}, {"img/200x200/a.jpg"}, id="a variant"
        ),
        pytest.param(
            purging.unlisted,
            {"ALLOWED_DIMENSIONS": "200x200", "PRESETS": "thumb=90x90"},
            OURS - {"img/200x200/a.jpg", "img/thumb/a.jpg"},
            id="what the allowlist no longer allows",
        ),
        pytest.param(purging.unlisted, {}, set(), id="all is allowed"),
    ],
)
def test_what_is_selected_goes_and_nothing_else(
    select: Callable[[Any], Selection], environ: dict[str, str], gone: set[str], tmp_path: Path
) -> None:
    here = site()
    work = purge(here, tmp_path, **environ)
    assert do(work, select(work.deployed.config.policy)) == len(gone)
    assert here.stored() == ALIEN | OURS - gone
    assert here.indexed() == {key.split("/")[1] for key in OURS - gone}
    assert not work.file.exists()


def test_cloudfront_is_told_in_two_wildcards_for_each_variant(tmp_path: Path) -> None:
    here = site()
    do(purge(here, tmp_path), Selection(lambda name: name in {"100x100", "thumb"}, "b/"))
    assert here.evicted(AFTERWARDS) == [
        "/img/100x100/b/*",
        "/img/thumb/b/*",
        "/resize/100x100*",
        "/resize/thumb*",
    ]


def test_originals_by_their_keys_lose_all_variants_and_each_path_is_named(tmp_path: Path) -> None:
    here = site()
    originals = map(here.config.sources.locate, (Key("a.jpg"), Key("avatars/me.jpg")))
    with later(SETTLED + 1):
        assert purge(here, tmp_path).originals([*originals]) == 5
    assert here.stored() == ALIEN | {"img/100x100/b/c d.jpg"}
    gone = OURS - {"img/100x100/b/c d.jpg"}
    assert here.evicted(AFTERWARDS) == sorted(f"/{key}" for key in gone)


def test_what_a_person_purges_waits_for_no_budget(tmp_path: Path) -> None:
    here = site()
    work = purge(here, tmp_path, INVALIDATION_BUDGET="200")
    with later(SETTLED + 1):
        work.originals([here.config.sources.locate(Key("a.jpg"))])
    do(work, ALL)
    urgencies = {order["urgency"] for order in here.orders(AFTERWARDS)}
    assert urgencies == {Urgency.AT_ONCE}


TAG = {"EVICT_BY": "tag", "DELIVERY": "failover"}


@pytest.mark.parametrize(
    ("environ", "items"),
    [
        pytest.param({}, [], id="without a budget, it was told by name"),
        pytest.param({"INVALIDATION_BUDGET": "1000"}, ["/img/*", "/resize/*"], id="by path"),
        pytest.param(
            {"INVALIDATION_BUDGET": "1000", "EVICT_BY": "tag"}, ["/img/*", "/resize/*"], id="by tag"
        ),
        pytest.param({"INVALIDATION_BUDGET": "1000"} | TAG, ["#{tag}"], id="by tag, which surely arrives"),
        pytest.param(
            {"INVALIDATION_BUDGET": "1000", "MIRROR_ORIGINALS": "keep"} | TAG,
            ["/img/*", "/resize/*"],
            id="mirrors have no tag",
        ),
    ],
)
def test_a_picture_that_is_gone_and_waits_for_a_budget_leaves_cloudfront_at_once(
    environ: dict[str, str], items: list[str], tmp_path: Path
) -> None:
    here = site()
    gone = here.config.sources.locate(Key("b/gone.jpg"))
    assert purge(here, tmp_path, **environ).originals([gone]) == 0
    orders = here.orders(AFTERWARDS)
    assert sorted(item for order in orders for item in order["items"]) == [
        item.format(tag=gone.tag) for item in items
    ]
    assert all(order["urgency"] == Urgency.AT_ONCE for order in orders)


def test_before_cloudfront_forgets_everything_the_operator_is_asked(tmp_path: Path) -> None:
    here, console = site(), Console(record=True, width=200)
    work = purge(here, tmp_path, INVALIDATION_BUDGET="1000")
    with pytest.raises(Refused):
        purging.run(console, work, purging.Order(["a.jpg"], dry_run=True))
    assert "1 original, and have CloudFront forget /img/*, /resize/*." in console.export_text()
    assert here.orders(AFTERWARDS) == []


@pytest.mark.parametrize("fatal", [0, 1, 2, 5])
def test_cloudfront_is_told_also_by_whoever_comes_after_a_kill(fatal: int, tmp_path: Path) -> None:
    here = site()
    work, seen = purge(here, tmp_path), [0]

    def told(_: int) -> None:
        seen[0] += 1
        if seen[0] > fatal:
            raise KeyboardInterrupt

    with later(SETTLED + 1):
        found = work.find(ALL)
        try:
            work.folders(ALL, found, told)
        except KeyboardInterrupt:
            work.folders(ALL, work.find(ALL))
    assert here.stored() == ALIEN
    assert set(work.wildcards(ALL, ["100x100", "200x200", "thumb", "round"])) <= set(here.evicted(AFTERWARDS))


def test_a_variant_costs_these_calls(tmp_path: Path) -> None:
    here = site()
    calls: list[str] = []
    here.s3.meta.events.register(
        "provide-client-params", lambda model, **_: calls.append(model.name), unique_id="calls"
    )
    work = purge(here, tmp_path)
    selection = Selection(lambda name: name == "200x200")
    with later(SETTLED + 1):
        found = work.find(selection)
        calls.clear()
        work.folders(selection, found)
    counted = {name: calls.count(name) for name in sorted(set(calls))}
    assert counted == {
        "DeleteObjects": 2,  # the variant, and its entry in the index
        "HeadObject": 3,  # is the index complete, whose is the object, is it still there
        "ListObjectsV2": 2,  # the folder, the index of the original
    }


def test_variants_from_before_there_was_an_index_go_as_well(tmp_path: Path) -> None:
    here = site()
    original = here.fetch(here.config.sources.locate(Key("b/c d.jpg")))
    here.store_unindexed("300x/b/c d.jpg", original)
    here.s3.delete_object(Bucket="site", Key="img/.index/complete")
    assert do(purge(here, tmp_path), ALL) == 7
    assert here.stored() == ALIEN


def test_the_code_of_the_queues_finds_nothing_left_to_do(tmp_path: Path) -> None:
    here = site()
    do(purge(here, tmp_path), ALL)
    here.evicted(AFTERWARDS)
    here.put("a.jpg", "new")
    with later(2 * SETTLED):
        here.changed("a.jpg")
        assert here.evicted() == []
