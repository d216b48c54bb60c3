"""``python -m ops adopt``."""

from __future__ import annotations

import click
from rich.console import Console

from ops.account import sign_in
from ops.commands.decorators import account_options, report_failures
from ops.deployment.adoption import adopting


@click.command()
@click.argument("name", default="resize404")
@click.option(
    "--website",
    metavar="BUCKET",
    default="",
    help="An existing website: its misses below the stack's KeyPrefix are redirected to the stack.",
)
@click.option("--undo", "undoes", is_flag=True, help="Remove what this command has added, and nothing else.")
@click.option(
    "--distribution",
    metavar="ID",
    default="",
    help="With --undo: a distribution that the stack does not name any more.",
)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@account_options
@report_failures
def adopt(  # noqa: PLR0913 - each parameter is an option with its own help
    name: str,
    website: str,
    distribution: str,
    region: str | None,
    profile: str | None,
    *,
    undoes: bool,
    yes: bool,
) -> None:
    """Let existing buckets, and an existing distribution, serve the stack NAME [resize404].

    Source buckets that the stack did not make get a notification of changes, beside those they have. The
    stack's ExistingDistribution gets its behaviours, in front of those it has. The command shows each change,
    and asks before it makes it. For a bucket of another account it prints what its owner has to add.

    \b
    Examples:
      python -m ops adopt shop
      python -m ops adopt shop --website www.example.com
      python -m ops adopt shop --website www.example.com --undo
    """  # noqa: D301 - a real backspace tells click not to wrap these lines
    if distribution and not undoes:
        raise click.UsageError(
            "--distribution is for --undo. To adopt one: python -m ops deploy NAME "
            "--parameter ExistingDistribution=ID"
        )
    order = adopting.Order(name, website, distribution, yes=yes)
    (adopting.undo if undoes else adopting.adopt)(Console(), sign_in(profile, region), order)
