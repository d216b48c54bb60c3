"""``python -m ops local``."""

from __future__ import annotations

import sys

import click
from rich.console import Console

from ops.commands.decorators import report_failures
from ops.local import system as locally


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"Port of the site; 0 chooses a free one.  [default: {locally.PORT}, or a free one if it is in use]",
)
@click.option("--once", is_flag=True, help="End after the walk-through instead of serving.")
@report_failures
def local(port: int | None, once: bool) -> None:  # noqa: FBT001 - click passes a flag by name
    """Run the whole system on this machine, and show the first and the second view of a photo.

    The command packages the app and deploys it from the production template to an emulator of AWS. A stand-in
    for CloudFront and the S3 website endpoint serves it. All traffic stays on this machine, and no files
    remain.
    """
    try:
        locally.run(Console(), port=port, once=once)
    except (locally.Unready, locally.WentWrong) as failure:
        raise click.ClickException(str(failure)) from failure
    except KeyboardInterrupt:
        click.echo("\nStopped. Nothing is left behind.")
        sys.exit(0)
