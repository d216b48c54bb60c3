"""An engine's process: it answers each line with one line, whatever its library does."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from bench import places
from bench.cases import CASES

if TYPE_CHECKING:
    from pathlib import Path

SERVE = "from bench.engines.serving import serve; serve('a library', {make})"


def ask(make: str, corpus: Path, *, output: Path | None = None) -> list[dict[str, Any]]:
    """Return the two answers of a process that renders with the expression `make`: hello and one reply."""
    task = dataclasses.asdict(CASES[0].task(corpus))
    request = json.dumps({"task": task, "times": 3, "output": str(output) if output else None})
    done = subprocess.run(  # noqa: S603 - this Python, and our own code
        [sys.executable, "-c", SERVE.format(make=make)],
        cwd=places.PROJECT,
        input=request + "\n",
        text=True,
        check=True,
        stdout=subprocess.PIPE,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder with an original of five bytes."""
    (tmp_path / CASES[0].original.file).write_bytes(b"pixel")
    return tmp_path


def test_an_answer_has_the_time_the_bytes_and_the_memory(corpus: Path) -> None:
    hello, answer = ask("lambda data, task: data[:3]", corpus, output=corpus / "made")

    assert hello["version"] == "a library"
    assert answer["bytes"] == 3
    assert (corpus / "made").read_bytes() == b"pix"
    assert 0 < answer["rss"] <= answer["peak"]


def test_a_picture_is_made_as_often_as_asked_and_the_last_one_is_kept(corpus: Path) -> None:
    _, answer = ask("lambda data, task, made=[]: made.append(1) or data * len(made)", corpus)

    assert answer["bytes"] == 3 * len(b"pixel")


def test_a_librarys_output_does_not_come_between_the_answers(corpus: Path) -> None:
    _, answer = ask("lambda data, task: print('noise', flush=True) or data", corpus)

    assert answer["bytes"] == 5


def test_a_failed_picture_is_answered_with_its_error(corpus: Path) -> None:
    _, answer = ask("lambda data, task: 1 / 0", corpus)

    assert answer["failed"] == "ZeroDivisionError: division by zero"
