"""Originals that change, in moto: what was made of the old version goes, all else stays."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.address import key as grammar
from chalicelib.address import signing
from chalicelib.address.key import FACES_FOLDER, MODERATION_FOLDER, url_path
from chalicelib.address.signing import SigningKey
from chalicelib.address.sources import ObjectName
from chalicelib.aws import invalidation
from chalicelib.aws.bucket import Site, Stored
from chalicelib.aws.clients import background
from chalicelib.aws.index import REFUSED, SETTLED, SIGNED, Entry, Index
from chalicelib.aws.origin import Origin
from chalicelib.aws.queues import Message, QueueError
from chalicelib.errors import LASTING
from chalicelib.upkeep import answers, work
from chalicelib.upkeep.freshness import SECOND_LOOK
from chalicelib.upkeep.orders import LAST_FETCHES
from infra.package import PROJECT
from tests.upkeep.test_events import notification
from tests.upkeep.world import later, world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.upkeep.world import World

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[None]:
    """However slow the machine is, an entry of the index gets no older by itself."""
    with later(0):
        yield


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


def test_the_info_of_an_older_version_goes_with_its_variants() -> None:
    here = world(ALLOWED_DIMENSIONS="100x100,info")
    here.put("a.jpg", "old")
    here.make("100x100/a.jpg", "info/a.jpg")
    here.put("a.jpg", "new")
    here.changed("a.jpg")
    assert here.stored() == set()
    assert here.evicted() == ["/100x100/a.jpg", "/info/a.jpg"]


def test_a_version_that_is_only_hidden_is_gone_too() -> None:
    here = world()
    here.s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    here.put("a.jpg", "old")
    here.make("100x100/a.jpg")
    here.s3.delete_object(Bucket="photos", Key="a.jpg")
    here.changed("a.jpg")
    assert here.stored() == set()


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[Stored]:
    """What the origin is asked for. It hands out no cache tag but for b.jpg."""
    asked: list[Stored] = []

    def hands_out_tag(_: Origin, stored: Stored) -> bool:
        asked.append(stored)
        return stored.key.endswith("b.jpg")

    monkeypatch.setattr(Origin, "hands_out_tag", hands_out_tag)
    return asked


@pytest.mark.parametrize(
    ("environ", "key", "evicted_by", "looks"),
    [
        ({}, "a.jpg", "paths", 0),
        ({"EVICT_BY": "path"}, "b.jpg", "paths", 0),
        ({"EVICT_BY": "tag"}, "a.jpg", "tag and paths", 1),
        ({"EVICT_BY": "tag"}, "b.jpg", "tag", 1),
    ],
    ids=["by default", "by path", "by a tag that does not arrive", "by a tag that arrives"],
)
def test_it_is_evicted_by_each_path_or_by_a_tag_that_is_seen_to_arrive(
    environ: dict[str, str], key: str, evicted_by: str, looks: int, looked_at: list[Stored]
) -> None:
    here = world(**environ)
    here.put(key, "old")
    here.make(f"100x100/{key}", f"thumb/{key}")
    metadata = here.s3.head_object(Bucket="site", Key=f"100x100/{key}")["Metadata"]
    here.put(key, "new")
    here.changed(key)
    tag, paths = [f"#{metadata['cache-tag']}"], [f"/100x100/{key}", f"/thumb/{key}"]
    expected = {"paths": paths, "tag": tag, "tag and paths": tag + paths}
    assert here.evicted() == expected[evicted_by]
    assert len(looked_at) == looks


@pytest.mark.parametrize(
    ("environ", "told"),
    [({}, "/100x100/IMG_20*"), ({"EVICT_BY": "tag"}, f"#{ObjectName('photos', 'IMG_20~b.jpg').tag}")],
    ids=["by path", "by tag"],
)
@pytest.mark.usefixtures("looked_at")
def test_what_no_path_names_is_evicted_by_a_wildcard_or_by_tag(environ: dict[str, str], told: str) -> None:
    here = world(**environ)
    here.put("IMG_20~b.jpg", "old")
    here.make("100x100/IMG_20~b.jpg")
    here.s3.delete_object(Bucket="photos", Key="IMG_20~b.jpg")
    here.changed("IMG_20~b.jpg")
    assert here.evicted() == [told]


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
    original = here.fetch(ObjectName("photos", "a.jpg"))
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


def test_what_the_app_notes_in_one_bucket_for_both_is_no_original_but_a_hidden_file_is() -> None:
    here = world(SOURCES="default=site", PRESETS="")
    here.put(".hidden/a.jpg", "old", "site")
    here.make("100x100/.hidden/a.jpg")
    here.put(".hidden/a.jpg", "new", "site")
    (entry,) = (key for key in here._keys() if ".index/original-" in key)  # noqa: SLF001 - a test's own
    here.changed(entry, f".faces/{ObjectName('site', 'a.jpg').tag}", bucket="site")
    assert here.to_be_seen_again() == []
    here.changed(".hidden/a.jpg", bucket="site")
    assert here.stored() == {".hidden/a.jpg"}


@pytest.mark.parametrize(
    ("noted", "stays"), [("the version that is", True), ("one that was", False)], ids=["fresh", "stale"]
)
@pytest.mark.parametrize("folder", [FACES_FOLDER, MODERATION_FOLDER])
def test_what_is_noted_of_it_goes_with_the_version(folder: str, noted: str, stays: bool) -> None:  # noqa: FBT001 - a table's column
    here = world(MODERATION="rekognition:Violence=refuse")
    here.put("a.jpg", "new")
    note = here.note(folder, here.etag("a.jpg") if noted == "the version that is" else "other")
    here.changed("a.jpg")
    assert here.stored() == ({note} if stays else set())
    assert here.evicted() == [], "nobody can have asked the CDN for it"


def test_a_rendering_that_was_in_flight_is_found_at_the_second_look() -> None:
    here = world()
    here.put("a.jpg", "old")
    before = here.fetch(ObjectName("photos", "a.jpg"))
    here.put("a.jpg", "new")
    here.changed("a.jpg")
    here.store("100x100/a.jpg", before)
    (original,) = here.to_be_seen_again()
    here.look_again(original[1], bucket=original[0])
    assert here.stored() == set()
    assert here.evicted() == ["/100x100/a.jpg"]


def test_the_second_look_is_a_minute_and_a_half_later_and_the_last() -> None:
    here = world()
    here.changed("a.jpg", "b.jpg")
    assert here.to_be_seen_again(after=SECOND_LOOK - 10) == []
    assert sorted(here.to_be_seen_again()) == [["photos", "a.jpg"], ["photos", "b.jpg"]]
    here.look_again("a.jpg")
    assert here.to_be_seen_again() == []


def test_the_eviction_is_ordered_after_the_deletion_and_waits_for_the_cdns_last_requests() -> None:
    here = world()
    here.put("a.jpg", "old")
    here.make("100x100/a.jpg")
    here.put("a.jpg", "new")
    here.changed("a.jpg")
    assert here.evicted(after=0) == []
    assert here.evicted(after=LAST_FETCHES) == ["/100x100/a.jpg"]


def test_a_deletion_that_fails_150_times_pays_for_one_eviction(monkeypatch: pytest.MonkeyPatch) -> None:
    here = world()
    here.put("a.jpg", "old")
    here.make("100x100/a.jpg")
    here.put("a.jpg", "new")

    def fail(*_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "DeleteObjects")

    with monkeypatch.context() as broken:
        broken.setattr(Site, "delete", fail)
        for _ in range(150):
            with pytest.raises(QueueError):
                here.changed("a.jpg")
    assert here.evicted(after=60) == []
    with later(SETTLED):
        here.changed("a.jpg")
        assert here.stored() == set()
        assert here.evicted(after=60) == ["/100x100/a.jpg"]
        assert here.indexed() == set()


def test_an_index_that_is_not_cleared_orders_the_same_eviction_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = world()
    here.put("a.jpg", "old")
    here.make("100x100/a.jpg")
    here.put("a.jpg", "new")

    def fail(*_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "DeleteObjects")

    monkeypatch.setattr(Index, "remove", fail)
    with later(SETTLED):
        for _ in range(3):
            with pytest.raises(QueueError):
                here.changed("a.jpg")
        first, second, third = here.orders()
        assert {first["urgency"], second["urgency"], third["urgency"]} == {"due"}
    assert first["items"] == ["/100x100/a.jpg"]
    assert first == second == third, "CloudFront is told the same reference, and does nothing"


@pytest.mark.parametrize("versions", [("a", "b", "a", "b"), ("a", "b", "c", "d")], ids=["two", "four"])
def test_what_is_made_again_and_changes_again_is_evicted_again(versions: tuple[str, ...]) -> None:
    here = world()
    references: list[str] = []
    for number, version in enumerate(versions):
        with later(number * 100):
            here.put("a.jpg", version)
            here.changed("a.jpg")
            references += [order["reference"] for order in here.orders()]
            here.make("100x100/a.jpg")
    assert len(references) == len(versions) - 1
    assert len(set(references)) == len(references), "CloudFront takes no reference twice"


def test_what_changes_within_a_minute_of_being_made_is_evicted_at_both_looks() -> None:
    here = world()
    here.put("a.jpg", "old")
    here.make("100x100/a.jpg")
    here.put("a.jpg", "new")
    here.changed("a.jpg")
    assert here.evicted() == ["/100x100/a.jpg"]
    assert here.indexed() == {"100x100"}, "somebody may still be about to store it"
    with later(SECOND_LOOK):
        here.look_again("a.jpg")
        assert here.evicted() == ["/100x100/a.jpg"]
        assert here.indexed() == set()


@pytest.mark.parametrize("evict_by", ["path", "tag"])
def test_what_was_stored_again_between_the_looks_is_another_eviction_to_cloudfront(evict_by: str) -> None:
    here = world(EVICT_BY=evict_by)
    here.put("a.jpg", "old")
    in_flight = here.fetch(ObjectName("photos", "a.jpg"))
    here.make("100x100/a.jpg")
    here.put("a.jpg", "new")
    here.changed("a.jpg")
    (first,) = here.orders()
    # By another request for the variant, which had entered it before the change. Then the CDN fetches it.
    here.store("100x100/a.jpg", in_flight, here.entered("100x100/a.jpg"))
    with later(SECOND_LOOK):
        here.look_again("a.jpg")
        assert here.stored() == set()
        (second,) = here.orders()
    assert second["items"] == first["items"]
    assert second["reference"] != first["reference"], "CloudFront takes no reference twice"


def test_an_entry_without_its_variant_is_left_alone_until_it_must_have_one() -> None:
    here = world()
    here.put("a.jpg", "old")
    here.site.index.enter(ObjectName("photos", "a.jpg").tag, here.etag("a.jpg"), "100x100")
    here.put("a.jpg", "new")
    here.changed("a.jpg")
    assert (here.evicted(), here.indexed()) == ([], {"100x100"})
    with later(SETTLED):
        here.look_again("a.jpg")
        assert here.indexed() == set()


def test_no_rendering_outlives_its_function_and_none_is_missed_at_the_second_look() -> None:
    app = json.loads((PROJECT / ".chalice" / "config.json").read_text())
    assert app["lambda_timeout"] < SETTLED
    assert app["lambda_timeout"] + SETTLED < SECOND_LOOK


def test_a_variant_that_expired_by_a_rule_is_evicted_when_its_original_changes() -> None:
    here = world()
    here.put("a.jpg", "old")
    here.make("100x100/a.jpg")
    here.s3.delete_object(Bucket="site", Key="100x100/a.jpg")
    here.put("a.jpg", "new")
    with later(SETTLED):
        here.changed("a.jpg")
        assert here.evicted() == ["/100x100/a.jpg"]


def test_a_change_costs_calls_for_what_is_stored_of_that_original_alone() -> None:
    here = world()
    for key in ("a.jpg", "b.jpg"):
        here.put(key, "old")
    for width in range(1, 40):
        here.store(f"{width}x/b.jpg", here.fetch(ObjectName("photos", "b.jpg")))
    here.make("100x100/a.jpg", "thumb/a.jpg")
    here.put("a.jpg", "new")
    calls: list[str] = []
    event: Any = "provide-client-params.s3"
    events = background().s3.meta.events
    events.register(event, lambda model, **_: calls.append(model.name), unique_id="count")
    here.changed("a.jpg")
    events.unregister(event, unique_id="count")
    assert Counter(calls) == {
        "HeadObject": 1 + 1 + 2 + 1,  # is the index complete, the original, two variants, the faces
        "ListObjectsV2": 1,
        "DeleteObjects": 1,
        "DeleteObject": 2,  # by the strict S3, for the two that it is told to delete
    }


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

    monkeypatch.setattr(background().s3, call, denied)
    with pytest.raises(QueueError):
        here.changed("a.jpg")
    assert here.stored() == {"100x100/a.jpg"}


def test_what_s3_does_not_delete_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    here = world()
    here.put("a.jpg", "old")
    here.make("100x100/a.jpg")
    here.put("a.jpg", "new")
    answer = {"Errors": [{"Key": "100x100/a.jpg", "Code": "InternalError"}]}
    monkeypatch.setattr(background().s3, "delete_objects", lambda **_: answer)
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
            here.config,
            [Message("junk", "unknown"), Message(message["Body"], message["ReceiptHandle"])],
            lambda: 300.0,
        )
    assert here.stored() == set()


def test_more_variants_than_fit_on_a_page_are_all_looked_into() -> None:
    here = world()
    here.put("a.jpg", "old")
    original = here.fetch(ObjectName("photos", "a.jpg"))
    for width in range(1, 1102):
        here.site.index.enter(original.name.tag, original.etag, f"{width}x")
    for width in (1, 999, 1000, 1001, 1101):
        here.store_unindexed(f"{width}x/a.jpg", original)
    here.put("a.jpg", "new")
    here.changed("a.jpg")
    assert here.stored() == set()
    assert here.evicted() == sorted(f"/{width}x/a.jpg" for width in (1, 999, 1000, 1001, 1101))


segments = st.text(st.sampled_from("aé +%&=/.()*~'\x01\ufffe"), min_size=1, max_size=6)


@given(st.lists(segments, min_size=1, max_size=3).map("/".join).filter(grammar.is_key))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_whatever_its_key_a_variant_goes_when_its_original_does(key: str) -> None:
    here = world()
    here.put(key, "old")
    here.make(f"100x100/{key}")
    here.put(key, "new")
    here.changed(key)
    assert here.stored() == set()
    assert invalidation.item(url_path(f"100x100/{key}")) in here.evicted()


def test_a_refusal_leaves_the_cdn_with_the_version_that_was_refused() -> None:
    here = world()
    here.put("broken.jpg", "broken")
    here.site.index.enter(ObjectName("photos", "broken.jpg").tag, REFUSED, "100x100")
    here.put("broken.jpg", "mended")
    here.make("thumb/broken.jpg")
    here.changed("broken.jpg")
    assert here.evicted() == ["/100x100/broken.jpg", "/resize/100x100/broken.jpg"]
    assert here.indexed() == {"thumb"}
    assert here.stored() == {"thumb/broken.jpg"}


def test_a_refusal_leaves_the_cdn_however_s3_encodes_its_path_in_the_redirect() -> None:
    here = world()
    here.put("a (1).jpg", "broken")
    here.site.index.enter(ObjectName("photos", "a (1).jpg").tag, REFUSED, "100x100,fit=cover")
    here.changed("a (1).jpg")
    assert set(here.evicted()) >= {
        "/resize/100x100,fit=cover/a%20(1).jpg",
        "/resize/100x100%2Cfit%3Dcover/a%20%281%29.jpg",
    }


def kept_for_signed(here: World, *variants: str, key: str = "a.jpg") -> None:
    """Have it be noted, as the app does, that the CDN may keep answers to signed requests for these."""
    for variant in variants:
        here.site.index.enter(ObjectName("photos", key).tag, SIGNED, variant)


def test_the_answers_to_signed_requests_leave_the_cdn_when_the_original_changes() -> None:
    here = world()
    here.put("a.jpg", "old")
    here.make("100x100/a.jpg")
    here.store("640x480,fit=fill/a.jpg", here.fetch(ObjectName("photos", "a.jpg")))
    kept_for_signed(here, "640x480,fit=fill", "640x480", "thumb")
    here.put("a.jpg", "new")
    here.changed("a.jpg")
    assert here.stored() == set()
    assert {item for item in here.evicted() if item.startswith("/resize/")} == {
        "/resize/640x480*",
        "/resize/thumb*",
    }
    assert here.indexed() == {"100x100", "640x480,fit=fill"}, "a variant of these may still be stored"


def test_the_wildcard_reaches_a_signed_variant_however_it_is_spelled_and_encoded() -> None:
    (wildcard,) = answers.signed([Entry("", "640x480@2x,fit=fill,tint=ff8800", SIGNED, "")])
    signature = SigningKey("k1", "correct-horse-battery-staple").sign("any", "any", 4_000_000_000)
    for spelling in ("640x480@2x,fit=fill,tint=ff8800", "640x480@2x,tint=FF8800,fit=fill,quality=7"):
        segment = signing.address(spelling, signature)
        for path in (url_path(f"resize/{segment}/a.jpg"), f"/resize/{quote(segment, safe='')}/a.jpg"):
            assert path.startswith(wildcard[:-1])
    assert not url_path("resize/641x480/a.jpg").startswith(wildcard[:-1])
    assert invalidation.is_wildcard(wildcard)


@pytest.mark.parametrize(
    ("age", "evicted"), [(0, True), (LASTING, True), (LASTING + SETTLED, False), (10**6, False)]
)
def test_what_the_cdn_cannot_have_kept_so_long_costs_no_wildcard(age: int, *, evicted: bool) -> None:
    here = world()
    here.put("a.jpg", "old")
    kept_for_signed(here, "640x480")
    with later(age):
        here.changed("a.jpg")
        assert ("/resize/640x480*" in here.evicted()) is evicted
        assert here.indexed() == set()


@pytest.mark.parametrize(("prefix", "folder"), [("", "/"), ("img/", "/img/")])
def test_with_failover_the_cdn_keeps_the_apps_answers_beside_the_pictures(prefix: str, folder: str) -> None:
    here = world(DELIVERY="failover", KEY_PREFIX=prefix)
    here.put("a.jpg", "old")
    kept_for_signed(here, "640x480")
    here.site.index.enter(ObjectName("photos", "a.jpg").tag, REFUSED, "100x100")
    here.put("a.jpg", "new")
    here.changed("a.jpg")
    assert set(here.evicted()) >= {f"{folder}640x480*", f"{folder}100x100/a.jpg", "/resize/640x480*"}


def test_with_failover_a_tag_is_always_enough() -> None:
    here = world(DELIVERY="failover", EVICT_BY="tag")
    here.put("a.jpg", "old")
    here.make("100x100/a.jpg")
    kept_for_signed(here, "640x480")
    here.put("a.jpg", "new")
    here.changed("a.jpg")
    assert here.evicted() == [f"#{ObjectName('photos', 'a.jpg').tag}"]


@pytest.mark.usefixtures("looked_at")
def test_by_a_tag_that_arrives_the_answers_to_signed_requests_cost_no_wildcard() -> None:
    here = world(EVICT_BY="tag")
    here.put("b.jpg", "old")
    here.make("100x100/b.jpg")
    kept_for_signed(here, "640x480", key="b.jpg")
    here.put("b.jpg", "new")
    here.changed("b.jpg")
    assert here.evicted() == [f"#{ObjectName('photos', 'b.jpg').tag}"]


def test_the_second_look_finds_an_answer_that_was_given_after_the_first() -> None:
    here = world()
    here.put("a.jpg", "old")
    here.changed("a.jpg")
    kept_for_signed(here, "640x480")
    here.look_again("a.jpg")
    assert "/resize/640x480*" in here.evicted()
