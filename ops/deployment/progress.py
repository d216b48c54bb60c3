"""Shows a stack's events on the terminal: a line for each finished resource, then the running ones."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from ops.deployment.events import Event

_STACK = "AWS::CloudFormation::Stack"
_SIGNS = {"COMPLETE": ("✓", "green"), "FAILED": ("✗", "red"), "SKIPPED": ("•", "yellow")}


class Board:
    """The resources that CloudFormation is working on, with a progress bar.

    `total` is the number of resources.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._done: set[str] = set()
        self._since: dict[str, float] = {}

    def take(self, event: Event) -> None:
        """Update the board with `event`."""
        if event.is_under_way:
            self._since.setdefault(event.resource, time.monotonic())
        else:
            self._since.pop(event.resource, None)
            self._done.add(event.resource)

    def __rich__(self) -> Table:
        table = Table.grid(padding=(0, 1))
        done = min(len(self._done), self._total)
        table.add_row(ProgressBar(self._total, done, width=30), f"{done} of {self._total}")
        for resource, start in self._since.items():
            table.add_row(Text(f"… {resource}", style="dim"), f"{time.monotonic() - start:.0f} s")
        return table


def show(console: Console, events: Iterable[Event], *, total: int) -> list[Event]:
    """Show `events` on `console` as they arrive, and return them. `total` is the number of resources."""
    board, seen = Board(total), []
    with Live(board, console=console, transient=True, refresh_per_second=4):
        for event in events:
            seen.append(event)
            if event.kind != _STACK:
                board.take(event)
                _tell(console, event)
    return seen


def _tell(console: Console, event: Event) -> None:
    """Print a line for a finished resource. The board shows the running ones."""
    if event.is_under_way:
        return
    sign, style = _SIGNS.get(event.status.rpartition("_")[2], ("•", "dim"))
    line = Text.assemble((f"{sign} ", style), event.resource, (f"  {event.kind}  {event.status}", "dim"))
    console.print(line.append(f"\n  {event.reason}", style="red") if event.is_failure else line)
