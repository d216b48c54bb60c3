"""Originals that change, in moto: what was made of the old version goes, all else stays."""

from __future__ import annotations

import itertools
import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.address import key as grammar
from chalicelib.address.key import Key, url_path
from chalicelib.address.sources import ObjectName
from chalicelib.address.values import Format
from chalicelib.aws.bucket import Original, Originals, Site
from chalicelib.aws.queues import Message, QueueError
from chalicelib.config import config
from chalicelib.render.rendered import Rendered
from chalicelib.upkeep import freshness, work
from chalicelib.upkeep.events import again
from chalicelib.upkeep.freshness import HEAD_START, SECOND_LOOK
from tests.upkeep.test_events import notification

pytestmark = pytest.mark.usefixtures("aws")

ENVIRON = {
    "SITE_BUCKET": "site",
    "SOURCES": "default=photos,avatars=people/faces",
    "ALLOWED_DIMENSIONS": "100x100",
    "PRESETS": "thumb=90x90,fit=cover; round@avatars=90x90",
}
PICTURE = Rendered(b"picture", Format.PNG, "image/png", 1, 1, 1)


@dataclass
class World:
    """A site with its queues, and originals that change."""

    config: config.Config
    s3: Any
    sqs: Any

    def put(self, key: str, data: str, bucket: str = "photos") -> None:
        self.s3.put_object(Bucket=bucket, Key=key, Body=f"GIF89a{data}".encode())

    def make(self, *paths: str) -> None:
        """Store these variants as the app does: each of the original that its key leads to."""
        for path in paths:
            spelling, _, key = path.partition("/")
            pinned = self.config.policy.source_of(self.config.policy.read(spelling))
            name = self.config.sources.locate(Key(key), pinned)
            self.store(path, Originals(self.s3, 1000).fetch(name))

    def store(self, path: str, original: Original) -> None:
        assert Site(self.s3, "site", "public").store(self.config.site.prefix + path, PICTURE, original)

    def note_faces(self, etag: str) -> str:
        """Note where the faces are in this version of a.jpg, as `faces` does, and return under which key."""
        place = f"{self.config.site.prefix}.faces/{ObjectName('photos', 'a.jpg').tag}"
        self.s3.put_object(Bucket="site", Key=place, Metadata={"faces": "none", "original-etag": etag})
        return place

    def etag(self, key: str) -> str:
        return str(self.s3.head_object(Bucket="photos", Key=key)["ETag"]).strip('"')

    def stored(self) -> set[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket="site")
        return {entry["Key"] for page in pages for entry in page.get("Contents", [])}

    def hear(self, *bodies: str) -> None:
        work.refresh(self.config, [Message(body, body) for body in bodies])

    def changed(self, *keys: str, bucket: str = "photos") -> None:
        self.hear(*(notification(key, bucket=bucket) for key in keys))

    def evicted(self, after: int = 10) -> list[str]:
        """Return, sorted, what has been ordered to be evicted by so many seconds from now."""
        orders = self._delivered(self.config.invalidation_queue, after)
        return sorted(item for order in orders for item in order["items"])

    def to_be_seen_again(self, after: int = SECOND_LOOK) -> list[list[str]]:
        """Return the originals that are to be looked after again so many seconds from now."""
        orders = self._delivered(self.config.changes_queue, after)
        return [original for order in orders for original in order["again"]]

    def _delivered(self, url: str, after: int) -> list[Any]:
        with freeze_time(datetime.now(UTC) + timedelta(seconds=after + 1)):
            answer = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def world(**environ: str) -> World:
    sqs = boto3.client("sqs")
    names = {"CHANGES_QUEUE": "changes", "INVALIDATION_QUEUE": "evictions"}
    queues = {
        variable: sqs.create_queue(QueueName=f"{name}-{uuid.uuid4()}")["QueueUrl"]
        for variable, name in names.items()
    }
    return World(config.read(ENVIRON | queues | environ), boto3.client("s3"), sqs)


