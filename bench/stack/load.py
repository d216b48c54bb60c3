"""``python -m bench load``: mixed traffic against a local site, and what its processes hold meanwhile."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench import places
from bench.failing import BenchFailed
from bench.stack.local_site import local_site, status
from bench.stack.originals import originals
from bench.stack.processes import sampled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.stack.local_site import LocalSite

LOCUST = "2.47.0"
RESULTS = places.CACHE / "load.json"
_VENV = places.CACHE / "locust"
_ANSWERS = places.CACHE / "load-answers.json"
_SIZES = ("64x64,fit=cover", "100x100", "160x", "240x180", "320x")
_SAMPLE_SECONDS = 5.0
_DICE = random.Random(404)  # noqa: S311 - traffic, no secret


@dataclass(frozen=True, slots=True)
class Traffic:
    """What is asked for: requests in a second, and how often an original is overwritten, in seconds."""

    minutes: float
    rate: int
    users: int = 20
    originals: int = 40
    overwritten_each: float = 10.0
    burst: int = 20
    burst_seconds: float = 30.0
    herd: int = 200
    herd_each: int = 6


def run(traffic: Traffic, port: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Run the traffic; keep and return what was counted."""
    _install()
    with local_site(port, CacheControl="public, max-age=31536000, s-maxage=86400") as site:
        bucket = site.resource("SourceBucket")
        pictures = originals(traffic.originals)
        for key, data in pictures.items():
            site.s3.put_object(Bucket=bucket, Key=key, Body=data)
        stored = [f"/{size}/{key}" for key in pictures for size in _SIZES]
        say(f"{len(stored)} variants are made")
        if wrong := [path for path in stored if status(site.url + path) != 200]:  # noqa: PLR2004 - OK
            raise BenchFailed(f"No picture: {wrong[0]}")
        say(f"{traffic.rate} requests a second for {traffic.minutes:g} minutes")
        with (
            sampled(site.process.pid, _SAMPLE_SECONDS) as samples,
            _overwriting(site, bucket, pictures, traffic),
        ):
            begin = time.time()
            _locust(site, traffic, stored, list(pictures))
        counted = json.loads(_ANSWERS.read_text())
        answers = [[at - begin, ms, kind] for at, ms, kind in counted["answers"]]
        found = {
            "traffic": dataclasses.asdict(traffic),
            "statuses": counted["statuses"],
            "answers": answers,
            "samples": [dataclasses.asdict(each) for each in samples],
        }
        RESULTS.write_text(json.dumps(found))
        return found


@contextmanager
def _overwriting(
    site: LocalSite, bucket: str, pictures: dict[str, bytes], traffic: Traffic
) -> Iterator[None]:
    """Put another picture in the place of an original, again and again, until the block ends."""
    stopped = threading.Event()

    def go_on() -> None:
        while not stopped.wait(traffic.overwritten_each):
            key, other = _DICE.choice(list(pictures)), _DICE.choice(list(pictures.values()))
            site.s3.put_object(Bucket=bucket, Key=key, Body=other)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def _locust(site: LocalSite, traffic: Traffic, stored: list[str], keys: list[str]) -> None:
    plan = {
        **dataclasses.asdict(traffic),
        "stored": stored,
        "keys": keys,
        "each": traffic.rate / traffic.users,
        "results": str(_ANSWERS),
    }
    done = subprocess.run(  # noqa: S603 - our own arguments
        [
            *(str(places.interpreter(_VENV)), "-m", "locust", "-f", "bench/stack/traffic.py", "--headless"),
            *("--users", str(traffic.users + 1), "--spawn-rate", str(traffic.users), "--host", site.url),
            *("--run-time", f"{round(traffic.minutes * 60)}s", "--stop-timeout", "60", "--only-summary"),
        ],
        cwd=places.PROJECT,
        env={**os.environ, "BENCH_LOAD_PLAN": json.dumps(plan)},
        check=False,
    )
    if not _ANSWERS.exists():
        raise BenchFailed(f"Locust ended with {done.returncode} and counted nothing.")


def _install() -> None:
    """Install Locust into a venv of its own."""
    if (_VENV / "bin" / "locust").exists():
        return
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(_VENV)],
        [str(places.interpreter(_VENV)), "-m", "pip", "install", "--quiet", f"locust=={LOCUST}"],
    ):
        subprocess.run(command, check=True)  # noqa: S603 - our own arguments
