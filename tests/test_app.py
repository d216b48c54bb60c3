"""The application over HTTP, served by Chalice, with S3 in moto: statuses, headers, bodies."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from chalice.test import Client
from freezegun import freeze_time

from chalicelib import assembly, errors, handing_over
from chalicelib.address.signing import SigningKey
from chalicelib.address.sources import ObjectName
from chalicelib.ahead import Ahead
from chalicelib.config.config import ConfigError
from chalicelib.darkroom import worker
from chalicelib.darkroom.darkroom import Darkroom
from chalicelib.upkeep import work
from tests.messages import causes
from tests.pictures import png

if TYPE_CHECKING:
    from collections.abc import Iterator

ENVIRON = {
    "SITE_BUCKET": "site",
    "SOURCES": "default=photos",
    "ALLOWED_DIMENSIONS": "100x100",
    "MAX_SOURCE_BYTES": "100000",
}


@dataclass
class Web:
    """The application's test client, and its S3."""

    module: Any
    client: Client
    s3: Any

    def get(self, path: str, method: str = "GET", **headers: str) -> Any:
        return self.client.http.request(method, path, headers=headers)

    def stored(self) -> list[str]:
        """Return the keys of all objects in the site bucket but those of the index."""
        listed = self.s3.list_objects_v2(Bucket="site").get("Contents", [])
        return [entry["Key"] for entry in listed if not entry["Key"].startswith(".index/")]


def load(monkeypatch: pytest.MonkeyPatch, **environ: str) -> Any:
    for name, value in (ENVIRON | environ).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, "app", raising=False)
    return importlib.import_module("app")


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, aws: None) -> Iterator[Web]:  # noqa: ARG001 - moto has to be there first
    module = load(monkeypatch)
    with Client(module.app, stage_name="stack") as client:
        yield Web(module, client, boto3.client("s3"))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("depth", range(1, 11))
def test_a_key_of_any_depth_is_redirected_to(web: Web, depth: int, method: str) -> None:
    key = "/".join(["d"] * (depth - 1) + ["a.png"])
    web.s3.put_object(Bucket="photos", Key=key, Body=png())
    answer = web.get(f"/resize/100x100/{key}", method)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/100x100/{key}"
    assert web.stored() == [f"100x100/{key}"]


def test_a_redirect_may_be_followed_from_any_origin_and_cached_by_nobody(web: Web) -> None:
    web.s3.put_object(Bucket="photos", Key="a.png", Body=png())
    headers = web.get("/resize/100x100/a.png").headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Timing-Allow-Origin"] == "*"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Cache-Control"] == "no-store"
    assert "render;dur=" in headers["Server-Timing"]


def test_the_redirect_status_is_configured(monkeypatch: pytest.MonkeyPatch, aws: None) -> None:  # noqa: ARG001
    module = load(monkeypatch, REDIRECT_STATUS="307")
    boto3.client("s3").put_object(Bucket="photos", Key="a.png", Body=png())
    with Client(module.app) as client:
        assert client.http.get("/resize/100x100/a.png").status_code == 307


HANDED_OVER = {"Accept": handing_over.ACCEPT}


def with_prefix(monkeypatch: pytest.MonkeyPatch, prefix: str) -> Any:
    boto3.client("s3").put_object(Bucket="photos", Key="a.png", Body=png())
    return load(monkeypatch, KEY_PREFIX=prefix)


def test_a_distribution_that_fails_over_gets_the_picture_with_the_headers_that_s3_has_for_it(
    web: Web,
) -> None:
    web.s3.put_object(Bucket="photos", Key="a.png", Body=png())
    for _made_then_stored in range(2):
        answer = web.get("/resize/100x100/a.png", **HANDED_OVER)
        stored = web.s3.get_object(Bucket="site", Key="100x100/a.png")
        assert (answer.status_code, answer.body) == (200, stored["Body"].read())
        assert answer.headers["Content-Type"] == stored["ContentType"]
        # CloudFront is to get S3's own answer when this one is old, not to ask whether it has changed.
        assert not {"etag", "last-modified"} & {name.lower() for name in answer.headers}
        assert answer.headers["x-amz-meta-cache-tag"] == stored["Metadata"]["cache-tag"]
        assert answer.headers["Cache-Control"] == "public, max-age=60, s-maxage=60"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "exists;dur=" in answer.headers["Server-Timing"]