def test_what_was_made_of_an_older_version_goes_and_all_else_stays() -> None:
    here = world()
    here.put("a.jpg", "old")
    here.put("b.jpg", "other")
    here.make("100x100/a.jpg", "thumb/a.jpg", "100x100/b.jpg")
    here.put("a.jpg", "new")
    here.make("100x100,fit=cover/a.jpg")
    here.changed("a.jpg")
    assert here.stored() == {"100x100/b.jpg", "100x100,fit=cover/a.jpg"}
    assert here.evicted() == ["/100x100/a.jpg", "/thumb/a.jpg"]


def test_all_that_was_made_of_an_original_that_is_gone_goes() -> None:
    here = world()
    here.put("a.jpg", "old")
    here.make("100x100/a.jpg", "thumb/a.jpg")
    here.s3.delete_object(Bucket="photos", Key="a.jpg")
    here.changed("a.jpg")
    assert here.stored() == set()
    assert here.evicted() == ["/100x100/a.jpg", "/thumb/a.jpg"]


def test_a_version_that_is_only_hidden_is_gone_too() -> None:
    here = world()
    here.s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    here.put("a.jpg", "old")
    here.make("100x100/a.jpg")
    here.s3.delete_object(Bucket="photos", Key="a.jpg")
    here.changed("a.jpg")
    assert here.stored() == set()


@pytest.mark.parametrize(
    ("environ", "tagged"),
    [({}, False), ({"EVICT_BY": "path"}, False), ({"EVICT_BY": "tag"}, True)],
    ids=["by default", "by path", "by tag"],
)
def test_it_is_evicted_by_each_path_or_by_one_tag(environ: dict[str, str], tagged: bool) -> None:  # noqa: FBT001 - a table's column
    here = world(**environ)
    here.put("a b.jpg", "old")
    here.make("100x100/a b.jpg", "thumb/a b.jpg")
    here.put("a b.jpg", "new")
    here.changed("a b.jpg")
    tag = f"#{ObjectName('photos', 'a b.jpg').tag}"
    assert here.evicted() == ([tag] if tagged else ["/100x100/a%20b.jpg", "/thumb/a%20b.jpg"])


def test_the_tag_is_the_one_that_the_variant_is_stored_with() -> None:
    here = world(EVICT_BY="tag")
    here.put("a.jpg", "old")
    here.make("100x100/a.jpg")
    metadata = here.s3.head_object(Bucket="site", Key="100x100/a.jpg")["Metadata"]
    here.put("a.jpg", "new")
    here.changed("a.jpg")
    assert here.evicted() == [f"#{metadata['cache-tag']}"]


def test_without_a_cdn_there_is_nothing_to_evict_from() -> None:
    here = world(INVALIDATION_QUEUE="")
    here.put("a.jpg", "old")
    here.make("100x100/a.jpg")
    here.put("a.jpg", "new")
    here.changed("a.jpg")
    assert here.stored() == set()


@pytest.mark.parametrize("prefix", ["", "img/", "deep/er/"])
@pytest.mark.parametrize(
    ("bucket", "key", "made"),
    [
        ("photos", "a.jpg", "100x100/a.jpg"),
        ("photos", "deep/er/a b+c%.jpg", "thumb/deep/er/a b+c%.jpg"),
        ("people", "faces/me.jpg", "100x100/avatars/me.jpg"),
        ("people", "faces/me.jpg", "round/me.jpg"),
    ],
)
def test_an_original_is_found_under_every_name_that_leads_to_it(
    bucket: str, key: str, made: str, prefix: str
) -> None:
    here = world(KEY_PREFIX=prefix)
    here.put(key, "old", bucket)
    here.make(made)
    here.put(key, "new", bucket)
    here.changed(key, bucket=bucket)
    assert here.stored() == set()
    assert here.evicted() == [url_path(prefix + made)]


