"""Every call to AWS of a request meets every fault, where the answer is a redirect to what is stored."""

from __future__ import annotations

from tests.faults import table
from tests.faults.each_call import (  # noqa: F401 - pytest finds them here
    test_a_call_fails_and_the_viewer_the_bucket_and_the_bill_are_all_right,
    test_whoever_dies_at_a_call_leaves_nothing_wrong_and_the_next_view_succeeds,
)
from tests.faults.matrix import CELLS

WAY = "redirect"


def test_the_document_has_these_cells_and_no_others() -> None:
    assert set(table.written()) == {(cell.step_name, cell.kind_name) for cell in CELLS}
