"""What nobody should have sent is met as it should be: soon, within little memory, and without a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hostile import table
from tests.hostile.measuring import measured
from tests.hostile.originals import HOSTILE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hostile.originals import Hostile


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_meets_what_it_should_at_little_cost(hostile: Hostile, tmp_path: Path) -> None:
    cost = measured(hostile.name, tmp_path)

    assert cost.met == hostile.meets
    assert cost.kilobytes < hostile.within * 1024
    assert cost.milliseconds < hostile.seconds * 1000
    assert cost.traces == []


def test_every_file_stands_in_the_document() -> None:
    rows = [row.split("|") for row in table.written_rows()]

    assert [(row[1].strip(), row[3].strip()) for row in rows] == [
        (hostile.name, hostile.meets) for hostile in HOSTILE.values()
    ], "type: python -m tests.hostile"
