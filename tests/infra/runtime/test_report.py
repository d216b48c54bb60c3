"""The section of docs/performance.md."""

from __future__ import annotations

import pytest

from infra.runtime import report
from infra.runtime.bench import CASES, FIRST, Cold, Figures, Made, Size
from infra.runtime.errors import RuntimeFailed

FIGURES = Figures(
    machine="A machine, 2 cores",
    memory=1769,
    first=FIRST,
    colds=(Cold(500.4, 100.0), Cold(700.0, 90.0), Cold(600.0, 300.0)),
    made=(Made(CASES[0], (30.0, 20.0, 100.0), 114_000_000),),
    idle=80_000_000,
    sizes={"bundle": Size(79_400, 197_000), "layer": Size(9_940_000, 25_000_000)},
)


def test_a_document_without_markers_gets_a_section_at_its_end() -> None:
    document = report.placed("# Performance\n\ntext\n", "figures")
    assert document == (
        f"# Performance\n\ntext\n\n{report.HEADING}\n\n{report.BEGIN}\n\nfigures\n\n{report.END}\n"
    )


def test_only_the_text_between_the_markers_is_replaced() -> None:
    first = report.placed("# Performance\n", "old figures") + "\nby hand\n"
    second = report.placed(first, "new figures")
    assert second == first.replace("old", "new")


def test_the_same_figures_change_nothing() -> None:
    once = report.placed("# Performance\n", "figures")
    assert report.placed(once, "figures") == once


def test_a_document_with_a_missing_marker_is_not_changed() -> None:
    with pytest.raises(RuntimeFailed, match=report.END):
        report.placed(f"text\n{report.BEGIN}\nmore\n", "figures")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("| init | 600 (500–700) |", id="the median of starts, the least and the most"),  # noqa: RUF001 - a dash
        pytest.param("| first answer | 100 (90–300) |", id="first answers apart"),  # noqa: RUF001 - a dash
        pytest.param("| **both** | 790 (600–900) |", id="both of each start, not of their medians"),  # noqa: RUF001 - a dash
        pytest.param("| 12 MP JPEG → 300 px JPEG | 30 (20–100) | 114 MB |", id="a picture"),  # noqa: RUF001 - a dash
        pytest.param("| bundle | 79 kB | 197 kB |", id="a small archive"),
        pytest.param("| layer | 9.9 MB | 25.0 MB |", id="a large archive"),
    ],
)
def test_the_tables_have(line: str) -> None:
    assert line in report.section(FIGURES).splitlines()


def test_the_text_names_the_machine_and_the_measurements() -> None:
    text = " ".join(report.section(FIGURES).split())
    for part in ("A machine, 2 cores", "1769 MB", "Medians of 3", FIRST.title, "80 MB of it"):
        assert part in text
