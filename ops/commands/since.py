"""The option ``--since`` of the commands that read the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from ops.commands.values import duration, read_by

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

_MOST_DIGITS = 6


def _seconds(text: str) -> int:
    seconds = duration(text, _MOST_DIGITS)
    if seconds is None:
        raise ValueError("write it like 90s, 15m, 2h or 7d")
    return seconds


def since_option(command: Callable[P, R]) -> Callable[P, R]:
    """Give `command` the option ``--since``, in seconds."""
    return click.option(
        "--since",
        "seconds",
        metavar="TIME",
        default="1h",
        show_default=True,
        callback=read_by(_seconds),
        help="How far back to read: 90s, 15m, 2h, 7d.",
    )(command)
