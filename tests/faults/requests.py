"""A request to the app, in moto, of which one call to AWS fails; and what became of it."""

from __future__ import annotations

import dataclasses
import importlib
import json
import re
import sys
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any

import boto3
from chalice.test import Client
from moto import mock_aws

from chalicelib import handing_over
from chalicelib.address.signing import SigningKey
from chalicelib.address.values import Format
from chalicelib.errors import BrokenImage, UpstreamBusy
from chalicelib.render.rendered import Rendered
from tests.faults import kinds
from tests.faults.clock import Clock
from tests.faults.injector import Injector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest

    from chalicelib.address.variant import Variant
    from chalicelib.aws.bucket import Original
    from chalicelib.render.extras import Extras
    from chalicelib.timing import Deadline
    from tests.faults.injector import Call

SIGNER = SigningKey("k1", "correct-horse-battery-staple")
VARIANT = "100x100,fit=cover,gravity=face,watermark=logo"
PICTURE = f"{VARIANT}/a.png"
PHOTO, LOGO, BROKEN = (b"\x89PNG\r\n\x1a\n" + word * 1000 for word in (b"photo", b"logo", b"broken"))
SIGNED = f"9x9,s={SIGNER.sign('9x9', 'a.png')}/a.png"
ENVIRON = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "SITE_BUCKET": "site",
    "SOURCES": "default=photos",
    "ALLOWED_DIMENSIONS": "100x100",
    "ALLOWED_OPTIONS": "fit=cover,gravity=face,watermark=*",
    "WATERMARKS": "logo=logo.png,southeast,60,20",
    "SIGNING_KEYS": "k1:correct-horse-battery-staple",
    "FACE_DETECTION": "rekognition",
    "MODERATION": "rekognition:Violence=refuse",
    "INVALIDATE": "always",
}
WAYS = {"redirect": "image/*", "failover": handing_over.ACCEPT}
"""What the parameter Delivery is, and what the distribution then says in Accept."""

GATEWAY_SECONDS = 29
"""API Gateway gives up after this."""


def expected(key: str, variant: str, needed: Extras) -> bytes:
    """Return what is made of an original: whatever it is made from can be seen in it."""
    overlay = needed.overlay.data == LOGO if needed.overlay else None
    return f"{variant} of {key}, overlay {overlay}, faces ({needed.faces})".encode()


@dataclass(frozen=True)
class Scene:
    """What is asked for, what there was before, and what the answer is if nothing fails.

    If it `counts`, the app tells CloudFront itself, and counts that against a budget.
    """

    path: str
    usual: str = "picture"
    is_stored: bool = False
    counts: bool = False
    ways: tuple[str, ...] = tuple(WAYS)
    stand_ins: dict[str, Callable[[Any], Any]] = field(default_factory=dict)


FIRST_VIEW = Scene(PICTURE)
SECOND_VIEW = Scene(PICTURE, is_stored=True, ways=("failover",))
SIGNED_VIEW = Scene(SIGNED, ways=("redirect",))
BROKEN_ORIGINAL = Scene("100x100/broken.png", usual="415")
COUNTED_VIEW = Scene(PICTURE, counts=True, ways=("redirect",))


@dataclass(frozen=True)
class Step:
    """A call to AWS: its name in the API, and a part of the path of its object, after the bucket."""

    call: str
    part: str = ""
    scene: Scene = FIRST_VIEW
    is_streamed: bool = False

    def is_hit(self, call: Call) -> bool:
        return call.name == self.call and self.part in f"{call.bucket}/{call.key}"


