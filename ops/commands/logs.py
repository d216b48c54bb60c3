"""``python -m ops logs``."""

from __future__ import annotations

import json

import click
from rich.console import Console

from ops.account import sign_in
from ops.commands.decorators import account_options, report_failures
from ops.commands.since import since_option
from ops.logs import reading, showing


@click.command()
@click.argument("name", default="resize404")
@since_option
@click.option("--cause", metavar="CAUSE", help="Only refusals with this cause, such as NotAdmitted.")
@click.option("--json", "as_json", is_flag=True, help="Print the lines as they are in the log.")
@account_options
@report_failures
def logs(  # noqa: PLR0913 - each parameter is an option with its own help
    name: str, seconds: int, cause: str | None, region: str | None, profile: str | None, *, as_json: bool
) -> None:
    """Print what the functions of the stack NAME [resize404] did: a line for each request and each batch.

    CloudFront answers most requests itself. The functions see only new pictures, refusals that CloudFront
    does not keep any more, and the messages of the queues.

    \b
    Examples:
      python -m ops logs
      python -m ops logs shop --since 15m --cause NotAdmitted
      python -m ops logs shop --json | jq -r .key
    """  # noqa: D301 - a real backspace tells click not to wrap these lines
    found = reading.lines(sign_in(profile, region).session, name, seconds)
    click.echo(showing.shortage(found), err=True, nl=bool(showing.shortage(found)))
    chosen = [line for line in found if cause in {None, line.text("cause")}]
    if as_json:
        for line in chosen:
            click.echo(json.dumps(line.said))
        return
    console = Console(soft_wrap=True)
    for text in showing.listed(chosen):
        console.print(text)
