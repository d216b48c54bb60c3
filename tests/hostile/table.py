"""The table of refusals in docs/hostile.md."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.hostile.measuring import Cost

DOCUMENT = Path(__file__).parents[2] / "docs" / "hostile.md"

_PLACE = re.compile(r"(?<=<!-- measured -->\n)(.*?)(?=<!-- /measured -->)", re.DOTALL)


def write(costs: Iterable[tuple[str, Cost]]) -> None:
    """Put the costs, by the names of the files, into the document."""
    rows = [_row(name, cost) for name, cost in costs]
    lines = ["| file | size | met | ms | MB |", "|---|---|---|---|---|", *rows, ""]
    DOCUMENT.write_text(_PLACE.sub(lambda _: "\n".join(lines), DOCUMENT.read_text(), count=1))


def _row(name: str, cost: Cost) -> str:
    spent = f"{cost.milliseconds:.1f} | {cost.kilobytes / 1024:.1f}"
    return f"| {name} | {_bytes(cost.size)} | {cost.met} | {spent} |"


def written_rows() -> list[str]:
    """Return the rows that stand in the document."""
    found = _PLACE.search(DOCUMENT.read_text())
    return found[1].splitlines()[2:] if found else []


def _bytes(size: int) -> str:
    for unit, name in ((1_000_000, "MB"), (1000, "kB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} B"
