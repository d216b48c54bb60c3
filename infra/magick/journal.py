"""Shows the running steps of a build on the terminal, and the time of each."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console


class Terminal:
    """Shows each step as a line with its time.

    If the output is not a terminal, it prints only finished steps.
    """

    def __init__(self, console: Console) -> None:
        columns = (SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), TimeElapsedColumn())
        self.progress = Progress(*columns, console=console, disable=not console.is_terminal)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Show the step `name` as running while the block runs, and afterwards as finished."""
        begun = time.monotonic()
        task = self.progress.add_task(name, total=1)
        yield
        self.progress.update(task, completed=1)
        if self.progress.disable:
            self.progress.console.print(f"✓ {name} {time.monotonic() - begun:.0f} s")

    def tell(self, what: str) -> None:
        """Print a message that is not a step."""
        self.progress.console.print(what)
