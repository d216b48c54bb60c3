"""The tests of every call to AWS, for whoever names its way of delivery in `WAY` (`conftest` has the tables).

Each way has a file of its own, so that two processes share them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.faults.judging import judge, judge_death

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.faults.matrix import Cell
    from tests.faults.requests import Step


def test_a_call_fails_and_the_viewer_the_bucket_and_the_bill_are_all_right(
    cell: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(cell, monkeypatch)


def test_whoever_dies_at_a_call_leaves_nothing_wrong_and_the_next_view_succeeds(
    step: Step, way: str, fault: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    judge_death(step, way, fault, monkeypatch)
