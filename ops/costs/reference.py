"""Generates tables and picture of ``docs/costs.md``: ``python -m ops.costs.reference`` writes them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ops import prices
from ops.costs import picture, report
from ops.costs.months import Site
from ops.costs.report import Question
from ops.costs.systems import ALL
from ops.prices import Item

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ops.prices import Usage

_DOCS = Path(__file__).parents[2] / "docs"
DOCUMENT, PICTURE = _DOCS / "costs.md", _DOCS / "costs.svg"

_PLACE = re.compile(r"<!-- (month|ahead|counts|prices) -->\n.*?<!-- /\1 -->", re.DOTALL)

_COUNTED = (Item.CDN_REQUEST, Item.CDN_FUNCTION, Item.API_REQUEST, Item.S3_READ, Item.S3_WRITE)
_ANSWER = report.report(Question(Site()), prices.of())


def month() -> str:
    """Return the table of a month of the site that is assumed if nobody says otherwise."""
    return _beside("USD a month", report.rows(_ANSWER.month))


def ahead() -> str:
    """Return the table of the pictures that are made ahead."""
    return _beside("USD", [*report.rows(_ANSWER.ahead), report.kept_row(_ANSWER)])


def counts() -> str:
    """Return the table of what each system uses for a view."""
    rows = [
        ["each view", *(_used(system.view) for system in ALL)],
        ["… if CloudFront lacks a stored picture, also", *(_used(system.found) for system in ALL)],
        ["… if the picture has to be made, also", *(_used(system.made) for system in ALL)],
    ]
    return _beside("", rows)


def listed() -> str:
    """Return the table of the list prices, with the address of each one's page."""
    rows = [
        [
            f"[{price.what}]({price.page}): `{item}`",
            f"{price.number:,}",
            _number(price.usd),
            f"{price.free:,}",
        ]
        for item, price in prices.of().items.items()
    ]
    return _table(["", "for", "USD", "free each month"], rows)


def _number(usd: float) -> str:
    return f"{usd:.10f}".rstrip("0").rstrip(".")


def written(document: str) -> str:
    """Return `document` with the current tables."""
    tables = {"month": month, "ahead": ahead, "counts": counts, "prices": listed}
    return _PLACE.sub(
        lambda found: f"<!-- {found[1]} -->\n{tables[found[1]]()}<!-- /{found[1]} -->", document
    )


def _used(usage: Usage | None) -> str:
    if usage is None:
        return "stores nothing"
    return "<br>".join(f"{usage[item]:g} `{item}`" for item in _COUNTED if item in usage)


def _beside(corner: str, rows: Iterable[Sequence[str]]) -> str:
    return _table([corner, *(system.name for system in ALL)], rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = "|".join(["---", *["---:"] * (len(head) - 1)])
    lines = [f"| {' | '.join(head)} |", f"|{rule}|", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text()))
    PICTURE.write_text(picture.draw())
