"""`ops/setup`: what it installs for whom, and that it does so once. Python and pip are stand-ins."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from infra.package import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

REQUIREMENTS = ("requirements.txt", "requirements-run.txt", "requirements-dev.txt")

PYTHON = """\
#!/bin/sh
case "$*" in
  *' install '*) echo "pip install $(echo "$*" | sed 's/.*-r //')" >>notes
    echo 'Collecting chalice==1.34.0 (from -r requirements-run.txt (line 4))'
    echo 'Installing collected packages: chalice'
    exit "$(cat pip-status)" ;;
  *'pip --version') [ -e .venv/has-pip ] ;;
  '-m venv .venv') echo 'venv' >>notes; touch .venv/has-pip ;;
esac
"""


@dataclass(frozen=True)
class Checkout:
    """A checkout with only what `ops/setup` reads."""

    folder: Path

    def sets_up(self, *words: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        return subprocess.run(  # noqa: S603 - our own script
            [self.folder / "ops" / "setup", *words],
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )

    def installs(self, *words: str) -> list[str]:
        """Return what is installed by `ops/setup WORDS`, and by nothing before it."""
        (self.folder / "notes").write_text("")
        done = self.sets_up(*words)
        assert done.returncode == 0, done.stderr
        return (self.folder / "notes").read_text().splitlines()


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    for folder in ("ops", "bin", ".venv/bin"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(PROJECT / "ops" / "setup", tmp_path / "ops" / "setup")
    for name in REQUIREMENTS:
        (tmp_path / name).write_text(f"{name}==1\n")
    for python in (".venv/bin/python", "bin/python3.13"):
        (tmp_path / python).write_text(PYTHON)
        (tmp_path / python).chmod(0o755)
    (tmp_path / "pip-status").write_text("0")
    (tmp_path / ".venv" / "has-pip").touch()
    return Checkout(tmp_path)


RUN, DEV = "pip install requirements-run.txt", "pip install requirements-dev.txt"


@pytest.mark.parametrize(
    ("before", "words", "installed"),
    [
        pytest.param([], [], [RUN], id="to run"),
        pytest.param([[]], [], [], id="to run again: nothing"),
        pytest.param([], ["dev"], [DEV], id="to develop"),
        pytest.param([["dev"]], [], [], id="to run, who can develop: nothing"),
        pytest.param([[]], ["dev"], [DEV], id="to develop, who can run"),
        pytest.param([["dev"]], ["dev"], [], id="to develop again: nothing"),
    ],
)
def test_it_installs_what_is_asked_for_once(
    checkout: Checkout, before: list[list[str]], words: list[str], installed: list[str]
) -> None:
    for each in before:
        checkout.sets_up(*each)
    assert checkout.installs(*words) == installed


@pytest.mark.parametrize(
    ("name", "to_run", "to_develop"),
    [
        ("requirements.txt", [RUN], [DEV]),
        ("requirements-run.txt", [RUN], [DEV]),
        ("requirements-dev.txt", [], [DEV]),
    ],
)
def test_a_changed_list_is_installed_by_those_who_need_it(
    checkout: Checkout, name: str, to_run: list[str], to_develop: list[str]
) -> None:
    checkout.sets_up("dev")
    (checkout.folder / name).write_text("changed==2\n")
    assert checkout.installs() == to_run
    assert checkout.installs("dev") == to_develop


def test_a_failure_says_what_to_do_and_is_tried_again(checkout: Checkout) -> None:
    (checkout.folder / "pip-status").write_text("1")
    failed = checkout.sets_up()
    assert failed.returncode == 1
    assert "PIP_NO_INDEX=1 PIP_FIND_LINKS=FOLDER make" in failed.stderr
    (checkout.folder / "pip-status").write_text("0")
    assert checkout.installs() == [RUN]


def test_an_environment_whose_making_was_interrupted_is_finished(checkout: Checkout) -> None:
    (checkout.folder / ".venv" / "has-pip").unlink()
    assert checkout.installs() == ["venv", RUN]


def test_without_a_terminal_there_is_one_line_and_no_progress(checkout: Checkout) -> None:
    assert checkout.sets_up().stdout == "setup: installing the requirements to run into .venv\n"
    assert checkout.sets_up().stdout == ""


def everything(terminal: int) -> str:
    """Return all that was written to the `terminal`. It is at its end when no process has it open."""
    parts = []
    with suppress(OSError):  # Linux says EIO at the end, others say nothing
        while part := os.read(terminal, 10_000):
            parts.append(part)
    os.close(terminal)
    return b"".join(parts).decode()


def test_a_terminal_shows_what_pip_does(checkout: Checkout) -> None:
    reading, writing = os.openpty()
    subprocess.run([checkout.folder / "ops" / "setup"], stdout=writing, check=True)  # noqa: S603 - our own script
    os.close(writing)
    said = everything(reading)
    assert "setup: package 1: chalice==1.34.0\r" in said
    assert "unpacking; this takes the longest" in said
