"""``python -m ops destroy``."""

from __future__ import annotations

import click
from rich.console import Console

from ops.account import sign_in
from ops.commands.decorators import account_options, report_failures
from ops.deployment import destroying


@click.command()
@click.argument("name")
@account_options
@click.option("--originals", is_flag=True, help="Delete the originals too. Nobody can restore them.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@report_failures
def destroy(name: str, region: str | None, profile: str | None, *, originals: bool, yes: bool) -> None:
    """Destroy the stack NAME: the site with all stored variants, but not the originals.

    The command first shows what it deletes and what stays, and asks for the stack's name. It touches only
    resources that the stack made.

    \b
    Examples:
      python -m ops destroy shop --region eu-central-1
      python -m ops destroy trial --originals --yes
    """  # noqa: D301 - a real backspace tells click not to wrap these lines
    order = destroying.Order(name, originals=originals, yes=yes)
    destroying.run(Console(), sign_in(profile, region), order)
