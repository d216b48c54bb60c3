"""``python -m ops prewarm``."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import click
from rich.console import Console

from ops.commands.decorators import account_options, report_failures
from ops.commands.site import local_option, sign_in_to
from ops.commands.values import duration, read_by
from ops.scale import checkpoint, choice, deployed, prewarming

_MOST_DIGITS = 6


def _since(text: str) -> datetime:
    """Return the moment that ``7d``, ``2026-11-01`` or ``2026-11-01T12:00`` names; dates are in UTC."""
    seconds = duration(text, _MOST_DIGITS)
    if seconds is not None:
        return datetime.fromtimestamp(time.time() - seconds, UTC)
    try:
        named = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("write it like 7d, 12h or 2026-11-01") from None
    return named if named.tzinfo else named.replace(tzinfo=UTC)


def _checked(_context: click.Context, _option: click.Parameter, text: str | None) -> str | None:
    read_by(_since)(_context, _option, text)
    return text


@click.command()
@click.argument("name", default="resize404")
@click.option("--prefix", default="", metavar="PREFIX", help="Only originals whose keys begin so.")
@click.option(
    "--variants",
    multiple=True,
    metavar="VARIANTS",
    help="The variants, with spaces between them; may be repeated.  [default: all sizes and presets]",
)
@click.option(
    "--since",
    metavar="TIME",
    callback=_checked,
    help="Only originals that were written since then: 7d, 12h, 2026-11-01.",
)
@click.option("--dry-run", is_flag=True, help="Only count, and say what it would take.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.option("--wait/--no-wait", default=True, help="Watch until all pictures are made.  [default: wait]")
@local_option
@account_options
@report_failures
def prewarm(  # noqa: PLR0913, PLR0917 - each parameter is an option with its own help
    name: str,
    prefix: str,
    variants: tuple[str, ...],
    since: str | None,
    local: int | None,
    region: str | None,
    profile: str | None,
    *,
    dry_run: bool,
    yes: bool,
    wait: bool,
) -> None:
    """Make the pictures of the stack NAME [resize404] before anybody asks for them.

    The command lists the originals and puts a message for each into a queue. The site's functions make the
    variants that are missing. It says before how many they are, and what that costs. Stop it with Ctrl-C: the
    same command goes on from there.

    \b
    Examples:
      python -m ops prewarm
      python -m ops prewarm shop --prefix shoes/ --variants '300x200 600x,format=webp'
      python -m ops prewarm shop --since 7d --yes --no-wait
      python -m ops prewarm --local
    """  # noqa: D301 - a real backspace tells click not to wrap these lines
    account = sign_in_to(local, profile, region)
    site = deployed.read(account, name)
    spellings = choice.variants(site.config.policy, " ".join(variants).split())
    order = prewarming.Order(
        choice.Choice(site.config, spellings, prefix, _since(since) if since else None),
        checkpoint.path([account.number, account.region, name, prefix, since or "", *spellings]),
        dry_run=dry_run,
        yes=yes,
        follow=wait,
        pace=prewarming.EMULATED if account.is_rehearsal else prewarming.AT_AWS,
    )
    prewarming.run(Console(), site, order)
