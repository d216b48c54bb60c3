"""``python -m bench scale``: variants made ahead on a local stack, whose functions are killed in the middle.

Turns are taken: for some seconds the deployed functions work on the queue, then two processes only render a
part of the same list, while the functions rest. So both have the same machine.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bench import places
from bench.stack import counting, originals
from bench.stack.counting import switch, until
from bench.stack.local_site import local_site
from bench.stack.processes import kinds_below, sampled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.stack.local_site import LocalSite
    from bench.stack.processes import Sample

RESULTS = places.CACHE / "scale.json"
SIZES = ("80x", "120x", "160x", "240x", "320x", "480x", "640x", "800x", "1000x", "1200x")
RENDERERS = 2
"""As many as the emulator runs functions for a queue."""

_VISIBLE_SECONDS = 30
_SAMPLE_SECONDS = 5.0
_PREWARM = ("prewarm", "prewarm, rendering")
_EMULATOR = ("emulator",)
_DICE = random.Random(404)  # noqa: S311 - a sample, no secret


@dataclass
class Turns:
    """What was done in the turns of one side: originals, seconds, seconds of processor time.

    `emulator` is the processor time of AWS's stand-in meanwhile.
    """

    originals: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    emulator: float = 0.0

    def add(self, number: int, seconds: float, cpu: float, emulator: float = 0.0) -> None:
        """Add a turn."""
        self.originals += number
        self.seconds += seconds
        self.cpu += cpu
        self.emulator += emulator


@dataclass
class Run:
    """A run: the site, the keys of the originals, and what has been measured until now."""

    site: LocalSite
    keys: list[str]
    samples: list[Sample]
    say: Callable[[str], None]
    made: Turns = field(default_factory=Turns)
    rendered: Turns = field(default_factory=Turns)

    @property
    def queue(self) -> str:
        """The URL of the queue of wanted variants."""
        return self.site.resource("PrewarmQueue")

    def left(self) -> int:
        """Return how many messages are waiting or in work."""
        return counting.left(self.site, self.queue)

    def rests(self) -> bool:
        """Say whether no message is in work."""
        return not counting.in_work(self.site, self.queue)


def run(number: int, turn: float, port: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Make all variants of so many originals; keep and return what was measured."""
    with local_site(port) as site, ExitStack() as stack:
        keys = _upload(site, number)
        say(f"{number} originals are uploaded; the functions look at them twice")
        changes = site.resource("ChangesQueue")
        until(lambda: not counting.left_with_delayed(site, changes), 600)
        renderers = [stack.enter_context(_renderer()) for _ in range(RENDERERS)]
        samples = stack.enter_context(sampled(site.process.pid, _SAMPLE_SECONDS))
        found = _measure(Run(site, keys, samples, say), turn, renderers)
        RESULTS.write_text(json.dumps(found))
        return found


def _upload(site: LocalSite, number: int) -> list[str]:
    bucket, pictures = site.resource("SourceBucket"), originals.originals(number)

    def put(key: str) -> None:
        site.s3.put_object(Bucket=bucket, Key=key, Body=pictures[key])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, pictures))
    return list(pictures)


