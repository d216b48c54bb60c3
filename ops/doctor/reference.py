"""Generates the table of checks in ``docs/doctor.md``: ``python -m ops.doctor.reference`` writes it."""

from __future__ import annotations

import re
from pathlib import Path

from ops.doctor.checks import ALL

DOCUMENT = Path(__file__).parents[2] / "docs" / "doctor.md"

_PLACE = re.compile(r"(?<=<!-- checks -->\n)(.*?)(?=<!-- /checks -->)", re.DOTALL)


def table() -> str:
    """Return the table with a row for each check: id, title and cure."""
    rows = [f"| `{check.id}` | {_escaped(check.title)} | {_escaped(check.cure)} |" for check in ALL]
    return "\n".join(["| check | what must be true | cure |", "|---|---|---|", *rows, ""])


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")


def written(document: str) -> str:
    """Return `document` with the current table."""
    return _PLACE.sub(lambda _: table(), document, count=1)


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text()))
