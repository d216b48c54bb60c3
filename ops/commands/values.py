"""How commands read the values of their options and arguments: what a reader refuses is an error of usage."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

import click

from chalicelib.config import buckets
from chalicelib.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile("([1-9][0-9]*)([smhd])", re.ASCII)


def read_by(read: Callable[[str], T]) -> Callable[[click.Context, click.Parameter, str | None], T | None]:
    """Return a callback for click that reads a value with `read`. A value that is not given stays None."""

    def reading(_context: click.Context, _parameter: click.Parameter, text: str | None) -> T | None:
        try:
            return None if text is None else read(text)
        except (Refusal, ValueError) as fault:
            raise click.BadParameter(str(fault)) from fault

    return reading


key_prefix_option = click.option(
    "--key-prefix",
    default="",
    callback=read_by(buckets.key_prefix),
    help="The app's KEY_PREFIX, such as img/.",
)


def duration(text: str, most_digits: int) -> int | None:
    """Return the seconds of ``90s``, ``15m``, ``2h`` or ``7d``, or None if `text` is no such duration."""
    match = _DURATION.fullmatch(text)
    return int(match[1]) * _UNITS[match[2]] if match and len(match[1]) <= most_digits else None
