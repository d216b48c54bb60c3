"""Mirrors follow their originals: what is in the site, what leaves the CDN, and what is left alone."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.address.sources import ObjectName
from chalicelib.address.values import Format
from chalicelib.aws import copying, mirrors
from chalicelib.aws.bucket import MIRROR
from chalicelib.aws.clients import background
from chalicelib.aws.index import SETTLED
from chalicelib.aws.queues import Message, QueueError
from chalicelib.errors import BrokenImage, Fault, NoImageMagick, NotAdmitted, TooLarge
from chalicelib.observing import Record
from chalicelib.render.rendered import Rendered
from chalicelib.upkeep import stripping, unindexed, work
from chalicelib.upkeep.events import again, read
from chalicelib.upkeep.freshness import MOST_LOOKS, SECOND_LOOK
from tests.upkeep.test_events import notification
from tests.upkeep.world import World, later, world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Self

    from chalicelib.aws.bucket import Original

pytestmark = pytest.mark.usefixtures("aws", "fresh_clients")

BOTH = ["keep", "strip"]


@pytest.fixture
def fresh_clients() -> Iterator[None]:
    """Clients of this test alone: those of others may be listened to."""
    background.cache_clear()
    yield
    background.cache_clear()


@pytest.fixture(autouse=True)
def stripped(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stand in for the darkroom: an original without its metadata is its first word."""
    made: list[str] = []

    def strip(original: Original, *_: object) -> Rendered:
        made.append(original.etag)
        return Rendered(original.data.split()[0], Format.GIF, 1, 1, 1)

    monkeypatch.setattr(stripping, "strip_in_darkroom", strip)
    return made


def site(mode: str, **environ: str) -> World:
    return world(MIRROR_ORIGINALS=mode, **environ)


def replaced(mode: str) -> World:
    """Return a site with the mirror of an original that has been replaced since."""
    here = site(mode)
    here.put("a.gif", "one")
    here.changed("a.gif")
    here.put("a.gif", "two")
    return here


def refusing_to_strip(patch: pytest.MonkeyPatch, refusal: BaseException) -> None:
    """Let the darkroom refuse to remove metadata, or die of it."""

    def strip(*_: object) -> Rendered:
        raise refusal

    patch.setattr(stripping, "strip_in_darkroom", strip)


def mirror(here: World, place: str) -> Any:
    """Return what is stored at this place; None if there is nothing."""
    with suppress(here.s3.exceptions.NoSuchKey):
        return here.s3.get_object(Bucket="site", Key=place)
    return None


def body(here: World, place: str) -> bytes | None:
    found = mirror(here, place)
    return bytes(found["Body"].read()) if found else None


def owed(here: World) -> list[str]:
    found = here.s3.list_objects_v2(Bucket="site", Prefix=f"{here.config.site.prefix}.index/owed-")
    return [entry["Key"] for entry in found.get("Contents", [])]


def told(here: World, *bodies: str) -> Record:
    """Hear of changes, and return what is noted of mirrors."""
    record = Record()
    work.refresh(here.config, [Message(each, each) for each in bodies], lambda: 300.0, record)
    return record


@pytest.mark.parametrize(("mode", "bytes_of_it"), [("keep", b"GIF89a GPS"), ("strip", b"GIF89a")])
def test_an_original_is_in_the_site_with_the_type_of_its_content(mode: str, bytes_of_it: bytes) -> None:
    here = site(mode)
    owner = {"Metadata": {"photographer": "Ann"}, "Tagging": "internal=yes", "ContentDisposition": "inline"}
    here.s3.put_object(Bucket="photos", Key="a.png", Body=b"GIF89a GPS", ContentType="text/html", **owner)
    here.changed("a.png")
    found = mirror(here, "a.png")
    assert found["Body"].read() == bytes_of_it
    assert (found["ContentType"], found["CacheControl"]) == ("image/gif", here.config.cache_control)
    assert found["Metadata"] == {
        "cache-tag": ObjectName("photos", "a.png").tag,
        "original-etag": here.etag("a.png"),
        "original-type": "gif",
        "recipe": found["Metadata"]["recipe"],
        MIRROR: mode,
    }
    assert "ContentDisposition" not in found
    assert here.s3.get_object_tagging(Bucket="site", Key="a.png")["TagSet"] == []