@pytest.mark.parametrize(
    ("configured", "handed_over"),
    [
        ("public, max-age=31536000", "public, max-age=60"),
        ("public, max-age=10, s-maxage=86400, immutable", "public, max-age=10, s-maxage=60, immutable"),
        ("max-age=300, stale-while-revalidate=86400", "max-age=60, stale-while-revalidate=60"),
        ('Max-Age="300"', "Max-Age=60"),
        ("max-age= 300", "max-age=60"),
        ("no-store", "no-store"),
        ("private, max-age=31536000", "private, max-age=60"),
        ("no-cache", "no-cache"),
        ("public", "public"),
        ("public, max-age=0", "public, max-age=0"),
    ],
)
def test_a_picture_is_handed_over_for_a_minute_at_most_and_no_longer_than_the_stored_one_is_kept(
    configured: str, handed_over: str, monkeypatch: pytest.MonkeyPatch, web: Web
) -> None:
    assert web
    boto3.client("s3").put_object(Bucket="photos", Key="a.png", Body=png())
    module = load(monkeypatch, CACHE_CONTROL=configured)
    for _made_then_stored in range(2):
        with Client(module.app) as client:
            answer = client.http.get("/resize/100x100/a.png", headers=HANDED_OVER)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, handed_over)


@pytest.mark.parametrize(
    ("keys", "asked_by", "path", "kept"),
    [
        ("k1:sixteen-characters", HANDED_OVER, "9x9/a.png", "no-store"),
        ("", HANDED_OVER, "9x9/a.png", "public, max-age=60"),
        ("k1:sixteen-characters", {}, "9x9/a.png", "public, max-age=60"),
        ("k1:sixteen-characters", HANDED_OVER, "junk,/a.png", "public, max-age=60"),
        ("k1:sixteen-characters", HANDED_OVER, "100x100/no.png", "public, max-age=10"),
    ],
)
def test_what_a_signature_would_allow_is_not_kept_as_refused_where_the_picture_will_be(
    keys: str, asked_by: dict[str, str], path: str, kept: str, monkeypatch: pytest.MonkeyPatch, web: Web
) -> None:
    assert web
    module = load(monkeypatch, SIGNING_KEYS=keys)
    with Client(module.app) as client:
        answer = client.http.get(f"/resize/{path}", headers=asked_by)
    assert answer.status_code >= 400
    assert answer.headers["Cache-Control"] == kept


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 302),
        ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", 302),
        ("image/png", 302),
        ("image/vnd.resize404", 200),
        ("Image/Vnd.Resize404", 200),
        ("image/png, image/vnd.resize404", 302),
    ],
)
def test_nobody_else_gets_the_picture_from_the_app(web: Web, accept: str, status: int) -> None:
    web.s3.put_object(Bucket="photos", Key="a.png", Body=png())
    assert web.get("/resize/100x100/a.png", Accept=accept).status_code == status


def test_a_head_request_that_fails_over_is_sent_to_the_object(web: Web) -> None:
    web.s3.put_object(Bucket="photos", Key="a.png", Body=png())
    made = web.get("/resize/100x100/a.png", "HEAD", **HANDED_OVER)
    assert (made.status_code, made.headers["Location"]) == (302, "/100x100/a.png")
    assert made.headers["Cache-Control"] == "no-store"
    again = web.get("/resize/100x100/a.png", "HEAD", **HANDED_OVER)
    assert again.headers["Location"].startswith("https://site.s3.")


