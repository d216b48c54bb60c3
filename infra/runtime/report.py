"""Writes the measurements into a section of docs/performance.md."""

from __future__ import annotations

from statistics import median
from textwrap import fill
from typing import TYPE_CHECKING

from infra.package import PROJECT
from infra.runtime.errors import RuntimeFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.runtime.bench import Figures

DOCUMENT = PROJECT / "docs" / "performance.md"
BEGIN, END = "<!-- python -m infra.runtime bench: begin -->", "<!-- python -m infra.runtime bench: end -->"
HEADING = "## In Lambda's own runtime"

_INTRODUCTION = """\
What is packaged, run by Lambda's Python, its runtime interface client and emulator in a root folder with
nothing else in it (`python -m infra.runtime bench`). {machine}; the function has {memory} MB, which is
one virtual processor on Lambda, and one core here. S3 is an emulator on the same machine, so networks add
nothing, and files are in the page cache, while a new Lambda has to read them first. Medians of {rounds},
in brackets the least and the most."""

_LEGEND = """\
Init is all before the first event: Python, the app, the AWS SDK. The renderer's own process starts
meanwhile, and may not be ready when the first event comes, which asks for {first}. Memory is what all
processes had at their peaks, added up, in a fresh function that makes one picture; {idle} of it are there
before any."""


def write(figures: Figures) -> None:
    """Write `figures` into the document."""
    document = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(placed(document, section(figures)), encoding="utf-8")


def placed(document: str, body: str, *, begin: str = BEGIN, finish: str = END, heading: str = HEADING) -> str:
    """Return `document` with `body` between the markers. If there are none, they are added at the end."""
    if begin not in document:
        document = f"{document.rstrip()}\n\n{heading}\n\n{begin}\n{finish}\n"
    before, _, rest = document.partition(begin)
    _, end, after = rest.partition(finish)
    if not end:
        raise RuntimeFailed(f"{DOCUMENT.name} has lost its marker {finish}")
    return f"{before}{begin}\n\n{body.strip()}\n\n{finish}{after}"


def section(figures: Figures) -> str:
    """Return the section's text and tables."""
    introduction = filled(
        _INTRODUCTION, machine=figures.machine, memory=figures.memory, rounds=len(figures.colds)
    )
    legend = filled(_LEGEND, first=figures.first.title, idle=megabytes(figures.idle))
    return "\n\n".join([introduction, _starts(figures), _pictures(figures), legend, _archives(figures)])


def filled(text: str, **values: object) -> str:
    """Return `text` with the `values` in it, as one paragraph of the document."""
    return fill(text.format(**values), width=119, break_on_hyphens=False)


def _starts(figures: Figures) -> str:
    phases = {
        "init": [cold.init for cold in figures.colds],
        "first answer": [cold.first for cold in figures.colds],
        "**both**": [cold.total for cold in figures.colds],
    }
    return table(("cold start", "ms"), [(name, spread(times)) for name, times in phases.items()])


def _pictures(figures: Figures) -> str:
    rows = [(made.case.title, spread(made.times), megabytes(made.peak)) for made in figures.made]
    return table(("warm", "ms", "memory"), rows)


def _archives(figures: Figures) -> str:
    rows = [(name, _size(size.zipped), _size(size.unzipped)) for name, size in figures.sizes.items()]
    return table(("archive", "zipped", "unzipped"), rows)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown. All columns but the first hold numbers."""
    ruler = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ruler, *rows))


def spread(times: Sequence[float]) -> str:
    """Return the median, and in brackets the least and the most."""
    return f"{median(times):.0f} ({min(times):.0f}–{max(times):.0f})"  # noqa: RUF001 - as the other tables write it


def megabytes(count: float) -> str:
    """Return so many bytes in megabytes."""
    return f"{count / 1e6:.0f} MB"


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1_000_000 else f"{count / 1000:.0f} kB"  # noqa: PLR2004 - a million bytes