@pytest.mark.parametrize("mode", BOTH)
def test_it_follows_its_original_and_what_was_there_leaves_the_cdn(mode: str) -> None:
    here = site(mode)
    here.put("a.gif", "one")
    here.changed("a.gif")
    assert here.evicted() == [], "there was nothing before"
    here.put("a.gif", "two")
    here.changed("a.gif")
    assert body(here, "a.gif") == b"GIF89atwo"
    assert here.evicted() == ["/a.gif"]
    here.s3.delete_object(Bucket="photos", Key="a.gif")
    here.changed("a.gif")
    assert mirror(here, "a.gif") is None
    assert here.evicted() == ["/a.gif"]
    assert owed(here) == []


@pytest.mark.parametrize(
    ("environ", "items"),
    [
        ({"EVICT_BY": "path"}, ["/a%20%28~1%29.gif"]),
        ({"EVICT_BY": "tag"}, ["#TAG", "/a%20%28~1%29.gif"]),
        ({"EVICT_BY": "tag", "DELIVERY": "failover"}, ["#TAG"]),
    ],
)
def test_it_leaves_the_cdn_as_variants_do(environ: dict[str, str], items: list[str]) -> None:
    here, key = site("keep", **environ), "a (1).gif"
    here.put(key, "one")
    here.changed(key)
    here.s3.delete_object(Bucket="photos", Key=key)
    here.changed(key)
    tag = ObjectName("photos", key).tag
    wanted = [item.replace("TAG", tag).replace("%28~1%29", "(1)") for item in items]
    assert here.evicted() == wanted


def test_without_a_distribution_nothing_is_owed() -> None:
    here = site("keep", INVALIDATION_QUEUE="")
    here.put("a.gif", "one")
    here.changed("a.gif")
    here.put("a.gif", "two")
    with Steps() as steps:
        here.changed("a.gif")
    assert body(here, "a.gif") == b"GIF89atwo"
    assert "PutObject" not in steps.made


