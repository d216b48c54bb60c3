"""Messages for all originals: each once, also if the command is stopped and goes on."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from ops.scale import checkpoint, enqueuing, estimate
from ops.scale.choice import Choice
from ops.scale.enqueuing import Sending
from ops.scale.estimate import Work
from tests.ops.scale.stand_ins import WRITTEN, deployed

if TYPE_CHECKING:
    from pathlib import Path

KEYS = [f"{folder}/{number:03}.jpg" for folder in "abc" for number in range(95)] + ["root.jpg"]
SIZES = ("100x", "200x", "300x")


def test_each_original_has_one_message_with_all_its_variants() -> None:
    here, s3, sqs = deployed(KEYS, 50)
    work = enqueuing.prewarm(here, Choice(here.config, SIZES))
    assert sorted(message.key for message in sqs.sent) == sorted(KEYS)
    assert {message.spellings for message in sqs.sent} == {SIZES}
    assert work == Work(286, 286, 858)
    assert s3.calls <= 286 / 50 + 2 * 4 + 1


@pytest.mark.parametrize("number", [1, 10, 999, 1000, 1001, 25_000])
def test_the_estimate_is_within_a_tenth_of_the_calls_that_are_made(number: int) -> None:
    here, s3, sqs = deployed([f"{each:06}.jpg" for each in range(number)])
    choice = Choice(here.config, SIZES)
    state = enqueuing.begin(here, choice, None)
    work = enqueuing.count(here, choice, state)
    Sending(here, choice, state).run()
    told = estimate.calls(work)
    assert sqs.calls == pytest.approx(told.sent, rel=0.1, abs=1)
    assert s3.calls == pytest.approx(told.listed, rel=0.1, abs=2)
    assert (told.received, told.stored, told.looked_up) == (number, 2 * 3 * number, 3 * number)


@pytest.mark.parametrize(("variants", "looked_up", "indexed"), [(1, 1, 0), (7, 7, 0), (8, 1, 1), (10, 1, 1)])
def test_the_looks_of_a_message_are_those_that_the_function_counts(
    variants: int, looked_up: int, indexed: int
) -> None:
    told = estimate.calls(Work(1, 1, variants))
    assert (told.looked_up, told.indexed) == (looked_up, indexed)


@pytest.mark.parametrize("fatal", [1, 2, 7, 20, 29])
def test_who_is_stopped_goes_on_and_nothing_is_left_out(fatal: int, tmp_path: Path) -> None:
    here, _, sqs = deployed(KEYS, 20)
    choice, file = Choice(here.config, SIZES), tmp_path / "state.json"
    sqs.fatal = fatal
    with pytest.raises(KeyboardInterrupt):
        enqueuing.prewarm(here, choice, file)
    before = len(sqs.sent)
    work = enqueuing.prewarm(here, choice, file)
    counts = Counter(message.key for message in sqs.sent)
    assert counts.keys() == set(KEYS)
    assert sum(counts.values()) - len(KEYS) <= 20 * 4, "a page of each part"
    assert before == 0 or len(sqs.sent) < before + len(KEYS), "it went on, and did not begin anew"
    assert work == Work(286, 286, 858)
    assert not file.exists()


def test_a_moment_that_was_named_by_its_distance_stays_the_same(tmp_path: Path) -> None:
    here, _, sqs = deployed(KEYS, 20)
    file = tmp_path / "state.json"
    sqs.fatal = 3
    with pytest.raises(KeyboardInterrupt):
        enqueuing.prewarm(here, Choice(here.config, SIZES, since=WRITTEN), file)
    enqueuing.prewarm(here, Choice(here.config, SIZES, since=WRITTEN.replace(year=2030)), file)
    assert {message.key for message in sqs.sent} == set(KEYS)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"version": 0}', '{"version": 1, "parts": 3}'])
def test_a_file_that_cannot_be_read_is_begun_anew(text: str, tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text(text)
    assert checkpoint.read(file) is None


def test_another_order_has_another_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    orders = itertools.product(["1", "2"], ["a b", "a"], ["b", ""])
    files = {checkpoint.path(order) for order in orders}
    assert len(files) == 8
    assert {file.parent for file in files} == {tmp_path / "resize404"}
