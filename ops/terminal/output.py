"""Prints to the terminal: steps with their time, plain text, amounts and sizes."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console


@contextmanager
def step(console: Console, done: str) -> Iterator[None]:
    """Show the step `done` as running while the block runs, and afterwards as done with its time."""
    start = time.monotonic()
    with console.status(f"{done} …"):
        yield
    console.print(f"[green]✓[/] {done} [dim]{time.monotonic() - start:.1f} s[/]", highlight=False)


def say(console: Console, text: str, style: str | None = None) -> None:
    """Print `text` unchanged. Rich's markup is off, because texts from AWS may contain square brackets."""
    console.print(text, style=style, markup=False, highlight=False)


def amount(number: int, thing: str) -> str:
    """Return `number` with the noun `thing`, as in ``1 object`` and ``1,200 objects``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def size(number: float) -> str:
    """Return a number of bytes in a readable unit, as in ``34.5 MB``."""
    unit = "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if number < 1000:  # noqa: PLR2004 - bytes in a kilobyte
            break
        number, unit = number / 1000, larger
    return f"{number:,.0f} bytes" if unit == "bytes" else f"{number:,.1f} {unit}"
