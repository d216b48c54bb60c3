"""``python -m ops prewarm``: says what it takes, sends the messages, and watches the pictures being made."""

from __future__ import annotations

import dataclasses
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import click
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from ops.scale import enqueuing, estimate
from ops.scale.deployed import waiting
from ops.terminal.failures import Refused, Stopped
from ops.terminal.output import amount, say, step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rich.console import Console
    from rich.progress import Task, TaskID

    from ops.scale.checkpoint import Checkpoint
    from ops.scale.choice import Choice
    from ops.scale.deployed import Deployed
    from ops.scale.estimate import Work


class Pace(NamedTuple):
    """How often the queue is looked at, and how long it must be empty before it counts as empty."""

    look_seconds: float
    quiet_seconds: float


AT_AWS = Pace(5, 60)
"""SQS only says about how many messages there are, and may say none for a minute (API reference,
GetQueueAttributes)."""

EMULATED = Pace(0.2, 1)


@dataclass(frozen=True, slots=True)
class Order:
    """The operator's order. `file` says where a stopped command has come to.

    `dry_run` only counts, `yes` skips the question, `follow` watches until all pictures are made.
    """

    choice: Choice
    file: Path
    dry_run: bool = False
    yes: bool = False
    follow: bool = True
    pace: Pace = AT_AWS


def run(console: Console, deployed: Deployed, order: Order) -> None:
    """Have the variants made ahead. Say before what it takes, and ask."""
    with step(console, "Originals counted"):
        state = enqueuing.begin(deployed, order.choice, order.file)
        order = dataclasses.replace(order, choice=state.resumed(order.choice))
        left = enqueuing.count(deployed, order.choice, state)
    _announce(console, deployed, order, state, left)
    if order.dry_run or not left.messages:
        say(console, "Nothing was changed." if order.dry_run else "There is nothing to make.")
        return
    if not (order.yes or click.confirm("Make them?", err=True)):
        raise Refused("Nothing was changed.")
    started = time.monotonic()
    _send(console, deployed, order, state, left)
    if order.follow:
        follow(console, deployed, order)
    _report(console, state.done, time.monotonic() - started)


def _announce(console: Console, deployed: Deployed, order: Order, state: Checkpoint, left: Work) -> None:
    if state.done.messages:
        say(console, f"Going on: {amount(state.done.messages, 'message')} sent before.")
    names = order.choice.spellings
    say(console, f"Variants: {' '.join(names[:20])}{' …' if len(names) > 20 else ''}")  # noqa: PLR2004 - a line
    say(
        console,
        f"{amount(left.messages, 'original')} of {amount(left.objects, 'object')}: "
        f"{amount(left.variants, 'picture')}",
    )
    seconds = estimate.function_seconds(left) / deployed.workers
    say(
        console,
        f"About {duration(seconds)} with {deployed.workers} workers, for about USD "
        f"{estimate.price(left):,.2f}. What is stored already costs less.",
    )


def _send(console: Console, deployed: Deployed, order: Order, state: Checkpoint, left: Work) -> None:
    with _bar(console, "Asked for", left.messages) as (progress, task):
        sending = enqueuing.Sending(
            deployed, order.choice, state, lambda work: progress.advance(task, work.messages)
        )
        try:
            sending.run()
        except KeyboardInterrupt as interrupt:
            raise Stopped(
                f"Stopped. {amount(state.done.messages, 'message')} sent; their pictures will be made. "
                "The same command goes on from here."
            ) from interrupt


def follow(console: Console, deployed: Deployed, order: Order) -> None:
    """Show how the queue gets shorter, until it is empty."""
    try:
        total = waiting(deployed)
        with _bar(console, "Made", total) as (progress, task):
            _watch(deployed, order, lambda left: progress.update(task, completed=max(0, total - left)))
    except KeyboardInterrupt as interrupt:
        raise Stopped("Stopped watching. The functions go on making the pictures.") from interrupt


def _watch(deployed: Deployed, order: Order, told: Callable[[int], None]) -> None:
    quiet_since: float | None = None
    while quiet_since is None or time.monotonic() - quiet_since < order.pace.quiet_seconds:
        left = waiting(deployed)
        told(left)
        quiet_since = None if left else quiet_since or time.monotonic()
        time.sleep(order.pace.look_seconds)


@contextmanager
def _bar(console: Console, done: str, total: int) -> Iterator[tuple[Progress, TaskID]]:
    columns = (TextColumn(done), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        yield progress, progress.add_task(done, total=total)


class _Rate(ProgressColumn):
    """Originals in a second."""

    def render(self, task: Task) -> Text:
        """Return the rate as text."""
        return Text(f"{task.speed or 0:,.0f}/s")


def _report(console: Console, done: Work, seconds: float) -> None:
    say(
        console,
        f"{amount(done.variants, 'picture')} of {amount(done.messages, 'original')} asked for, "
        f"in {duration(seconds)}.",
    )
    say(console, "What was refused: python -m ops logs; how many were made: python -m ops stats.")


def duration(seconds: float) -> str:
    """Return so many seconds in words, as in ``40 s``, ``12 min`` and ``3.5 h``."""
    if seconds < 100:  # noqa: PLR2004 - from here on in minutes
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 100 else f"{minutes / 60:,.1f} h"  # noqa: PLR2004 - likewise