STEPS = {
    "HEAD of the variant": Step("HeadObject", f"site/{VARIANT}"),
    "GET of the original": Step("GetObject", "photos/a.png", is_streamed=True),
    "PUT of the entry in the index": Step("PutObject", "site/.index/"),
    "GET of the overlay": Step("GetObject", "photos/logo.png", is_streamed=True),
    "HEAD of the note of the labels": Step("HeadObject", "site/.moderation/"),
    "DetectModerationLabels": Step("DetectModerationLabels"),
    "PUT of the note of the labels": Step("PutObject", "site/.moderation/"),
    "HEAD of the note of the faces": Step("HeadObject", "site/.faces/"),
    "DetectFaces": Step("DetectFaces"),
    "PUT of the note of the faces": Step("PutObject", "site/.faces/"),
    "PUT of the variant": Step("PutObject", f"site/{VARIANT}"),
    "SQS: the order of an eviction": Step("SendMessageBatch"),
    "HEAD of the count of invalidations": Step("HeadObject", "site/.index/invalidations", COUNTED_VIEW),
    "PUT of the count of invalidations": Step("PutObject", "site/.index/invalidations", COUNTED_VIEW),
    "CreateInvalidation": Step("CreateInvalidation", scene=COUNTED_VIEW),
    "GET of a stored variant, to hand it over": Step(
        "GetObject", "site/100x100", SECOND_VIEW, is_streamed=True
    ),
    "PUT of any entry in the index, for a lasting refusal": Step("PutObject", "/.index/", BROKEN_ORIGINAL),
    "PUT of the entry for a signed answer": Step("PutObject", "/signed/", SIGNED_VIEW),
    "PUT of the entry for a lasting refusal": Step("PutObject", "/refused/", BROKEN_ORIGINAL),
}


@dataclass(frozen=True)
class Kind:
    """A fault, how many attempts of the call meet it, and which calls can."""

    fault: Callable[[Call], Any]
    times: int = 1000
    helps_to_try_again: bool = True
    fits: Callable[[Step], bool] = lambda _: True


def _is_streamed(step: Step) -> bool:
    return step.is_streamed


def _is_put(step: Step) -> bool:
    return step.call == "PutObject"


def _is_conditional_put(step: Step) -> bool:
    return _is_put(step) and step.part in {f"site/{VARIANT}", "site/.index/invalidations"}


def _has_body(step: Step) -> bool:
    return step.is_streamed or step.call in {"DetectFaces", "DetectModerationLabels", "SendMessageBatch"}


KINDS = {
    "throttled": Kind(kinds.throttled),
    "500": Kind(kinds.failing),
    "504": Kind(kinds.gone_gateway),
    "no connection": Kind(kinds.unconnected),
    "no answer": Kind(kinds.unanswered),
    "answer lost": Kind(kinds.answer_lost),
    "answer lost once": Kind(kinds.answer_lost, times=1),
    "reset": Kind(kinds.reset),
    "slow drip": Kind(kinds.dripping, fits=_is_streamed),
    "half a body": Kind(kinds.partial, fits=_has_body),
    "3 bytes": Kind(kinds.hardly, fits=_is_streamed),
    "wrong bit": Kind(kinds.corrupt, fits=_is_streamed),
    "409": Kind(kinds.conflicting, fits=_is_put),
    "412": Kind(kinds.taken, fits=_is_conditional_put),
    "403": Kind(kinds.denied, helps_to_try_again=False),
}


@dataclass
class World:
    """The app, with moto behind its clients."""

    scene: Scene
    way: str
    module: Any
    injector: Injector
    queue: str
    rendered: list[str]
    told: list[Any]
    """What CloudFront itself was told."""
    s3: Any

    def view(self) -> Any:
        """Return the app's answer to a viewer, or rather to the distribution."""
        self.injector.clock.waited = 0.0  # a request's time begins by the real clock
        with Client(self.module.app, stage_name="stack") as client:
            return client.http.request(
                "GET", f"/resize/{self.scene.path}", headers={"Accept": WAYS[self.way]}
            )

    def outcome(self, answer: Any) -> str:
        """Say what a viewer has who gets this answer."""
        if answer.status_code == 200:
            return "picture" if answer.body in self.stored.values() else "wrong bytes"
        if answer.status_code != 302:
            return str(answer.status_code)
        place = answer.headers["Location"]
        is_there = place.startswith("https://site.s3.") or place.removeprefix("/") in self.stored
        return "picture" if is_there else "next view"

    @property
    def stored(self) -> dict[str, bytes]:
        """The bytes of all stored variants, by key."""
        return {key: self.read(key)["Body"].read() for key in self.keys if not key.startswith(".")}

    @property
    def keys(self) -> set[str]:
        return {each["Key"] for each in self.s3.list_objects_v2(Bucket="site").get("Contents", [])}

    def read(self, key: str) -> Any:
        return self.s3.get_object(Bucket="site", Key=key)

    @cached_property
    def orders(self) -> list[Any]:
        """The evictions that have been ordered."""
        sqs, found = faultless("sqs"), self.told
        while part := sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            found += [json.loads(each["Body"]) for each in part]
        return found


