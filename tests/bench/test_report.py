"""The report on a run: which ratios count, what is over our aims, what the markers enclose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench import report, results, tables
from bench.cases import CASES
from bench.failing import BenchFailed
from bench.results import Cell, Contender, Results

if TYPE_CHECKING:
    from pathlib import Path

SMALL, PNG = (next(case for case in CASES if case.name == name) for name in ("12mp-300-fit", "png-300"))
WHO = tuple(Contender(name, name, "1.0", 20_000) for name in ("ours", "sharp", "gm"))


def cell(  # one contender's result for a case; by default, all are equally good
    contender: str,
    seconds: float,
    *,
    case: str = SMALL.name,
    score: float = 75.0,
    peak: int = 50_000,
    flaw: str | None = None,
) -> Cell:
    return Cell(case, contender, (seconds,) * 3, (seconds,) * 3, 20_000, peak, score, flaw)


def run(*cells: Cell) -> Results:
    return Results("a machine", 3, WHO, cells)


@pytest.mark.parametrize(
    ("theirs", "counts"),
    [
        pytest.param(cell("gm", 0.02), True, id="as good as sharp's"),
        pytest.param(cell("gm", 0.02, score=72.0), True, id="hardly worse"),
        pytest.param(cell("gm", 0.02, score=71.9), False, id="visibly worse"),
        pytest.param(cell("gm", 0.02, score=-20), False, id="another picture"),
        pytest.param(cell("gm", 0.02, flaw="runs for 0 ms"), False, id="flawed"),
    ],
)
def test_a_ratio_counts_only_for_a_picture_that_is_as_good(theirs: Cell, *, counts: bool) -> None:
    measured = run(cell("sharp", 0.04), theirs)

    assert tables.counting_ratios(measured, "gm", [SMALL]) == ({SMALL: 0.5} if counts else {})


@pytest.mark.parametrize(
    ("score", "worse"),
    [
        pytest.param(90.0, False, id="flawless by itself, though sharp's is nearer"),
        pytest.param(89.9, True, id="not quite flawless, and far behind"),
    ],
)
def test_differences_between_flawless_pictures_do_not_count(score: float, *, worse: bool) -> None:
    assert tables.looks_worse(cell("gm", 0.02, score=score), cell("sharp", 0.04, score=98)) is worse


def test_a_visibly_worse_picture_is_marked_and_cannot_be_the_best() -> None:
    table = tables.times(run(cell("ours", 0.06), cell("sharp", 0.04), cell("gm", 0.02, score=10)), [SMALL])

    row = next(line for line in table.splitlines() if line.startswith(f"| {SMALL.title}"))
    assert row.endswith("| 1.50 | 0.50† | 1.50 (sharp) |")


def test_a_case_without_a_contenders_result_is_a_dash() -> None:
    table = tables.quality(run(cell("ours", 0.06), cell("sharp", 0.04)), [SMALL])

    assert table.splitlines()[-1] == f"| {SMALL.title} | 75.0 / 20 | 75.0 / 20 | {tables.NONE} |"


@pytest.mark.parametrize(
    ("ours", "sharp", "expected"),
    [
        pytest.param(cell("ours", 0.042), cell("sharp", 0.04), [], id="within every aim"),
        pytest.param(
            cell("ours", 0.05), cell("sharp", 0.04), ["1.25 of sharp's time, the aim is 1.05"], id="slow"
        ),
        pytest.param(
            cell("ours", 0.04, peak=60_000),
            cell("sharp", 0.04),
            ["1.20 of sharp's memory, the aim is 1"],
            id="too much memory for a JPEG",
        ),
        pytest.param(
            cell("ours", 0.05, case=PNG.name, peak=60_000),
            cell("sharp", 0.04, case=PNG.name),
            [],
            id="a PNG may take more of both",
        ),
        pytest.param(
            cell("ours", 0.04, score=60),
            cell("sharp", 0.04),
            ["SSIMULACRA2 60.0 beside sharp's 75.0"],
            id="visibly worse",
        ),
    ],
)
def test_a_case_over_our_aims_is_reported(ours: Cell, sharp: Cell, expected: list[str]) -> None:
    reported = [line.partition(": ")[2] for line in report.over_aim(run(ours, sharp))]

    assert expected == reported


def test_the_chart_shows_the_cases_that_were_measured() -> None:
    rows = report.chart_rows(run(cell("ours", 0.05), cell("sharp", 0.04), cell("gm", 0.08)))

    assert rows == [{"title": SMALL.title, "ratios": {"ours": 1.25, "gm": 2.0}}]


def test_only_the_text_between_the_markers_is_replaced() -> None:
    document = f"# Title\n{report.BEGIN}\nold\n{report.END}\nThe end.\n"

    written = report.between_markers(document, "new")

    assert written == f"# Title\n{report.BEGIN}\n\nnew\n\n{report.END}\nThe end.\n"
    assert report.between_markers(written, "new") == written


def test_a_document_without_markers_is_left_alone() -> None:
    with pytest.raises(BenchFailed, match="lost its markers"):
        report.between_markers("# Title\n", "new")


def test_results_are_read_from_their_file_as_they_were_written(tmp_path: Path) -> None:
    measured = run(cell("ours", 0.05, flaw="runs for 0 ms"), cell("sharp", 0.04))
    measured.write(tmp_path / "results.json")

    assert results.read(tmp_path / "results.json") == measured


def test_without_a_run_the_error_names_the_command_to_type(tmp_path: Path) -> None:
    with pytest.raises(BenchFailed, match="python -m bench run"):
        results.read(tmp_path / "results.json")
