"""Lines and counts as the terminal shows them. What strangers wrote is printable ASCII by then."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from chalicelib.errors import one_line
from ops.logs.counting import MOST_VARIANTS
from ops.logs.reading import MOST_LINES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ops.logs.counting import Stats
    from ops.logs.reading import Line

_STYLES = {"made": "green", "refused": "yellow", "failed": "red"}
_LONGEST = 300


def _safe(text: str) -> str:
    return one_line(text, _LONGEST)


def _cell(text: str) -> Text:
    """Return a table's cell with the text as it is: what strangers wrote is no markup of ours."""
    return Text(_safe(text))


def listed(lines: Iterable[Line]) -> Iterable[Text]:
    """Yield a line for the terminal for each of the `lines`: time, outcome, cause, milliseconds, address."""
    for line in lines:
        moment = datetime.fromtimestamp(line.moment / 1000, UTC)
        yield Text.assemble(
            f"{moment:%Y-%m-%d %H:%M:%S}  ",
            (f"{_safe(line.outcome):<10}", _STYLES.get(line.outcome, "")),
            f"  {_safe(line.text('cause')):<14}",
            f"  {_milliseconds(line):>6} ms  ",
            _safe(f"{line.text('variant')}/{line.text('key')}" if line.text("variant") else _batch(line)),
        )


def _milliseconds(line: Line) -> str:
    spent = line.said.get("ms")
    return f"{float(spent.get('total', 0)):.0f}" if isinstance(spent, dict) else ""


def _batch(line: Line) -> str:
    return f"{line.text('messages')} messages, {line.text('Invalidations') or 0} invalidations"


def tables(stats: Stats) -> Sequence[Table]:
    """Return what was done, what was refused for which variant, and what was made of which."""
    done = _table("outcome", "count")
    for outcome, number in stats.outcomes.most_common():
        done.add_row(_cell(outcome), f"{number:,}")
    refused = _table("cause", "variant", "count")
    for (cause, variant), number in stats.refused.most_common(MOST_VARIANTS):
        refused.add_row(_cell(cause), _cell(variant), f"{number:,}")
    made = _table("made", "count")
    for variant, number in stats.made.most_common(MOST_VARIANTS):
        made.add_row(_cell(variant), f"{number:,}")
    return [table for table in (done, refused, made) if table.row_count]


def totals(stats: Stats) -> str:
    """Return the sums in one line."""
    return (
        f"{stats.bytes_in:,} bytes read, {stats.bytes_out:,} stored, {stats.bytes_saved:,} saved; "
        f"{stats.invalidations:,} invalidations, {stats.held_back:,} held back; {stats.cold:,} cold starts"
    )


def shortage(lines: Sequence[Line]) -> str:
    """Return a sentence if there are more lines than are read; else nothing."""
    if len(lines) < MOST_LINES:
        return ""
    return f"There are more lines than the oldest {MOST_LINES:,} of a function. Choose a shorter --since."


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    for column in columns:
        table.add_column(column, overflow="fold", justify="right" if column == "count" else "left")
    return table
