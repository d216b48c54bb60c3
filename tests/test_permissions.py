"""What the code asks of AWS, and what it is allowed to: the same, for each function and each stage.

Each function's work is done in moto while every call is written down, with the resource that it is made to.
That no call is left out is seen from the source, which is searched for the name of every operation there is.
"""

from __future__ import annotations

import ast
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import botocore.session
import moto.s3.models
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from chalicelib import assembly, inspection
from chalicelib.address.key import Key
from chalicelib.address.sources import ObjectName
from chalicelib.address.wanted import Wanted
from chalicelib.ahead import Ahead
from chalicelib.aws import clients, copying
from chalicelib.aws.clients import S3_TIMEOUTS, Aws
from chalicelib.aws.queues import Message, QueueError
from chalicelib.config import config
from chalicelib.errors import NoSuchOriginal
from chalicelib.upkeep import work
from infra import template
from infra.package import PROJECT
from tests.infra.reading import listed
from tests.infra.test_roles import ROLES
from tests.pictures import png
from tests.upkeep.test_events import notification

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from types_boto3_cloudfront.type_defs import DistributionConfigTypeDef, OriginTypeDef

Allowed = set[tuple[str, str]]
"""Actions, each with what it is allowed on."""

# Where an action has another name than the operation (service authorization reference). Who reads an object
# may also know whether there is one: without s3:ListBucket, S3 answers 403 in place of 404.
ACTIONS = {
    "s3:HeadObject": {"s3:GetObject", "s3:ListBucket"},
    "s3:GetObject": {"s3:GetObject", "s3:ListBucket"},
    "s3:ListObjectsV2": {"s3:ListBucket"},
    "s3:DeleteObjects": {"s3:DeleteObject"},
    "s3:CopyObject": {"s3:PutObject"},
    "s3:CreateMultipartUpload": {"s3:PutObject"},
    "s3:UploadPartCopy": {"s3:PutObject"},
    "s3:CompleteMultipartUpload": {"s3:PutObject"},
    "sqs:SendMessageBatch": {"sqs:SendMessage"},
    "sqs:DeleteMessageBatch": {"sqs:DeleteMessage"},
    "sqs:ChangeMessageVisibilityBatch": {"sqs:ChangeMessageVisibility"},
}
_NAMES = ("DistributionId", "Name")
"""The parameters of calls that name neither a bucket nor a queue."""

LOG = {("logs:CreateLogStream", "log"), ("logs:PutLogEvents", "log")}
# IAM's refusals to make a log group speak of ``…:log-group:NAME:log-stream:``; its documentation, of
# ``…:log-group:NAME``.
NEW_LOG = {("logs:CreateLogGroup", "log group"), ("logs:CreateLogGroup", "log")}


