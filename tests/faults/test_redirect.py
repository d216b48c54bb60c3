"""Every call to AWS of a request meets every fault, where the answer is a redirect to what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.faults import table
from tests.faults.judging import judge, judge_death
from tests.faults.kinds import dying, dying_after
from tests.faults.matrix import CELLS
from tests.faults.requests import STEPS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.matrix import Cell
    from tests.faults.requests import Step


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell.way == "redirect"], ids=str)
def test_a_call_fails_and_the_viewer_the_bucket_and_the_bill_are_all_right(
    cell: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(cell, monkeypatch)


@pytest.mark.parametrize("fault", [dying, dying_after])
@pytest.mark.parametrize(
    "step", [pytest.param(step, id=name) for name, step in STEPS.items() if "redirect" in step.scene.ways]
)
def test_whoever_dies_at_a_call_leaves_nothing_wrong_and_the_next_view_succeeds(
    step: Step, fault: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    judge_death(step, "redirect", fault, monkeypatch)


def test_the_document_has_these_cells_and_no_others() -> None:
    assert set(table.written()) == {(cell.step_name, cell.kind_name) for cell in CELLS}
