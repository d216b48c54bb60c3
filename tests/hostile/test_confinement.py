"""What the process that decodes has, may, and leaves behind."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chalicelib.darkroom.darkroom import ELSEWHERE, Darkroom
from chalicelib.errors import TooLarge
from fuzz import places
from tests.darkroom.test_darkroom import ENDLESS, NOISE, PIXEL, made
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def darkroom() -> Iterator[Darkroom]:
    """A darkroom of the test's own, ready to work."""
    with Darkroom() as fresh:
        made(fresh, PIXEL, "2x")
        yield fresh


@pytest.mark.parametrize("name", ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "HOME", "PYTHONPATH"])
def test_it_is_not_told_what_it_need_not_know(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "/a secret")
    with Darkroom() as darkroom:
        made(darkroom, PIXEL, "2x")

        assert b"a secret" not in Path(f"/proc/{darkroom.pid}/environ").read_bytes()


def test_it_has_no_open_file_of_ours(tmp_path: Path) -> None:
    with (tmp_path / "ours").open("w") as ours, Darkroom() as darkroom:
        os.set_inheritable(ours.fileno(), True)  # noqa: FBT003 - as it is declared
        made(darkroom, PIXEL, "2x")

        assert sorted(name.partition(":")[0] for name in opened(darkroom.pid)) == [
            "/dev/null",
            "pipe",
            "pipe",
            "socket",
        ]


def opened(process: int | str | None) -> list[str]:
    folder = Path(f"/proc/{process}/fd")
    return [str(link.readlink()) for link in folder.iterdir() if link.is_symlink()]


def test_we_keep_nothing_open_of_one_that_was_stopped(darkroom: Darkroom) -> None:
    before = len(opened("self"))
    for _ in range(3):
        with pytest.raises(TooLarge):
            made(darkroom, NOISE, ENDLESS, seconds=1)
        made(darkroom, PIXEL, "2x")

    assert len(opened("self")) == before


@pytest.mark.parametrize(
    ("what", "most"),
    [("core file size", 0), ("file size", 0), ("open files", 32), ("data size", ELSEWHERE)],
)
def test_it_is_bounded(darkroom: Darkroom, what: str, most: int) -> None:
    limits = Path(f"/proc/{darkroom.pid}/limits").read_text()
    (line,) = [line for line in limits.splitlines() if line.startswith(f"Max {what}")]

    assert line.removeprefix(f"Max {what}").split()[:2] == [str(most)] * 2


PARENT = """
import sys
from chalicelib.darkroom.darkroom import Darkroom
from tests.darkroom.test_darkroom import ENDLESS, NOISE, PIXEL, made
darkroom = Darkroom()
made(darkroom, PIXEL, "2x")
print(darkroom.pid, flush=True)
if sys.argv[1] == "busy":
    made(darkroom, NOISE, ENDLESS, seconds=2)
sys.stdin.read()
"""


@contextmanager
def killed(what: str) -> Iterator[int]:
    """Yield the number of the process inside, whose process outside is killed at the end of the block."""
    with subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", PARENT, what], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PROJECT
    ) as outside:
        assert outside.stdout
        yield int(outside.stdout.readline())
        outside.kill()


def test_it_ends_when_the_process_outside_is_killed() -> None:
    with killed("idle") as pid:
        pass

    assert until(lambda: state(pid) in GONE, seconds=2)


def test_a_rendering_that_nobody_waits_for_any_more_ends_by_itself() -> None:
    with killed("busy") as pid:
        assert until(lambda: state(pid) == "R", seconds=2)

    assert until(lambda: state(pid) in GONE, seconds=8)


GONE = {"", "Z"}
"""Of a process that nobody waits for, an entry may stay: a zombie."""


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


VARIANTS = ("16x", "24x24,fit=cover,format=webp", "30x,blur=2,format=png", "20x,format=jpeg")


def test_memory_does_not_grow_over_three_hundred_renderings(darkroom: Darkroom) -> None:
    originals = [file.read_bytes() for file in sorted(places.ORIGINALS.iterdir())]
    work = list(itertools.product(originals, VARIANTS))

    def held_after(renderings: int) -> int:
        for data, variant in itertools.islice(itertools.cycle(work), renderings):
            made(darkroom, data, variant)
        return resident(darkroom.pid)

    # After three rounds its heap has the size that it keeps; until then checkouts differ.
    warm, worked = held_after(3 * len(work)), held_after(300)

    assert worked - warm < 1500


def resident(pid: int | None) -> int:
    """Return the kilobytes of memory that the process holds."""
    return int(Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0])
