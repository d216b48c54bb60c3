"""The table of checks in ``docs/doctor.md``, made from the checks.

``python -m ops.doctor.reference`` writes it.
"""

from __future__ import annotations

import re
from pathlib import Path

from ops.doctor.checks import ALL

DOCUMENT = Path(__file__).parents[2] / "docs" / "doctor.md"

_PLACE = re.compile(r"(?<=<!-- checks -->\n)(.*?)(?=<!-- /checks -->)", re.DOTALL)


def table() -> str:
    """Return a row for each check: id, what has to hold, and the cure."""
    rows = [f"| `{check.id}` | {_escaped(check.title)} | {_escaped(check.cure)} |" for check in ALL]
    return "\n".join(["| check | what has to hold | cure |", "|---|---|---|", *rows, ""])


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")


def written(document: str) -> str:
    """Return `document` with the table as it should be."""
    return _PLACE.sub(lambda _: table(), document, count=1)


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text()))
