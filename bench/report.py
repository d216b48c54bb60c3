"""Writes docs/performance.md between its markers, and its chart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bench import figures, outputs, places, tables
from bench.cases import CASES, FLAT, ORIGINALS, Case, Original
from bench.failing import BenchFailed
from bench.photographs import PHOTOGRAPHS
from bench.rivals import OURS, RIVALS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.results import Results

BEGIN, END = "<!-- python -m bench report: begin -->", "<!-- python -m bench report: end -->"


def write(results: Results, flat: Results | None) -> None:
    """Write the tables into docs/performance.md and draw the chart beside it."""
    document = places.REPORT.read_text(encoding="utf-8")
    places.REPORT.write_text(between_markers(document, _body(results, flat)), encoding="utf-8")
    outputs.in_studio("chart", str(places.CHART), stdin=json.dumps(chart_rows(results)))


def between_markers(document: str, body: str) -> str:
    """Return the `document` with the text between its markers replaced by `body`."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise BenchFailed(f"{places.REPORT.name} has lost its markers: {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{body.strip()}\n\n{END}{after}"


def _body(results: Results, flat: Results | None) -> str:
    measured = _measured(results, CASES)
    sections = [
        f"![Time of every library beside sharp's]({places.CHART.name})",
        f"{results.machine}; medians of {results.rounds} rounds, in brackets the least and the most.",
        "## Time\n\n" + tables.times(results, measured) + "\n\n" + _legend(results),
        "## Memory\n\nPeak of a fresh process that makes one variant, in MB.\n\n"
        + tables.memory(results, measured),
        "## Quality\n\nSSIMULACRA2 (more is better) / kB.\n\n" + tables.quality(results, measured),
        *([_flat_section(flat)] if flat else []),
        "## Who took part\n\n" + tables.versions(results) + _left_out(results),
        "## Originals\n\n" + _originals() + "\n\n" + _credits(),
    ]
    return "\n\n".join(sections)


def _measured(results: Results, cases: Sequence[Case]) -> list[Case]:
    found = {cell.case for cell in results.cells}
    return [case for case in cases if case.name in found]


def _legend(results: Results) -> str:
    worse = (
        f"{tables.WORSE} visibly worse than sharp's picture (below {tables.FLAWLESS:g}, and by more than "
        f"{tables.VISIBLE:g} points of SSIMULACRA2): the time does not count."
    )
    cannot = [f"{tables.NONE} {rival.label}: {why}." for rival in RIVALS for why in rival.cannot.values()]
    return "\n".join(
        filter(None, [f"- {worse}", tables.flaws(results, CASES), *(f"- {why}" for why in cannot)])
    )


def _flat_section(flat: Results) -> str:
    cases = _measured(flat, FLAT)
    return (
        "## Large originals\n\n"
        "A small variant ought to cost the same memory, however large its original is, but for the "
        "original's own bytes, which are in memory as well. Each of them has to be read, by everybody.\n\n"
        f"{tables.times(flat, cases)}\n\nPeak memory in MB:\n\n{tables.memory(flat, cases)}"
    )


def _left_out(results: Results) -> str:
    present = {contender.name for contender in results.contenders}
    absent = [rival.label for rival in RIVALS if rival.name not in present]
    return f"\n\nNot measured in this run: {', '.join(absent)}." if absent else ""


def _originals() -> str:
    rows = [
        [f"`{original.file}`", f"{original.size[0]}×{original.size[1]}", _kilobytes(original)]  # noqa: RUF001 - as people write sizes
        for original in ORIGINALS
    ]
    return tables.table(["file", "pixels", "kB"], rows)


def _kilobytes(original: Original) -> str:
    file = places.CORPUS / original.file
    return f"{file.stat().st_size / 1000:.0f}" if file.exists() else tables.NONE


def _credits() -> str:
    names = "; ".join(f"{photo.name}: {photo.author}, {photo.licence}" for photo in PHOTOGRAPHS)
    return f"Cut, resampled and tiled from photographs of Debian's lomiri-wallpapers-16.04: {names}."


def chart_rows(results: Results) -> list[dict[str, object]]:
    """Return the rows of the chart: for each case, the ratios that count, by label."""
    measured = _measured(results, CASES)
    ratios = {
        contender.label.replace("`", ""): tables.counting_ratios(results, contender.name, measured)
        for contender in results.contenders
        if contender.name != tables.SHARP
    }
    return [
        {
            "title": case.title,
            "ratios": {label: by_case[case] for label, by_case in ratios.items() if case in by_case},
        }
        for case in measured
    ]


def over_aim(results: Results) -> list[str]:
    """Return the cases in which we take more time or memory than our aim, or look worse than sharp."""
    over = []
    for case in _measured(results, CASES):
        ours, sharp = results.cell(case.name, OURS.name), results.cell(case.name, tables.SHARP)
        if not ours or not sharp:
            continue
        ratio = figures.ratio(ours.cpu, sharp.cpu)
        if case.aim and ratio > case.aim:
            over.append(f"{case.title}: {ratio:.2f} of sharp's time, the aim is {case.aim:g}")
        if ours.peak > case.memory_aim * sharp.peak:
            share = ours.peak / sharp.peak
            over.append(f"{case.title}: {share:.2f} of sharp's memory, the aim is {case.memory_aim:g}")
        if tables.looks_worse(ours, sharp):
            over.append(f"{case.title}: SSIMULACRA2 {ours.score:.1f} beside sharp's {sharp.score:.1f}")
    return over