@pytest.mark.parametrize(
    ("key", "bucket", "place"),
    [
        ("a b+c%41 ☕ é.gif", "photos", "a b+c%41 ☕ é.gif"),
        ("shoes/red.gif", "photos", "shoes/red.gif"),
        ("\x01.gif", "photos", "\x01.gif"),
        ("faces/ann.gif", "people", "avatars/ann.gif"),
        ("faces/thumb/ann.gif", "people", "avatars/thumb/ann.gif"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "img/"])
@pytest.mark.parametrize("mode", BOTH)
def test_it_is_at_the_address_of_its_key(mode: str, prefix: str, key: str, bucket: str, place: str) -> None:
    here = site(mode, KEY_PREFIX=prefix)
    here.put(key, "one", bucket)
    here.changed(key, bucket=bucket)
    assert body(here, f"{prefix}{place}") == b"GIF89aone"
    assert here.stored() == {f"{prefix}{place}"}
    here.s3.delete_object(Bucket=bucket, Key=key)
    here.changed(key, bucket=bucket)
    assert here.stored() == set()


@pytest.mark.parametrize(
    ("key", "bucket"),
    [
        ("100x100/a.gif", "photos"),
        ("100x,fit=cover/a.gif", "photos"),
        ("300x200@2x", "photos"),
        ("thumb/a.gif", "photos"),
        ("round", "photos"),
        ("info/a.gif", "photos"),
        ("resize/100x100/a.gif", "photos"),
        ("playground/a.gif", "photos"),
        (".index/complete", "photos"),
        (".well-known/a.gif", "photos"),
        ("index.html", "photos"),
        ("shoes/index.html", "photos"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "img/"])
def test_where_the_site_has_something_else_there_is_no_mirror(prefix: str, key: str, bucket: str) -> None:
    here = site("keep", KEY_PREFIX=prefix)
    before = here.indexed()
    here.put(key, "one", bucket)
    record = told(here, notification(key, bucket=bucket))
    assert (record.mirrored, record.not_mirrored) == (0, 1)
    assert (here.stored(), here.indexed(), owed(here)) == (set(), before, [])


@pytest.mark.parametrize(
    ("key", "bucket"),
    [
        ("avatars/ann.gif", "photos"),  # the address leads to the source avatars
        ("other/ann.gif", "people"),  # outside of the source
        ("a//b.gif", "photos"),
        ("a/../b.gif", "photos"),
    ],
)
def test_what_no_address_leads_to_has_none(key: str, bucket: str) -> None:
    here = site("keep")
    here.put(key, "one", bucket)
    assert told(here, notification(key, bucket=bucket)).mirrored == 0
    assert here.stored() == set()


@pytest.mark.parametrize(
    "noted",
    [
        {"cache-tag": "mine"},
        {"mirror": "strip"},
        {MIRROR: "strip"},
        {MIRROR: "strip", "cache-tag": "mine", "original-etag": "e"},
        {MIRROR: "true", "cache-tag": f"original-{'1f' * 20}"},
        {"rendering": "true", "cache-tag": f"original-{'1f' * 20}"},
    ],
    ids=str,
)
@pytest.mark.parametrize("gone", [False, True], ids=["changed", "deleted"])
def test_an_object_that_the_app_did_not_write_is_left_alone(noted: dict[str, str], gone: bool) -> None:  # noqa: FBT001 - a table's column
    here = site("keep")
    here.s3.put_object(Bucket="site", Key="a.gif", Body=b"the owner's", Metadata=noted)
    here.put("a.gif", "one")
    if gone:
        here.s3.delete_object(Bucket="photos", Key="a.gif")
    record = told(here, notification("a.gif"))
    assert (record.mirrored, record.not_mirrored) == (0, 0 if gone else 1)
    assert body(here, "a.gif") == b"the owner's"
    assert here.evicted() == []


@pytest.mark.parametrize("word", ["rendering", "mirror", MIRROR])
@pytest.mark.parametrize("mode", BOTH)
def test_an_original_may_have_metadata_that_are_called_like_ours(mode: str, word: str) -> None:
    here = site(mode)
    here.s3.put_object(Bucket="photos", Key="a.gif", Body=b"GIF89a", Metadata={word: "by Ann"})
    here.changed("a.gif")
    assert here.stored() == {"a.gif"}


def text(here: World) -> None:
    here.s3.put_object(Bucket="photos", Key="a.gif", Body=b"<html>a page</html>")


def another_type(here: World) -> None:
    here.s3.put_object(Bucket="photos", Key="a.gif", Body=b"MM\0*" + bytes(100))


def too_large(here: World) -> None:
    here.s3.put_object(Bucket="photos", Key="a.gif", Body=b"GIF89a" + bytes(1000))


def empty(here: World) -> None:
    here.s3.put_object(Bucket="photos", Key="a.gif", Body=b"")


OURS = {"cache-tag": f"original-{'1f' * 20}", "original-etag": "e"}


def mirror_of_another_site(here: World) -> None:
    noted = OURS | {MIRROR: "strip"}
    here.s3.put_object(Bucket="photos", Key="a.gif", Body=b"GIF89a", Metadata=noted)


def variant_of_another_site(here: World) -> None:
    here.s3.put_object(Bucket="photos", Key="a.gif", Body=b"GIF89a", Metadata=OURS | {"rendering": "0a" * 16})


@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize(
    "replace", [text, another_type, too_large, empty, variant_of_another_site, mirror_of_another_site]
)
def test_what_is_no_accepted_image_has_no_mirror_and_that_of_an_earlier_version_goes(
    mode: str, replace: Callable[[World], None]
) -> None:
    here = site(mode, MAX_SOURCE_BYTES="1000")
    here.put("a.gif", "one")
    here.changed("a.gif")
    replace(here)
    record = told(here, notification("a.gif"))
    assert (record.mirrored, record.not_mirrored) == (0, 1)
    assert here.stored() == set()
    assert here.evicted() == ["/a.gif"]


@pytest.mark.parametrize("refusal", [BrokenImage(), NotAdmitted(), TooLarge()], ids=lambda each: each.code)
def test_whose_metadata_cannot_be_removed_has_no_mirror(
    refusal: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = replaced("strip")
    refusing_to_strip(monkeypatch, refusal)
    assert told(here, notification("a.gif")).not_mirrored == 1
    assert here.stored() == set()


def too_slow() -> TooLarge:
    """Return the refusal of what takes more than RENDER_TIMEOUT, as the darkroom raises it."""
    refusal = TooLarge("Making this variant takes more than 15 s.")
    refusal.__cause__ = TimeoutError()
    return refusal


@pytest.mark.parametrize("refusal", [Fault(), too_slow()], ids=lambda each: each.code)
@pytest.mark.parametrize("heals", [True, False])
def test_what_may_be_our_own_fault_is_tried_again_before_a_mirror_goes(
    refusal: Exception,
    heals: bool,  # noqa: FBT001 - a table's column
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = replaced("strip")
    with monkeypatch.context() as patch:
        refusing_to_strip(patch, refusal)
        here.to_be_seen_again()
        here.changed("a.gif")
        for looks in range(1, MOST_LOOKS - 1):
            (message,) = here.waiting()
            assert read(message).looks == looks
            here.hear(message)
            assert body(here, "a.gif") == b"GIF89aone"
        (message,) = here.waiting()
        if not heals:
            here.hear(message)
    if heals:
        here.hear(message)
    assert body(here, "a.gif") == (b"GIF89atwo" if heals else None)
    assert here.waiting() == []


def test_the_second_look_is_ordered_before_a_mirror_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    here = site("strip")
    here.put("a.gif", "one")
    here.make("100x100/a.gif")
    slow = here.fetch(ObjectName("photos", "a.gif"))
    here.put("a.gif", "two")
    with monkeypatch.context() as patch:
        refusing_to_strip(patch, Death())
        with pytest.raises(Death):
            here.changed("a.gif")
    here.store("100x100/a.gif", slow)
    (message,) = here.waiting()
    here.hear(message)
    assert here.stored() == {"a.gif"}


@pytest.mark.parametrize(("seconds", "mirrored"), [(work.LONGEST_MIRROR, 0), (work.LONGEST_MIRROR + 1, 1)])
def test_a_mirror_is_begun_only_while_there_is_time_for_it(seconds: float, mirrored: int) -> None:
    here, record = site("keep"), Record()
    here.put("a.gif", "one")
    message = again([ObjectName("photos", "a.gif")])
    with nullcontext() if mirrored else pytest.raises(QueueError):
        work.refresh(here.config, [Message(message, message)], lambda: seconds, record)
    assert record.mirrored == mirrored


def test_if_the_metadata_cannot_be_removed_now_the_mirror_stays_and_the_message_is_delivered_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = replaced("strip")
    refusing_to_strip(monkeypatch, NoImageMagick())
    here.changed("a.gif")
    with pytest.raises(QueueError):
        here.look_again("a.gif")
    assert body(here, "a.gif") == b"GIF89aone"


def test_an_svg_is_never_copied_as_it_is(stripped: list[str]) -> None:
    here = site("keep", ALLOWED_IMAGE_TYPES="gif,svg")
    here.s3.put_object(Bucket="photos", Key="a.svg", Body=b'<svg xmlns="http://www.w3.org/2000/svg"/>')
    here.changed("a.svg")
    assert stripped == [here.etag("a.svg")]
    assert body(here, "a.svg") == b"<svg"


def test_an_overlay_has_no_mirror_and_nobody_is_told() -> None:
    here = site("keep", WATERMARKS="logo=brand/logo.gif,southeast,60,20; face=avatars:logo.gif,north,50,9")
    here.put("brand/logo.gif", "one")
    here.put("faces/logo.gif", "one", "people")
    record = told(here, notification("brand/logo.gif"), notification("faces/logo.gif", bucket="people"))
    assert (record.mirrored, record.not_mirrored, here.stored()) == (0, 0, set())


def test_another_mode_writes_mirrors_anew_and_remove_takes_them_away() -> None:
    here = site("keep")
    here.put("a.gif", "one GPS")
    here.changed("a.gif")
    for mode, wanted in (("strip", b"GIF89aone"), ("keep", b"GIF89aone GPS"), ("remove", None)):
        here.config = site(mode, **queues(here)).config
        here.look_again("a.gif")
        assert body(here, "a.gif") == wanted
        assert here.evicted() == ["/a.gif"]


def deployed_anew(here: World, mode: str, **environ: str) -> None:
    here.config = site(mode, **queues(here) | environ).config


@pytest.mark.parametrize("mode", BOTH)
def test_a_mirror_follows_a_stricter_setting(mode: str) -> None:
    here = site(mode)
    here.put("a.gif", "one")
    here.changed("a.gif")
    deployed_anew(here, mode, CACHE_CONTROL="public, max-age=60")
    here.look_again("a.gif")
    assert mirror(here, "a.gif")["CacheControl"] == "public, max-age=60"
    assert here.evicted() == ["/a.gif"]
    deployed_anew(here, mode, CACHE_CONTROL="public, max-age=60", ALLOWED_IMAGE_TYPES="jpeg")
    here.look_again("a.gif")
    assert here.stored() == set()
    assert here.evicted() == ["/a.gif"]


def test_a_drawing_goes_when_drawings_are_accepted_no_more() -> None:
    here = site("keep", ALLOWED_IMAGE_TYPES="gif,svg")
    here.s3.put_object(Bucket="photos", Key="a.svg", Body=b'<svg xmlns="http://www.w3.org/2000/svg"/>')
    here.changed("a.svg")
    assert here.stored() == {"a.svg"}
    deployed_anew(here, "keep", ALLOWED_IMAGE_TYPES="gif")
    here.look_again("a.svg")
    assert here.stored() == set()


def test_a_release_that_strips_otherwise_writes_mirrors_anew(
    stripped: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = site("strip")
    here.put("a.gif", "one")
    here.changed("a.gif")
    here.look_again("a.gif")
    monkeypatch.setattr(mirrors, "STRIPPING", mirrors.STRIPPING + 1)
    here.look_again("a.gif")
    here.look_again("a.gif")
    assert stripped == [here.etag("a.gif")] * 2


BY_TAG = {"EVICT_BY": "tag", "DELIVERY": "failover"}
MOVED = BY_TAG | {"SOURCES": "default=people", "PRESETS": "thumb=90x90"}
TAGS = sorted(f"#{ObjectName(bucket, 'a.gif').tag}" for bucket in ("photos", "people"))
"""Of an original, before and after the move to another bucket, in which it has the same entity tag."""


def test_a_mirror_bears_the_tag_of_the_bucket_that_its_original_has_moved_to() -> None:
    here = site("keep", **BY_TAG)
    here.put("a.gif", "one")
    here.changed("a.gif")
    here.put("a.gif", "one", "people")
    deployed_anew(here, "keep", **MOVED)
    here.look_again("a.gif", bucket="people")
    tag = ObjectName("people", "a.gif").tag
    assert mirror(here, "a.gif")["Metadata"]["cache-tag"] == tag
    assert here.evicted() == TAGS
    here.put("a.gif", "two", "people")
    here.changed("a.gif", bucket="people")
    assert here.evicted() == [f"#{tag}"]


@pytest.mark.parametrize("step", ["CopyObject", "SendMessageBatch", "DeleteObjects"])
def test_whoever_pays_the_debt_of_another_evicts_both_tags(step: str) -> None:
    here = site("keep", **BY_TAG)
    here.put("a.gif", "one")
    here.changed("a.gif")
    here.put("a.gif", "one", "people")
    deployed_anew(here, "keep", **MOVED)
    second_look = [*VARIANTS, *calls("keep")["changed"][len([*VARIANTS, AGAIN]) :]]
    with suppress(Death), Steps(second_look.index(step) + 1, die):
        here.look_again("a.gif", bucket="people")
    with later(SETTLED):
        here.look_again("a.gif", bucket="people")
    assert set(here.evicted(after=200)) == set(TAGS)
    assert owed(here) == []


def queues(here: World) -> dict[str, str]:
    return {"CHANGES_QUEUE": here.config.changes_queue, "INVALIDATION_QUEUE": here.config.invalidation_queue}


def test_a_mirror_in_the_way_of_a_new_preset_goes() -> None:
    here = site("keep")
    here.put("shoes/red.gif", "one")
    here.changed("shoes/red.gif")
    here.config = site("keep", PRESETS="shoes=90x90", **queues(here)).config
    here.look_again("shoes/red.gif")
    assert here.stored() == set()
    assert here.evicted() == ["/shoes/red.gif"]


def test_a_site_without_mirrors_makes_none_and_asks_for_none() -> None:
    here = world()
    here.put("a.gif", "one")
    with Steps() as steps:
        here.changed("a.gif")
    assert here.stored() == set()
    assert steps.made == [*VARIANTS, AGAIN, DONE]


def test_a_site_without_mirrors_loads_nothing_for_them() -> None:
    loaded = "import sys; from chalicelib.upkeep import work; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=True, text=True)  # noqa: S603 - our own
    names = told.stdout.split()
    ours = ("upkeep.mirroring", "upkeep.stripping", "aws.mirrors", "aws.copying", "darkroom.darkroom")
    assert [name for name in ours if f"chalicelib.{name}" in names] == []


def test_a_mirror_is_no_variant() -> None:
    here = site("keep")
    for key, bucket in (("a.gif", "photos"), ("shoes/a.gif", "photos"), ("faces/a.gif", "people")):
        here.put(key, "one", bucket)
        here.changed(key, bucket=bucket)
    here.s3.delete_object(Bucket="site", Key=".index/complete")
    assert unindexed.spellings(here.site) == []
    assert here.indexed() == set()
    here.changed("a.gif")
    here.changed("faces/a.gif", bucket="people")
    assert here.stored() == {"a.gif", "shoes/a.gif", "avatars/a.gif"}


@dataclass
class Steps:
    """Lists the calls to AWS, and lets `happen` happen before the one with the number `at`."""

    at: int = 0
    happen: Callable[[], None] = lambda: None
    made: list[str] = field(default_factory=list)

    def count(self, model: Any, **_: object) -> None:
        if model.name == "DeleteObject":
            return  # made by the strict S3 for DeleteObjects
        self.made.append(model.name)
        if len(self.made) == self.at:
            with self.unheard():
                self.happen()

    @contextmanager
    def unheard(self) -> Iterator[None]:
        self.__exit__()
        try:
            yield
        finally:
            self.__enter__()

    def __enter__(self) -> Self:
        event: Any = "provide-client-params"
        for client in self._clients:
            client.meta.events.register_first(event, self.count, unique_id="steps")
        return self

    def __exit__(self, *_: object) -> None:
        event: Any = "provide-client-params"
        for client in self._clients:
            client.meta.events.unregister(event, unique_id="steps")

    @property
    def _clients(self) -> tuple[Any, ...]:
        aws = background()
        return aws.s3, aws.copier, aws.sqs


AGAIN, DONE = "SendMessageBatch", "DeleteMessageBatch"
"""The second look is ordered, and the change is done."""

VARIANTS = ["HeadObject", "HeadObject", "ListObjectsV2", "HeadObject"]
"""Is the index complete? The original, the index, and the note of the faces."""

LOOK = ["HeadObject", "HeadObject"]
"""The mirror, and the original."""

ONCE = {"keep": ["GetObject", "CopyObject"], "strip": ["GetObject", "PutObject"]}
"""Judge or read the original, write the mirror."""


def calls(mode: str) -> dict[str, list[str]]:
    """The calls of each kind of change; behind `VARIANTS`, whether an eviction is owed."""
    read, write = ONCE[mode]
    begin, paid = [*VARIANTS, AGAIN, "HeadObject"], ["SendMessageBatch", "DeleteObjects"]
    return {
        "new": [*begin, *LOOK, read, write, *LOOK, DONE],
        "changed": [*begin, *LOOK, read, "PutObject", write, *LOOK, *paid, DONE],
        "the same": [*begin, *LOOK, DONE],
        "deleted": [*begin, *LOOK, "PutObject", "DeleteObjects", *LOOK, *paid, DONE],
        "deleted before": [*begin, *LOOK, DONE],
    }


@pytest.mark.parametrize("mode", BOTH)
def test_each_change_takes_these_calls(mode: str) -> None:
    here = site(mode)
    change: dict[str, Callable[[], object]] = {
        "new": lambda: here.put("a.gif", "one"),
        "changed": lambda: here.put("a.gif", "two"),
        "the same": lambda: None,
        "deleted": lambda: here.s3.delete_object(Bucket="photos", Key="a.gif"),
        "deleted before": lambda: None,
    }
    for kind, wanted in calls(mode).items():
        change[kind]()
        with Steps() as steps:
            here.changed("a.gif")
        assert steps.made == wanted, kind


class Death(BaseException):
    """The process is gone: no handler of ours runs."""


def die() -> None:
    raise Death


def to_two(here: World, key: str) -> None:
    here.put(key, "two")


def to_nothing(here: World, key: str) -> None:
    here.s3.delete_object(Bucket="photos", Key=key)


def to_text(here: World, key: str) -> None:
    here.s3.put_object(Bucket="photos", Key=key, Body=b"text")


def to_the_same_without_metadata(here: World, key: str) -> None:
    here.put(key, "one other-metadata")


def back_to_one(here: World, key: str) -> None:
    here.put(key, "one")


FIRST_STEP = len([*VARIANTS, AGAIN, "HeadObject"])
"""The call with which a mirror is first looked at."""

LAST_STEP = 16
"""Behind the last call of the longest change."""

RACES = [
    ("keep", to_two, to_the_same_without_metadata),
    ("keep", to_two, to_nothing),
    ("keep", to_nothing, to_two),
    ("strip", to_two, back_to_one),
    ("strip", to_the_same_without_metadata, to_two),
    ("strip", to_two, to_text),
]


def is_right(here: World, key: str) -> bool:
    """Say whether the mirror is that of the original as it is now."""
    found = mirror(here, key)
    with suppress(here.s3.exceptions.NoSuchKey):
        data = here.s3.get_object(Bucket="photos", Key=key)["Body"].read()
        if data.startswith(b"GIF"):
            wanted = data if here.config.mirror_originals == "keep" else data.split()[0]
            version = found["Metadata"]["original-etag"]
            return (found["Body"].read(), version) == (wanted, here.etag(key))
    return found is None


def steps(here: World) -> Iterator[tuple[int, str]]:
    """Yield the number of each call that something may happen before, with an original that has a mirror."""
    for at in range(FIRST_STEP, LAST_STEP + 1):
        key = f"{at}.gif"
        here.put(key, "one")
        here.changed(key)
        yield at, key


@pytest.mark.parametrize(
    ("mode", "change"), [("keep", to_two), ("keep", to_text), ("strip", to_two), ("strip", to_nothing)]
)
def test_what_a_process_that_dies_has_left_the_next_one_finishes(
    mode: str, change: Callable[[World, str], None]
) -> None:
    here = site(mode)
    for at, key in steps(here):
        change(here, key)
        with suppress(Death), Steps(at, die):
            here.changed(key)
        with later(SETTLED):
            here.changed(key)
        assert is_right(here, key), at
        orders = here.orders(after=200)
        assert {item for order in orders for item in order["items"]} == {f"/{key}"}, at
        assert len({order["reference"] for order in orders}) <= 2, at
        assert owed(here) == [], at


@pytest.mark.parametrize(("mode", "first", "second"), RACES)
def test_of_two_workers_at_once_the_mirror_is_that_of_the_last_version(
    mode: str, first: Callable[[World, str], None], second: Callable[[World, str], None]
) -> None:
    here = site(mode)
    for at, key in steps(here):
        first(here, key)

        def another(key: str = key) -> None:
            second(here, key)
            here.changed(key)

        with Steps(at, another):
            here.changed(key)
        assert is_right(here, key), at
        with later(SECOND_LOOK):
            here.look_again(key)
        assert is_right(here, key), at
        assert owed(here) == [], at


@pytest.mark.parametrize("mode", BOTH)
def test_somebody_elses_object_that_comes_in_between_is_not_replaced(mode: str) -> None:
    here = site(mode)
    here.put("a.gif", "one")
    write = calls(mode)["new"].index(ONCE[mode][1]) + 1
    with Steps(write, lambda: here.s3.put_object(Bucket="site", Key="a.gif", Body=b"the owner's")):
        here.changed("a.gif")
    assert body(here, "a.gif") == b"the owner's"


def test_a_mirror_that_changes_all_the_time_is_left_to_the_next_delivery() -> None:
    here, versions = site("keep"), iter("abcdefghijk")

    def change(model: Any, **_: object) -> None:
        if model.name == "CopyObject":
            here.put("a.gif", next(versions))

    here.put("a.gif", "one")
    event: Any = "provide-client-params"
    background().copier.meta.events.register_first(event, change, unique_id="change")
    with pytest.raises(QueueError):
        here.look_again("a.gif")


def test_a_large_original_is_copied_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "PART", 5 << 20)
    here, data = site("keep"), b"GIF89a" + bytes(11 << 20)
    here.s3.put_object(Bucket="photos", Key="a.gif", Body=data)
    with Steps() as steps:
        here.changed("a.gif")
    assert [call for call in steps.made if "Upload" in call] == [
        "CreateMultipartUpload",
        *["UploadPartCopy"] * 3,
        "CompleteMultipartUpload",
    ]
    found = mirror(here, "a.gif")
    assert found["Body"].read() == data
    assert (found["ContentType"], found["Metadata"][MIRROR]) == ("image/gif", "keep")


@pytest.mark.parametrize("call", ["UploadPartCopy", "CompleteMultipartUpload"])
def test_parts_of_an_original_that_changes_meanwhile_are_thrown_away(
    call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "PART", 5 << 20)
    monkeypatch.setattr(copying, "AT_ONCE", 1)  # moto copies nothing of what is replaced meanwhile
    here = site("keep")
    here.s3.put_object(Bucket="photos", Key="a.gif", Body=b"GIF89a" + bytes(11 << 20))
    with Steps() as steps:
        here.changed("a.gif")
    here.s3.delete_object(Bucket="site", Key="a.gif")

    def change() -> None:
        here.put("a.gif", "small")
        here.changed("a.gif")

    with Steps(steps.made.index(call) + 1, change) as steps:
        here.changed("a.gif")
    assert body(here, "a.gif") == b"GIF89asmall"
    assert "AbortMultipartUpload" in steps.made
    assert here.s3.list_multipart_uploads(Bucket="site").get("Uploads", []) == []
