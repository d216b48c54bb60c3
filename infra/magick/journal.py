"""Tells on the terminal which steps of a build are under way, and how long each has taken."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console


class Terminal:
    """The steps as lines, each with a clock that stops when it has ended; in a log, only those that ended."""

    def __init__(self, console: Console) -> None:
        columns = (SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), TimeElapsedColumn())
        self.progress = Progress(*columns, console=console, disable=not console.is_terminal)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Tell that the step `name` begins, and that it has ended."""
        begun = time.monotonic()
        task = self.progress.add_task(name, total=1)
        yield
        self.progress.update(task, completed=1)
        if self.progress.disable:
            self.progress.console.print(f"✓ {name} {time.monotonic() - begun:.0f} s")

    def tell(self, what: str) -> None:
        """Tell of something that is no step."""
        self.progress.console.print(what)
