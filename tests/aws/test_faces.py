"""Faces: what Rekognition is asked, what is stored, and what happens if there is no answer."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.address.sources import ObjectName, Source
from chalicelib.address.values import Format
from chalicelib.address.variant import Variant, parse
from chalicelib.assembly import assemble
from chalicelib.aws import faces
from chalicelib.aws.bucket import Original, Originals, Site
from chalicelib.aws.cdn import Distribution, Evictor
from chalicelib.aws.faces import Detector
from chalicelib.aws.overlays import Overlays
from chalicelib.config import config
from chalicelib.errors import (
    BrokenImage,
    Fault,
    Malformed,
    NoSuchOriginal,
    NotAdmitted,
    Refusal,
    TooLarge,
    UpstreamBusy,
)
from chalicelib.geometry.focus import Faces
from chalicelib.geometry.plan import Rectangle
from chalicelib.render.extras import Extras
from chalicelib.render.rendered import Rendered
from chalicelib.service import ANSWER_SECONDS, Service
from chalicelib.timing import Deadline
from tests.pictures import png

pytestmark = pytest.mark.usefixtures("aws")

THROTTLED = ClientError({"Error": {"Code": "ThrottlingException"}}, "DetectFaces")


def seen(left: float, top: float, width: float, height: float, sure: float = 99.9) -> Any:
    """A face as DetectFaces describes it (API reference, FaceDetail)."""
    box = {"Left": left, "Top": top, "Width": width, "Height": height}
    return {"BoundingBox": box, "Confidence": sure}


@dataclass
class Rekognition:
    """A client that sees the same faces in every picture, or fails."""

    details: list[Any] = field(default_factory=list)
    fault: Exception | None = None
    shown: list[bytes] = field(default_factory=list)

    def detect_faces(self, *, Image: dict[str, bytes]) -> Any:  # noqa: N803 - boto3's
        self.shown.append(Image["Bytes"])
        if self.fault:
            raise self.fault
        return {"FaceDetails": self.details}


PORTRAIT = Original(ObjectName("people", "me.jpg"), b"portrait", "etag-1")
PORTRAIT_DIGEST = hashlib.sha256(b"portrait").hexdigest()
SITE = Source("site", "img/")
FACE = seen(0.25, 0.5, 0.125, 0.25)
BOX = Rectangle(0.25, 0.5, 0.375, 0.75)


def detector(rekognition: Rekognition, *, enabled: bool = True, s3: Any = None) -> Detector:
    clients: Any = SimpleNamespace(s3=s3 or boto3.client("s3"), rekognition=rekognition)
    return Detector(clients, SITE, enabled)


def notes() -> list[Any]:
    stored = boto3.client("s3").list_objects_v2(Bucket="site").get("Contents", [])
    return [entry for entry in stored if "/.index/" not in f"/{entry['Key']}"]


def test_rekognition_is_shown_the_copy_and_its_face_is_found() -> None:
    rekognition = Rekognition([FACE])

    assert detector(rekognition).find(PORTRAIT, lambda: b"copy") == Faces((BOX,))
    assert rekognition.shown == [b"copy"]


@pytest.mark.parametrize(
    "details",
    [
        pytest.param([FACE], id="one face"),
        pytest.param([], id="no face"),
        pytest.param([seen(0.01 * n, 0.1, 0.02 + 0.001 * n, 0.03) for n in range(80)], id="a crowd"),
    ],
)
def test_rekognition_is_asked_once_for_an_original(details: list[Any]) -> None:
    rekognition = Rekognition(details)
    first = detector(rekognition).find(PORTRAIT, lambda: b"copy")
    again = detector(rekognition).find(PORTRAIT, lambda: b"copy")

    assert len(rekognition.shown) == 1
    assert (first is None, again is None) == (not details, not details)
    for known, remembered in zip(first.boxes if first else (), again.boxes if again else (), strict=True):
        assert remembered == pytest.approx(known, abs=0.0001)
    (note,) = notes()
    assert note["Size"] == 0
    assert note["Key"].startswith("img/.faces/original-")


def test_rekognition_is_asked_again_for_a_changed_original_and_the_old_answer_is_replaced() -> None:
    rekognition = Rekognition([FACE])
    changed = dataclasses.replace(PORTRAIT, data=b"\xff\xd8\xff another", etag="etag-2")
    for original in (PORTRAIT, changed, changed):
        assert detector(rekognition).find(original, lambda: b"copy")

    assert len(rekognition.shown) == 2
    assert len(notes()) == 1


def test_rekognition_is_not_asked_unless_that_is_enabled() -> None:
    nobody: Any = None
    offline = Detector(nobody, SITE, enabled=False)

    assert offline.find(PORTRAIT, lambda: b"copy") is None


@pytest.mark.parametrize(
    "fault",
    [THROTTLED, EndpointConnectionError(endpoint_url="https://rekognition.mars-1.amazonaws.com")],
    ids=["throttled", "not in this region"],
)
def test_a_failed_call_is_logged_and_not_stored(fault: Exception, caplog: pytest.LogCaptureFixture) -> None:
    rekognition = Rekognition([FACE], fault)

    assert detector(rekognition).find(PORTRAIT, lambda: b"copy") is None
    assert "Rekognition did not accept 'me.jpg'" in caplog.text
    assert notes() == []
    rekognition.fault = None
    assert detector(rekognition).find(PORTRAIT, lambda: b"copy")


@pytest.mark.parametrize("code", ["InvalidParameterException", "InvalidImageFormatException"])
def test_a_picture_that_rekognition_never_accepts_is_sent_once(code: str) -> None:
    rekognition = Rekognition(fault=ClientError({"Error": {"Code": code}}, "DetectFaces"))
    for _ in range(3):
        assert detector(rekognition).find(PORTRAIT, lambda: b"copy") is None

    assert len(rekognition.shown) == 1


@pytest.mark.parametrize("broken", ["head_object", "put_object"])
def test_faces_are_found_although_they_cannot_be_stored(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = boto3.client("s3")

    def busy(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "SlowDown"}}, broken)

    monkeypatch.setattr(s3, broken, busy)

    assert detector(Rekognition([FACE]), s3=s3).find(PORTRAIT, lambda: b"copy") == Faces((BOX,))


@pytest.mark.parametrize(
    "metadata", [{}, {"faces": "?", "original-sha256": PORTRAIT_DIGEST}, {"faces": "1 2"}], ids=str
)
def test_an_answer_that_cannot_be_read_is_asked_for_and_stored_again(metadata: dict[str, str]) -> None:
    rekognition = Rekognition([FACE])
    detector(rekognition).find(PORTRAIT, lambda: b"copy")
    s3 = boto3.client("s3")
    s3.put_object(Bucket="site", Key=notes()[0]["Key"], Metadata=metadata)
    for _ in range(2):
        assert detector(rekognition).find(PORTRAIT, lambda: b"copy")

    assert len(rekognition.shown) == 2


@pytest.mark.parametrize(
    ("details", "boxes"),
    [
        pytest.param([seen(0, 0, 0.5, 0.5, sure=60)], [], id="not sure of it"),
        pytest.param([seen(1.2, 0, 0.5, 0.5)], [], id="outside of the picture"),
        pytest.param([seen(-0.25, 0.75, 0.5, 0.5)], [(0, 0.75, 0.25, 1)], id="half outside"),
        pytest.param(
            [seen(0, 0, 0.1, 0.1), seen(0.5, 0.5, 0.25, 0.5)],
            [(0.5, 0.5, 0.75, 1), (0, 0, 0.1, 0.1)],
            id="the largest is first",
        ),
    ],
)
def test_certain_faces_within_the_picture_count(details: list[Any], boxes: list[tuple[float, ...]]) -> None:
    found = detector(Rekognition(details)).find(PORTRAIT, lambda: b"copy")

    assert (found.boxes if found else ()) == tuple(Rectangle(*box) for box in boxes)


@pytest.mark.parametrize(
    ("variant", "asked"),
    [
        ("100x50,fit=cover,gravity=face", True),
        ("100x50,fit=cover,gravity=smart", False),
        ("100x50,fit=contain,gravity=face", False),
        ("100x,gravity=face", False),
    ],
)
def test_only_variants_that_are_cropped_around_faces_need_them(variant: str, asked: bool) -> None:  # noqa: FBT001 - a table's column
    assert faces.wanted(parse(variant)) is asked


@dataclass
class Renderer:
    """Records the variants that it was asked for, and their extras."""

    asked: list[tuple[str, Extras]] = field(default_factory=list)
    refusal: type[Refusal] | None = None
    refuses_the_copy: type[Refusal] | None = None
    deadlines: list[Deadline] = field(default_factory=list)

    def __call__(self, _: Original, variant: Variant, needed: Extras, deadline: Deadline) -> Rendered:
        self.deadlines.append(deadline)
        if refusal := self.refuses_the_copy if variant is faces.COPY else self.refusal:
            raise refusal
        self.asked.append((str(variant), needed))
        return Rendered(b"made", Format.JPEG, 1, 1, 1)


def serving(rekognition: Rekognition, renderer: Renderer) -> Service:
    read = config.read(
        {
            "SITE_BUCKET": "site",
            "SOURCES": "default=people",
            "ALLOWED_DIMENSIONS": "*",
            "ALLOWED_OPTIONS": "fit=*,gravity=*",
            "KEY_PREFIX": "img/",
            "FACE_DETECTION": "rekognition",
        }
    )
    s3 = boto3.client("s3")
    s3.put_object(Bucket="people", Key="me.jpg", Body=b"GIF89a portrait")
    clients: Any = SimpleNamespace()
    return Service(
        read,
        Originals(s3, read.limits.source_bytes),
        Site(s3, "site", read.cache_control, ""),
        Evictor(Distribution(clients, "").forget),
        renderer,
        detector(rekognition),
        Overlays(Originals(s3, 1), read.sources, read.watermarks),
    )


def test_the_service_shows_rekognition_a_small_copy_and_keeps_the_faces() -> None:
    renderer, rekognition = Renderer(), Rekognition([FACE])
    location = serving(rekognition, renderer).answer("100x50,fit=cover,gravity=face", ["me.jpg"])

    copy, made = renderer.asked
    assert copy == ("1024x1024,format=jpeg,metadata=none", Extras())
    assert made == ("100x50,fit=cover,gravity=face", Extras(Faces((BOX,))))
    assert rekognition.shown == [b"made"]
    assert "faces;dur=" in str(location.timings)


def test_rekognition_is_not_asked_for_a_second_variant_of_an_original() -> None:
    renderer, rekognition = Renderer(), Rekognition([FACE])
    service = serving(rekognition, renderer)
    for size in ("100x50", "50x100"):
        service.answer(f"{size},fit=cover,gravity=face", ["me.jpg"])

    assert len(rekognition.shown) == 1
    assert [needed.faces for _, needed in renderer.asked[1:]] == [Faces((BOX,))] * 2


def test_a_failing_rekognition_fails_no_picture() -> None:
    renderer = Renderer()
    service = serving(Rekognition(fault=THROTTLED), renderer)

    assert service.answer("100x50,fit=cover,gravity=face", ["me.jpg"]).url.endswith("/me.jpg")
    assert renderer.asked[-1][1] == Extras()


@pytest.mark.parametrize("refusal", [BrokenImage, TooLarge])
def test_an_original_that_cannot_be_copied_is_refused_as_usual(refusal: type[Refusal]) -> None:
    rekognition, renderer = Rekognition([FACE]), Renderer(refusal=refusal, refuses_the_copy=refusal)
    with pytest.raises(refusal):
        serving(rekognition, renderer).answer("9x5,fit=cover,gravity=face", ["me.jpg"])

    assert rekognition.shown == []
    assert notes() == []


@pytest.mark.parametrize("refusal", [TooLarge, BrokenImage, NotAdmitted, Fault, UpstreamBusy])
def test_a_copy_that_cannot_be_made_fails_no_picture(
    refusal: type[Refusal], caplog: pytest.LogCaptureFixture
) -> None:
    renderer, rekognition = Renderer(refuses_the_copy=refusal), Rekognition([FACE])
    location = serving(rekognition, renderer).answer("100x50,fit=cover,gravity=face", ["me.jpg"])

    assert location.url.endswith("/me.jpg")
    assert renderer.asked == [("100x50,fit=cover,gravity=face", Extras())]
    assert rekognition.shown == []
    assert "there is no copy of 'me.jpg' for Rekognition" in caplog.text


def test_faces_leave_the_picture_all_of_its_time() -> None:
    renderer = Renderer()
    begun = Deadline.within(0)
    serving(Rekognition([FACE]), renderer).answer("100x50,fit=cover,gravity=face", ["me.jpg"])

    copy, picture = renderer.deadlines
    assert picture.moment - copy.moment == pytest.approx(15)
    assert 0 < picture.moment - begun.moment - ANSWER_SECONDS < 5


@pytest.mark.parametrize("refusal", [(".faces", Malformed), ("9x9", NoSuchOriginal)], ids=str)
def test_a_stored_answer_is_neither_a_variant_nor_an_original(
    refusal: tuple[str, type[Refusal]],
) -> None:
    service = serving(Rekognition([FACE]), Renderer())
    service.answer("100x50,fit=cover,gravity=face", ["me.jpg"])
    (note,) = (note["Key"] for note in notes() if ".faces/" in note["Key"])
    first, cause = refusal
    with pytest.raises(cause):
        service.answer(first, note.removeprefix("img/.faces/" if first == ".faces" else "img/").split("/"))


def test_a_real_portrait_is_rendered_for_rekognition_as_jpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    boto3.client("s3").put_object(Bucket="people", Key="me.png", Body=png(3000, 60))
    rekognition = Rekognition([FACE])
    monkeypatch.setattr("chalicelib.assembly.Aws.rekognition", rekognition)
    service = assemble(
        config.read(
            {
                "SITE_BUCKET": "site",
                "SOURCES": "default=people",
                "ALLOWED_DIMENSIONS": "*",
                "PRESETS": "face=20x20,fit=cover,gravity=face",
                "FACE_DETECTION": "rekognition",
            }
        )
    )
    service.answer("face", ["me.png"])

    (shown,) = rekognition.shown
    assert shown.startswith(b"\xff\xd8\xff")
    assert boto3.client("s3").get_object(Bucket="site", Key="face/me.png")["ContentType"] == "image/png"
