"""``python -m ops routes``."""

from __future__ import annotations

import json

import click
from rich.console import Console

from infra import routing
from ops.account import sign_in
from ops.commands import values
from ops.commands.decorators import account_options, report_failures
from ops.website import routes as routing_of


@click.command()
@click.argument("bucket")
@click.option(
    "--host",
    callback=values.read_by(routing.host_name),
    help="Host that misses are redirected to: the distribution or the API.",
)
@click.option("--protocol", type=click.Choice(["https", "http"]), default="https", show_default=True)
@values.key_prefix_option
@click.option("--stage", default="", help="Stage of the API, if HOST is the API itself.")
@click.option("--apply", "applies", is_flag=True, help="Add the rules to the bucket's own rules.")
@click.option("--remove", "removes", is_flag=True, help="Remove our rules from the bucket.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@account_options
@report_failures
def routes(  # noqa: PLR0913, PLR0917 - each parameter is an option with its own help
    bucket: str,
    host: str | None,
    protocol: routing.Protocol,
    key_prefix: str,
    stage: str,
    region: str | None,
    profile: str | None,
    *,
    applies: bool,
    removes: bool,
    yes: bool,
) -> None:
    """Redirect the misses of your own BUCKET to the app: print the routing rules, or apply them.

    The printed JSON is the format of the S3 console. With --apply, the command adds our rules to the bucket's
    own rules, at a place where both work. It shows the change and asks before it makes it.

    \b
    Examples:
      python -m ops routes my-site --host img.example.com
      python -m ops routes my-site --host img.example.com --key-prefix img/ --apply
      python -m ops routes my-site --host abc123.execute-api.eu-central-1.amazonaws.com --stage api --apply
      python -m ops routes my-site --remove
    """  # noqa: D301 - a real backspace tells click not to wrap these lines
    order = routing_of.Order(bucket, yes=yes)
    if removes:
        routing_of.remove(Console(), sign_in(profile, region).s3, order, key_prefix)
        return
    if host is None:
        raise click.UsageError("The host that misses are redirected to is missing: --host HOST")
    ours = routing.aim(routing.read(), host, protocol=protocol, key_prefix=key_prefix, stage=stage)
    if applies:
        routing_of.apply(Console(), sign_in(profile, region).s3, order, ours)
    else:
        click.echo(json.dumps(routing.as_boto3(ours), indent=2))
