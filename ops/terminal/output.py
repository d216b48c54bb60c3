"""How the commands speak to whoever sits at the terminal."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console


@contextmanager
def step(console: Console, done: str) -> Iterator[None]:
    """Show that `done` is on its way while the block runs, and how long it took when it is."""
    start = time.monotonic()
    with console.status(f"{done} …"):
        yield
    console.print(f"[green]✓[/] {done} [dim]{time.monotonic() - start:.1f} s[/]", highlight=False)


def say(console: Console, text: str, style: str | None = None) -> None:
    """Print `text` as it is: what others have written may look like rich's own marks."""
    console.print(text, style=style, markup=False, highlight=False)


def amount(number: int, thing: str) -> str:
    """Return `number` of `thing` in words, as in ``1 object`` and ``1,200 objects``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def size(number: float) -> str:
    """Return a number of bytes as people read it, as in ``34.5 MB``."""
    unit = "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if number < 1000:  # noqa: PLR2004 - a kilobyte's
            break
        number, unit = number / 1000, larger
    return f"{number:,.0f} bytes" if unit == "bytes" else f"{number:,.1f} {unit}"
