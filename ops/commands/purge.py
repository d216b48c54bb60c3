"""``python -m ops purge``."""

from __future__ import annotations

from dataclasses import replace

import click
from rich.console import Console

from chalicelib.address import variant as grammar
from ops.commands.decorators import account_options, report_failures
from ops.commands.site import local_option, sign_in_to
from ops.scale import deployed, purging
from ops.scale.checkpoint import folder
from ops.scale.purging import Order, Purge, Selection


@click.command()
@click.argument("names", metavar="KEY...", nargs=-1)
@click.option("--stack", default="resize404", show_default=True, metavar="NAME", help="The stack.")
@click.option("--prefix", default="", metavar="PREFIX", help="Variants of originals whose keys begin so.")
@click.option(
    "--variant", "variants", multiple=True, metavar="VARIANT", help="This variant; may be repeated."
)
@click.option("--unlisted", is_flag=True, help="Variants that the allowlist does not allow.")
@click.option("--all", "everything", is_flag=True, help="All variants.")
@click.option("--dry-run", is_flag=True, help="Only count, and say what it would take.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@local_option
@account_options
@report_failures
def purge(  # noqa: PLR0913, PLR0917 - each parameter is an option with its own help
    names: tuple[str, ...],
    stack: str,
    prefix: str,
    variants: tuple[str, ...],
    local: int | None,
    region: str | None,
    profile: str | None,
    *,
    unlisted: bool,
    everything: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    """Delete stored variants, and have CloudFront forget them: of originals KEY..., or as the options say.

    They are made anew when they are next asked for. To take a picture down, delete its original: its variants
    and its mirror then go by themselves. --unlisted also deletes what only signed addresses may ask for.

    With an InvalidationBudget, CloudFront may have to forget a deleted picture later. Purge its key to have
    that done now, although nothing is stored any more: CloudFront then forgets everything that it has of the
    site, or the original's tag where this is enough.

    \b
    Examples:
      python -m ops purge shoes/red.jpg shoes/blue.jpg
      python -m ops purge --stack shop --variant 300x200,fit=cover --prefix shoes/
      python -m ops purge --unlisted --dry-run
      python -m ops purge --all --local
    """  # noqa: D301 - a real backspace tells click not to wrap these lines
    if (
        bool(names) + bool(variants) + unlisted + everything + (bool(prefix) and not (variants or unlisted))
        != 1
    ):
        raise click.UsageError("Name originals, or one of --prefix, --variant, --unlisted and --all.")
    account = sign_in_to(local, profile, region)
    site = deployed.read(account, stack)
    selection = None if names else _selection(site, prefix, variants, unlisted=unlisted)
    file = folder() / f"purge-{account.number}-{account.region}-{stack}.json"
    order = Order(names, selection, dry_run=dry_run, yes=yes)
    purging.run(Console(), Purge(site, file), order)


def _selection(
    site: deployed.Deployed, prefix: str, variants: tuple[str, ...], *, unlisted: bool
) -> Selection:
    if unlisted:
        return replace(purging.unlisted(site.config.policy), prefix=prefix)
    named = {_canonical(variant) for variant in variants}
    return Selection((lambda spelling: spelling in named) if named else (lambda _: True), prefix)


def _canonical(variant: str) -> str:
    """Return the spelling that the variant is stored under. A preset may be an earlier configuration's."""
    return str(grammar.parse(variant)) if grammar.is_spelling(variant) else variant