def _measure(here: Run, turn: float, renderers: list[subprocess.Popen[str]]) -> dict[str, Any]:
    """Have all variants made, and the function killed when half of them are."""
    visible = {"VisibilityTimeout": str(_VISIBLE_SECONDS)}
    here.site.client("sqs").set_queue_attributes(QueueUrl=here.queue, Attributes=visible)
    _order(here.site.port)
    begin = time.monotonic()
    _work(here, turn, renderers, down_to=len(here.keys) // 2)
    killed_at, killed = here.samples[-1].seconds, _kill(here)
    before = counting.renderings(here.site, SIZES)
    here.say(f"killed {killed} processes: {len(before)} variants are stored")
    _work(here, turn, renderers, down_to=0)
    seconds = time.monotonic() - begin
    after = counting.renderings(here.site, SIZES)
    return {"killed_at": killed_at, "killed": killed, **_found(here, seconds, before, after)}


def _found(here: Run, seconds: float, before: dict[str, str], after: dict[str, str]) -> dict[str, Any]:
    wanted = {f"{size}/{key}" for size in SIZES for key in here.keys}
    return {
        "originals": len(here.keys),
        "variants": len(wanted),
        "seconds": seconds,
        "made": dataclasses.asdict(here.made),
        "rendered": dataclasses.asdict(here.rendered),
        "before": len(before),
        "missing": len(wanted - after.keys()),
        "others": len(after.keys() - wanted),
        "made_again": sum(after.get(key) != rendering for key, rendering in before.items()),
        "entries": counting.entries(here.site, SIZES),
        "renderings_logged": counting.logged(here.site),
        "dead": counting.left(here.site, here.site.resource("PrewarmDeadLetters")),
        "samples": [dataclasses.asdict(each) for each in here.samples],
    }


def _order(port: int) -> None:
    """Put all messages into the queue, with the operator's command."""
    variants = " ".join(SIZES)
    subprocess.run(  # noqa: S603 - our own command
        [
            *(sys.executable, "-m", "ops", "prewarm", f"--local={port}", "--prefix", "cuts/"),
            *("--variants", variants, "--yes", "--no-wait"),
        ],
        cwd=places.PROJECT,
        env={**os.environ, "XDG_STATE_HOME": str(places.CACHE / "state")},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _work(here: Run, turn: float, renderers: list[subprocess.Popen[str]], down_to: int) -> None:
    """Let the functions and the renderers take turns until so few messages are left."""
    while here.left() > down_to:
        switch(here.site, on=True)
        before, begin = here.left(), time.monotonic()
        cpu, emulator = _cpu(here, _PREWARM), _cpu(here, _EMULATOR)
        until(lambda: here.left() <= down_to or time.monotonic() - begin >= turn, turn + 60)  # noqa: B023 - used at once
        switch(here.site, on=False)
        until(here.rests, _VISIBLE_SECONDS + 60)
        number, seconds = before - here.left(), time.monotonic() - begin
        here.made.add(number, seconds, _cpu(here, _PREWARM) - cpu, _cpu(here, _EMULATOR) - emulator)
        _render(here, renderers)
        rate = here.made.originals * len(SIZES) / here.made.seconds
        pure = here.rendered.originals * len(SIZES) / here.rendered.seconds
        here.say(f"{here.left()} originals left; {rate:.1f} variants in a second, {pure:.1f} only rendered")


def _render(here: Run, renderers: list[subprocess.Popen[str]]) -> None:
    """Only render a part of the list, the renderers at the same time."""
    part = _DICE.sample(here.keys, max(RENDERERS, len(here.keys) // 100))
    files = [str(originals.FOLDER / key.rpartition("/")[2]) for key in part]
    begin = time.monotonic()
    for number, renderer in enumerate(renderers):
        order = {"files": files[number::RENDERERS], "variants": SIZES}
        _pipe(renderer.stdin).write(json.dumps(order) + "\n")
        _pipe(renderer.stdin).flush()
    answers = [json.loads(_pipe(renderer.stdout).readline()) for renderer in renderers]
    here.rendered.add(len(part), time.monotonic() - begin, sum(answer["cpu"] for answer in answers))


@contextmanager
def _renderer() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "bench.stack.pure"],
        cwd=places.PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        _pipe(process.stdin).close()


def _pipe(pipe: Any) -> Any:  # noqa: ANN401 - Popen types it as one that may be missing
    return pipe


def _kill(here: Run) -> int:
    """Kill every process of the function, in the middle of its work, with a signal that nobody can handle."""
    switch(here.site, on=True)
    until(lambda: not here.rests(), 60)
    until(lambda: len(_processes(here)) >= 2, 60)  # noqa: PLR2004 - one function and what it renders in
    time.sleep(1)
    processes = _processes(here)
    for process in processes:
        os.kill(process, signal.SIGKILL)
    switch(here.site, on=False)
    until(here.rests, _VISIBLE_SECONDS + 60)
    return len(processes)


def _processes(here: Run) -> list[int]:
    return [process for process, kind in kinds_below(here.site.process.pid).items() if kind in _PREWARM]


def _cpu(here: Run, kinds: tuple[str, ...]) -> float:
    """Return the processor time of the processes of these kinds, of those that have ended as well."""
    most: dict[int, float] = {}
    for each in here.samples:
        for kind in kinds:
            for process, held in each.kinds.get(kind, {}).items():
                most[process] = max(most.get(process, 0.0), held.cpu)
    return sum(most.values())
