"""The process's side of `bench.task`: it answers requests, and measures only the rendering."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.task import Task

if TYPE_CHECKING:
    from collections.abc import Callable


def serve(version: str, make: Callable[[bytes, Task], bytes], *, commands: bool = False) -> None:
    """Answer requests with `make` until standard input ends.

    `commands`: `make` runs commands, whose memory is measured instead of this process's.
    """
    # Text that a library prints must not come between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    peak = _peak_of_commands if commands else partial(_memory, "VmHWM")
    answers.write(json.dumps({"version": version, "peak": peak()}) + "\n")
    for line in sys.stdin:
        answers.write(
            json.dumps({**_answer(json.loads(line), make), "peak": peak(), "rss": _memory("VmRSS")}) + "\n"
        )


def _answer(request: dict[str, Any], make: Callable[[bytes, Task], bytes]) -> dict[str, object]:
    task = Task(**request["task"])
    data = _read(task.original)
    try:
        cpu, wall, made = _time(make, data, task, request["times"])
    except Exception as failure:  # noqa: BLE001 - whatever a library raises is the answer
        return {"failed": f"{type(failure).__name__}: {failure}"}
    if request["output"]:
        Path(request["output"]).write_bytes(made)
    return {"cpu": cpu, "wall": wall, "bytes": len(made)}


def _time(
    make: Callable[[bytes, Task], bytes], data: bytes, task: Task, times: int
) -> tuple[float, float, bytes]:
    made = b""
    cpu, wall = _cpu(), time.perf_counter()
    for _ in range(times):
        made = make(data, task)
    return (_cpu() - cpu) / times, (time.perf_counter() - wall) / times, made


@cache
def _read(path: str) -> bytes:
    return Path(path).read_bytes()


def _cpu() -> float:
    """Return the CPU seconds of this process with all threads, and of the commands that it ran."""
    commands = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + commands.ru_utime + commands.ru_stime


def _peak_of_commands() -> int:
    """Return the peak memory of the largest command so far, in kB.

    A command's own ru_maxrss cannot be used: it begins with that of the process that started it.
    """
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


def _memory(field: str) -> int:
    """Return a field of /proc/self/status (proc(5)) in kB."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(f"{field}:"))
