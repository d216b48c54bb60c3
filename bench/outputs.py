"""The pictures of all engines for all cases: each is made once, checked and scored."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench import places
from bench.failing import BenchFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from bench.cases import Case
    from bench.rivals import Engine
    from bench.worker import Worker


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture that an engine makes for a case."""

    case: Case
    engine: Engine

    @property
    def file(self) -> Path:
        """The file in which it is kept."""
        return places.OUTPUTS / f"{self.case.name}.{self.engine.name}.{self.case.format}"

    @property
    def question(self) -> dict[str, object]:
        """What the judge (`bench.studio.judge`) has to know about it."""
        task = self.case.task(places.CORPUS)
        return {
            "original": task.original,
            "size": self.case.size,
            "cover": task.cover,
            "format": task.format,
            "frames": self.case.frames,
            "reference": str(places.REFERENCES / self.case.name),
            "output": str(self.file),
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """A picture's SSIMULACRA2 `score`, and its `flaw`, if any, although size and format are right."""

    score: float
    flaw: str | None


def pictures(cases: Iterable[Case], engines: Iterable[Engine]) -> list[Picture]:
    """Return all pictures that have to be made."""
    every = list(engines)
    return [Picture(case, engine) for case in cases for engine in every if case.name not in engine.cannot]


def make(picture: Picture, worker: Worker) -> None:
    """Let the worker make the picture and write it to its file."""
    places.OUTPUTS.mkdir(parents=True, exist_ok=True)
    worker.make(picture.case.task(places.CORPUS), output=picture.file)


def judge(made: Sequence[Picture]) -> list[Verdict]:
    """Return a verdict on each picture; BenchFailed names those of the wrong size, format or length."""
    places.REFERENCES.mkdir(parents=True, exist_ok=True)
    questions = "".join(json.dumps(picture.question) + "\n" for picture in made)
    answers = [json.loads(line) for line in in_studio("judge", stdin=questions).splitlines()]
    wrong = [
        f"{picture.file.name}: {answer['wrong']}"
        for picture, answer in zip(made, answers, strict=True)
        if "wrong" in answer
    ]
    if wrong:
        raise BenchFailed("\n".join(["These are not the pictures that were asked for:", *wrong]))
    return [Verdict(**answer) for answer in answers]


def in_studio(module: str, *arguments: str, stdin: str = "") -> str:
    """Run a module of `bench.studio` in its venv and return what it prints."""
    command = [str(places.interpreter(places.STUDIO)), "-m", f"bench.studio.{module}", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - our own arguments
            command, cwd=places.PROJECT, input=stdin, text=True, check=True, stdout=subprocess.PIPE
        )
    except FileNotFoundError as missing:
        raise BenchFailed("The studio is not installed. Type: python -m bench rivals") from missing
    except subprocess.CalledProcessError as failure:
        raise BenchFailed(f"bench.studio.{module} failed; it says why above.") from failure
    return done.stdout
