"""``python -m ops mirror``."""

from __future__ import annotations

import click
from rich.console import Console

from ops.commands.decorators import account_options, report_failures
from ops.commands.site import local_option, sign_in_to
from ops.scale import deployed, mirroring
from ops.scale.choice import Choice


@click.command()
@click.argument("name", default="resize404")
@click.option("--prefix", default="", metavar="PREFIX", help="Only originals whose keys begin so.")
@click.option("--dry-run", is_flag=True, help="Only count, and say what it would take.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@local_option
@account_options
@report_failures
def mirror(  # noqa: PLR0913 - each parameter is an option with its own help
    name: str,
    prefix: str,
    local: int | None,
    region: str | None,
    profile: str | None,
    *,
    dry_run: bool,
    yes: bool,
) -> None:
    """Bring the mirrors of all originals of the stack NAME [resize404] up to date.

    A stack with MirrorOriginals copies each original into the site when it changes. This command is for
    originals that were there before, and after a change of MirrorOriginals or of the presets: it has each
    original looked at once. With MirrorOriginals=remove it takes all mirrors away. Mirrors whose
    original is gone, or whose source is called otherwise, are found in the site's bucket and go as well.

    \b
    Examples:
      python -m ops mirror shop --dry-run
      python -m ops mirror shop --prefix shoes/ --yes
    """  # noqa: D301 - a real backspace tells click not to wrap these lines
    site = deployed.read(sign_in_to(local, profile, region), name)
    order = mirroring.Order(Choice(site.config, (), prefix), dry_run=dry_run, yes=yes)
    mirroring.run(Console(), site, order)
