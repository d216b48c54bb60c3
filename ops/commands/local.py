"""``python -m ops local``."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from ops.commands.decorators import parameter_option, report_failures
from ops.local import mirror, ports, running, system

_EXPECTED = (mirror.UnfitFolder, ports.PortTaken, running.WentWrong, system.Unready)


@click.command()
@click.option(
    "--photos",
    type=click.Path(path_type=Path),
    default=system.SAMPLES,
    help="Folder with your own photos. It is watched, and never changed.  [default: the samples]",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65533),
    default=ports.SITE,
    show_default=True,
    help="Port of the site. The local page has the next one, AWS the one after that. 0 chooses free ones.",
)
@click.option("--strict", is_flag=True, help="Allow only what .chalice/config.json allows, not everything.")
@parameter_option("Without it, everything is allowed.")
@click.option("--once", is_flag=True, help="End after the walk-through instead of serving.")
@report_failures
def local(photos: Path, port: int, parameters: dict[str, str], *, strict: bool, once: bool) -> None:
    """Run the whole system on this machine, and show the first and the second view of a photo.

    The command packages the app and deploys it from the production template to an emulator of AWS. A stand-in
    for CloudFront and the S3 website endpoint serves it. All traffic stays on this machine, and no files
    remain.

    \b
    Examples:
      python -m ops local --photos ~/Pictures
      python -m ops local --strict --port 9000
      python -m ops local --parameter AllowedDimensions=320x,640x
    """  # noqa: D301 - a real backspace tells click not to wrap these lines
    try:
        order = system.Order(ports.choose(port), mirror.check(photos), strict=strict, given=parameters)
        running.run(Console(), order, once=once)
    except _EXPECTED as failure:
        raise click.ClickException(str(failure)) from failure
    except KeyboardInterrupt:
        click.echo("\nStopped. Nothing is left behind.")
        sys.exit(0)
