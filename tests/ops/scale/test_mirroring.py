"""`python -m ops mirror`: each original is looked at once, as if it had changed."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from chalicelib.address.sources import ObjectName
from chalicelib.aws import mirrors
from chalicelib.aws.clients import background
from chalicelib.upkeep.orders import Orders
from ops.scale import leftovers, mirroring
from ops.scale.choice import Choice
from ops.scale.deployed import Deployed
from ops.scale.mirroring import Order
from ops.scale.purging import Purge, Selection
from ops.terminal.failures import Refused, Stopped
from tests.conftest import aws  # noqa: F401 - moto, in place of the emulator of the other tests of ops
from tests.upkeep.world import World, world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("aws", "fresh_clients")


@pytest.fixture
def fresh_clients() -> Iterator[None]:
    """Clients of this test alone."""
    background.cache_clear()
    yield
    background.cache_clear()


def site(mode: str = "keep") -> World:
    here = world(MIRROR_ORIGINALS=mode)
    for key in ("a.gif", "shoes/b (1) é.gif", "100x100/no.gif", "avatars/hidden.gif", "a//b.gif"):
        here.put(key, "one")
    here.put("faces/ann.gif", "one", "people")
    here.put("other/ann.gif", "one", "people")
    return here


def deployed(here: World) -> Deployed:
    clients: Any = SimpleNamespace(s3=here.s3, sqs=here.sqs)
    return Deployed(clients, here.config)


def hear(here: World) -> None:
    """Let the function behind the queue work, as long as there are messages."""
    while found := here.sqs.receive_message(QueueUrl=here.config.changes_queue, MaxNumberOfMessages=10).get(
        "Messages"
    ):
        for each in found:
            here.hear(each["Body"])
            here.sqs.delete_message(QueueUrl=here.config.changes_queue, ReceiptHandle=each["ReceiptHandle"])


def typed(here: World, prefix: str = "", **order: bool) -> str:
    told = Console(file=io.StringIO(), width=200)
    mirroring.run(told, deployed(here), Order(Choice(here.config, (), prefix), **order))
    file: Any = told.file
    return str(file.getvalue())


ALL = {"a.gif", "shoes/b (1) é.gif", "avatars/ann.gif"}


@pytest.mark.parametrize(
    ("prefix", "mirrored"),
    [
        ("", ALL),
        ("shoes/", {"shoes/b (1) é.gif"}),
        ("avatars/", {"avatars/ann.gif"}),
        ("a", ALL - {"shoes/b (1) é.gif"}),
    ],
)
def test_the_originals_of_the_choice_are_mirrored_and_no_second_look_is_ordered(
    prefix: str, mirrored: set[str]
) -> None:
    here = site()
    assert "asked for" in typed(here, prefix, yes=True)
    hear(here)
    assert here.stored() == mirrored
    assert here.to_be_seen_again() == []


def test_remove_takes_all_of_them_away() -> None:
    here = site()
    typed(here, yes=True)
    hear(here)
    queues = {
        "CHANGES_QUEUE": here.config.changes_queue,
        "INVALIDATION_QUEUE": here.config.invalidation_queue,
    }
    here.config = world(MIRROR_ORIGINALS="remove", **queues).config
    typed(here, yes=True)
    hear(here)
    assert here.stored() == set()
    assert len(here.evicted()) == len(ALL)


def reconfigured(here: World, **environ: str) -> None:
    """Configure the site otherwise, with the queues that it has."""
    queues = {
        "CHANGES_QUEUE": here.config.changes_queue,
        "INVALIDATION_QUEUE": here.config.invalidation_queue,
    }
    here.config = world(**queues | environ).config


PEOPLE = {"SOURCES": "default=photos,staff=people/faces", "PRESETS": "thumb=90x90"}
ONLY_NAMED = {"SOURCES": "staff=people/faces", "PRESETS": "thumb=90x90"}


@pytest.mark.parametrize(
    ("mode", "since", "left", "wanted"),
    [
        ("remove", {}, 1, set[str]()),
        ("keep", {}, 1, ALL - {"a.gif"}),
        ("keep", PEOPLE, 2, {"shoes/b (1) é.gif", "staff/ann.gif", "avatars/hidden.gif"}),
        ("keep", ONLY_NAMED, 3, {"staff/ann.gif"}),
        ("remove", {"KEY_PREFIX": "img/"}, 3, set[str]()),
    ],
    ids=["removed", "event lost", "source renamed", "source gone", "another prefix"],
)
@pytest.mark.parametrize("evict_by", ["path", "tag"])
def test_a_mirror_of_no_original_goes_and_leaves_the_cdn(
    mode: str, since: dict[str, str], left: int, wanted: set[str], evict_by: str
) -> None:
    here = site()
    typed(here, yes=True)
    hear(here)
    # The site makes no mirrors for a while, and nobody tells it that the original is gone.
    here.s3.delete_object(Bucket="photos", Key="a.gif")
    here.s3.put_object(Bucket="site", Key="mine.gif", Body=b"the owner's", Metadata={"mirror": "strip"})
    here.s3.put_object(Bucket="site", Key="100x100/b.gif", Body=b"a variant")
    reconfigured(here, MIRROR_ORIGINALS=mode, EVICT_BY=evict_by, **since)
    assert f"{left} mirror" in typed(here, dry_run=True)
    typed(here, yes=True)
    hear(here)
    assert here.stored() == wanted | {"mine.gif", "100x100/b.gif"}
    assert "/a.gif" in here.evicted(after=60)
    assert "0 mirrors of no original" in typed(here, dry_run=True)


@pytest.mark.parametrize("at", ["send", "remove"])
def test_who_stops_in_the_middle_finds_what_is_left_once_more(
    at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = site()
    typed(here, yes=True)
    hear(here)
    reconfigured(here, MIRROR_ORIGINALS="remove", KEY_PREFIX="img/")

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Orders if at == "send" else mirrors, at, stop)
        with pytest.raises(Stopped):
            typed(here, yes=True)
    assert here.stored() == ALL
    typed(here, yes=True)
    assert here.stored() == set()
    assert set(here.evicted(after=60)) >= {"/a.gif"}


def test_folders_of_variants_are_leapt_over() -> None:
    here = site()
    typed(here, yes=True)
    hear(here)
    here.make("100x100/a.gif", "thumb/a.gif")
    here.s3.delete_object(Bucket="photos", Key="a.gif")
    listed: list[str] = []
    one_by_one(here, listed)
    (left,) = leftovers.find(deployed(here))
    assert left.mirror.place == "a.gif"
    assert "100x100/\U0010ffff" in listed
    assert [left.mirror.place for left in leftovers.find(deployed(here), "a.")] == ["a.gif"]
    assert leftovers.find(deployed(here), "shoes/") == []


def one_by_one(here: World, listed: list[str]) -> None:
    """List one object a page, and note behind which key each page begins."""

    def shorten(params: Any, **_: object) -> None:
        params["MaxKeys"] = 1
        listed.append(params.get("StartAfter", ""))

    here.s3.meta.events.register_first("provide-client-params.s3.ListObjectsV2", shorten)


def test_it_says_before_what_it_takes_and_a_dry_run_sends_nothing() -> None:
    here = site()
    told = typed(here, dry_run=True)
    assert "4 originals, MirrorOriginals=keep" in told
    assert "Nothing was changed." in told
    hear(here)
    assert here.stored() == set()
    assert "There is nothing to mirror." in typed(here, "nobody/has/this")


def test_a_site_without_mirrors_is_told_how_to_have_them() -> None:
    with pytest.raises(Refused, match="MirrorOriginals=strip"):
        typed(world(), yes=True)


def test_only_what_was_written_since_then() -> None:
    here = site()
    later = Choice(here.config, (), since=datetime(2100, 1, 1, tzinfo=UTC))
    assert mirroring.count(deployed(here), later) == 0


def test_a_purge_takes_variants_and_leaves_mirrors(tmp_path: Path) -> None:
    here = site()
    typed(here, yes=True)
    hear(here)
    here.make("100x100/a.gif", "thumb/a.gif", "round/ann.gif")
    purge = Purge(deployed(here), tmp_path / "purge.json")
    assert purge.folders(Selection(), purge.find(Selection())) == 3
    assert here.stored() == ALL
    assert purge.originals([ObjectName("photos", "a.gif")]) == 0
    assert here.stored() == ALL