def polling(queue: str) -> Allowed:
    """What Lambda itself does at a queue in a function's name (developer guide, "Using Lambda with SQS")."""
    return {(f"sqs:{each}", queue) for each in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")}


@dataclass
class World:
    """An account with what a stack has, in which every call is written down."""

    environ: dict[str, str]
    calls: set[tuple[str, str]]

    @property
    def config(self) -> config.Config:
        return config.read(self.environ)

    def asked(self, params: dict[str, Any], model: Any, **_: object) -> None:
        """Write down a call: what botocore tells of each, before it is made or presigned."""
        service = model.service_model.signing_name
        self.calls.add((f"{service}:{model.name}", self.place(params)))

    def place(self, params: dict[str, Any]) -> str:
        """The resource that a call is made to, as the tables of this module name it."""
        known = {
            self.environ["SITE_BUCKET"]: "site",
            self.environ["SOURCES"].partition("=")[2]: "source",
            self.environ.get("INVALIDATION_QUEUE", "-"): "evictions",
            self.environ.get("CHANGES_QUEUE", "-"): "changes",
            self.environ.get("PREWARM_QUEUE", "-"): "wanted",
        }
        named = params.get("Bucket") or params.get("QueueUrl")
        return known[named] if named else next((name for name in _NAMES if name in params), "*")

    def needed(self) -> Allowed:
        """What has to be allowed for these calls."""
        return {(action, place) for call, place in self.calls for action in ACTIONS.get(call, {call})}


def faces(**_: object) -> tuple[SimpleNamespace, dict[str, Any]]:
    """Rekognition's answer, which moto has none of."""
    box = {"Left": 0.1, "Top": 0.1, "Width": 0.3, "Height": 0.3}
    found = {"FaceDetails": [{"BoundingBox": box, "Confidence": 99.0}]}
    return SimpleNamespace(status_code=HTTPStatus.OK), found


def labels(**_: object) -> tuple[SimpleNamespace, dict[str, Any]]:
    """Rekognition's other answer."""
    return SimpleNamespace(status_code=HTTPStatus.OK), {"ModerationLabels": []}


@pytest.fixture
def world(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The stack's own configuration, with all that is off by default."""
    del aws
    queues = [
        boto3.client("sqs").create_queue(QueueName=name)["QueueUrl"]
        for name in ("evictions", "changes", "wanted")
    ]
    made = World(
        {
            **template.environment(PROJECT, "stack"),
            "SITE_BUCKET": "site",
            "SOURCES": "default=photos",
            "ALLOWED_OPTIONS": "fit=cover,gravity=face",
            "FACE_DETECTION": "rekognition",
            "MODERATION": "rekognition:Violence=refuse",
            "INVALIDATE": "always",
            "INVALIDATION_BUDGET": "1000",
            "INVALIDATION_QUEUE": queues[0],
            "CHANGES_QUEUE": queues[1],
            "PREWARM_QUEUE": queues[2],
            "FAMILIES": "card: 150x150 300x200",
        },
        set(),
    )
    yield from recorded(made, monkeypatch)


def recorded(made: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    boto3.client("s3").put_object(Bucket="photos", Key="a.png", Body=png(200, 100))
    session = clients.session()
    copier = clients.session(clients.COPYING)
    for each in (session, copier):
        each.register("provide-client-params", made.asked)  # type: ignore[arg-type]  # called by name
    session.register("before-call.rekognition.DetectFaces", faces)  # type: ignore[arg-type]  # its answer counts
    session.register("before-call.rekognition.DetectModerationLabels", labels)  # type: ignore[arg-type]  # likewise
    monkeypatch.setattr(clients, "session", lambda *models: copier if models else session)
    # Else the clients of another test, which nobody listens to.
    monkeypatch.setattr(clients, "background", partial(Aws, S3_TIMEOUTS))
    yield made


def make_pictures(world: World) -> None:
    service = assembly.assemble(world.config)
    service.answer("150x150", ["a.png"])
    service.answer("150x150", ["a.png"])
    if world.config.face_detection:
        service.answer("150x150,fit=cover,gravity=face", ["a.png"])
    with suppress(NoSuchOriginal):
        service.answer("150x150", ["missing.png"])


def inspect(_: World) -> None:
    inspection.report(os.environ)


def evict(world: World) -> None:
    told = world.environ | {"DISTRIBUTION_ID": distribution()}
    order = json.dumps({"items": ["/150x150/a.png"], "reference": "one"})
    wild = json.dumps({"items": ["/150x150/b*"], "reference": "two"})
    work.evict(config.read(told), [Message(order, "one"), Message(wild, "two")], lambda: 0.0)


def refresh(world: World) -> None:
    make = World(world.environ, set())
    service = assembly.assemble(make.config)
    s3 = boto3.Session().client("s3")
    s3.put_object(Bucket="photos", Key="\x01.png", Body=png(200, 100))
    for key in ("a.png", "\x01.png"):
        service.answer("150x150", [key])
        s3.delete_object(Bucket="photos", Key=key)
    old = {"cache-tag": ObjectName("photos", "a.png").tag, "original-etag": "old"}
    s3.put_object(Bucket="site", Key="300x200/a.png", Metadata=old)
    world.calls.clear()
    messages = [Message(notification("a.png", "\x01.png"), "one"), Message("broken", "two")]
    with pytest.raises(QueueError):
        work.refresh(world.config, messages, lambda: 300.0)
    mirror(world)


def mirror(world: World) -> None:
    """Copy originals: a small one, one without its metadata, one in parts, and one whose parts fail."""
    s3, change = boto3.Session().client("s3"), [Message(notification("b.png"), "one")]
    aws = clients.background()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clients, "background", lambda: aws)
        patch.setattr(moto.s3.models, "S3_UPLOAD_PART_MIN_SIZE", 1)
        for number, (mode, part) in enumerate((("keep", 1 << 20), ("strip", 0), ("keep", 99), ("keep", 98))):
            patch.setattr(copying, "PART", part)
            if number == 3:
                aws.copier.meta.events.register("before-call.s3.CompleteMultipartUpload", FAIL)
            s3.put_object(Bucket="photos", Key="b.png", Body=png(20, 10) + bytes(number))
            with suppress(QueueError):
                work.refresh(
                    config.read(world.environ | {"MIRROR_ORIGINALS": mode, "MODERATION": ""}),
                    change,
                    lambda: 300.0,
                )


def fail(**_: object) -> None:
    raise ClientError({"Error": {"Code": "SlowDown"}}, "CompleteMultipartUpload")


FAIL: Any = fail
"""In place of botocore's own type of handlers."""


def prewarm(world: World) -> None:
    times = iter([300.0] * 4)
    work = Ahead.of(assembly.assemble(world.config), lambda: next(times, 0.0), lambda _: None)
    wanted = Wanted(Key("a.png"), ("150x150", "150x150,fit=cover,gravity=face", "300x200", "300x300"))
    with pytest.raises(QueueError):
        work.carry_out([Message("broken", "one"), Message(str(wanted), "two")])


def distribution() -> str:
    """A distribution in the account."""
    origin: OriginTypeDef = {"Id": "site", "DomainName": "site.example.com"}
    wanted: DistributionConfigTypeDef = {
        "CallerReference": "one",
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {"TargetOriginId": "site", "ViewerProtocolPolicy": "allow-all"},
        "Comment": "",
        "Enabled": True,
    }
    made = boto3.Session().client("cloudfront").create_distribution(DistributionConfig=wanted)
    return made["Distribution"]["Id"]


# What S3 asks for in the name of who stores an object, and of whose presigned address reads it.
ENCRYPTING = {("kms:GenerateDataKey", "site's key"), ("kms:Decrypt", "site's key")}

WORK: dict[str, tuple[Callable[[World], None], Allowed]] = {
    # S3 decrypts in the name of who reads (S3 user guide, "Using server-side encryption with AWS KMS keys").
    "ApiHandlerRole": (make_pictures, LOG | {("kms:Decrypt", "key")} | ENCRYPTING),
    "InspectRole": (inspect, LOG),
    "EvictRole": (evict, LOG | polling("evictions") | {("kms:GenerateDataKey", "site's key")}),
    "RefreshRole": (refresh, LOG | polling("changes") | {("kms:Decrypt", "key")} | ENCRYPTING),
    "PrewarmRole": (prewarm, LOG | polling("wanted") | {("kms:Decrypt", "key")} | ENCRYPTING),
}

PLACES = {
    "s3:::${Source}/${SourcePrefix}*": "source",
    "s3:::${Source}/${SourcePrefix}*,${SourceObjectArns}": "source",
    "s3:::${Source}": "source",
    "s3:::${Source},${SourceBucketArns}": "source",
    "SourceKeyArns": "key",
    "SiteKeyArn": "site's key",
    "s3:::${Bucket}/${KeyPrefix}*": "site",
    "s3:::${Bucket}/${KeyPrefix}.index/*": "site",
    "s3:::${Bucket}/${KeyPrefix}.index/invalidations": "site",
    "s3:::${Bucket}": "site",
    "EvictionQueue.Arn": "evictions",
    "ChangesQueue.Arn": "changes",
    "PrewarmQueue.Arn": "wanted",
    "cloudfront::${AWS::AccountId}:distribution/${Serving}": "DistributionId",
    "*": "*",
}


@pytest.mark.parametrize("role", WORK)
def test_each_function_of_the_stack_may_do_what_it_does_and_nothing_else(role: str, world: World) -> None:
    work, besides = WORK[role]
    work(world)
    allowed = {(action, PLACES.get(place, "log")) for action, place in ROLES[role]}
    assert world.needed() | besides == allowed


def test_no_call_in_the_code_is_left_out_here(world: World) -> None:
    for done, _ in WORK.values():
        before = set(world.calls)
        done(world)
        world.calls |= before
    of_chalice_deploy = {"ssm:GetParameter"}
    assert {call for call, _ in world.calls} | of_chalice_deploy == set(called_in_the_code())


def called_in_the_code() -> Iterator[str]:
    """Every operation of a service we have a client of, that the app's source has the name of."""
    known = dict(operations(clients.SERVICES))
    for path in [PROJECT / "app.py", *(PROJECT / "chalicelib").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "value", None)
            if isinstance(name, str) and name in known:
                yield known[name]


def operations(services: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The operations of each service, by the names of boto3's methods."""
    session = botocore.session.get_session()
    for service in services:
        model = session.get_service_model(service)
        for operation in model.operation_names:
            yield xform_name(operation), f"{model.signing_name}:{operation}"


def of_stage(stage: str, environ: dict[str, str]) -> Allowed:
    """What the policy of this stage allows, on resources as this module names them."""
    source = environ["SOURCES"].partition("=")[2]
    known = {
        f"s3:::{environ['SITE_BUCKET']}": "site",
        f"s3:::{environ['SITE_BUCKET']}/{environ['KEY_PREFIX']}*": "site",
        f"s3:::{source}": "source",
        f"s3:::{source}/*": "source",
        f"ssm:*:*:parameter{environ['DISTRIBUTION_ID'].removeprefix('ssm:')}": "Name",
        # Any distribution of the account: its id is known only later, and an invalidation loses nothing.
        "cloudfront::*:distribution/*": "DistributionId",
        f"logs:*:*:log-group:/aws/lambda/resize404-{stage}": "log group",
        f"logs:*:*:log-group:/aws/lambda/resize404-{stage}-*": "log group",
        f"logs:*:*:log-group:/aws/lambda/resize404-{stage}:*": "log",
        f"logs:*:*:log-group:/aws/lambda/resize404-{stage}-*:*": "log",
    }
    policy = json.loads((PROJECT / ".chalice" / f"policy-{stage}.json").read_text())
    return {
        (action, known[resource.removeprefix("arn:aws:")])
        for each in policy["Statement"]
        for action in listed(each["Action"])
        for resource in listed(each["Resource"])
    }


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_chalice_deploy_allows_what_the_stage_does_in_the_buckets_it_names(
    stage: str, aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    del aws
    environ = template.environment(PROJECT, stage)
    allowed = of_stage(stage, environ)
    here = World(
        environ
        | {"SITE_BUCKET": "site", "SOURCES": "default=photos", "INVALIDATE": "always"}
        | {"INVALIDATION_BUDGET": "1000" if environ["DISTRIBUTION_ID"] else ""},
        set(),
    )
    if parameter := environ["DISTRIBUTION_ID"].removeprefix("ssm:"):
        boto3.client("ssm").put_parameter(Name=parameter, Value=distribution(), Type="String")
    for world in recorded(here, monkeypatch):
        make_pictures(world)
        inspect(world)
    assert allowed == here.needed() | LOG | NEW_LOG


def test_the_site_of_each_stage_is_the_bucket_that_its_addresses_name() -> None:
    environ = template.environment(PROJECT, "dev")
    assert (urlsplit(environ["SITE_URL"]).hostname or "").startswith(f"{environ['SITE_BUCKET']}.s3-website")
