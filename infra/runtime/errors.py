"""The exception for expected failures, and `run`, which raises it if a program fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra import programs

if TYPE_CHECKING:
    from pathlib import Path


class RuntimeFailed(Exception):  # noqa: N818 - the name says what happened
    """Something is missing or failed. The message is for the person at the terminal."""


def run(command: list[str], *, cwd: Path | None = None) -> None:
    """Run `command`. `RuntimeFailed` ends with the last lines of its output."""
    programs.run(command, RuntimeFailed, cwd)