@pytest.mark.parametrize(
    ("variant", "content_type"),
    [("info", "application/json"), ("100x100", "image/svg+xml")],
)
def test_a_variant_that_is_text_is_handed_over_byte_for_byte(
    monkeypatch: pytest.MonkeyPatch,
    aws: None,  # noqa: ARG001
    variant: str,
    content_type: str,
) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>\u00e9</text></svg>'
    module = load(monkeypatch, ALLOWED_DIMENSIONS="100x100,info", ALLOWED_IMAGE_TYPES="png,svg")
    s3 = boto3.client("s3")
    s3.put_object(Bucket="photos", Key="a", Body=png() if variant == "info" else svg.encode())
    with Client(module.app) as client:
        answer = client.http.get(f"/resize/{variant}/a", headers=HANDED_OVER)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, content_type)
    assert answer.body == s3.get_object(Bucket="site", Key=f"{variant}/a")["Body"].read()


@pytest.mark.parametrize(
    ("prefix", "path", "status"),
    [
        ("img/", "/resize/img/100x100/a.png", 200),
        ("img/", "/resize/im%67/100x100/a.png", 200),
        ("a/b/", "/resize/a/b/100x100/a.png", 200),
        ("img/", "/resize/100x100/a.png", 400),
        ("img/", "/resize/img", 400),
        ("img/", "/resize/images/100x100/a.png", 400),
        ("a/b/", "/resize/a/100x100/a.png", 400),
        ("", "/resize/img/100x100/a.png", 400),
    ],
)
def test_a_failover_leaves_the_prefix_of_the_site_in_the_path(
    monkeypatch: pytest.MonkeyPatch,
    aws: None,  # noqa: ARG001
    prefix: str,
    path: str,
    status: int,
) -> None:
    with Client(with_prefix(monkeypatch, prefix).app) as client:
        answer = client.http.get(path, headers=HANDED_OVER)
    assert answer.status_code == status
    assert status == 200 or answer.headers["X-Resize404-Code"] == "Malformed"


@pytest.mark.parametrize("depth", range(handing_over.PREFIX_DEPTH + 1))
def test_a_key_of_ten_segments_is_found_behind_a_prefix(
    monkeypatch: pytest.MonkeyPatch,
    aws: None,  # noqa: ARG001
    depth: int,
) -> None:
    prefix, key = "p/" * depth, "/".join(["d"] * 9 + ["a.png"])
    boto3.client("s3").put_object(Bucket="photos", Key=key, Body=png())
    with Client(load(monkeypatch, KEY_PREFIX=prefix).app) as client:
        answer = client.http.get(f"/resize/{prefix}100x100/{key}", headers=HANDED_OVER)
    assert answer.status_code == 200


REFUSALS = [
    ("/resize/junk,/a.png", 400, "Malformed", "public, max-age=60"),
    ("/resize/0100x100/a.png", 400, "Malformed", "public, max-age=60"),
    ("/resize/101x100/a.png", 403, "NotAdmitted", "public, max-age=60"),
    (f"/resize/100x100,s=k1.{'A' * 43}/a.png", 403, "NotAdmitted", "public, max-age=60"),
    ("/resize/100x100,s=k1.AAAA/a.png", 400, "Malformed", "public, max-age=60"),
    ("/resize/100x100/missing.png", 404, "NoSuchOriginal", "public, max-age=10"),
    ("/resize/100x100/large.png", 403, "TooLarge", "public, max-age=3600"),
    ("/resize/100x100/page.html", 404, "NoSuchOriginal", "public, max-age=10"),
    ("/resize/100x100/broken.png", 415, "BrokenImage", "public, max-age=3600"),
]


