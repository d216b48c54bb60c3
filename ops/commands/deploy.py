"""``python -m ops deploy``."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import click
from rich.console import Console

from ops.account import sign_in
from ops.commands.decorators import account_options, pairs, parameter_option, report_failures
from ops.deployment import deploying, tables

_ROLE = re.compile("arn:aws[a-z-]*:iam::[0-9]{12}:role/.+")


def _role(_context: click.Context, _option: click.Parameter, arn: str | None) -> str | None:
    if arn is not None and not _ROLE.fullmatch(arn):
        raise click.BadParameter("a role's ARN is needed, such as arn:aws:iam::123456789012:role/deployer")
    return arn


@click.command()
@click.argument("name", default="resize404")
@account_options
@parameter_option("Other parameters keep their values.")
@click.option(
    "--artifacts",
    metavar="BUCKET",
    help="Bucket for the package.  [default: a bucket that is made if missing]",
)
@click.option(
    "--release",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Deploy the release in FOLDER.  [default: this checkout is packaged]",
)
@click.option(
    "--tag",
    "tags",
    metavar="KEY=VALUE",
    multiple=True,
    callback=pairs,
    help="A tag of the stack and of all that it makes; may be repeated. Other tags stay.",
)
@click.option(
    "--role-arn",
    metavar="ARN",
    callback=_role,
    help="Role that CloudFormation acts as.  [default: the one of the last time, else yours]",
)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.option("--doctor/--no-doctor", default=True, help="Examine the site afterwards.  [default: doctor]")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the outputs as JSON, and all other text to stderr."
)
@report_failures
def deploy(  # noqa: PLR0913, PLR0917 - each parameter is an option with its own help
    name: str,
    region: str | None,
    profile: str | None,
    parameters: dict[str, str],
    artifacts: str | None,
    release: Path | None,
    tags: dict[str, str],
    role_arn: str | None,
    *,
    yes: bool,
    doctor: bool,
    as_json: bool,
) -> None:
    """Deploy the stack NAME [resize404], or update it to this checkout.

    The command packages and uploads the app. CloudFormation then works out the changes. The command shows
    them and asks before it makes them. Ctrl-C ends the command; CloudFormation continues with the deployment.

    \b
    Examples:
      python -m ops deploy
      python -m ops deploy shop --region eu-central-1
      python -m ops deploy shop --parameter AllowedDimensions=300x200,600x
      python -m ops deploy shop --parameter SigningKeys=@signing-keys.txt
      python -m ops deploy shop --tag team=web --role-arn arn:aws:iam::123456789012:role/deployer
      python -m ops deploy shop --release build/release/resize404-0.2.0-x86_64
      python -m ops deploy shop --yes --json | jq -r .site_url
    """  # noqa: D301 - a real backspace tells click not to wrap these lines
    console = Console(stderr=as_json)
    account = sign_in(profile, region)
    order = deploying.Order(name, parameters, artifacts, release, tags, role_arn, yes=yes)
    outputs = deploying.run(console, account, order)
    console.print(tables.outputs(outputs))
    if doctor:
        deploying.examine(console, account, order)
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(outputs), indent=2))
