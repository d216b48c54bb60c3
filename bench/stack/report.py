"""Writes what ``bench scale`` and ``bench load`` have found into docs/scale.md, and draws their charts."""

from __future__ import annotations

import json

from bench import outputs, places
from bench.failing import BenchFailed
from bench.stack import load, load_report, scale, scale_report

DOCUMENT = places.PROJECT / "docs" / "scale.md"


def write() -> None:
    """Write both parts of the document, as far as they have been measured."""
    if scale.RESULTS.exists():
        found = json.loads(scale.RESULTS.read_text(encoding="ascii"))
        _fill_in("scale", scale_report.body(found))
        outputs.in_studio("lines", str(scale_report.CHART), stdin=json.dumps(scale_report.panels(found)))
    if load.RESULTS.exists():
        found = json.loads(load.RESULTS.read_text(encoding="ascii"))
        _fill_in("load", load_report.body(found))
        outputs.in_studio("lines", str(load_report.CHART), stdin=json.dumps(load_report.panels(found)))


def _fill_in(name: str, body: str) -> None:
    begin, end = (f"<!-- python -m bench {name}: {side} -->" for side in ("begin", "end"))
    document = DOCUMENT.read_text(encoding="utf-8")
    before, found, rest = document.partition(begin)
    _, found_end, after = rest.partition(end)
    if not found or not found_end:
        raise BenchFailed(f"{DOCUMENT.name} has lost its markers: {begin} and {end}")
    DOCUMENT.write_text(f"{before}{begin}\n\n{body.strip()}\n\n{end}{after}", encoding="utf-8")
