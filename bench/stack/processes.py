"""What the processes of a local site hold: memory, open files, threads, processor time, from /proc."""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TICKS = os.sysconf("SC_CLK_TCK")
_DARKROOM = "darkroom"
_OURS = ("api", "prewarm", "refresh", "evict")


@dataclass(frozen=True, slots=True)
class Held:
    """What one process holds: memory in kB, open files, threads; `cpu` seconds that it has used so far."""

    rss: int
    files: int
    threads: int
    cpu: float


@dataclass(frozen=True, slots=True)
class Sample:
    """The processes at one moment: by the `kind` of what runs in them, by process id."""

    seconds: float
    kinds: dict[str, dict[int, Held]]


def sample(root: int, begin: float) -> Sample:
    """Return what `root` and all processes below it hold, at so many seconds since `begin`."""
    kinds: dict[str, dict[int, Held]] = defaultdict(dict)
    for process, kind in kinds_below(root).items():
        with suppress(OSError):  # it has just ended
            kinds[kind][process] = _held(process)
    return Sample(time.monotonic() - begin, dict(kinds))


def kinds_below(root: int) -> dict[int, str]:
    """Return the processes from `root` on, and what runs in each: edge, emulator, or one of the functions."""
    children: dict[int, list[int]] = defaultdict(list)
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            children[_parent(folder)].append(int(folder.name))
    found: dict[int, str] = {}
    waiting = [(root, "edge")]
    while waiting:
        process, kind = waiting.pop()
        with suppress(OSError):
            found[process] = _kind(process, kind)
            waiting += [(child, found[process]) for child in children[process]]
    return found


def _parent(folder: Path) -> int:
    return int((folder / "stat").read_text().rpartition(")")[2].split()[1])


def _kind(process: int, of_parent: str) -> str:
    command = Path(f"/proc/{process}/cmdline").read_text(errors="replace")
    if "infra.strict_emulator" in command:
        return "emulator"
    if _DARKROOM in command and of_parent in _OURS:
        return f"{of_parent}, rendering"
    names = {"APIHandler": "api", "Prewarm": "prewarm", "Refresh": "refresh", "Evict": "evict"}
    return next((kind for name, kind in names.items() if f"-{name}-" in command), of_parent)


def _held(process: int) -> Held:
    folder = Path(f"/proc/{process}")
    stated = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines() if ":" in line)
    spent = (folder / "stat").read_text().rpartition(")")[2].split()
    return Held(
        rss=int(stated["VmRSS"].split()[0]),
        files=len(os.listdir(folder / "fd")),  # noqa: PTH208 - only how many
        threads=int(stated["Threads"]),
        cpu=(int(spent[11]) + int(spent[12])) / _TICKS,
    )


@contextmanager
def sampled(root: int, every: float) -> Iterator[list[Sample]]:
    """Take a sample `every` so many seconds until the block ends. Yield the list that they are put in."""
    samples: list[Sample] = []
    stopped = threading.Event()
    begin = time.monotonic()

    def go_on() -> None:
        while not stopped.wait(every):
            samples.append(sample(root, begin))

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield samples
    finally:
        stopped.set()
        thread.join()
