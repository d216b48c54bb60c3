"""``python -m tests.faults``: let every call meet every fault, and write what became of the requests."""

from __future__ import annotations

import logging

import pytest

from tests.faults import table
from tests.faults.matrix import CELLS, Cell


def outcome(cell: Cell) -> str:
    """Return what a viewer has in this cell."""
    with pytest.MonkeyPatch.context() as patch, cell.played(patch) as (here, answer):
        return here.outcome(answer)


if __name__ == "__main__":
    logging.disable()
    table.write({cell: outcome(cell) for cell in CELLS})
    print(table.DOCUMENT)  # noqa: T201 - what was written