def test_originals_that_share_a_key_in_two_sources_are_told_apart() -> None:
    here = world()
    here.put("me.jpg", "in photos")
    here.put("faces/me.jpg", "in people", "people")
    here.make("100x100/me.jpg", "round/me.jpg", "100x100/avatars/me.jpg")
    here.put("me.jpg", "new")
    here.changed("me.jpg")
    assert here.stored() == {"round/me.jpg", "100x100/avatars/me.jpg"}


def test_variants_that_are_no_longer_admitted_go_too() -> None:
    here = world()
    here.put("a.jpg", "old")
    original = Originals(here.s3, 1000).fetch(ObjectName("photos", "a.jpg"))
    here.store("640x/a.jpg", original)
    here.store("retired/a.jpg", original)
    here.put("a.jpg", "new")
    here.changed("a.jpg")
    assert here.stored() == set()


def test_what_others_keep_in_the_bucket_stays() -> None:
    here = world()
    kept = {"a.jpg", "100x100/a.jpg", "thumb/a.jpg", "Logo/a.jpg", ".well-known/a.jpg"}
    for key in kept:
        here.put(key, "not ours", "site")
    here.changed("a.jpg")
    assert here.stored() == kept


def test_variants_beside_their_originals_in_one_bucket_are_no_originals() -> None:
    here = world(SOURCES="default=site", PRESETS="")
    here.put("a.jpg", "old", "site")
    here.make("100x100/a.jpg")
    here.put("a.jpg", "new", "site")
    here.changed("a.jpg", "100x100/a.jpg", bucket="site")
    assert here.stored() == {"a.jpg"}
    here.changed("100x100/a.jpg", bucket="site")
    assert here.stored() == {"a.jpg"}


@pytest.mark.parametrize(
    ("noted", "stays"), [("the version that is", True), ("one that was", False)], ids=["fresh", "stale"]
)
def test_what_is_noted_of_its_faces_goes_with_the_version(noted: str, stays: bool) -> None:  # noqa: FBT001 - a table's column
    here = world()
    here.put("a.jpg", "new")
    note = here.note_faces(here.etag("a.jpg") if noted == "the version that is" else "other")
    here.changed("a.jpg")
    assert here.stored() == ({note} if stays else set())
    assert here.evicted() == [], "nobody can have asked the CDN for it"


def test_a_rendering_that_was_in_flight_is_found_at_the_second_look() -> None:
    here = world()
    here.put("a.jpg", "old")
    before = Originals(here.s3, 1000).fetch(ObjectName("photos", "a.jpg"))
    here.put("a.jpg", "new")
    here.changed("a.jpg")
    here.store("100x100/a.jpg", before)
    (original,) = here.to_be_seen_again()
    here.hear(again([ObjectName(*original)]))
    assert here.stored() == set()
    assert here.evicted() == ["/100x100/a.jpg"]


def test_the_second_look_is_a_minute_later_and_the_last() -> None:
    here = world()
    here.changed("a.jpg", "b.jpg")
    assert here.to_be_seen_again(after=SECOND_LOOK - 10) == []
    assert sorted(here.to_be_seen_again()) == [["photos", "a.jpg"], ["photos", "b.jpg"]]
    later = world()
    later.hear(again([ObjectName("photos", "a.jpg")]))
    assert later.to_be_seen_again() == []


def test_evictions_wait_until_all_is_deleted() -> None:
    here = world()
    here.put("a.jpg", "old")
    here.make("100x100/a.jpg")
    here.put("a.jpg", "new")
    here.changed("a.jpg")
    assert here.evicted(after=0) == []
    assert here.evicted(after=10) == ["/100x100/a.jpg"]


