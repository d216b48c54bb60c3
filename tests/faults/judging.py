"""What has to hold after a fault: for the viewer, the bucket, and the bill."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.faults import table
from tests.faults.kinds import Death
from tests.faults.requests import GATEWAY_SECONDS, world

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.matrix import Cell
    from tests.faults.requests import Kind, Step, World

SECRETS = ("photos", "internal", "SlowDown", "amazonaws", "botocore", "Traceback", "ClientError")
"""What only the log may say."""


def judge(cell: Cell, patch: pytest.MonkeyPatch) -> None:
    """Play the cell, then view again without its fault."""
    with cell.played(patch) as (here, answer):
        outcome = here.outcome(answer)
        assert_it_is_a_picture_or_a_clear_refusal(here, answer, cell.kind)
        assert outcome in table.written()[cell.step_name, cell.kind_name].split(" / "), (
            "type: python -m tests.faults"
        )
        assert here.injector.clock.waited < GATEWAY_SECONDS - 1, "the answer is there before it is given up"
        assert_all_that_is_stored_is_right(here)
        assert here.outcome(here.view()) == cell.step.scene.usual, "a retry succeeds"
        assert_all_that_is_stored_is_right(here)
        assert_nothing_is_paid_twice(here)
        if outcome == "picture" and here.rendered and cell.step.call != "SendMessageBatch":
            assert here.orders or here.scene.counts, "INVALIDATE=always: what is made is invalidated"
        if here.scene.counts:
            assert_all_that_was_told_is_counted(here)


def judge_death(step: Step, way: str, fault: Callable[[Any], Any], patch: pytest.MonkeyPatch) -> None:
    """Let the process die at this call, then view again in another one."""
    with world(patch, step.scene, way) as here:
        here.injector.fault, here.injector.hits = fault, step.is_hit
        with pytest.raises(Death):
            here.view()
        assert_all_that_is_stored_is_right(here)
        here.injector.heal()
        assert here.outcome(here.view()) == step.scene.usual
        assert_all_that_is_stored_is_right(here)
        assert_nothing_is_paid_twice(here)


def assert_it_is_a_picture_or_a_clear_refusal(here: World, answer: Any, kind: Kind) -> None:
    outcome = here.outcome(answer)
    refusals = {"503"} if kind.helps_to_try_again else {"500", "404"}
    assert outcome in {here.scene.usual, "next view", *refusals}
    if outcome == "503":
        assert answer.headers["Retry-After"] == "2"
    if outcome in {"503", "500", "next view"}:
        assert answer.headers["Cache-Control"] == "no-store"
    if answer.status_code >= 400:
        told = f"{answer.body!r} {answer.headers}"
        assert [secret for secret in SECRETS if secret in told] == []


def assert_all_that_is_stored_is_right(here: World) -> None:
    for place, data in here.stored.items():
        found = here.read(place)
        variant, _, key = place.partition("/")
        original = here.s3.head_object(Bucket="photos", Key=key)["ETag"].strip('"')
        overlay = "True" if "watermark" in variant else "None"
        assert data.startswith(f"{variant} of {key}, overlay {overlay}, faces ".encode())
        assert data.endswith(b")")
        assert (found["ContentType"], found["Metadata"]["original-etag"]) == ("image/png", original)
        assert f".index/{found['Metadata']['cache-tag']}/{original}/{variant}" in here.keys
        done = here.injector.done
        if f"PutObject {place}" in done:
            assert any("PutObject .index/" in each for each in done[: done.index(f"PutObject {place}")])


def assert_nothing_is_paid_twice(here: World) -> None:
    made = Counter(here.rendered)
    assert all(times <= 2 for times in made.values()), "a rendering at most once more"
    references = {order["reference"] for order in here.orders}
    assert len(references) <= len(here.stored), "CloudFront takes each reference once"


def assert_all_that_was_told_is_counted(here: World) -> None:
    paths = {order["reference"] for order in here.told}
    if paths:
        assert int(here.read(".index/invalidations")["Metadata"]["paths"]) >= len(paths)
