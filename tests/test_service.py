"""A request's steps, with S3 in moto and a renderer that only records what it was asked for."""

from __future__ import annotations

import dataclasses
import re
import time
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import boto3
import pytest
from botocore.config import Config as ClientConfig
from botocore.exceptions import ClientError
from botocore.response import StreamingBody
from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import assembly
from chalicelib.address import signing
from chalicelib.address.signing import SigningKey
from chalicelib.address.sources import ObjectName
from chalicelib.address.values import Format
from chalicelib.aws.bucket import Asked, Original, Originals, Site, Stored
from chalicelib.aws.budget import month
from chalicelib.aws.cdn import Evictor
from chalicelib.aws.eviction import Eviction, Urgency
from chalicelib.aws.faces import Detector
from chalicelib.aws.overlays import Overlays
from chalicelib.codecs.svg.root import FIRST_BYTES
from chalicelib.config import config
from chalicelib.errors import (
    BrokenImage,
    Malformed,
    NoSuchOriginal,
    NotAdmitted,
    NotAnImage,
    Refusal,
    TooLarge,
    UnreadableOriginal,
    UpstreamBusy,
)
from chalicelib.handing_over import Picture
from chalicelib.render.rendered import Rendered
from chalicelib.service import ANSWER_SECONDS, RACE_SECONDS, Location, Service
from chalicelib.timing import Deadline, Timings
from tests.messages import is_public

if TYPE_CHECKING:
    from chalicelib.address.variant import Variant
    from chalicelib.address.wanted import Wanted
    from chalicelib.render.extras import Extras

pytestmark = pytest.mark.usefixtures("aws")

ENVIRON = {
    "SITE_BUCKET": "site",
    "SOURCES": "default=photos,avatars=people/faces",
    "ALLOWED_DIMENSIONS": "100x100,300x",
    "ALLOWED_OPTIONS": "fit=cover,quality=*",
    "PRESETS": "thumb=90x90,fit=cover",
    "DISTRIBUTION_ID": "E2EXAMPLE",
    "SIGNING_KEYS": "k1:correct-horse-battery-staple",
}

SIGNED = f"9x9,s={SigningKey('k1', 'correct-horse-battery-staple').sign('9x9', 'a.jpg')}/a.jpg"

PHOTO, BROKEN = b"GIF89a photo", b"GIF89a broken"
"""An original that begins like an image, so it is read to its end."""


@dataclass
class Renderer:
    """Makes `<variant> of <original>` of everything."""

    made: list[str] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)

    def __call__(self, original: Original, variant: Variant, _: Extras, deadline: Deadline) -> Rendered:
        self.deadlines.append(deadline)
        if original.data == BROKEN:
            raise BrokenImage
        self.made.append(f"{variant} of {original.name.key}")
        return Rendered(self.made[-1].encode(), Format.PNG, 1, 1, 1)


@dataclass
class Evictions:
    """A CloudFront client that records invalidations: one for each caller reference, as CloudFront does."""

    paths: dict[str, str] = field(default_factory=dict)
    calls: int = 0
    fault: Exception | None = None

    def create_invalidation(self, *, DistributionId: str, InvalidationBatch: Any) -> None:  # noqa: N803 - boto3's
        assert DistributionId == "E2EXAMPLE"
        self.calls += 1
        if self.fault:
            raise self.fault
        (path,) = InvalidationBatch["Paths"]["Items"]
        assert self.paths.setdefault(InvalidationBatch["CallerReference"], path) == path


@dataclass
class Stage:
    """A service, and everything it touches."""

    service: Service
    renderer: Renderer
    evictions: Evictions
    s3: Any

    def put(self, key: str, data: bytes = PHOTO, bucket: str = "photos") -> None:
        self.s3.put_object(Bucket=bucket, Key=key, Body=data)

    def stored(self) -> set[str]:
        """Return the keys of all objects in the site bucket but those of the index."""
        return {key for key in self._keys() if "/.index/" not in f"/{key}"}

    def index(self) -> set[str]:
        """Return the keys of all entries of the index."""
        return {key for key in self._keys() if "/.index/" in f"/{key}"}

    def _keys(self) -> set[str]:
        return {entry["Key"] for entry in self.s3.list_objects_v2(Bucket="site").get("Contents", [])}

    def ask(self, path: str, method: str = "GET") -> str:
        variant, *captured = path.split("/")
        return self.service.answer(variant, captured, method).url


def staged(**environ: str) -> Stage:
    read = config.read(ENVIRON | environ)
    s3 = boto3.client("s3", config=ClientConfig(retries={"total_max_attempts": 1}))
    renderer, evictions = Renderer(), Evictions()
    clients: Any = SimpleNamespace(cloudfront=evictions, notes=s3)
    service = Service(
        read,
        Originals(s3, read.limits.source_bytes),
        Site(s3, read.site.bucket, read.cache_control, read.site.prefix),
        assembly.evictor(read, clients),
        renderer,
        Detector(clients, read.site, enabled=False),
        Overlays(Originals(s3, read.limits.source_bytes), read.sources, read.watermarks),
    )
    return Stage(service, renderer, evictions, s3)


def test_a_missing_variant_is_made_stored_and_redirected_to() -> None:
    stage = staged()
    stage.put("shoes/red.jpg")
    assert stage.ask("100x100/shoes/red.jpg") == "/100x100/shoes/red.jpg"
    stored = stage.s3.get_object(Bucket="site", Key="100x100/shoes/red.jpg")
    assert stored["Body"].read() == b"100x100 of shoes/red.jpg"
    assert (stored["ContentType"], stored["CacheControl"]) == (
        "image/png",
        "public, max-age=31536000, s-maxage=86400",
    )
    original = stage.s3.head_object(Bucket="photos", Key="shoes/red.jpg")
    assert stored["Metadata"]["original-etag"] == original["ETag"].strip('"')
    assert stored["Metadata"]["cache-tag"].startswith("original-")


