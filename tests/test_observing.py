"""The line of each request and each batch: what it says, what it never says, and the metrics in it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import boto3
import pytest
from chalice.test import Client
from freezegun import freeze_time
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import errors, observing
from chalicelib.address.signing import SigningKey
from chalicelib.aws.cdn import Told
from chalicelib.observing import MOST_BYTES, Outcome, Record
from chalicelib.upkeep import work
from chalicelib.version import VERSION
from tests.messages import causes, hostile
from tests.pictures import png
from tests.test_app import CHANGES, EVICTIONS, load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.errors import Refusal

SECRET = "correct-horse-battery-staple"  # noqa: S105 - made up
SIGNATURE = SigningKey("k1", SECRET).sign("9x9", "a.png", None)

METRIC_LIMIT = 100
"""Metrics of one directive (user guide, "Specification: Embedded metric format")."""


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, aws: None) -> Iterator[Client]:  # noqa: ARG001 - moto has to be there
    """The app, with `a.png`, a broken and a large original, and two variants that are stored."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "shop-APIHandler-1")
    module = load(
        monkeypatch,
        ALLOWED_DIMENSIONS="100x100,50x50",
        ALLOWED_OPTIONS="fit=cover,format=png",
        SIGNING_KEYS=f"k1:{SECRET}",
    )
    s3 = boto3.client("s3")
    for key, body in {
        "a.png": png(),
        "broken.png": png()[:60],
        "large.png": png() + b"x" * 100_001,
    }.items():
        s3.put_object(Bucket="photos", Key=key, Body=body)
    for key in ("50x50/a.png", "50x50,fit=cover,format=png/a.png"):
        s3.put_object(Bucket="site", Key=key, Body=png())
    with Client(module.app, stage_name="stack") as running:
        yield running


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def metrics(line: dict[str, Any]) -> dict[tuple[str, ...], float]:
    """Return the metrics as CloudWatch reads them: name and dimensions' values, such as ("Made", "shop")."""
    found: dict[tuple[str, ...], float] = {}
    for directive in line.get("_aws", {"CloudWatchMetrics": []})["CloudWatchMetrics"]:
        assert directive["Namespace"] == "resize404"
        assert 0 < len(directive["Metrics"]) <= METRIC_LIMIT
        for dimensions in directive["Dimensions"]:
            values = [line[name] for name in dimensions]
            assert all(isinstance(value, str) and value for value in values)
            for metric in directive["Metrics"]:
                assert isinstance(line[metric["Name"]], int | float)
                assert metric["Unit"] in {"Count", "Bytes", "Seconds"}
                found[metric["Name"], *values] = line[metric["Name"]]
    return found


def refused(line: dict[str, Any]) -> set[tuple[str, ...]]:
    """Return the dimensions' values of the metric of refusals."""
    return {tuple(values) for name, *values in metrics(line) if name == "Refused"}


FUNCTION = "shop-APIHandler-1"
REQUESTS: list[tuple[str, str, str | None, set[str]]] = [
    ("/resize/100x100/a.png", "made", None, {"Made", "BytesSaved"}),
    ("/resize/50x50,format=png,fit=cover/a.png", "stored", None, set()),
    ("/resize/50x50/a.png", "re-entered", None, {"ReEntered"}),
    (f"/resize/9x9,s={SIGNATURE}/a.png", "made", None, {"Made", "BytesSaved"}),
    ("/resize/junk,/a.png", "refused", "Malformed", {"Refused"}),
    ("/resize/301x200/a.png", "refused", "NotAdmitted", {"Refused"}),
    ("/resize/100x100/missing.png", "refused", "NoSuchOriginal", {"Refused"}),
    ("/resize/100x100/broken.png", "refused", "BrokenImage", {"Refused", "OriginalsRefused"}),
    ("/resize/100x100/large.png", "refused", "TooLarge", {"Refused", "OriginalsRefused"}),
]


@pytest.mark.parametrize(
    ("path", "outcome", "cause", "counted"), REQUESTS, ids=[path[8:30] for path, *_ in REQUESTS]
)
def test_each_request_has_one_line_with_its_outcome_and_its_metrics(
    client: Client,
    capsys: pytest.CaptureFixture[str],
    path: str,
    outcome: str,
    cause: str | None,
    counted: set[str],
) -> None:
    client.http.get(path)
    (line,) = lines(capsys.readouterr().out)
    _, _, variant, key = path.split("/")
    assert (line["outcome"], line.get("cause")) == (outcome, cause)
    assert line["key"] == key
    assert line["variant"] == variant.replace(str(SIGNATURE), "...")
    assert line["ms"]["total"] > 0
    assert line["version"] == VERSION
    assert {name for name, *_ in metrics(line)} == counted
    assert refused(line) == ({(FUNCTION, cause)} if cause else set())


