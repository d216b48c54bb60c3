"""``python -m ops stats``."""

from __future__ import annotations

import click
from rich.console import Console

from ops.account import sign_in
from ops.commands.decorators import account_options, report_failures
from ops.commands.since import since_option
from ops.logs import counting, reading, showing


@click.command()
@click.argument("name", default="resize404")
@since_option
@account_options
@report_failures
def stats(name: str, seconds: int, region: str | None, profile: str | None) -> None:
    """Count what the functions of the stack NAME [resize404] made, refused and saved.

    Refusals are counted by cause and by variant. CloudFront keeps a refusal for a while (NotAdmitted for a
    minute), so there were more views than this command counts.

    \b
    Examples:
      python -m ops stats
      python -m ops stats shop --since 7d --region eu-central-1
    """  # noqa: D301 - a real backspace tells click not to wrap these lines
    lines = reading.lines(sign_in(profile, region).session, name, seconds)
    found = counting.count(lines)
    console = Console(soft_wrap=True)
    for table in showing.tables(found):
        console.print(table)
    console.print(showing.totals(found))
    click.echo(showing.shortage(lines), err=True, nl=bool(showing.shortage(lines)))
