"""Prints the proof to the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from infra.runtime.checks import Check
    from infra.runtime.proof import Proof


def show(console: Console, proof: Proof) -> None:
    """Print every section, and then whether all checks passed."""
    for title, checks in proof.sections.items():
        console.print()
        console.print(table(title, checks))
    total = sum(len(checks) for checks in proof.sections.values())
    failed = len(proof.failures)
    console.print()
    if failed:
        console.print(f"{failed} of {total} checks failed.", style="bold red")
    else:
        console.print(f"All {total} checks passed: the package runs on Lambda.", style="bold green")


def table(title: str, checks: Sequence[Check]) -> Table:
    """Return `checks` as a table. A failed check shows the expected result, too."""
    drawn = Table(title=title, title_justify="left", title_style="bold", box=None, show_header=False)
    for check in checks:
        drawn.add_row(_mark(check), Text(check.what), _outcome(check))
    return drawn


def _mark(check: Check) -> Text:
    return Text("✓", style="green") if check.passed else Text("✗", style="bold red")


def _outcome(check: Check) -> Text:
    return (
        Text(check.came) if check.passed else Text(f"{check.came or 'nothing'}; expected: {check.expected}")
    )
