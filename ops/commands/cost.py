"""``python -m ops cost``."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click
from rich import box
from rich.console import Console
from rich.table import Table

from ops import prices
from ops.costs import report
from ops.costs.months import Site
from ops.costs.report import Question
from ops.costs.systems import ALL, Times
from ops.terminal.output import amount, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

P = ParamSpec("P")
R = TypeVar("R")

_SITE = Site()
_ASKED = Question(_SITE)
_MOST = 10**12


def _within(
    least: float, most: float
) -> Callable[[click.Context, click.Parameter, float | None], float | None]:
    """Return a callback for click that refuses other numbers, also NaN, which is in no range."""

    def check(_context: click.Context, _option: click.Parameter, number: float | None) -> float | None:
        if number is not None and not least <= number <= most:
            raise click.BadParameter(f"{number:,} is not in the range of {least:,} to {most:,}")
        return number

    return check


def _number(
    name: str, default: float, text: str, least: float = 0, most: float = _MOST
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    shown = f"{text}  [default: {default:,}]"
    return click.option(
        name, type=type(default), default=default, metavar="N", callback=_within(least, most), help=shown
    )


@click.command()
@_number("--views", _SITE.views, "Views of pictures in a month.")
@_number("--hits", _SITE.hits, "Part of the views that CloudFront answers from its cache, 0 to 1.", most=1)
@click.option(
    "--new",
    type=int,
    metavar="N",
    callback=_within(0, _MOST),
    help="Views that are the first of a picture.  "
    f"[default: {_SITE.new:,}, or all that CloudFront lacks if that is less]",
)
@_number("--stored", _SITE.stored, "Pictures that are stored.")
@_number("--size", _SITE.size, "Bytes of a picture, as viewers get it.")
@_number("--work", _SITE.times.work, "Milliseconds of one processor that making a picture takes.")
@_number("--wait", _SITE.times.wait, "Milliseconds that the function waits for each answer of S3.")
@_number("--originals", _ASKED.originals, "Originals whose pictures are made ahead.")
@_number("--variants", _ASKED.variants, "Variants of each of them.", least=1)
@click.option("--free", "with_free", is_flag=True, help="Take off what every account has free each month.")
@click.option(
    "--region",
    type=click.Choice(prices.regions()),
    default=prices.REGION,
    show_default=True,
    help="Region whose prices are taken.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with how much of each item is used.")
def cost(  # noqa: PLR0913, PLR0917 - each parameter is an option with its own help
    views: int,
    hits: float,
    new: int | None,
    stored: int,
    size: int,
    work: float,
    wait: float,
    originals: int,
    variants: int,
    region: str,
    *,
    with_free: bool,
    as_json: bool,
) -> None:
    """Say what a month of a site costs, and what it costs to make pictures ahead.

    It puts resize404, in both ways of delivery, beside aws-samples/image-optimization and Dynamic Image
    Transformation for Amazon CloudFront (DIT), all counted in the same way with AWS's list prices. It asks
    nobody: no account is needed. docs/costs.md says where the numbers come from.

    \b
    Examples:
      python -m ops cost
      python -m ops cost --views 500000 --new 20000 --free
      python -m ops cost --originals 50000 --variants 6 --size 80000
      python -m ops cost --json | jq '.month["resize404, failover"].usd'
    """  # noqa: D301 - a real backspace tells click not to wrap these lines
    site = Site(views, hits, 0, stored, size, Times(work, wait))
    site = replace(site, new=min(_SITE.new, site.misses) if new is None else new)
    if site.new > site.misses:
        raise click.BadParameter(
            f"CloudFront lacks only {site.misses:,} of these views, so not {new:,} can be of new pictures",
            param_hint="--new",
        )
    question, listed = Question(site, originals, variants, with_free), prices.of(region)
    if as_json:
        click.echo(json.dumps(report.as_json(question, listed), indent=2))
    else:
        _show(question, listed)


def _show(question: Question, listed: prices.Prices) -> None:
    console, site, answer = Console(soft_wrap=True), question.site, report.report(question, listed)
    say(console, f"USD, by the list prices of {listed.region} of {listed.date}")
    title = f"A month: {amount(site.views, 'view')}, {site.misses:,} not in CloudFront, {site.new:,} new"
    _table(console, title, report.rows(answer.month))
    ahead = f"Made ahead, once: {amount(question.originals, 'original')} × {question.variants}"  # noqa: RUF001 - times
    _table(console, ahead, [*report.rows(answer.ahead), report.kept_row(answer)])


def _table(console: Console, title: str, rows: Sequence[Sequence[str]]) -> None:
    table = Table(
        title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True
    )
    table.add_column("", no_wrap=True)
    for system in ALL:
        table.add_column(system.name.replace(", ", "\n"), justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    console.print(table)
