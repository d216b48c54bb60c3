"""``python -m ops``: the operator's commands."""

from __future__ import annotations

import sys

import click
from rich.console import Console

from infra.package import PackagingFailed
from ops import local as locally
from ops.emulator import EmulatorFailed
from ops.stack import DeploymentFailed

_EXPECTED = (locally.Unready, locally.WentWrong, EmulatorFailed, PackagingFailed, DeploymentFailed)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run, deploy and look after resize404."""


@main.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"Port of the site; 0 is any free one.  [default: {locally.PORT}, or a free one if it is taken]",
)
@click.option("--once", is_flag=True, help="End after the walk-through instead of serving.")
def local(port: int | None, once: bool) -> None:  # noqa: FBT001 - click passes a flag by name
    """Run the whole system on this machine and walk through a photo's first and second view.

    The app is packaged and deployed from the production template into an emulator of AWS, with a stand-in for
    CloudFront and the S3 website endpoint in front. Nothing leaves this machine, nothing stays on it.
    """
    try:
        locally.run(Console(), port=port, once=once)
    except _EXPECTED as failure:
        raise click.ClickException(str(failure)) from failure
    except KeyboardInterrupt:
        click.echo("\nStopped. Nothing is left behind.")
        sys.exit(0)


if __name__ == "__main__":
    main(prog_name="python -m ops")