@pytest.mark.parametrize(
    ("environ", "asked", "original", "location"),
    [
        ({}, "100x100/a b+c.jpg", ("photos", "a b+c.jpg"), "/100x100/a%20b%2Bc.jpg"),
        ({}, "300x/avatars/me.jpg", ("people", "faces/me.jpg"), "/300x/avatars/me.jpg"),
        ({}, "100x100%2Cfit%3Dcover/a.jpg", ("photos", "a.jpg"), "/100x100,fit=cover/a.jpg"),
        ({}, "thumb/a.jpg", ("photos", "a.jpg"), "/thumb/a.jpg"),
        ({"KEY_PREFIX": "img/"}, "100x100/a.jpg", ("photos", "a.jpg"), "/img/100x100/a.jpg"),
        (
            {"SITE_URL": "https://i.example"},
            "100x100/a.jpg",
            ("photos", "a.jpg"),
            "https://i.example/100x100/a.jpg",
        ),
    ],
)
def test_the_location_is_the_missed_path(
    environ: dict[str, str], asked: str, original: tuple[str, str], location: str
) -> None:
    stage = staged(**environ)
    stage.put(original[1], bucket=original[0])
    assert stage.ask(asked) == location
    assert len(stage.stored()) == 1


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("100x100,fit=inside/a.jpg", "/100x100/a.jpg"),
        ("100x100,quality=5,fit=cover/a.jpg", "/100x100,fit=cover,quality=5/a.jpg"),
    ],
)
def test_another_spelling_makes_the_canonical_variant_and_redirects_there(asked: str, canonical: str) -> None:
    stage = staged()
    stage.put("a.jpg")
    for _viewer in range(2):
        assert stage.ask(asked) == canonical
    assert stage.stored() == {canonical[1:]}
    assert len(stage.renderer.made) == 1


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ("junk/100x100/a.png", Malformed),
        ("0100x100/a.png", Malformed),
        ("100X100/a.png", Malformed),
        ("１００x100/a.png", Malformed),  # noqa: RUF001 - full-width digits are the point
        ("100x101/a.png", NotAdmitted),
        ("100x100,fit=contain/a.png", NotAdmitted),
        ("100x100/../a.png", Malformed),
        ("100x100/100x100/a.png", NoSuchOriginal),
        ("100x100/missing.png", NoSuchOriginal),
        ("100x100/broken.png", BrokenImage),
        ("100x100/large.png", TooLarge),
        ("100x100/" + "a" * 1017, Malformed),
    ],
)
def test_a_refusal_stores_nothing(asked: str, refusal: type[Refusal]) -> None:
    stage = staged(MAX_SOURCE_BYTES="20")
    stage.put("a.png")
    stage.put("broken.png", BROKEN)
    stage.put("large.png", PHOTO * 11)
    with pytest.raises(refusal):
        stage.ask(asked)
    assert stage.stored() == set()


@pytest.mark.parametrize("asked", ["junk/a.png", "100x101/a.png", "100x100/../a.png"])
def test_a_refusal_that_needs_no_network_makes_no_call(asked: str) -> None:
    offline: Any = None
    service = staged().service
    service = dataclasses.replace(service, originals=offline, site=offline)
    variant, *captured = asked.split("/")
    with pytest.raises(Refusal):
        service.answer(variant, captured)


def hand_over(stage: Stage, path: str) -> Location:
    variant, *captured = path.split("/")
    return stage.service.answer(variant, captured, hand_over=True)


def test_what_is_handed_over_is_what_is_stored_whether_it_was_just_made_or_not() -> None:
    stage = staged()
    stage.put("a.jpg")
    made, found = hand_over(stage, "100x100/a.jpg").picture, hand_over(stage, "100x100/a.jpg").picture
    stored = stage.s3.get_object(Bucket="site", Key="100x100/a.jpg")
    tag = stored["Metadata"]["cache-tag"]
    assert found == made
    assert made == Picture(stored["Body"].read(), stored["ContentType"], tag, stored["CacheControl"])
    assert stage.renderer.made == ["100x100 of a.jpg"]


@pytest.mark.parametrize(
    ("environ", "asked", "location"),
    [
        ({}, "100x100,fit=inside/a.jpg", "/100x100/a.jpg"),
        ({}, SIGNED, "/9x9/a.jpg"),
        ({"FALLBACK_KEY": "a.jpg"}, "100x100/missing.jpg", "/100x100/a.jpg"),
    ],
)
def test_a_picture_with_another_address_is_not_handed_over_but_redirected_to(
    environ: dict[str, str], asked: str, location: str
) -> None:
    stage = staged(**environ)
    stage.put("a.jpg")
    for _made_then_stored in range(2):
        told = hand_over(stage, asked)
        assert (told.url, told.picture) == (location, None)