@pytest.mark.parametrize(
    ("expires", "kept"),
    [
        (None, "public, max-age=60, s-maxage=3600"),
        (90, "public, max-age=60, s-maxage=90"),
        (30, "public, max-age=30, s-maxage=30"),
    ],
)
@freeze_time("2026-11-26T12:00:00Z")
def test_the_redirect_of_a_signed_address_says_how_long_the_cdn_may_keep_it(
    monkeypatch: pytest.MonkeyPatch,
    aws: None,  # noqa: ARG001
    expires: int | None,
    kept: str,
) -> None:
    module = load(monkeypatch, SIGNING_KEYS="k1:correct-horse-battery-staple")
    boto3.client("s3").put_object(Bucket="site", Key="9x9/a.png", Body=png())
    until = expires and int(time.time()) + expires
    signature = SigningKey("k1", "correct-horse-battery-staple").sign("9x9", "a.png", until)
    with Client(module.app) as client:
        for _view in range(2):
            answer = client.http.get(f"/resize/9x9,s={signature}/a.png")
            assert (answer.status_code, answer.headers["Location"]) == (302, "/9x9/a.png")
            assert answer.headers["Cache-Control"] == kept
            assert answer.headers["x-amz-meta-cache-tag"] == ObjectName("photos", "a.png").tag
            assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(("path", "status", "code", "kept"), REFUSALS, ids=[path for path, *_ in REFUSALS])
def test_a_refusal_says_why_in_plain_words_and_stores_nothing(
    web: Web, path: str, status: int, code: str, kept: str
) -> None:
    web.s3.put_object(Bucket="photos", Key="a.png", Body=png())
    web.s3.put_object(Bucket="photos", Key="large.png", Body=png() + b"x" * 100_001)
    web.s3.put_object(Bucket="photos", Key="page.html", Body=b"<!doctype html>")
    web.s3.put_object(Bucket="photos", Key="broken.png", Body=png()[:60])
    answer = web.get(path)
    assert (answer.status_code, answer.headers["X-Resize404-Code"]) == (status, code)
    assert answer.body.decode() == f"{code}: {answer.headers['X-Resize404-Message']}\n"
    assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == kept
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert web.stored() == []


def test_a_program_gets_json_if_it_asks_for_it(web: Web) -> None:
    answer = web.get("/resize/101x100/a.png", Accept="application/json")
    assert answer.status_code == 403
    assert answer.json_body == {
        "Code": "NotAdmitted",
        "Message": "The size 101x100 is not allowed here. The nearest allowed: 100x100.",
    }