def test_what_may_have_been_asked_for_while_it_was_deleted_is_evicted_once_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = world()
    here.put("a.jpg", "old")
    here.make("100x100/a.jpg")
    here.put("a.jpg", "new")
    clock = itertools.count(0.0, HEAD_START + 1)
    monkeypatch.setattr(freshness, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    here.changed("a.jpg")
    assert here.evicted(after=10) == ["/100x100/a.jpg", "/100x100/a.jpg"]


def test_had_deleting_failed_the_next_delivery_would_evict_again(monkeypatch: pytest.MonkeyPatch) -> None:
    here = world()
    here.put("a.jpg", "old")
    here.make("100x100/a.jpg")
    here.put("a.jpg", "new")

    def fail(*_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "DeleteObjects")

    with monkeypatch.context() as broken:
        broken.setattr(Site, "delete", fail)
        with pytest.raises(QueueError):
            here.changed("a.jpg")
    assert here.evicted() == ["/100x100/a.jpg"]
    here.changed("a.jpg")
    assert here.stored() == set()
    assert "/100x100/a.jpg" in here.evicted(after=60)


@pytest.mark.parametrize(
    ("call", "code"),
    [("head_object", "403"), ("head_object", "AccessDenied"), ("delete_objects", "AccessDenied")],
)
def test_what_is_not_allowed_is_a_fault_and_deletes_nothing(
    monkeypatch: pytest.MonkeyPatch, call: str, code: str
) -> None:
    here = world()
    here.put("a.jpg", "old")
    here.make("100x100/a.jpg")
    here.put("a.jpg", "new")

    def denied(**_: object) -> None:
        raise ClientError({"Error": {"Code": code}}, call)

    monkeypatch.setattr(work._aws().s3, call, denied)  # noqa: SLF001 - there is one client in the process
    with pytest.raises(QueueError):
        here.changed("a.jpg")
    assert here.stored() == {"100x100/a.jpg"}


def test_what_s3_does_not_delete_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    here = world()
    here.put("a.jpg", "old")
    here.make("100x100/a.jpg")
    here.put("a.jpg", "new")
    answer = {"Errors": [{"Key": "100x100/a.jpg", "Code": "InternalError"}]}
    monkeypatch.setattr(work._aws().s3, "delete_objects", lambda **_: answer)  # noqa: SLF001 - likewise
    with pytest.raises(QueueError):
        here.changed("a.jpg")


def test_one_message_that_cannot_be_read_does_not_keep_the_others_waiting() -> None:
    here = world()
    here.put("a.jpg", "old")
    here.make("100x100/a.jpg")
    here.put("a.jpg", "new")
    here.sqs.send_message(QueueUrl=here.config.changes_queue, MessageBody=notification("a.jpg"))
    (message,) = here.sqs.receive_message(QueueUrl=here.config.changes_queue)["Messages"]
    with pytest.raises(QueueError, match="failed at 1 of 2"):
        work.refresh(
            here.config, [Message("junk", "unknown"), Message(message["Body"], message["ReceiptHandle"])]
        )
    assert here.stored() == set()


def test_more_variants_than_fit_on_a_page_are_all_looked_into() -> None:
    here = world()
    here.put("a.jpg", "old")
    original = Originals(here.s3, 1000).fetch(ObjectName("photos", "a.jpg"))
    for width in range(1, 1102):
        here.s3.put_object(
            Bucket="site",
            Key=f"{width}x/a.jpg" if width > 1090 else f"{width}x/other.jpg",
            Metadata={"cache-tag": original.name.tag, "original-etag": original.etag},
        )
    here.put("a.jpg", "new")
    here.changed("a.jpg")
    assert not [key for key in here.stored() if key.endswith("/a.jpg")]
    assert here.evicted() == sorted(f"/{width}x/a.jpg" for width in range(1091, 1102))


segments = st.text(st.sampled_from("aé +%&=/.()*"), min_size=1, max_size=6)


@given(st.lists(segments, min_size=1, max_size=3).map("/".join).filter(grammar.is_key))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_whatever_its_key_a_variant_goes_when_its_original_does(key: str) -> None:
    here = world()
    here.put(key, "old")
    here.make(f"100x100/{key}")
    here.put(key, "new")
    here.changed(key)
    assert here.stored() == set()
    assert url_path(f"100x100/{key}") in here.evicted()
