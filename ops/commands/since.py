"""The option ``--since`` of the commands that read the log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile("([1-9][0-9]{0,5})([smhd])")


def _seconds(_context: click.Context, _option: click.Parameter, text: str) -> int:
    duration = _DURATION.fullmatch(text)
    if not duration:
        raise click.BadParameter("write it like 90s, 15m, 2h or 7d")
    return int(duration[1]) * _UNITS[duration[2]]


def since_option(command: Callable[P, R]) -> Callable[P, R]:
    """Give `command` the option ``--since``, in seconds."""
    return click.option(
        "--since",
        "seconds",
        metavar="TIME",
        default="1h",
        show_default=True,
        callback=_seconds,
        help="How far back to read: 90s, 15m, 2h, 7d.",
    )(command)
