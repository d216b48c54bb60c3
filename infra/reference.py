"""The reference of the options in ``docs/urls.md``, made from their declarations."""

from __future__ import annotations

import re
from pathlib import Path

from chalicelib.options import OPTIONS

DOCUMENT = Path(__file__).parents[1] / "docs" / "urls.md"

_PLACE = re.compile(r"(?<=-->\n)(.*?)(?=<!-- /options -->)", re.DOTALL)


def table() -> str:
    """Return a row for each option: name, values, default, and what it does."""
    rows = [
        f"| `{name}` | {option.values.allowed} | {option.default_doc} | {option.doc} |"
        for name, option in OPTIONS.items()
    ]
    return "\n".join(["| option | values | default | |", "|---|---|---|---|", *rows, ""])


def written(document: str) -> str:
    """Return `document` with the table as it should be."""
    return _PLACE.sub(lambda _: table(), document, count=1)
