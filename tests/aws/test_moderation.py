"""Moderation: what Rekognition is shown and asked, what is noted of its answer, and what if there is none."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError

from chalicelib.address.moderation import PARENTS, Action, read
from chalicelib.address.sources import ObjectName, Source
from chalicelib.address.values import Document, Format
from chalicelib.assembly import assemble
from chalicelib.aws import notes
from chalicelib.aws.bucket import Original
from chalicelib.aws.faces import Detector
from chalicelib.aws.moderation import Moderator
from chalicelib.codecs.limits import Limits
from chalicelib.config import config
from chalicelib.config.config import ConfigError
from chalicelib.errors import (
    BrokenImage,
    Fault,
    Moderated,
    NoSuchOriginal,
    NotAnImage,
    Refusal,
    TooLarge,
    UpstreamBusy,
)
from chalicelib.render.rendered import Rendered
from chalicelib.timing import NEVER, Deadline
from tests.pictures import png
from tests.pixels import gif, gif_frame

if TYPE_CHECKING:
    from chalicelib.address.variant import Variant
    from chalicelib.render.extras import Extras
    from chalicelib.service import Service

pytestmark = pytest.mark.usefixtures("aws")


def label(name: str, confidence: float, parent: str | None = None) -> dict[str, Any]:
    """A label as DetectModerationLabels describes it (API reference, ModerationLabel)."""
    above = PARENTS.get(name, "") if parent is None else parent
    return {"Name": name, "ParentName": above, "Confidence": confidence, "TaxonomyLevel": 1}


@dataclass
class Rekognition:
    """A client that sees the same in every picture, or fails."""

    labels: list[Any] = field(default_factory=list)
    fault: Exception | None = None
    shown: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def detect_moderation_labels(self, *, Image: dict[str, bytes], MinConfidence: float) -> Any:  # noqa: N803 - boto3's
        self.asked.append("labels")
        self.shown.append(Image["Bytes"])
        if self.fault:
            raise self.fault
        return {"ModerationLabels": [each for each in self.labels if each["Confidence"] >= MinConfidence]}

    def detect_faces(self, *, Image: dict[str, bytes]) -> Any:  # noqa: ARG002, N803 - likewise
        self.asked.append("faces")
        box = {"Left": 0.25, "Top": 0.5, "Width": 0.125, "Height": 0.25}
        return {"FaceDetails": [{"BoundingBox": box, "Confidence": 99.9}]}


SITE = Source("site", "img/")
PHOTO = Original(ObjectName("people", "me.jpg"), b"\xff\xd8\xff photo", "etag-1")
FILM = Original(ObjectName("people", "me.gif"), b"GIF89a film", "etag-1")
LIMITS = Limits(source_bytes=1_000_000, source_pixels=50_000_000, output_pixels=25_000_000)
RULES = "rekognition:Explicit Nudity=blur,Violence=refuse@80"


@dataclass
class Copies:
    """Makes the pictures for Rekognition, of an original of so many `frames` of 10 x 10 pixels."""

    frames: int = 1
    too_large_from: int = 1000
    made: list[str] = field(default_factory=list)

    def __call__(self, variant: Variant) -> Rendered:
        self.made.append(str(variant))
        frame = variant.options.frame or 0
        if frame >= self.too_large_from:
            raise TooLarge
        if variant.is_info:
            return Rendered(b"{}", Document.JSON, 10, 10, self.frames)
        return Rendered(b"frame %d" % frame, Format.JPEG, 1, 1, 1)


def moderator(
    rekognition: Rekognition, rules: str = RULES, *, s3: Any = None, limits: Limits = LIMITS
) -> Moderator:
    clients: Any = SimpleNamespace(s3=s3 or boto3.client("s3"), rekognition=rekognition)
    return Moderator(clients, SITE, read(rules), limits)


def noted() -> list[Any]:
    stored = boto3.client("s3").list_objects_v2(Bucket="site").get("Contents", [])
    return [entry for entry in stored if ".moderation/" in entry["Key"]]


@pytest.mark.parametrize(
    ("labels", "action"),
    [
        pytest.param([], None, id="nothing is seen"),
        pytest.param([label("Alcohol", 99)], None, id="what no rule names"),
        pytest.param([label("Explicit Nudity", 51)], Action.BLUR, id="the label itself"),
        pytest.param([label("Explicit Nudity", 49)], None, id="not sure enough of it"),
        pytest.param([label("Exposed Female Nipple", 51)], Action.BLUR, id="a child of it, alone"),
        pytest.param([label("Explicit", 99)], None, id="its parent"),
        pytest.param([label("Sex Toys", 99)], None, id="its sibling"),
        pytest.param([label("Blood & Gore", 80)], Action.REFUSE, id="a grandchild"),
        pytest.param(
            [label("Explicit Nudity", 99), label("Weapons", 99)], Action.REFUSE, id="both: the strictest"
        ),
        pytest.param([label("Duels", 90, "Violence")], Action.REFUSE, id="a child of a later taxonomy"),
        pytest.param([label("Strange", 90, "Strange")], None, id="a label that is its own parent"),
        pytest.param([{"Name": "Violence", "Confidence": 90}], Action.REFUSE, id="no parent is named"),
    ],
)
def test_a_label_counts_for_all_above_it_and_the_answer_is_the_same_the_second_time(
    labels: list[Any], action: Action | None
) -> None:
    rekognition, copies = Rekognition(labels), Copies()
    verdicts = [moderator(rekognition).judge(PHOTO, copies, NEVER) for _ in range(3)]

    assert verdicts == [action] * 3
    assert (rekognition.shown, len(copies.made)) == ([b"frame 1"], 1)
    (note,) = noted()
    assert (note["Size"], note["Key"].startswith("img/.moderation/original-")) == (0, True)


def test_another_setting_needs_no_new_answer() -> None:
    rekognition = Rekognition([label("Smoking", 30.04)])
    judged = [
        moderator(rekognition, rules).judge(PHOTO, Copies(), NEVER)
        for rules in (RULES, "rekognition:Drugs & Tobacco=refuse@30", "rekognition:Smoking=blur@31")
    ]

    assert judged == [None, Action.REFUSE, None]
    assert len(rekognition.shown) == 1


def test_rekognition_is_asked_again_for_a_changed_original_and_the_old_answer_is_replaced() -> None:
    rekognition = Rekognition([label("Weapons", 99)])
    changed = dataclasses.replace(PHOTO, data=b"\xff\xd8\xff another", etag="etag-2")
    for original in (PHOTO, changed, changed):
        assert moderator(rekognition).judge(original, Copies(), NEVER) is Action.REFUSE

    assert len(rekognition.shown) == 2
    assert len(noted()) == 1


def test_an_entity_tag_that_two_pictures_share_is_no_way_around_it() -> None:
    """The tag is an MD5 of what was uploaded, and MD5 collides at will."""
    rekognition = Rekognition()
    assert moderator(rekognition).judge(PHOTO, Copies(), NEVER) is None
    rekognition.labels = [label("Weapons", 99)]
    twin = dataclasses.replace(PHOTO, data=b"\xff\xd8\xff another with the same MD5")

    assert moderator(rekognition).judge(twin, Copies(), NEVER) is Action.REFUSE


def test_the_same_bytes_need_no_new_answer_whatever_their_entity_tag() -> None:
    """A copy in several parts has another one."""
    rekognition = Rekognition()
    for etag in ("etag-1", "etag-1-2"):
        moderator(rekognition).judge(dataclasses.replace(PHOTO, etag=etag), Copies(), NEVER)

    assert len(rekognition.shown) == 1


def test_every_label_of_the_taxonomy_fits_into_one_note() -> None:
    rekognition = Rekognition([label(name, 99.9) for name in PARENTS])
    for _ in range(2):
        assert moderator(rekognition).judge(PHOTO, Copies(), NEVER) is Action.REFUSE

    assert len(rekognition.shown) == 1
    stored = boto3.client("s3").head_object(Bucket="site", Key=noted()[0]["Key"])["Metadata"]
    assert len(stored["labels"]) < notes.LONGEST
    assert sum(map(len, (*stored, *stored.values()))) - len(stored["labels"]) + notes.LONGEST < 2048
    assert stored["original-etag"] == PHOTO.etag, "by which it is found when the original changes"


def test_an_answer_that_does_not_fit_is_asked_for_each_time(caplog: pytest.LogCaptureFixture) -> None:
    rekognition = Rekognition([label(f"{number:03} {'a' * 80}", 99, "Violence") for number in range(30)])
    for _ in range(2):
        assert moderator(rekognition).judge(PHOTO, Copies(), NEVER) is Action.REFUSE

    assert (len(rekognition.shown), noted()) == (2, [])
    assert "too many to be stored" in caplog.text


def said(code: str, status: int = 400) -> ClientError:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "DetectModerationLabels")


NOWHERE = "https://rekognition.mars-1.amazonaws.com"


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        (said("ThrottlingException"), UpstreamBusy),
        (said("ProvisionedThroughputExceededException"), UpstreamBusy),
        (said("InternalServerError", 500), UpstreamBusy),
        (said("ServiceUnavailable", 503), UpstreamBusy),
        (EndpointConnectionError(endpoint_url=NOWHERE), UpstreamBusy),
        (ConnectTimeoutError(endpoint_url=NOWHERE), UpstreamBusy),
        (said("AccessDeniedException"), Fault),
        (said("UnrecognizedClientException"), Fault),
        (said("InvalidImageFormatException"), Moderated),
        (said("InvalidParameterException"), Moderated),
    ],
    ids=str,
)
def test_without_an_answer_nothing_is_shown_and_nothing_is_noted(
    fault: Exception, refusal: type[Refusal], caplog: pytest.LogCaptureFixture
) -> None:
    rekognition = Rekognition(fault=fault)
    with pytest.raises(refusal) as refused:
        moderator(rekognition).judge(PHOTO, Copies(), NEVER)

    assert type(refused.value) is refusal
    assert "looks at a picture before it shows it" in str(refused.value)
    assert "Rekognition did not look at 'me.jpg'" in caplog.text
    assert noted() == []
    rekognition.fault = None
    assert moderator(rekognition).judge(PHOTO, Copies(), NEVER) is None


@pytest.mark.parametrize("broken", ["head_object", "put_object"])
def test_the_verdict_needs_no_note(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = boto3.client("s3")

    def busy(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "SlowDown"}}, broken)

    monkeypatch.setattr(s3, broken, busy)

    assert (
        moderator(Rekognition([label("Weapons", 99)]), s3=s3).judge(PHOTO, Copies(), NEVER) is Action.REFUSE
    )


@pytest.mark.parametrize("note", ["?", "Violence=much", "", "none;none"])
def test_a_note_that_cannot_be_read_counts_for_nothing(note: str) -> None:
    rekognition = Rekognition([label("Weapons", 99)])
    moderator(rekognition).judge(PHOTO, Copies(), NEVER)
    s3, place = boto3.client("s3"), {"Bucket": "site", "Key": noted()[0]["Key"]}
    version = s3.head_object(**place)["Metadata"]
    s3.put_object(**place, Metadata=version | {"labels": note})
    for _ in range(2):
        assert moderator(rekognition).judge(PHOTO, Copies(), NEVER) is Action.REFUSE

    assert len(rekognition.shown) == 2


@pytest.mark.parametrize(
    ("frames", "looked_at"),
    [(1, [1]), (2, [1, 2]), (4, [1, 2, 3, 4]), (5, [1, 2, 3, 5]), (100, [1, 34, 67, 100])],
)
def test_frames_of_an_animation_are_looked_at_from_the_first_to_the_last(
    frames: int, looked_at: list[int]
) -> None:
    rekognition = Rekognition()
    moderator(rekognition).judge(FILM, Copies(frames), NEVER)

    assert rekognition.shown == [b"frame %d" % number for number in looked_at]


def test_what_is_seen_in_any_frame_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    rekognition = Rekognition([label("Weapons", 99)])
    usual = rekognition.detect_moderation_labels

    def only_the_last(*, Image: dict[str, bytes], MinConfidence: float) -> Any:  # noqa: N803 - boto3's
        answer = usual(Image=Image, MinConfidence=MinConfidence)
        return answer if Image["Bytes"] == b"frame 9" else {"ModerationLabels": []}

    monkeypatch.setattr(rekognition, "detect_moderation_labels", only_the_last)

    assert moderator(rekognition).judge(FILM, Copies(9), NEVER) is Action.REFUSE


@pytest.mark.parametrize(
    ("limits", "frames", "looked_at"),
    [
        pytest.param(LIMITS, 100_000, [1, 167, 333, 500], id="more frames than are decoded"),
        pytest.param(LIMITS, 500, [1, 167, 333, 500], id="as many as are decoded"),
        pytest.param(
            dataclasses.replace(LIMITS, source_pixels=999),
            100,
            [1, 3, 6, 9],
            id="more pixels than are decoded",
        ),
        pytest.param(dataclasses.replace(LIMITS, source_pixels=199), 2, [1], id="one frame can be shown"),
    ],
)
def test_of_too_long_an_animation_those_frames_are_looked_at_that_can_be_shown(
    limits: Limits, frames: int, looked_at: list[int]
) -> None:
    rekognition, copies = Rekognition(), Copies(frames, too_large_from=looked_at[-1] + 1)
    moderator(rekognition, limits=limits).judge(FILM, copies, NEVER)

    assert rekognition.shown == [b"frame %d" % number for number in looked_at]


def test_an_animation_is_refused_if_a_frame_turns_out_to_be_too_large() -> None:
    """Its frames may be larger than its screen. Viewers could ask for those that are not."""
    with pytest.raises(TooLarge):
        moderator(Rekognition()).judge(FILM, Copies(100, too_large_from=60), NEVER)
    assert noted() == []


def test_an_original_that_is_too_much_to_decode_is_refused() -> None:
    with pytest.raises(TooLarge):
        moderator(Rekognition()).judge(PHOTO, Copies(too_large_from=1), NEVER)


@pytest.mark.parametrize(
    ("pixels", "size"), [(25_000_000, "1024x1024"), (90_000, "300x300"), (6400, "80x80")]
)
def test_the_picture_for_rekognition_keeps_the_sites_own_limit(pixels: int, size: str) -> None:
    copies = Copies()
    limits = dataclasses.replace(LIMITS, output_pixels=pixels)
    moderator(Rekognition(), limits=limits).judge(PHOTO, copies, NEVER)

    assert copies.made == [f"{size},fit=contain,format=jpeg,frame=1,metadata=none,upscale"]


# The service: it moderates everything that it makes.

ENVIRON = {
    "SITE_BUCKET": "site",
    "SOURCES": "default=people",
    "ALLOWED_DIMENSIONS": "*",
    "ALLOWED_OPTIONS": "fit=*,gravity=*,crop=*,frame=*",
    "KEY_PREFIX": "img/",
    "SIGNING_KEYS": "k1:correct-horse-battery-staple",
    "MODERATION": RULES,
    "FACE_DETECTION": "rekognition",
    "FALLBACK_KEY": "none.png",
}


@dataclass
class Renderer:
    """Records the variants that it was asked for, and their extras."""

    asked: list[tuple[str, Extras]] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)
    refusal: type[Refusal] | None = None

    def __call__(self, _: Original, variant: Variant, needed: Extras, deadline: Deadline) -> Rendered:
        if self.refusal:
            raise self.refusal
        self.asked.append((str(variant), needed))
        self.deadlines.append(deadline)
        return Rendered(b"made", Format.JPEG, 1, 1, 1)


def serving(rekognition: Rekognition, renderer: Renderer, **environ: str) -> Service:
    service = assemble(config.read(ENVIRON | environ))
    s3 = boto3.client("s3")
    s3.put_object(Bucket="people", Key="me.jpg", Body=b"\xff\xd8\xff portrait")
    s3.put_object(Bucket="people", Key="none.png", Body=b"\x89PNG\r\n\x1a\n nothing")
    clients: Any = SimpleNamespace(s3=s3, rekognition=rekognition)
    assert service.moderator
    return dataclasses.replace(
        service,
        render=renderer,
        detector=Detector(clients, service.config.site, enabled=True),
        moderator=dataclasses.replace(service.moderator, clients=clients),
    )


def variants() -> set[str]:
    stored = boto3.client("s3").list_objects_v2(Bucket="site").get("Contents", [])
    return {entry["Key"] for entry in stored if "/." not in entry["Key"]}


def test_a_picture_without_fault_is_made_as_always() -> None:
    renderer = Renderer()
    location = serving(Rekognition(), renderer).answer("100x50", ["me.jpg"])

    variant, needed = renderer.asked[-1]
    assert (variant, needed.concealed) == ("100x50", False)
    assert variants() == {"img/100x50/me.jpg"}
    assert "moderation;dur=" in str(location.timings)


@pytest.mark.parametrize(
    "variant", ["100x50", "100x50,crop=1-1-9x9,frame=2", "100x50,fit=cover,gravity=face", "info"]
)
def test_everything_that_is_made_of_it_is_concealed(variant: str) -> None:
    renderer, rekognition = Renderer(), Rekognition([label("Explicit Nudity", 99)])
    serving(rekognition, renderer).answer(variant, ["me.jpg"])

    assert [needed.concealed for _, needed in renderer.asked] == [False, True]
    assert rekognition.asked == ["labels"], "no face is looked for in what nobody sees"


@pytest.mark.parametrize("variant", ["100x50", "100x50,fit=cover,gravity=face", "info"])
@pytest.mark.parametrize("key", ["me.jpg", "missing.png"], ids=["itself", "the fallback"])
def test_nothing_is_made_of_what_is_refused(variant: str, key: str) -> None:
    service = serving(Rekognition([label("Weapons", 99)]), renderer := Renderer())
    for _ in range(2):
        with pytest.raises(Moderated) as refused:
            service.answer(variant, [key])

    assert len(renderer.asked) == 1, "what Rekognition is shown"
    assert variants() == set()
    assert refused.value.cache_tag == ObjectName("people", "me.jpg" if key == "me.jpg" else "none.png").tag
    index = boto3.client("s3").list_objects_v2(Bucket="site", Prefix="img/.index/")["Contents"]
    assert any(f"/refused/{variant}" in entry["Key"] for entry in index)


def test_a_signature_does_not_help() -> None:
    service = serving(Rekognition([label("Weapons", 99)]), Renderer(), ALLOWED_DIMENSIONS="")
    signature = service.config.signing_keys["k1"].sign("9x9", "me.jpg")
    with pytest.raises(Moderated):
        service.answer(f"9x9,s={signature}", ["me.jpg"])


def test_faces_and_labels_are_both_kept() -> None:
    rekognition, renderer = Rekognition(), Renderer()
    service = serving(rekognition, renderer)
    for size in ("100x50", "50x100"):
        service.answer(f"{size},fit=cover,gravity=face", ["me.jpg"])

    assert rekognition.asked == ["labels", "faces"]
    assert all(needed.faces for variant, needed in renderer.asked if "gravity=face" in variant)


def test_a_rekognition_that_is_busy_stores_nothing_and_is_worth_another_try() -> None:
    rekognition = Rekognition(fault=said("ThrottlingException"))
    service = serving(rekognition, Renderer())
    with pytest.raises(UpstreamBusy) as refused:
        service.answer("100x50", ["me.jpg"])
    assert (refused.value.retry_after, variants()) == (2, set())
    rekognition.fault = None
    service.answer("100x50", ["me.jpg"])
    assert variants() == {"img/100x50/me.jpg"}


@pytest.mark.parametrize("refusal", [BrokenImage, TooLarge, UpstreamBusy])
def test_what_cannot_be_shown_to_rekognition_is_refused(refusal: type[Refusal]) -> None:
    rekognition = Rekognition()
    with pytest.raises(refusal):
        serving(rekognition, Renderer(refusal=refusal)).answer("9x5", ["me.jpg"])

    assert (rekognition.asked, noted(), variants()) == ([], [], set())


def test_what_is_looked_at_and_what_is_shown_have_one_deadline() -> None:
    renderer = Renderer()
    serving(Rekognition(), renderer).answer("100x50", ["me.jpg"])

    assert len(renderer.deadlines) == 2
    assert len(set(renderer.deadlines)) == 1


def test_rekognition_is_not_asked_if_its_answer_may_come_too_late() -> None:
    rekognition = Rekognition()
    with pytest.raises(UpstreamBusy):
        moderator(rekognition).judge(PHOTO, Copies(), Deadline.within(5))
    assert (rekognition.asked, noted()) == ([], [])


def test_a_stored_answer_is_no_original() -> None:
    service = serving(Rekognition(), Renderer(), SOURCES="default=site/img", KEY_PREFIX="v/")
    boto3.client("s3").put_object(Bucket="site", Key="img/me.jpg", Body=b"\xff\xd8\xff portrait")
    service.answer("100x50", ["me.jpg"])
    (note,) = noted()
    assert service.config.sources.is_note(ObjectName("site", note["Key"]))
    with pytest.raises((NoSuchOriginal, NotAnImage)):
        serving(Rekognition(), Renderer(), SOURCES="default=site").answer("9x9", note["Key"].split("/"))


@pytest.mark.parametrize(
    ("environ", "fault"),
    [
        ({"ALLOWED_IMAGE_TYPES": "jpeg,svg"}, "MODERATION: nobody can look at an SVG"),
        (
            {"MIRROR_ORIGINALS": "keep"},
            (
                "MODERATION: nobody looks at mirrors of originals. Set MIRROR_ORIGINALS to remove, deploy, "
                "type `python -m ops mirror STACK`, and then set it to nothing."
            ),
        ),
        ({"MAX_OUTPUT_PIXELS": "6399"}, "MODERATION: needs MAX_OUTPUT_PIXELS of at least 6400"),
    ],
)
def test_what_keeps_originals_from_being_looked_at_is_a_fault(environ: dict[str, str], fault: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config.read(ENVIRON | environ)
    assert [each for each in caught.value.faults if each.startswith(fault)]


FILM_GIF = gif(9, 9, *(gif_frame(colour, (0, 0, 9, 9)) for colour in (0, 1, 2)))


@pytest.mark.parametrize(
    ("key", "data", "copies"),
    [
        ("strip.png", png(3000, 2), 1),
        ("dot.png", png(1, 1), 1),
        ("film.gif", FILM_GIF, 3),
    ],
)
def test_rekognition_really_gets_jpegs_of_a_size_that_it_takes(
    key: str, data: bytes, copies: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    boto3.client("s3").put_object(Bucket="people", Key=key, Body=data)
    rekognition = Rekognition([label("Explicit Nudity", 99)])
    monkeypatch.setattr("chalicelib.assembly.Aws.rekognition", rekognition)
    assemble(config.read(ENVIRON)).answer("20x20", [key])

    assert len(rekognition.shown) == copies
    for shown in rekognition.shown:
        assert shown.startswith(b"\xff\xd8\xff")
        assert b"\x04\x00\x04\x00" in shown, "1024 x 1024 in its frame header"
    assert variants() == {f"img/20x20/{key}"}


def test_what_hides_behind_too_many_frames_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of this one no variant can have all frames, and a viewer may ask for any of the first nine."""
    frames = [gif_frame(number == 8, (0, 0, 9, 9)) for number in range(30)]
    boto3.client("s3").put_object(Bucket="people", Key="film.gif", Body=gif(9, 9, *frames))
    rekognition = Rekognition()
    monkeypatch.setattr("chalicelib.assembly.Aws.rekognition", rekognition)
    assemble(config.read(ENVIRON | {"MAX_SOURCE_PIXELS": str(9 * 81)})).answer("9x9,frame=9", ["film.gif"])

    first, *between, last = rekognition.shown
    assert len(between) == 2
    assert set(between) == {first}
    assert last != first, "the ninth frame has another colour"


@pytest.mark.parametrize(("rules", "loaded"), [("", False), (RULES, True)], ids=["off", "on"])
def test_sites_without_it_load_nothing_for_it(rules: str, loaded: bool) -> None:  # noqa: FBT001 - a table's column
    code = (
        "import os, sys; from chalicelib.config import config; from chalicelib.assembly import assemble;"
        "assemble(config.read(dict(os.environ)));"
        "print([name for name in sys.modules if name.endswith('.moderation')])"
    )
    environ = {**os.environ, **ENVIRON, "MODERATION": rules}
    told = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )
    assert (told.stdout.strip() != "[]") is loaded
