"""The matrix in docs/faults.md."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.requests import KINDS, STEPS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.faults.matrix import Cell

DOCUMENT = Path(__file__).parents[2] / "docs" / "faults.md"

_PLACE = re.compile(r"(?<=<!-- played -->\n)(.*?)(?=<!-- /played -->)", re.DOTALL)


def write(outcomes: Mapping[Cell, str]) -> None:
    """Put what became of each cell into the document."""
    rows = [_row(step, outcomes) for step in STEPS]
    lines = [f"| the call | {' | '.join(KINDS)} |", f"|---|{'---|' * len(KINDS)}", *rows, ""]
    DOCUMENT.write_text(_PLACE.sub(lambda _: "\n".join(lines), DOCUMENT.read_text(), count=1))


def _row(step: str, outcomes: Mapping[Cell, str]) -> str:
    found = {
        kind: {
            outcome: None
            for cell, outcome in outcomes.items()
            if (cell.step_name, cell.kind_name) == (step, kind)
        }
        for kind in KINDS
    }
    return f"| {step} | {' | '.join(' / '.join(each) for each in found.values())} |"


def written() -> dict[tuple[str, str], str]:
    """Return what the document says, by the names of call and fault."""
    found = _PLACE.search(DOCUMENT.read_text())
    heads, _, *rows = [_fields(line) for line in found[1].splitlines()] if found else [[], []]
    return {
        (row[0], kind): said for row in rows for kind, said in zip(heads[1:], row[1:], strict=True) if said
    }


def _fields(line: str) -> list[str]:
    return [field.strip() for field in line.strip("| ").split(" |")] if not line.startswith("|---") else []
