"""``python -m ops index``."""

from __future__ import annotations

import click
from rich.console import Console

from ops.account import sign_in
from ops.commands import values
from ops.commands.decorators import account_options, report_failures
from ops.website import indexing


@click.command()
@click.argument("bucket")
@values.key_prefix_option
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@account_options
@report_failures
def index(bucket: str, key_prefix: str, region: str | None, profile: str | None, *, yes: bool) -> None:
    """Enter all variants that are stored in the site bucket BUCKET into its index.

    The app finds the variants of a changed original in the index. It enters each variant that it stores.
    This command is for a bucket with variants from a version of resize404 that had no index: run it once,
    after you have deployed the new version. Until then the app looks into every folder of the bucket.

    \b
    Examples:
      python -m ops index my-site
      python -m ops index my-site --key-prefix img/
    """  # noqa: D301 - a real backspace tells click not to wrap these lines
    order = indexing.Order(bucket, key_prefix, yes=yes)
    indexing.run(Console(), sign_in(profile, region).s3, order)