def test_a_picture_too_large_for_lambdas_answer_is_redirected_to_and_then_read_at_s3(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("chalicelib.handing_over.MOST_BYTES", len(b"100x100 of a.jpg") - 1)
    stage = staged()
    stage.put("a.jpg")
    assert hand_over(stage, "100x100/a.jpg").url == "/100x100/a.jpg"
    # S3 gives the distribution what is there. If it comes here again, S3 does not: to say so again is a loop.
    again = hand_over(stage, "100x100/a.jpg")
    assert again.picture is None
    assert again.url.startswith("https://site.s3.")


def test_who_lost_the_race_hands_over_the_picture_that_is_stored() -> None:
    stage = staged()
    stage.put("a.jpg")
    theirs = b"of a newer version of the original"

    def overtaken(original: Original, variant: Variant, needed: Extras, deadline: Deadline) -> Rendered:
        stage.s3.put_object(Bucket="site", Key="100x100/a.jpg", Body=theirs, ContentType="image/png")
        return stage.renderer(original, variant, needed, deadline)

    stage.service = dataclasses.replace(stage.service, render=overtaken)
    for _lost_then_found in range(2):
        found = hand_over(stage, "100x100/a.jpg").picture
        assert found
        assert found.data == theirs


def noting_reads(monkeypatch: pytest.MonkeyPatch) -> list[Deadline]:
    """Note the deadline of each variant that is read in order to be handed over."""
    read, deadlines = Site.read, list[Deadline]()

    def noted(site: Site, key: str, deadline: Deadline) -> Picture | None:
        deadlines.append(deadline)
        return read(site, key, deadline)

    monkeypatch.setattr(Site, "read", noted)
    return deadlines


def test_what_is_handed_over_is_read_by_the_deadline_of_its_request(monkeypatch: pytest.MonkeyPatch) -> None:
    stage, deadlines = staged(), noting_reads(monkeypatch)
    stage.put("a.jpg")

    def overtaken(original: Original, variant: Variant, needed: Extras, deadline: Deadline) -> Rendered:
        stage.s3.put_object(Bucket="site", Key="100x100/a.jpg", Body=b"theirs", ContentType="image/png")
        return stage.renderer(original, variant, needed, deadline)

    stage.service = dataclasses.replace(stage.service, render=overtaken)
    for asked in range(2):
        timings = Timings()
        stage.service.answer("100x100", ["a.jpg"], timings=timings, hand_over=True)
        assert deadlines[asked:] == [Deadline(timings.start + ANSWER_SECONDS)]


@pytest.mark.parametrize("most", [4_500_000, len(b"100x100 of a.jpg") - 1], ids=["fits", "is too large"])
def test_what_was_just_made_is_not_read_again(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.handing_over.MOST_BYTES", most)
    stage, deadlines = staged(), noting_reads(monkeypatch)
    stage.put("a.jpg")
    hand_over(stage, "100x100/a.jpg")
    assert deadlines == []


def test_a_picture_that_goes_while_it_is_handed_over_is_looked_for_at_s3() -> None:
    stage = staged()
    stage.put("a.jpg")
    stage.ask("100x100/a.jpg")
    found = stage.service.site.find("100x100/a.jpg")
    stage.s3.delete_object(Bucket="site", Key="100x100/a.jpg")
    gone: Any = SimpleNamespace(
        find=lambda _: found, read=stage.service.site.read, presign=stage.service.site.presign
    )
    stage.service = dataclasses.replace(stage.service, site=gone)
    assert hand_over(stage, "100x100/a.jpg").url.startswith("https://site.s3.")


def test_nothing_is_invalidated_for_a_picture_that_s3_did_not_give_to_the_distribution() -> None:
    stage = staged(INVALIDATE="stale")
    stage.put("a.jpg")
    hand_over(stage, "100x100/a.jpg")
    with freeze_time(timedelta(seconds=RACE_SECONDS + 60), tick=True):
        hand_over(stage, "100x100/a.jpg")
    assert stage.evictions.calls == 0


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_re_entry_is_redirected_past_every_cache(method: str) -> None:
    stage = staged()
    stage.put("a.jpg")
    stage.ask("100x100/a.jpg")
    again = stage.ask("100x100/a.jpg", method)
    assert again.startswith("https://site.s3.")
    assert "/100x100/a.jpg?" in again
    assert "Signature=" in again
    assert stage.renderer.made == ["100x100 of a.jpg"]


@pytest.mark.parametrize(
    ("invalidate", "at_once", "later"),
    [("always", 1, 1), ("stale", 0, 1), ("never", 0, 0)],
)
def test_a_rendering_is_invalidated_at_most_once(invalidate: str, at_once: int, later: int) -> None:
    stage = staged(INVALIDATE=invalidate)
    with freeze_time() as clock:
        stage.put("a b.jpg")
        stage.ask("100x100/a%20b.jpg")
        assert len(stage.evictions.paths) == at_once
        stage.ask("100x100/a%20b.jpg")
        assert len(stage.evictions.paths) == at_once, "a re-entry this early may be a race"
        clock.tick(timedelta(seconds=RACE_SECONDS + 1))
        for _ in range(3):
            stage.ask("100x100/a%20b.jpg")
        assert stage.evictions.calls <= 1, "nor is CloudFront asked twice by one process"
    assert list(stage.evictions.paths.values()) == ["/100x100/a%20b.jpg"] * later


def test_a_variant_that_is_rendered_again_may_be_invalidated_again() -> None:
    stage = staged(INVALIDATE="always")
    stage.put("a.jpg")
    for _ in range(2):
        stage.ask("100x100/a.jpg")
        stage.s3.delete_object(Bucket="site", Key="100x100/a.jpg")
    assert list(stage.evictions.paths.values()) == ["/100x100/a.jpg"] * 2


@pytest.mark.parametrize("reason", ["it is used up", "it cannot be counted"])
def test_an_invalidation_that_the_budget_has_no_path_for_is_left_out_and_the_viewer_gets_the_picture(
    reason: str,
) -> None:
    stage = staged(INVALIDATE="stale", INVALIDATION_BUDGET="200")
    stage.put("a.jpg")
    stage.ask("100x100/a.jpg")
    timings = Timings()
    with freeze_time(timedelta(seconds=RACE_SECONDS + 60), tick=True):
        used = {"month": month(time.time()), "paths": "200"}
        note = used if reason == "it is used up" else {}
        stage.s3.put_object(Bucket="site", Key=".index/invalidations", Metadata=note)
        location = stage.service.answer("100x100", ["a.jpg"], timings=timings)
    assert location.url.startswith("https://site.s3.")
    assert stage.evictions.calls == 0
    assert timings.paths == {"told": 0, "held": 1}


def test_within_the_budget_each_invalidation_is_counted_before_it_is_ordered() -> None:
    stage = staged(INVALIDATE="always", INVALIDATION_BUDGET="200")
    stage.put("a.jpg")
    timings = Timings()
    stage.service.answer("100x100", ["a.jpg"], timings=timings)
    assert timings.paths == {"told": 1, "held": 0}
    note = stage.s3.head_object(Bucket="site", Key=".index/invalidations")
    assert note["Metadata"]["paths"] == "1"


def test_a_failed_invalidation_does_not_fail_the_picture() -> None:
    stage = staged(INVALIDATE="always")
    stage.evictions.fault = ClientError({"Error": {"Code": "Throttling"}}, "CreateInvalidation")
    stage.put("a.jpg")
    assert stage.ask("100x100/a.jpg") == "/100x100/a.jpg"
    assert stage.evictions.calls == 1


def test_fetching_and_rendering_have_one_deadline_before_api_gateways(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage, begun = staged(), Deadline.within(0)
    read, read_by = Asked.read, []

    def noted(asked: Asked, accepted: frozenset[str], deadline: Deadline) -> Original:
        read_by.append(deadline)
        return read(asked, accepted, deadline)

    monkeypatch.setattr(Asked, "read", noted)
    stage.put("a.jpg")
    stage.ask("100x100/a.jpg")

    assert read_by == stage.renderer.deadlines
    assert 0 < read_by[0].moment - begun.moment < 29


def test_losing_the_race_to_store_is_success() -> None:
    stage = staged(INVALIDATE="always")
    stage.put("a.jpg")
    winner = Original(ObjectName("photos", "a.jpg"), b"photo", "etag")

    def overtaken(original: Original, variant: Variant, needed: Extras, deadline: Deadline) -> Rendered:
        rendered = stage.renderer(original, variant, needed, deadline)
        stage.service.site.store("100x100/a.jpg", dataclasses.replace(rendered, data=b"first"), winner)
        return rendered

    stage.service = dataclasses.replace(stage.service, render=overtaken)
    assert stage.ask("100x100/a.jpg") == "/100x100/a.jpg"
    assert stage.s3.get_object(Bucket="site", Key="100x100/a.jpg")["Body"].read() == b"first"
    assert stage.evictions.calls == 0, "the winner invalidates"


def test_a_missing_original_gets_the_fallbacks_own_variant() -> None:
    stage = staged(FALLBACK_KEY="none.png")
    stage.put("none.png")
    for missing in ("missing.jpg", "also/missing.jpg"):
        assert stage.ask(f"100x100/{missing}") == "/100x100/none.png"
    assert stage.stored() == {"100x100/none.png"}
    assert stage.renderer.made == ["100x100 of none.png"]


def test_a_key_that_no_source_can_contain_gets_the_fallback_too() -> None:
    stage = staged(SOURCES="avatars=people/faces", FALLBACK_KEY="avatars/none.png")
    stage.put("faces/none.png", bucket="people")
    assert stage.ask("100x100/elsewhere/missing.jpg") == "/100x100/avatars/none.png"


@pytest.mark.parametrize(
    ("environ", "asked", "key"),
    [
        ({}, "100x100/shoes/a%20b.jpg", "shoes/a%20b.jpg"),
        ({}, "100x100/caf%C3%A9.jpg", "caf%C3%A9.jpg"),
        ({}, "100x100/avatars/me.jpg", "avatars/me.jpg"),
        ({"FALLBACK_KEY": "none.png"}, "100x100/none.png", "none.png"),
        ({"FALLBACK_KEY": "none.png"}, "100x100/a.jpg", "a.jpg"),
    ],
    ids=[
        "a space",
        "unicode",
        "a source with a prefix",
        "the fallback itself",
        "a fallback that is missing, too",
    ],
)
def test_a_missing_original_is_named_by_the_key_that_was_asked_for(
    environ: dict[str, str], asked: str, key: str
) -> None:
    with pytest.raises(NoSuchOriginal) as refused:
        staged(**environ).ask(asked)
    assert str(refused.value) == f"There is no original '{key}' that this site can read."


@pytest.mark.parametrize("code", ["SlowDown", "InternalError", "503"])
@pytest.mark.parametrize("call", ["head_object", "get_object", "put_object"])
def test_a_busy_store_is_worth_another_try(call: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = staged()
    stage.put("a.jpg")

    def busy(**_: Any) -> None:
        raise ClientError({"Error": {"Code": code}}, call)

    monkeypatch.setattr(stage.s3, call, busy)
    with pytest.raises(UpstreamBusy):
        stage.ask("100x100/a.jpg")


@dataclass
class Calls:
    """Notes which calls S3 gets, and the bodies that it answers with."""

    names: list[str] = field(default_factory=list)
    bodies: list[StreamingBody] = field(default_factory=list)

    def listen(self, stage: Stage) -> None:
        stage.s3.meta.events.register("before-call.s3", lambda model, **_: self.names.append(model.name))
        stage.s3.meta.events.register("after-call.s3.GetObject", self._answered)

    def _answered(self, parsed: dict[str, Any], **_: object) -> None:
        if "Body" in parsed:
            self.bodies.append(parsed["Body"])


@pytest.mark.parametrize(
    ("originals", "path", "calls"),
    [
        (["a.jpg"], "100x100/a.jpg", ["GetObject", "HeadObject", "PutObject", "PutObject"]),
        ([], "100x100/none.jpg", ["GetObject", "HeadObject"]),
        (["stored.jpg"], "100x100/stored.jpg", ["GetObject", "HeadObject"]),
        (["a.jpg"], "9x9/a.jpg", []),
        (["a.jpg"], "junk/a.jpg", []),
        (["a.jpg"], "100x100/../a.jpg", []),
    ],
    ids=[
        "a new variant: its index entry, and itself",
        "a missing original",
        "a stored variant",
        "a size that is not allowed",
        "no variant",
        "no key",
    ],
)
def test_a_request_needs_no_more_calls_than_these(originals: list[str], path: str, calls: list[str]) -> None:
    stage, heard = staged(), Calls()
    for key in originals:
        stage.put(key)
    if "stored.jpg" in originals:
        stage.ask("100x100/stored.jpg")
    heard.listen(stage)
    with suppress(Refusal):
        stage.ask(path)
    assert sorted(heard.names) == calls


def test_the_original_of_a_stored_variant_is_closed_unread() -> None:
    stage, heard = staged(), Calls()
    stage.put("a.jpg")
    stage.ask("100x100/a.jpg")
    heard.listen(stage)
    assert stage.ask("100x100/a.jpg").startswith("https://site.s3.amazonaws.com/")
    (body,) = heard.bodies
    with pytest.raises(ValueError, match="closed file"):
        body.read()


@pytest.mark.parametrize(
    "code", ["NoSuchKey", "AccessDenied", "InvalidObjectState", "SlowDown", "NoSuchBucket"]
)
def test_what_s3_says_of_the_original_is_nothing_to_a_stored_variant(
    code: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stage = staged()
    stage.put("a.jpg")
    stage.ask("100x100/a.jpg")

    def faulty(**_: Any) -> None:
        raise ClientError({"Error": {"Code": code}}, "GetObject")

    monkeypatch.setattr(stage.s3, "get_object", faulty)
    assert stage.ask("100x100/a.jpg").startswith("https://site.s3.amazonaws.com/")
    assert [record for record in caplog.records if record.levelname != "INFO"] == []


def test_where_both_calls_fail_the_variants_fault_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = staged()

    def busy(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "SlowDown"}}, "HeadObject")

    monkeypatch.setattr(stage.s3, "head_object", busy)
    with pytest.raises(UpstreamBusy):
        stage.ask("100x100/missing.jpg")
    assert stage.index() == set()


@pytest.mark.parametrize(
    ("original", "made"),
    [(PHOTO, 1), (BROKEN, 0)],
    ids=[
        "a picture that could be made is not stored",
        "a picture that could not is not refused for that yet",
    ],
)
def test_without_its_index_entry_no_variant_is_stored_and_no_refusal_lasts(
    original: bytes, made: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = staged()
    stage.put("a.jpg", original)
    put = stage.s3.put_object

    def busy(**asked: Any) -> Any:
        if "original-" in asked["Key"] and "/refused/" not in asked["Key"]:
            raise ClientError({"Error": {"Code": "SlowDown"}}, "PutObject")
        return put(**asked)

    monkeypatch.setattr(stage.s3, "put_object", busy)
    with pytest.raises(UpstreamBusy):
        stage.ask("100x100/a.jpg")
    assert (stage.stored(), len(stage.renderer.made)) == (set(), made)


@pytest.mark.parametrize("fallback", ["", "none.png"])
def test_an_original_that_the_owner_has_to_unlock_is_named_and_gets_no_fallback(
    monkeypatch: pytest.MonkeyPatch, fallback: str
) -> None:
    stage = staged(FALLBACK_KEY=fallback)
    stage.put("none.png")

    def denied(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")

    monkeypatch.setattr(stage.s3, "get_object", denied)
    with pytest.raises(UnreadableOriginal) as refused:
        stage.ask("100x100/a.jpg")
    assert str(refused.value) == (
        "This site may not read the original 'a.jpg'. The site's owner has to change that. "
        "The site's log says why."
    )


def test_every_step_is_timed() -> None:
    stage = staged()
    stage.put("a.jpg")
    timings = str(stage.service.answer("100x100", ["a.jpg"]).timings)
    assert [entry.partition(";")[0] for entry in timings.split(", ")] == [
        "exists",
        "fetch",
        "render",
        "store",
        "total",
    ]


keys = st.sampled_from(["a.png", "b/c.png", "100x100/a.png", "thumb/a.png", "300x/100x100/a.png"])
spellings = st.one_of(
    st.sampled_from(
        [
            "100x100",
            "300x",
            "thumb",
            "100x100,fit=cover",
            "100x100,fit=inside",
            "0100x100",
            "100X100",
            "junk",
            "9x9",
        ]
    ),
    st.from_regex(r"\A[0-9]{1,4}x[0-9]{0,4}(,(fit=(cover|inside|fill)|quality=[0-9]{1,3}|upscale)){0,3}\Z"),
    st.text(max_size=12),
)
paths = st.tuples(
    spellings.map(lambda text: quote(text, safe=",=@")), keys | keys | st.text(max_size=12)
).map("/".join)


SECRET = {
    "SITE_BUCKET": "site",
    "SOURCES": "default=photos,avatars=people/faces,zz9=people/zz8",
    "KEY_PREFIX": "zz6",
    "PRESETS": "thumb@zz9=90x90",
    "WATERMARKS": "logo=zz9:zz5.png,center,60,20",
    "FALLBACK_KEY": "zz4.png",
    "DISTRIBUTION_ID": "ZZ3",
}


@given(asked=paths)
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_refusal_tells_what_is_only_in_the_configuration(asked: str) -> None:
    stage = staged(**SECRET)
    try:
        stage.ask(asked)
    except Refusal as refusal:
        message = str(refusal)
    else:
        message = "It was made."
    assert is_public(message)
    assert not re.search("zz[0-9]|ZZ3|photos|people|faces", message)


ORIGINALS = {"a.png", "b/c.png", "100x100/a.png"}
APART = {"SOURCES": "default=photos"}
TOGETHER = {"SOURCES": "default=site", "KEY_PREFIX": ""}


@pytest.mark.parametrize("environ", [APART, TOGETHER], ids=["a source of its own", "one bucket for both"])
@given(asked=st.lists(paths, max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_only_admitted_variants_of_originals_are_stored_for_any_request(
    environ: dict[str, str], asked: list[str]
) -> None:
    stage = staged(**environ)
    bucket = "site" if environ is TOGETHER else "photos"
    existing = ORIGINALS - {"100x100/a.png"} if environ is TOGETHER else ORIGINALS
    for key in existing:
        stage.put(key, bucket=bucket)
    before = stage.stored()
    # Twice, since the second round could take the variants of the first for originals.
    for path in asked * 2:
        try:
            stage.ask(path)
        except Refusal:
            continue
    new, entries = stage.stored() - before, stage.index()
    assert len(entries) == len(new), "each is written down once"
    for stored in new:
        spelling, _, key = stored.partition("/")
        variant = stage.service.config.policy.read(spelling)
        stage.service.config.policy.admit(variant)
        assert (str(variant), key in existing) == (spelling, True)
    for key in new | entries:
        stage.s3.delete_object(Bucket="site", Key=key)


def test_the_age_of_a_stored_variant_is_measured_by_the_clock_of_s3() -> None:
    stage = staged()
    stage.put("a.jpg")
    with freeze_time() as clock:
        stage.ask("100x100/a.jpg")
        clock.tick(timedelta(seconds=90))
        found = stage.service.site.find("100x100/a.jpg")
    assert isinstance(found, Stored)
    assert 89 <= found.age <= 91


@pytest.mark.parametrize(
    ("environ", "answer"),
    [
        ({}, NoSuchOriginal),
        ({"OTHER_FILES": "missing"}, NoSuchOriginal),
        ({"OTHER_FILES": "refused"}, NotAnImage),
    ],
    ids=["by default", "missing", "refused"],
)
@pytest.mark.parametrize("times", [1, 10_000], ids=["small", "larger than originals may be"])
def test_a_file_that_is_not_an_image_looks_missing_unless_the_owner_says_otherwise(
    environ: dict[str, str], answer: type[Refusal], times: int
) -> None:
    stage = staged(MAX_SOURCE_BYTES="100000", **environ)
    stage.put("salaries.csv", b"name,salary" * times)
    with pytest.raises(answer) as other:
        stage.ask("100x100/salaries.csv")
    with pytest.raises(NoSuchOriginal) as missing:
        stage.ask("100x100/nothing.csv")
    assert (str(other.value).replace("salaries", "nothing") == str(missing.value)) is (
        answer is NoSuchOriginal
    )


def test_a_file_that_is_not_an_image_gets_the_fallback_like_a_missing_one() -> None:
    stage = staged(FALLBACK_KEY="none.jpg")
    stage.put("none.jpg")
    stage.put("salaries.csv", b"name,salary")
    assert stage.ask("100x100/salaries.csv") == stage.ask("100x100/nothing.csv") == "/100x100/none.jpg"


@pytest.mark.parametrize(
    ("types", "data", "is_read"),
    [
        ("jpeg,gif", PHOTO, True),
        ("jpeg", PHOTO, False),
        ("gif", b"<!doctype html>", False),
        ("gif", b"", False),
    ],
)
def test_only_an_accepted_image_is_read_to_its_end(
    types: str,
    data: bytes,
    is_read: bool,  # noqa: FBT001 - a table's column
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = staged(ALLOWED_IMAGE_TYPES=types)
    stage.put("a.jpg", data + bytes(100_000))
    read: list[int] = []
    whole = StreamingBody.read

    def counted(self: StreamingBody, amt: int | None = None) -> bytes:
        read.append(len(got := whole(self, amt)))
        return got

    monkeypatch.setattr(StreamingBody, "read", counted)
    with nullcontext() if is_read else pytest.raises(NoSuchOriginal):
        stage.ask("100x100/a.jpg")
    assert (sum(read) == len(data) + 100_000) is is_read
    assert is_read or sum(read) <= FIRST_BYTES


def test_an_object_with_the_metadata_of_a_variant_is_never_an_original() -> None:
    one_bucket = {"SOURCES": "default=site", "PRESETS": "hero=90x90"}
    before = staged(**one_bucket)
    before.put("a.jpg", bucket="site")
    before.ask("hero/a.jpg")
    after = staged(**one_bucket | {"PRESETS": ""})
    with pytest.raises(Malformed, match="The key names a variant, not an original"):
        after.ask("100x100/hero/a.jpg")
    assert after.stored() == {"a.jpg", "hero/a.jpg"}


@pytest.mark.parametrize("asked", ["badge/nobody.jpg", "badge/none.jpg"])
def test_a_preset_for_one_source_gets_the_fallback_from_the_fallbacks_own_source(asked: str) -> None:
    stage = staged(PRESETS="badge@avatars=90x90", FALLBACK_KEY="none.jpg")
    stage.put("none.jpg")
    assert stage.ask(asked) == "/badge/none.jpg"
    assert stage.stored() == {"badge/none.jpg"}


@pytest.mark.parametrize(
    ("data", "refusal", "is_noted"),
    [(BROKEN, BrokenImage, True), (PHOTO * 11, TooLarge, True), (b"<svg/>", NoSuchOriginal, False)],
    ids=["broken", "too large", "no image"],
)
def test_a_refusal_that_lasts_can_be_found_when_its_original_changes(
    data: bytes,
    refusal: type[Refusal],
    is_noted: bool,  # noqa: FBT001 - a table's column
) -> None:
    stage = staged(MAX_SOURCE_BYTES="20")
    stage.put("a.jpg", data)
    with pytest.raises(refusal) as refused:
        stage.ask("100x100/a.jpg")
    tag = ObjectName("photos", "a.jpg").tag
    entries = [entry for page in stage.service.site.index.pages(tag) for entry in page]
    refused_entries = [entry.spelling for entry in entries if entry.is_refusal]
    assert refused_entries == ["100x100"] * is_noted
    assert refused.value.cache_tag == (tag if is_noted else "")


SIGNER = SigningKey("k1", "correct-horse-battery-staple")


def signed(variant: str, key: str, expires: int | None = None) -> str:
    """Return the signed path of the original with this `key`, which needs no encoding."""
    return f"{signing.address(variant, SIGNER.sign(variant, key, expires))}/{key}"


@pytest.mark.parametrize("variant", ["640x480,fit=fill,format=webp", "100x100", "thumb"])
def test_a_signed_request_makes_the_canonical_variant_and_is_redirected_there(variant: str) -> None:
    stage = staged(KEY_PREFIX="img/")
    stage.put("d/a.jpg")
    for _viewer in range(2):
        assert stage.ask(signed(variant, "d/a.jpg")) == f"/img/{variant}/d/a.jpg"
    assert stage.stored() == {f"img/{variant}/d/a.jpg"}
    assert stage.renderer.made == [f"{variant} of d/a.jpg"]


@pytest.mark.parametrize(
    ("spelling", "seconds"), [("640x480,format=webp,fit=fill", 3600), ("640x480,fit=fill,format=webp", 3600)]
)
def test_the_answer_to_a_signed_request_may_be_kept_for_an_hour(spelling: str, seconds: int) -> None:
    stage = staged()
    stage.put("a.jpg")
    signature = SIGNER.sign("640x480,fit=fill,format=webp", "a.jpg")
    location = stage.service.answer(signing.address(spelling, signature), ["a.jpg"])
    assert (location.seconds, location.cache_tag) == (seconds, ObjectName("photos", "a.jpg").tag)


@pytest.mark.parametrize(("left", "seconds"), [(5, 5), (3600, 3600), (99_999, 3600)])
def test_no_answer_to_a_signed_request_is_kept_after_it_has_expired(left: int, seconds: int) -> None:
    stage = staged()
    with freeze_time("2026-11-26T12:00:00Z") as clock:
        stage.put("a.jpg")
        path = signed("640x480", "a.jpg", int(clock.time_to_freeze.timestamp()) + left)
        variant, key = path.split("/")
        assert stage.service.answer(variant, [key]).seconds == seconds
        clock.tick(timedelta(seconds=left))
        with pytest.raises(NotAdmitted, match="expired at 2026-11-2"):
            stage.ask(path)


def test_a_signature_that_expires_while_the_picture_is_made_still_brings_the_picture() -> None:
    stage = staged()
    with freeze_time("2026-11-26T12:00:00Z") as clock:
        stage.put("a.jpg")
        path = signed("640x480", "a.jpg", int(clock.time_to_freeze.timestamp()) + 2)

        def slow(*given: Any) -> Rendered:
            clock.tick(timedelta(seconds=3))
            return stage.renderer(*given)

        variant, key = path.split("/")
        location = dataclasses.replace(stage.service, render=slow).answer(variant, [key])
    assert (location.url, location.seconds) == ("/640x480/a.jpg", 0)


@pytest.mark.parametrize(
    "asked", ["100x100/a.jpg", "thumb/a.jpg", "100x100,fit=inside/a.jpg", signed("640x480", "missing.jpg")]
)
def test_no_other_redirect_may_be_kept(asked: str) -> None:
    stage = staged(FALLBACK_KEY="a.jpg")
    stage.put("a.jpg")
    for _ in range(2):
        variant, key = asked.split("/")
        assert (location := stage.service.answer(variant, [key])).seconds == 0
        assert location.cache_tag == ""


@pytest.mark.parametrize(
    "asked",
    [
        signed("640x480", "b.jpg").replace("b.jpg", "a.jpg"),
        signed("100x100", "a.jpg").replace("k1.", "k2."),
        signed("640x480", "a.jpg", 1),
        signed("640x480,watermark=logo", "a.jpg"),
    ],
    ids=["another key's", "an unknown id", "expired", "a watermark that does not exist"],
)
def test_a_signature_is_judged_before_any_call(asked: str) -> None:
    offline: Any = None
    service = dataclasses.replace(staged().service, originals=offline, site=offline)
    variant, key = asked.split("/")
    with pytest.raises(NotAdmitted):
        service.answer(variant, [key])


@pytest.mark.parametrize(
    ("invalidate", "asked", "evicted"),
    [
        ("stale", signed("640x480", "a.jpg"), 1),
        ("stale", signed("100x100", "a.jpg"), 0),
        ("stale", "100x100/a.jpg", 0),
        ("always", signed("640x480", "a.jpg"), 1),
        ("never", signed("640x480", "a.jpg"), 0),
    ],
)
def test_what_only_a_signature_allows_is_invalidated_when_it_is_made(
    invalidate: str, asked: str, evicted: int
) -> None:
    """Before, somebody may have asked without a signature, and the CDN may have kept the redirect."""
    stage = staged(INVALIDATE=invalidate)
    stage.put("a.jpg")
    for _ in range(2):
        location = stage.ask(asked)
    assert list(stage.evictions.paths.values()) == ["/640x480/a.jpg"] * evicted
    assert "a.jpg" in location


@pytest.mark.parametrize(
    ("asked", "urgency"),
    [("100x100/a.jpg", Urgency.OPTIONAL), (signed("640x480", "a.jpg"), Urgency.DUE)],
    ids=["a re-entry would show it", "no re-entry would"],
)
def test_a_budget_may_leave_out_only_what_a_re_entry_would_show(asked: str, urgency: Urgency) -> None:
    stage, ordered = staged(INVALIDATE="always"), list[Eviction]()

    def tell(eviction: Eviction) -> int:
        ordered.append(eviction)
        return 0

    stage.put("a.jpg")
    variant, key = asked.split("/")
    dataclasses.replace(stage.service, evictor=Evictor(tell)).answer(variant, [key])
    assert [each.urgency for each in ordered] == [urgency]


def entries_of(stage: Stage, key: str) -> set[tuple[str, str]]:
    pages = stage.service.site.index.pages(ObjectName("photos", key).tag)
    return {(entry.spelling, entry.etag) for page in pages for entry in page}


@pytest.mark.parametrize(("data", "is_stored"), [(PHOTO, True), (BROKEN, False)], ids=["made", "refused"])
def test_every_answer_to_a_signed_request_that_is_kept_is_in_the_index_once(
    data: bytes,
    is_stored: bool,  # noqa: FBT001 - a table's column
) -> None:
    stage = staged()
    stage.put("a.jpg", data)
    for expires in (None, 4_000_000_000, 4_000_000_001):
        with nullcontext() if is_stored else pytest.raises(BrokenImage):
            stage.ask(signed("640x480,fit=fill", "a.jpg", expires))
    etag = stage.s3.head_object(Bucket="photos", Key="a.jpg")["ETag"].strip('"')
    # The entry of the version is written beside the rendering, so one that is refused has it as well.
    assert entries_of(stage, "a.jpg") == {("640x480,fit=fill", "signed"), ("640x480,fit=fill", etag)}


def test_a_signed_address_leads_to_an_unsigned_one_so_it_cannot_loop() -> None:
    stage = staged()
    stage.put("a.jpg")
    assert ",s=" not in stage.ask(signed("640x480", "a.jpg"))
    with pytest.raises(NotAdmitted):
        stage.ask("640x480/a.jpg")
    stage.ask(signed("100x100", "a.jpg"))
    assert stage.ask("100x100/a.jpg").startswith("https://site.s3."), "a re-entry, as ever"


FAMILY = {
    "FAMILIES": "card: 100x100 300x 300x,fit=cover; small: thumb 100x100",
    "PREWARM_QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/wanted",
}


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("100x100/d/a.jpg", [("d/a.jpg", ("300x", "300x,fit=cover", "thumb"))]),
        ("300x,fit=cover,quality=5/d/a.jpg", []),
        ("300x/avatars/me.jpg", [("avatars/me.jpg", ("100x100", "300x,fit=cover"))]),
    ],
)
def test_the_first_miss_of_one_member_wants_the_others_once(
    asked: str, wanted: list[tuple[str, tuple[str, ...]]]
) -> None:
    stage = staged(**FAMILY)
    told: list[Wanted] = []
    stage.service = dataclasses.replace(stage.service, ahead=told.append)
    stage.put("d/a.jpg")
    stage.put("faces/me.jpg", bucket="people")
    for _viewer in range(2):
        stage.ask(asked)
    assert [(each.key, each.spellings) for each in told] == wanted


@pytest.mark.parametrize(("key", "data"), [("b.jpg", BROKEN), ("c.jpg", b"no image"), ("missing.jpg", b"")])
def test_a_refused_member_wants_no_others(key: str, data: bytes) -> None:
    stage = staged(**FAMILY)
    told: list[Wanted] = []
    stage.service = dataclasses.replace(stage.service, ahead=told.append)
    if data:
        stage.put(key, data)
    with pytest.raises(Refusal):
        stage.ask(f"100x100/{key}")
    assert told == []


def test_without_families_nothing_is_wanted() -> None:
    stage = staged()
    told: list[Wanted] = []
    stage.service = dataclasses.replace(stage.service, ahead=told.append)
    stage.put("a.jpg")
    stage.ask("100x100/a.jpg")
    assert told == []
