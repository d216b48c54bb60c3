"""What is measured of the whole system: the samples of processes, what grows, and how it is told."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from bench.stack import growth, load_report, scale_report
from bench.stack.processes import Held, Sample, kinds_below, sample

API = "x/ministack-lambda-shop-APIHandler-1/_worker.py"
CODE = "import sys, subprocess, time; subprocess.Popen(sys.argv[1:]); time.sleep(60)"


def held(rss: int, files: int = 5, threads: int = 1) -> Held:
    return Held(rss, files, threads, 0.0)


def test_processes_are_known_by_what_runs_in_them() -> None:
    rendering = [sys.executable, "-c", "import time; time.sleep(60)", "chalicelib.darkroom"]
    with subprocess.Popen([sys.executable, "-c", CODE, *rendering, API]) as process:  # noqa: S603 - our own
        try:
            deadline = time.monotonic() + 10
            while len(kinds_below(process.pid)) < 2 and time.monotonic() < deadline:
                time.sleep(0.02)
            kinds = kinds_below(process.pid)
            found = sample(process.pid, time.monotonic())
        finally:
            for each in kinds_below(process.pid):
                os.kill(each, 9)
    assert kinds[process.pid] == "api"
    assert sorted(kinds.values()) == ["api", "api, rendering"]
    assert all(each.rss > 1000 and each.threads == 1 for of in found.kinds.values() for each in of.values())


@pytest.mark.parametrize(
    ("late", "rss"),
    [
        pytest.param(50_000, (50, 50), id="flat"),
        pytest.param(90_000, (50, 90), id="grown"),
    ],
)
def test_growth_compares_medians_of_the_largest_process(late: int, rss: tuple[float, float]) -> None:
    samples = [
        Sample(seconds, {"api": {1: held(50_000 if seconds < 80 else late), 2: held(10)}})
        for seconds in range(0, 101, 5)
    ]
    samples[5].kinds["api"][1] = held(500_000)  # one moment is not growth
    (found,) = growth.grown(samples)
    assert (found.kind, found.rss, found.files) == ("api", rss, (5, 5))


def test_the_run_of_scale_is_told_with_its_ratios() -> None:
    told = scale_report.body(
        {
            "originals": 2,
            "variants": 20,
            "seconds": 60,
            "made": {"originals": 2, "seconds": 3.0, "cpu": 1.2, "emulator": 0.4},
            "rendered": {"originals": 1, "seconds": 1.0, "cpu": 0.5, "emulator": 0.0},
            "before": 10,
            "killed": 4,
            "missing": 0,
            "others": 0,
            "made_again": 0,
            "entries": 20,
            "renderings_logged": 19,
            "dead": 0,
            "samples": [
                {"seconds": seconds, "kinds": {"prewarm": {"7": vars_of(held(50_000))}}}
                for seconds in (25.0, 100.0)
            ],
        }
    )
    assert "| ratio |  | 1.50 | 1.20 |" in told
    assert "| the emulator, beside the functions |  |  | 20.0 ms |" in told
    assert "| the functions without its share of both cores | 7.1 | 140.0 ms |  |" in told
    assert "| ratio |  | 1.40 |  |" in told
    assert "| prewarm | 50 → 50 | 5 → 5 | 1 → 1 |" in told


def test_an_answer_with_5xx_and_one_that_never_came_are_failures() -> None:
    told = load_report.body(
        {
            "answers": [[0.0, 10.0, "hit"], [1.0, 30.0, "hit"], [2.0, 20.0, "herd"]],
            "statuses": [["hit", 200, 1], ["hit", 0, 1], ["herd", 504, 1]],
            "samples": [{"seconds": 1.0, "kinds": {"emulator": {}, "edge": {"7": vars_of(held(9_000))}}}] * 2,
        }
    )
    assert "2 of them were answered with" in told
    assert "| hit | 2 | 0: 1, 200: 1 |" in told or "| hit | 2 | 200: 1, 0: 1 |" in told
    assert "emulator" not in told


def vars_of(each: Held) -> dict[str, float]:
    return {"rss": each.rss, "files": each.files, "threads": each.threads, "cpu": each.cpu}