def test_a_line_says_what_a_made_picture_moved_and_what_each_step_took(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    client.http.get("/resize/100x100/a.png")
    (line,) = lines(capsys.readouterr().out)
    made = boto3.client("s3").get_object(Bucket="site", Key="100x100/a.png")["ContentLength"]
    assert (line["bytes_in"], line["bytes_out"]) == (len(png()), made)
    assert line["BytesSaved"] == max(0, len(png()) - made)
    assert list(line["ms"]) == ["exists", "fetch", "render", "store", "total"]


def test_the_line_of_a_refusal_says_how_far_the_request_came(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    client.http.get("/resize/100x100/broken.png")
    (line,) = lines(capsys.readouterr().out)
    assert line["bytes_in"] == 60
    assert list(line["ms"]) == ["exists", "fetch", "render", "total"]


@pytest.mark.parametrize("fault", [RuntimeError("x"), errors.UpstreamBusy(), errors.Fault()], ids=repr)
def test_a_failure_of_ours_has_a_line_and_neither_it_nor_the_log_shows_the_signature(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    fault: Exception,
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise fault

    monkeypatch.setattr("chalicelib.service.Service.answer", fail)
    client.http.get(f"/resize/9x9,s={SIGNATURE}/a.png")
    (line,) = lines(capsys.readouterr().out)
    assert line["outcome"] == "failed"
    assert line["cause"] == (fault.code if isinstance(fault, errors.Refusal) else "Fault")
    assert "no answer to '9x9,s=.../a.png'" in caplog.text
    assert SIGNATURE.mac not in caplog.text + json.dumps(line)


@settings(deadline=None)
@given(
    times=st.integers(0, 8),
    around=st.tuples(hostile, hostile),
    mark=st.sampled_from([",s=", ",S=", ", s =", "s="]),
    is_key=st.booleans(),
)
def test_no_spelling_of_a_signed_address_brings_its_signature_into_a_line(
    times: int,
    around: tuple[str, str],
    mark: str,
    is_key: bool,  # noqa: FBT001 - drawn
) -> None:
    text = f"{around[0]},9x9{mark}{SIGNATURE},{around[1]}".encode(errors="replace").decode()
    for _ in range(times):
        text = quote(text, safe="")
    record = Record("1", *(("9x9", text) if is_key else (text, "a.png")))
    assert SIGNATURE.mac not in json.dumps(record.line(is_cold=False))


@given(variant=hostile, key=hostile, request_id=hostile, cause=st.sampled_from(causes(errors.Refusal)))
def test_no_text_of_a_stranger_makes_a_second_line_or_a_long_one(
    variant: str, key: str, request_id: str, cause: type[Refusal]
) -> None:
    record = Record(request_id, variant, key)
    record.timings.moved.update(fetch=10**12, store=10**12)
    record.timings.steps.update(exists=1e9, fetch=1e9, faces=1e9, render=1e9, store=1e9, invalidate=1e9)
    record.refuse(cause())
    written = json.dumps(record.line(is_cold=True))
    assert len(written) < MOST_BYTES
    assert written.isascii()
    assert written.isprintable()


def test_a_refusal_is_counted_by_the_name_of_its_class_and_by_nothing_else() -> None:
    kinds = causes(errors.Refusal)
    seen = set()
    for kind in kinds:
        record = Record("1", "9x9", "a.png")
        record.refuse(kind("A message with a word of a stranger's: 9x9."))
        seen |= refused(record.line(is_cold=False))
    assert seen == {("local", kind.__name__) for kind in kinds}


def test_only_the_first_line_of_a_process_is_cold(
    client: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(observing, "_lines", iter(range(9)))
    for _ in range(3):
        client.http.get("/resize/301x200/a.png")
    assert [line["cold"] for line in lines(capsys.readouterr().out)] == [True, False, False]


@freeze_time("2018-07-03T00:10:51.595Z")  # ten minutes after the message that Chalice's test client makes up
@pytest.mark.parametrize("fails", [False, True])
def test_a_batch_of_a_queue_has_a_line_with_the_age_of_its_oldest_message(
    monkeypatch: pytest.MonkeyPatch,
    aws: None,  # noqa: ARG001
    capsys: pytest.CaptureFixture[str],
    fails: bool,  # noqa: FBT001 - a table's column
) -> None:
    def evict(_config: Any, _messages: Any, _seconds_left: Any, told: Any) -> None:
        told(Told(3))
        told(Told(4, held=5))
        if fails:
            raise RuntimeError

    monkeypatch.setattr(work, "evict", evict)
    module = load(monkeypatch, INVALIDATION_QUEUE=EVICTIONS, CHANGES_QUEUE=CHANGES)
    with Client(module.app) as client:
        try:
            client.lambda_.invoke("evict", client.events.generate_sqs_event(["a", "b"]))
        except RuntimeError:
            assert fails
    (line,) = lines(capsys.readouterr().out)
    assert line["outcome"] == (Outcome.FAILED if fails else Outcome.WORKED)
    assert (line["messages"], line["Invalidations"], line["InvalidationsHeldBack"]) == (2, 7, 5)
    assert {name for name, *_ in metrics(line)} == {"Invalidations", "InvalidationsHeldBack", "QueueAge"}
    assert line["QueueAge"] == pytest.approx(time.time() - 1530576251.595, abs=0.01)
    assert "work" in line["ms"]


def test_a_batch_of_changes_says_what_became_of_mirrors(capsys: pytest.CaptureFixture[str]) -> None:
    for mirrored, refused in ((2, 1), (0, 0)):
        with observing.batch([], "one") as record:
            for _ in range(mirrored):
                record.tell_mirrored()
            for _ in range(refused):
                record.tell_not_mirrored()
    some, none = lines(capsys.readouterr().out)
    assert (some["Mirrored"], some["NotMirrored"]) == (2, 1)
    assert {name for name, *_ in metrics(some)} == {"Mirrored", "NotMirrored"}
    assert {name for name, *_ in metrics(none)} == set()
