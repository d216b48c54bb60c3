"""The bench's side of `bench.task`: an engine's process on one core, with one request at a time."""

from __future__ import annotations

import dataclasses
import json
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from bench import places
from bench.failing import BenchFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bench.rivals import Engine
    from bench.task import Task


@dataclass(frozen=True, slots=True)
class Sample:
    """The costs of one rendering: CPU and wall-clock seconds, bytes, peak memory and current memory in kB."""

    cpu: float
    wall: float
    bytes: int
    peak: int
    rss: int


class Worker:
    """An engine's process: the `version` that it states, its memory (`base`, kB) before the first picture."""

    def __init__(self, engine: Engine, process: subprocess.Popen[str]) -> None:
        self.engine = engine
        self._requests, self._answers = _pipes(process)
        hello = self._answer()
        self.version: str = hello["version"]
        self.base: int = hello["peak"]

    def make(self, task: Task, times: int = 1, output: Path | None = None) -> Sample:
        """Let the process make the variant `times` times, and write the last one to the file `output`."""
        request = {
            "task": dataclasses.asdict(task),
            "times": times,
            "output": str(output) if output else None,
        }
        self._requests.write(json.dumps(request) + "\n")
        self._requests.flush()
        answer = self._answer()
        if "failed" in answer:
            raise BenchFailed(
                f"{self.engine.label} cannot make {task.variant} of {task.original}: {answer['failed']}"
            )
        return Sample(**answer)

    def _answer(self) -> dict[str, Any]:
        line = self._answers.readline()
        if not line:
            raise BenchFailed(f"{self.engine.label} ended without an answer; {places.LOG} says why.")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    if process.stdin is None or process.stdout is None:
        raise BenchFailed("A rival was started without pipes.")
    return process.stdin, process.stdout


@contextmanager
def working(engine: Engine, core: int) -> Iterator[Worker]:
    """Run the `engine`'s process on one `core` until the block ends."""
    places.CACHE.mkdir(parents=True, exist_ok=True)
    with (
        places.LOG.open("ab") as log,
        subprocess.Popen(  # noqa: S603 - our own arguments
            ["/usr/bin/taskset", "--cpu-list", str(core), *engine.command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=engine.environ,
            cwd=places.PROJECT,
        ) as process,
    ):
        yield Worker(engine, process)
        # Leaving the block closes the pipes, which ends the process, and waits for its end.


def peak_of_fresh(engine: Engine, task: Task, core: int) -> int:
    """Return the peak memory in kB of a process that makes one variant."""
    with working(engine, core) as worker:
        return worker.make(task).peak
