"""A run: all engines make every picture, in turns on one core; new processes measure the memory."""

from __future__ import annotations

import itertools
import os
import platform
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from bench import figures, outputs, places
from bench.results import Cell, Contender, Results
from bench.worker import peak_of_fresh, working

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.cases import Case
    from bench.outputs import Picture
    from bench.rivals import Engine
    from bench.worker import Sample, Worker

    Workers = dict[Engine, Worker]
    Say = Callable[[str], None]


def run(cases: Sequence[Case], engines: Sequence[Engine], rounds: int, core: int, say: Say) -> Results:
    """Return what every engine takes for every case; `say` is called with the progress."""
    pictures = outputs.pictures(cases, engines)
    say("measuring the memory of fresh processes")
    peaks = [peak_of_fresh(made.engine, made.case.task(places.CORPUS), core) for made in pictures]
    with ExitStack() as opened:
        workers = {engine: opened.enter_context(working(engine, core)) for engine in engines}
        contenders = tuple(Contender(e.name, e.label, w.version, w.base) for e, w in workers.items())
        say("making and judging every picture")
        for picture in pictures:
            outputs.make(picture, workers[picture.engine])
        verdicts = outputs.judge(pictures)
        samples = _rounds(pictures, workers, rounds, say)
    cells = tuple(itertools.starmap(_cell, zip(pictures, samples, peaks, verdicts, strict=True)))
    return Results(machine(), rounds, contenders, cells)


def check(
    cases: Sequence[Case], engines: Sequence[Engine], core: int
) -> list[tuple[Picture, outputs.Verdict]]:
    """Make every picture once and return each with its verdict; BenchFailed if one is not as asked for."""
    pictures = outputs.pictures(cases, engines)
    for engine in engines:
        with working(engine, core) as worker:
            for picture in pictures:
                if picture.engine == engine:
                    outputs.make(picture, worker)
    return list(zip(pictures, outputs.judge(pictures), strict=True))


def _rounds(pictures: Sequence[Picture], workers: Workers, rounds: int, say: Say) -> list[list[Sample]]:
    """Return the samples of each picture, one for each round."""
    times = {picture: figures.times_for(_sample(picture, workers, 1).cpu) for picture in pictures}
    samples: dict[Picture, list[Sample]] = {picture: [] for picture in pictures}
    for number in range(rounds):
        say(f"round {number + 1} of {rounds}")
        for _, alike in itertools.groupby(pictures, lambda picture: picture.case):
            for picture in figures.turn(list(alike), number):
                samples[picture].append(_sample(picture, workers, times[picture]))
    return list(samples.values())


def _sample(picture: Picture, workers: Workers, times: int) -> Sample:
    return workers[picture.engine].make(picture.case.task(places.CORPUS), times)


def _cell(picture: Picture, samples: Sequence[Sample], peak: int, verdict: outputs.Verdict) -> Cell:
    return Cell(
        case=picture.case.name,
        contender=picture.engine.name,
        cpu=tuple(sample.cpu for sample in samples),
        wall=tuple(sample.wall for sample in samples),
        bytes=samples[-1].bytes,
        peak=peak,
        score=verdict.score,
        flaw=verdict.flaw,
    )


def machine() -> str:
    """Return a description of this machine: processor, cores, system."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown CPU"
    )
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return f"{model}, {os.cpu_count()} cores, {system}"
