"""Makes the tables of docs/performance.md from results."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from bench import figures
from bench.rivals import OURS, SHARP_ENGINE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.cases import Case
    from bench.results import Cell, Contender, Results

SHARP = SHARP_ENGINE.name

VISIBLE = 3.0
"""If a picture is more points of SSIMULACRA2 below sharp's, its ratio does not count. JPEG loses as many from
quality 80 to 75."""

FLAWLESS = 90.0
"""From this SSIMULACRA2 on, its authors call a picture visually lossless: nobody sees further differences."""

WORSE, FLAWED, NONE = "†", "‡", "–"  # noqa: RUF001 - an en dash stands for nothing


def times(results: Results, cases: Iterable[Case]) -> str:
    """Return the table of ratios to sharp, with the milliseconds of sharp and ours."""
    others = [contender for contender in results.contenders if contender.name != SHARP]
    head = [
        "case",
        "sharp, ms",
        f"{OURS.label}, ms",
        *(f"{other.label} / sharp" for other in others),
        "ours / best",
    ]
    rows = [_times_row(results, case, others) for case in cases]
    medians = [_median(results, other, cases) for other in others]
    return table(head, [*rows, ["**median**", "", "", *medians, ""]])


def _times_row(results: Results, case: Case, others: Sequence[Contender]) -> list[str]:
    sharp, ours = results.cell(case.name, SHARP), results.cell(case.name, OURS.name)
    ratios = [_ratio(results.cell(case.name, other.name), sharp) for other in others]
    return [case.title, _milliseconds(sharp), _milliseconds(ours), *ratios, _best(results, case)]


def _milliseconds(cell: Cell | None) -> str:
    if cell is None:
        return NONE
    taken = figures.spread([1000 * seconds for seconds in cell.cpu])
    return f"{_brief(taken.median)} ({_brief(taken.least)}–{_brief(taken.most)})"  # noqa: RUF001 - a range


def _brief(milliseconds: float) -> str:
    return f"{milliseconds:.1f}" if milliseconds < 100 else f"{milliseconds:.0f}"  # noqa: PLR2004 - three digits


def _ratio(cell: Cell | None, sharp: Cell | None) -> str:
    if cell is None or sharp is None:
        return NONE
    marks = (WORSE if looks_worse(cell, sharp) else "") + (FLAWED if cell.flaw else "")
    return f"{figures.ratio(cell.cpu, sharp.cpu):.2f}{marks}"


def looks_worse(cell: Cell, sharp: Cell) -> bool:
    """Say whether the picture is visibly worse than sharp's: its time then does not count."""
    return cell.score < min(sharp.score - VISIBLE, FLAWLESS)


def counting_ratios(results: Results, contender: str, cases: Iterable[Case]) -> dict[Case, float]:
    """Return the ratios to sharp, without those of visibly worse or flawed pictures."""
    pairs = {case: (results.cell(case.name, contender), results.cell(case.name, SHARP)) for case in cases}
    return {
        case: figures.ratio(cell.cpu, sharp.cpu)
        for case, (cell, sharp) in pairs.items()
        if cell and sharp and not looks_worse(cell, sharp) and not cell.flaw
    }


def _median(results: Results, contender: Contender, cases: Iterable[Case]) -> str:
    counted = counting_ratios(results, contender.name, cases).values()
    return f"**{statistics.median(counted):.2f}**" if counted else NONE


def _best(results: Results, case: Case) -> str:
    ours, sharp = results.cell(case.name, OURS.name), results.cell(case.name, SHARP)
    rivals = [
        (statistics.median(cell.cpu), contender.label)
        for contender in results.contenders
        if not contender.name.startswith(OURS.name)
        and (cell := results.cell(case.name, contender.name))
        and not (sharp and looks_worse(cell, sharp))
        and not cell.flaw
    ]
    if ours is None or not rivals:
        return NONE
    seconds, label = min(rivals)
    return f"{statistics.median(ours.cpu) / seconds:.2f} ({label})"


def memory(results: Results, cases: Iterable[Case]) -> str:
    """Return the table of the peak memory of new processes in MB; for ours also as a ratio to sharp's."""
    head = ["case", *(contender.label for contender in results.contenders), "ours / sharp"]
    return table(head, [_memory_row(results, case) for case in cases])


def _memory_row(results: Results, case: Case) -> list[str]:
    cells = [results.cell(case.name, contender.name) for contender in results.contenders]
    ours, sharp = results.cell(case.name, OURS.name), results.cell(case.name, SHARP)
    share = f"{ours.peak / sharp.peak:.2f}" if ours and sharp else NONE
    return [case.title, *(f"{cell.peak / 1000:.0f}" if cell else NONE for cell in cells), share]


def quality(results: Results, cases: Iterable[Case]) -> str:
    """Return the table of every picture's SSIMULACRA2 and kB."""
    head = ["case", *(contender.label for contender in results.contenders)]
    return table(head, [_quality_row(results, case) for case in cases])


def _quality_row(results: Results, case: Case) -> list[str]:
    cells = [results.cell(case.name, contender.name) for contender in results.contenders]
    sharp = results.cell(case.name, SHARP)
    return [case.title, *(_quality(cell, sharp) for cell in cells)]


def _quality(cell: Cell | None, sharp: Cell | None) -> str:
    if cell is None:
        return NONE
    marks = (WORSE if sharp and looks_worse(cell, sharp) else "") + (FLAWED if cell.flaw else "")
    return f"{cell.score:.1f}{marks} / {cell.bytes / 1000:.0f}"


def versions(results: Results) -> str:
    """Return the table of contenders, and of the memory that each takes before its first picture."""
    rows = [[who.label, who.version, f"{who.base / 1000:.0f}"] for who in results.contenders]
    return table(["", "version", "MB when loaded"], rows)


def flaws(results: Results, cases: Iterable[Case]) -> str:
    """Return the list of flawed pictures, and what is wrong with each."""
    titles = {case.name: case.title for case in cases}
    labels = {contender.name: contender.label for contender in results.contenders}
    return "\n".join(
        f"- {FLAWED} {labels[cell.contender]}, {titles[cell.case]}: {cell.flaw}."
        for cell in results.cells
        if cell.flaw and cell.case in titles
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown; the first column is text, the others are figures."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, rule, *rows])