@pytest.mark.parametrize(
    ("configured", "kind"), [("", "text/markdown; charset=utf-8"), ("svg", "image/svg+xml")]
)
def test_a_refusal_is_a_picture_only_where_the_owner_wants_it(
    monkeypatch: pytest.MonkeyPatch, configured: str, kind: str
) -> None:
    module = load(monkeypatch, ERROR_PICTURE=configured)
    with Client(module.app) as client:
        answer = client.http.get("/resize/101x100/a.png", headers={"Accept": "image/*,*/*;q=0.8"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, kind)
    assert "The size 101x100 is not allowed here." in answer.body.decode()


def test_an_original_that_the_app_may_not_read_is_the_owners_fault_with_one_line_in_the_log(
    web: Web, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def denied(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not kms:Decrypt"}}, "GetObject")

    monkeypatch.setattr(web.module.service().originals.s3, "get_object", denied)
    answer = web.get("/resize/100x100/a.png")
    assert (answer.status_code, answer.headers["X-Resize404-Code"]) == (500, "UnreadableOriginal")
    assert "'a.png'" in answer.body.decode()
    assert "photos" not in answer.body.decode()
    assert "kms" not in answer.body.decode()
    (line,) = caplog.messages
    assert all(said in line for said in ("'a.png'", "photos", "AccessDenied", "not kms:Decrypt"))
    assert caplog.records[0].exc_info is None


def test_a_busy_store_says_when_to_come_back(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: Any, **__: Any) -> None:
        raise errors.UpstreamBusy

    monkeypatch.setattr(type(web.module.service()), "answer", busy)
    answer = web.get("/resize/100x100/a.png")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_fault_of_ours_is_logged_but_not_shown_to_the_viewer(
    web: Web, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(type(web.module.service()), "answer", fail)
    answer = web.get("/resize/100x100/a.png")
    assert (answer.status_code, answer.headers["X-Resize404-Code"]) == (500, "Fault")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "secret" not in f"{answer.body!r} {answer.headers}"
    assert "a secret" in caplog.text


@pytest.mark.parametrize("cause", [errors.Fault, errors.UpstreamBusy])
def test_a_failure_that_is_not_the_viewers_is_logged_with_its_cause(
    web: Web, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, cause: type[errors.Refusal]
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise cause from RuntimeError("the cause")

    monkeypatch.setattr(type(web.module.service()), "answer", fail)
    assert web.get("/resize/100x100/a.png").status_code == cause.status
    assert "the cause" in caplog.text


@pytest.mark.parametrize("path", ["/resize/favicon.ico", "/resize/100x100", "/resize/100x100" + "/d" * 11])
def test_a_path_without_a_key_or_with_one_too_deep_is_refused_in_our_own_words(web: Web, path: str) -> None:
    answer = web.get(path)
    assert (answer.status_code, answer.headers["X-Resize404-Code"]) == (400, "Malformed")


@pytest.fixture
def no_imagemagick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine on which no ImageMagick is found."""
    nowhere = "import ctypes.util; ctypes.util.find_library = lambda name: None;"
    monkeypatch.setattr(worker, "BOOT", nowhere + worker.BOOT)
    monkeypatch.setenv("MAGICK_HOME", "/nowhere")
    with Darkroom() as darkroom:
        monkeypatch.setattr(assembly, "of_this_process", lambda **_: darkroom)
        yield


@pytest.mark.usefixtures("no_imagemagick")
def test_without_imagemagick_stored_variants_are_found_and_others_say_what_is_missing(web: Web) -> None:
    for key in ("a.png", "b.png"):
        web.s3.put_object(Bucket="photos", Key=key, Body=png())
    web.s3.put_object(Bucket="site", Key="100x100/a.png", Body=png())
    for _ in range(2):
        answer = web.get("/resize/100x100/b.png")
        assert (answer.status_code, answer.headers["X-Resize404-Code"]) == (500, "NoImageMagick")
        assert "ImageMagick is missing" in answer.body.decode()
        assert answer.headers["Cache-Control"] == "no-store"
        assert web.get("/resize/100x100/a.png").status_code == 302
    assert web.stored() == ["100x100/a.png"]


def test_every_refusal_of_the_tree_has_a_status_and_a_text() -> None:
    statuses = {cause.__name__: cause.status for cause in causes(errors.Refusal)}
    assert statuses == {
        "Malformed": 400,
        "NotAdmitted": 403,
        "NoSuchOriginal": 404,
        "TooLarge": 403,
        "OutOfMemory": 403,
        "NotAnImage": 415,
        "BrokenImage": 415,
        "Moderated": 403,
        "Fault": 500,
        "NoImageMagick": 500,
        "UnreadableOriginal": 500,
        "UpstreamBusy": 503,
    }


def test_the_app_cannot_be_imported_with_a_faulty_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match=r"(?s)ALLOWED_DIMENSIONS.*REDIRECT_STATUS"):
        load(monkeypatch, ALLOWED_DIMENSIONS="100", REDIRECT_STATUS="301")


CHANGES = "https://sqs.us-east-1.amazonaws.com/123456789012/changes"
EVICTIONS = "https://sqs.us-east-1.amazonaws.com/123456789012/evictions"
WANTED = "https://sqs.us-east-1.amazonaws.com/123456789012/wanted"


@pytest.mark.parametrize(
    ("environ", "handlers"),
    [
        ({}, {}),
        ({"INVALIDATION_QUEUE": EVICTIONS}, {"evict": "evictions"}),
        ({"CHANGES_QUEUE": CHANGES}, {"refresh": "changes"}),
        ({"PREWARM_QUEUE": WANTED}, {"prewarm": "wanted"}),
        (
            {"INVALIDATION_QUEUE": EVICTIONS, "CHANGES_QUEUE": CHANGES, "PREWARM_QUEUE": WANTED},
            {"evict": "evictions", "refresh": "changes", "prewarm": "wanted"},
        ),
    ],
    ids=["no queue", "evictions", "changes", "wanted", "all"],
)
def test_a_handler_exists_only_if_its_queue_is_configured(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], handlers: dict[str, str]
) -> None:
    app = load(monkeypatch, **environ).app
    assert {source.name: source.queue for source in app.event_sources} == handlers
    assert [function.name for function in app.pure_lambda_functions] == ["inspect"]


def delivery(client: Client, *bodies: str) -> Any:
    return client.events.generate_sqs_event(list(bodies))


def test_each_queues_messages_reach_their_handler(monkeypatch: pytest.MonkeyPatch, aws: None) -> None:  # noqa: ARG001
    received: dict[str, list[str]] = {}

    def receiver(name: str) -> Any:
        def receive(config: Any, messages: Any, seconds_left: Any, *_told: Any) -> None:
            received[f"{name} of {config.site.bucket}"] = [message.body for message in messages]
            assert 0 < seconds_left() <= 900

        return receive

    monkeypatch.setattr(work, "evict", receiver("evict"))
    monkeypatch.setattr(work, "refresh", receiver("refresh"))
    monkeypatch.setattr(
        Ahead,
        "carry_out",
        lambda work, messages: receiver("prewarm")(work.service.config, messages, work.seconds_left),
    )
    module = load(monkeypatch, INVALIDATION_QUEUE=EVICTIONS, CHANGES_QUEUE=CHANGES, PREWARM_QUEUE=WANTED)
    with Client(module.app, stage_name="stack") as client:
        client.lambda_.invoke("evict", delivery(client, "a", "b"))
        client.lambda_.invoke("refresh", delivery(client, "c"))
        client.lambda_.invoke("prewarm", delivery(client, "d"))
    assert received == {
        "evict of site": ["a", "b"],
        "refresh of site": ["c"],
        "prewarm of site": ["d"],
    }


def test_the_function_inspect_returns_the_report(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    report = web.client.lambda_.invoke("inspect", {}).payload
    assert report["region"] == "eu-west-1"
    assert "png" in report["imagemagick"]["writes"]


@pytest.mark.parametrize(
    ("handler", "is_ready"),
    [
        ("app.app", True),
        ("app.prewarm", True),
        ("app.evict", False),
        ("app.refresh", False),
        ("app.inspect", False),
        ("", False),
    ],
)
def test_only_the_functions_that_render_are_ready_to_when_they_start(
    monkeypatch: pytest.MonkeyPatch,
    handler: str,
    is_ready: bool,  # noqa: FBT001 - a table's column
) -> None:
    assembled: list[object] = []
    monkeypatch.setattr(assembly, "assemble", assembled.append)
    monkeypatch.setenv("_HANDLER", handler)
    load(monkeypatch, INVALIDATION_QUEUE=EVICTIONS, CHANGES_QUEUE=CHANGES, PREWARM_QUEUE=WANTED)
    assert bool(assembled) is is_ready


LATER = [
    "chalicelib.upkeep.work",
    "chalicelib.upkeep.freshness",
    "chalicelib.inspection",
    "chalicelib.codecs.specimens",
]
COUNTING = ["chalicelib.aws.budget", "chalicelib.aws.tally"]
"""What a budget of invalidations needs."""


@pytest.mark.parametrize(
    ("started", "spared"),
    [
        ("import app; app.service()", [*LATER, *COUNTING, "wand", "chalicelib.ahead"]),
        ("import app", [*LATER, "wand", "boto3", "chalicelib.assembly"]),
        (
            "import chalicelib.upkeep.work",
            ["wand", "chalicelib.render.render", "chalicelib.darkroom.darkroom", "chalicelib.service"],
        ),
    ],
    ids=["the API's function", "packaging", "the queues' functions"],
)
def test_no_function_loads_modules_that_only_others_need(started: str, spared: list[str]) -> None:
    code = f"import sys; {started}; print(*(name for name in {spared} if name in sys.modules))"
    environ = ENVIRON | {"INVALIDATION_QUEUE": EVICTIONS, "AWS_DEFAULT_REGION": "us-east-1"}
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], env=os.environ | environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
