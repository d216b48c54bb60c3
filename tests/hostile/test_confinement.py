"""What the process that decodes has, may, and leaves behind."""

from __future__ import annotations

import errno
import gc
import itertools
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.address.values import Format
from chalicelib.address.variant import parse
from chalicelib.codecs.formats import PIXEL_TYPES
from chalicelib.darkroom import kernel, weakness, worker
from chalicelib.darkroom.darkroom import ELSEWHERE, Darkroom
from chalicelib.errors import Refusal, TooLarge
from chalicelib.render.render import render
from fuzz import places, renderer
from tests.darkroom import inside
from tests.darkroom.test_darkroom import ENDLESS, NOISE, PIXEL, made
from tests.hostile.attacked import SECRET, WITHOUT_FILTER
from tests.hostile.attacks import ATTACKS, DONE, LEFT_WITHOUT_FILTER
from tests.pixels import LIMITS
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chalicelib.render.rendered import Rendered

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
    # What earlier tests left to the garbage collector would be closed between the two counts, at any moment.
    gc.collect()
    before = len(opened("self"))
    for _ in range(3):
        with pytest.raises(TooLarge):
            made(darkroom, NOISE, ENDLESS, seconds=1)
        made(darkroom, PIXEL, "2x")

    assert len(opened("self")) == before


@pytest.mark.parametrize(
    ("what", "most"),
    [("core file size", 0), ("file size", 0), ("open files", 0), ("data size", ELSEWHERE)],
)
def test_it_is_bounded(darkroom: Darkroom, what: str, most: int) -> None:
    limits = Path(f"/proc/{darkroom.pid}/limits").read_text()
    (line,) = [line for line in limits.splitlines() if line.startswith(f"Max {what}")]

    assert line.removeprefix(f"Max {what}").split()[:2] == [str(most)] * 2


@pytest.mark.parametrize(("what", "expected"), [("NoNewPrivs", "1"), ("Seccomp", "2")])
def test_it_has_a_filter_of_system_calls(darkroom: Darkroom, what: str, expected: str) -> None:
    status = Path(f"/proc/{darkroom.pid}/status").read_text()

    assert status.partition(f"{what}:\t")[2].splitlines()[0] == expected


def test_it_works_in_no_folder_of_ours(darkroom: Darkroom) -> None:
    assert Path(f"/proc/{darkroom.pid}/cwd").readlink() == Path("/")


REFUSED = {"EACCES", "EPERM", "ENOSYS", "EMFILE"}


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What came of each attack, by its name."""
    return attacked(tmp_path_factory.mktemp("attacked"))


def attacked(folder: Path, *switches: str) -> dict[str, str]:
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-m", "tests.hostile.attacked", folder, *switches],
        stdout=subprocess.PIPE,
        check=True,
        cwd=PROJECT,
        timeout=600,
    )
    told: dict[str, str] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_from_inside_is_refused(met: dict[str, str], attack: str) -> None:
    assert met[attack] in REFUSED


def test_no_attack_has_changed_the_memory_outside(met: dict[str, str]) -> None:
    assert met["memory"] == SECRET.decode()


@pytest.fixture(scope="module")
def met_by_limits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What came of each attack where the kernel gives no filter."""
    return attacked(tmp_path_factory.mktemp("attacked"), WITHOUT_FILTER)


@pytest.mark.parametrize("attack", [name for name in ATTACKS if name not in LEFT_WITHOUT_FILTER])
def test_where_there_is_no_filter_limits_and_hiding_still_refuse_most(
    met_by_limits: dict[str, str], attack: str
) -> None:
    assert met_by_limits[attack] != DONE


@pytest.fixture
def anew() -> Iterator[None]:
    """Forget that something was logged once; and forget what the test made of it."""
    for once in (weakness.of_hiding, weakness.of_filter):
        once.cache_clear()
    yield
    for once in (weakness.of_hiding, weakness.of_filter):
        once.cache_clear()


@pytest.mark.usefixtures("anew")
def test_what_the_kernel_refuses_is_told_once_and_pictures_are_made(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse() -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(kernel, "hide", refuse)
    monkeypatch.setattr(worker, "BOOT", inside.boot(inside.without_filter))
    for _ in range(2):
        with Darkroom() as darkroom:
            assert made(darkroom, PIXEL, "2x").width == 2

    assert [record.getMessage() for record in caplog.records] == [
        f"ImageMagick's process is less confined: {words}. See docs/hostile.md."
        for words in (
            "credentials cannot be hidden from it (Operation not permitted)",
            "its system calls cannot be filtered (Operation not permitted)",
        )
    ]


@pytest.mark.usefixtures("anew")
def test_where_the_system_ends_who_asks_for_a_filter_pictures_are_made_without_one(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "BOOT", inside.boot(inside.forbidden_filter))
    with Darkroom() as darkroom:
        for _ in range(2):
            assert made(darkroom, PIXEL, "2x").width == 2
            darkroom.close()
        assert darkroom.weaknesses() == ["its system calls cannot be filtered (Operation not permitted)"]
    assert caplog.text.count("ImageMagick may not ask for a filter: SIGSYS") == 1


@pytest.mark.parametrize("file", sorted(places.ORIGINALS.iterdir()), ids=lambda file: file.name)
def test_what_is_made_inside_is_what_is_made_where_all_is_allowed(darkroom: Darkroom, file: Path) -> None:
    data = file.read_bytes()
    for variant in ("24x", *(f"24x,format={form}" for form in Format), *renderer.VARIANTS):
        assert outcome(made, darkroom, data, variant) == outcome(
            render, data, parse(variant), LIMITS, PIXEL_TYPES
        )


def outcome(function: Callable[..., Rendered], *arguments: Any) -> Rendered | str:
    try:
        return function(*arguments)
    except Refusal as refusal:
        return repr(refusal)


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
