"""Assertions outside of test modules explain themselves, too; and the tables of `each_call` for each way."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.faults.judging")

from tests.faults.kinds import dying, dying_after  # noqa: E402 - after what has to come first
from tests.faults.matrix import CELLS  # noqa: E402 - likewise
from tests.faults.requests import STEPS  # noqa: E402 - likewise


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give the tests of a file the cells, or the steps, of its way."""
    way = getattr(metafunc.module, "WAY", "")
    if "cell" in metafunc.fixturenames:
        metafunc.parametrize("cell", [cell for cell in CELLS if cell.way == way], ids=str)
    if "step" in metafunc.fixturenames:
        steps = {name: step for name, step in STEPS.items() if way in step.scene.ways}
        metafunc.parametrize("step", steps.values(), ids=steps)
        metafunc.parametrize("way", [way])
        metafunc.parametrize("fault", [dying, dying_after])