@cache
def faultless(service: Any) -> Any:
    """Return a client that meets no fault, and talks to whatever moto there is."""
    return boto3.client(service)


@contextmanager
def world(patch: pytest.MonkeyPatch, scene: Scene, way: str) -> Iterator[World]:
    """Provide the app for a scene, with nothing failing yet."""
    clock = Clock()
    with mock_aws():
        for name, value in ENVIRON.items():
            patch.setenv(name, value)
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        made = _made(patch, scene, way, Injector(clock))
        if scene.is_stored:
            assert made.view().status_code == 200
            made.injector.done.clear()
            made.rendered.clear()
        clock.install(patch)
        yield made


def _made(patch: pytest.MonkeyPatch, scene: Scene, way: str, injector: Injector) -> World:
    queue = faultless("sqs").create_queue(QueueName=f"evictions-{uuid.uuid4()}")["QueueUrl"]
    patch.setenv("INVALIDATION_QUEUE", "" if scene.counts else queue)
    patch.setenv("DISTRIBUTION_ID", "E2EXAMPLE" if scene.counts else "")
    patch.setenv("INVALIDATION_BUDGET", "1000" if scene.counts else "")
    patch.delitem(sys.modules, "app", raising=False)
    module = importlib.import_module("app")
    service, rendered, told = module.service(), list[str](), list[Any]()

    def render(original: Original, variant: Variant, needed: Extras, deadline: Deadline) -> Rendered:
        rendered.append(str(variant))
        if not deadline.left():
            raise UpstreamBusy
        if original.data == BROKEN:
            raise BrokenImage
        return Rendered(expected(original.name.key, str(variant), needed), Format.PNG, 1, 1, 1)

    counted = dataclasses.replace(service, render=render)
    patch.setattr(module, "service", lambda: counted)
    clients = service.detector.clients
    injector.watch([clients.s3, clients.sqs, clients.rekognition])
    if scene.counts:
        injector.watch([clients.notes, clients.cloudfront])
        injector.stand_ins["CreateInvalidation"] = partial(_invalidated, told)
    injector.stand_ins |= {"DetectFaces": _faces, "DetectModerationLabels": _labels, **scene.stand_ins}
    made = World(scene, way, module, injector, queue, rendered, told, faultless("s3"))
    for bucket in ("photos", "site"):
        made.s3.create_bucket(Bucket=bucket)
    for key, data in {"a.png": PHOTO, "logo.png": LOGO, "broken.png": BROKEN}.items():
        made.s3.put_object(Bucket="photos", Key=key, Body=data)
    return made


def _faces(request: Any) -> Any:
    box = {"Left": 0.25, "Top": 0.25, "Width": 0.25, "Height": 0.25}
    found = {"FaceDetails": [{"BoundingBox": box, "Confidence": 99.9}]}
    return kinds.written(request, 200, {}, json.dumps(found).encode())


def _invalidated(told: list[Any], request: Any) -> Any:
    (reference,) = re.findall("<CallerReference>(.*)</CallerReference>", request.body.decode())
    told.append({"reference": reference})
    taken = "<Invalidation><Id>I1</Id><Status>InProgress</Status></Invalidation>"
    return kinds.written(request, 201, {}, taken.encode())


def _labels(request: Any) -> Any:
    return kinds.written(request, 200, {}, b'{"ModerationLabels": []}')
