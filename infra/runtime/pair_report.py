"""Writes the measurements beside another checkout into a section of docs/performance.md."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from infra.runtime import report
from infra.runtime.pairing import WARM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.runtime.pairing import Pair, Side

BEGIN = "<!-- python -m infra.runtime bench --beside: begin -->"
END = "<!-- python -m infra.runtime bench --beside: end -->"
HEADING = "## The first view, beside an earlier commit"

_INTRODUCTION = """\
Both packages in the same root folder, in turns, in one run (`python -m infra.runtime bench --beside
CHECKOUT`). Other programs used the machine meanwhile: ratios say something, milliseconds do not, and the
processor's time is the least disturbed. Medians of {rounds} cold starts and {requests} warm requests, in
brackets the least and the most. The warm request makes {warm}."""

_PARTS = """\
Where the time of a cold start goes: milliseconds of the processor, each part alone, median."""

_STEPS = """\
Where the time of a warm request goes, in milliseconds, as its Server-Timing header tells it. S3 is asked for
the variant and for the original at once, and the entry in the index is written during the rendering."""


def write(section: str) -> None:
    """Write the `section` into the document."""
    document = report.DOCUMENT.read_text(encoding="utf-8")
    placed = report.placed(document, section, begin=BEGIN, finish=END, heading=HEADING)
    report.DOCUMENT.write_text(placed, encoding="utf-8")


def section(pair: Pair, parts: Mapping[str, float]) -> str:
    """Return the section's text and tables; `parts` are those of our cold start, in milliseconds."""
    introduction = report.filled(
        _INTRODUCTION, rounds=len(pair.ours.colds), requests=len(pair.ours.warm), warm=WARM.title
    )
    return "\n\n".join(
        [
            introduction,
            _ratios(pair),
            report.filled(_PARTS),
            report.table(("cold start", "ms"), [(part, f"{spent:.0f}") for part, spent in parts.items()]),
            report.filled(_STEPS),
            _steps(pair),
        ]
    )


def _ratios(pair: Pair) -> str:
    rows = [
        (title, report.spread(theirs), report.spread(ours), _ratio(median(ours), median(theirs)))
        for (title, ours), theirs in zip(_times(pair.ours).items(), _times(pair.theirs).values(), strict=True)
    ]
    peaks = (pair.theirs.peak, pair.ours.peak)
    memory = ("memory", *map(report.megabytes, peaks), _ratio(pair.ours.peak, pair.theirs.peak))
    spent = (pair.theirs.processor, pair.ours.processor)
    processor = ("processor until the first answer", *(f"{each:.0f}" for each in spent), _ratio(*spent[::-1]))
    return report.table(("ms", pair.other, "now", "ratio"), [*rows, processor, memory])


def _times(side: Side) -> dict[str, tuple[float, ...]]:
    return {
        "init": tuple(cold.init for cold in side.colds),
        "first answer": tuple(cold.first for cold in side.colds),
        "**init and first answer**": tuple(cold.total for cold in side.colds),
        "**warm**": side.warm,
    }


def _steps(pair: Pair) -> str:
    names = dict.fromkeys((*pair.ours.steps, *pair.theirs.steps))
    rows = [(name, *(_step(side, name) for side in (pair.theirs, pair.ours))) for name in names]
    return report.table(("step", pair.other, "now"), rows)


def _step(side: Side, name: str) -> str:
    return f"{side.steps[name]:.1f}" if name in side.steps else "–"  # noqa: RUF001 - as the other tables write it


def _ratio(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.2f}"
