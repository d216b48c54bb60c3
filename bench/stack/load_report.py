"""What ``bench load`` has found, in words and as a chart."""

from __future__ import annotations

import statistics
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from bench import places, tables
from bench.stack.growth import kinds
from bench.stack.telling import growth, line, samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.stack.processes import Sample

CHART = places.PROJECT / "docs" / "load.svg"
_WINDOW_SECONDS = 15.0
_FAILED = 500

_LOAD = """
{number:,} requests in {minutes:.0f} minutes, {rate:.0f} in a second. {failed} of them were answered with
5xx or not at all. Milliseconds that a viewer waited, with all redirects:

{waits}

{growth}

![Answers, memory, open files and threads over the run]({chart})
"""


def body(found: dict[str, Any]) -> str:
    """Return the tables of ``bench load``."""
    answers = found["answers"]
    statuses: dict[str, dict[int, int]] = defaultdict(dict)
    for kind, status, number in found["statuses"]:
        statuses[kind][status] = number
    failed = sum(number for _, status, number in found["statuses"] if status >= _FAILED or not status)
    seconds = max(at for at, _, _ in answers)
    return _LOAD.format(
        number=len(answers),
        minutes=seconds / 60,
        rate=len(answers) / seconds,
        failed=failed,
        waits=tables.table(
            ["request", "number", "answers", "median", "99 of 100", "longest"],
            [_row(kind, of, answers) for kind, of in statuses.items()],
        ),
        growth=growth(found, _ours(samples(found))),
        chart=CHART.name,
    )


def _row(kind: str, statuses: dict[int, int], answers: Sequence[Any]) -> list[str]:
    waited = sorted(ms for _, ms, of in answers if of == kind)
    told = ", ".join(f"{status}: {number:,}" for status, number in statuses.items())
    most = waited[int(len(waited) * 0.99)]
    return [
        kind,
        f"{len(waited):,}",
        told,
        *(f"{ms:,.0f}" for ms in (statistics.median(waited), most, waited[-1])),
    ]


def panels(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the chart of ``bench load``."""
    every, hits = samples(found), [(at, ms) for at, ms, kind in found["answers"] if kind == "hit"]
    windows: dict[int, list[float]] = defaultdict(list)
    for at, ms in hits:
        windows[int(at // _WINDOW_SECONDS)].append(ms)
    whole = sorted(windows)[:-1]  # the last one ends early
    minutes = {number: number * _WINDOW_SECONDS / 60 for number in whole}
    ours = _ours(every)
    return [
        {
            "title": "Stored pictures in a second",
            "lines": {
                "hits": [[at, len(windows[number]) / _WINDOW_SECONDS] for number, at in minutes.items()]
            },
        },
        {
            "title": "A viewer of a stored picture waits, ms",
            "lines": {
                "median": [[at, statistics.median(windows[number])] for number, at in minutes.items()],
                "9 of 10": [
                    [at, sorted(windows[number])[len(windows[number]) * 9 // 10]]
                    for number, at in minutes.items()
                ],
            },
        },
        {
            "title": "Memory of the largest process, MB",
            "lines": {kind: line(every, kind, "rss") for kind in ours},
        },
        {
            "title": "Open files of the largest process",
            "lines": {kind: line(every, kind, "files") for kind in ours},
        },
        {
            "title": "Threads of the largest process",
            "lines": {kind: line(every, kind, "threads") for kind in ours},
        },
    ]


def _ours(every: Sequence[Sample]) -> list[str]:
    """Return the kinds of processes that are ours; the emulator is not."""
    return [kind for kind in kinds(every) if kind != "emulator"]
