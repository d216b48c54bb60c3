"""Decorators for commands: the options that choose an AWS account, and messages in place of tracebacks."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click
from botocore.exceptions import BotoCoreError, ClientError

from infra.emulator import EmulatorFailed
from infra.package import PackagingFailed
from ops.terminal import failures

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

EXPECTED = (failures.Refused, failures.DeploymentFailed, EmulatorFailed, PackagingFailed)
_INTERRUPTED = 130


def report_failures(command: Callable[P, R]) -> Callable[P, R]:
    """Show expected failures of `command` as one message, as click shows its own errors."""

    @functools.wraps(command)
    def reporting(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except EXPECTED as failure:
            raise click.ClickException(str(failure)) from failure
        except (BotoCoreError, ClientError) as failure:
            raise click.ClickException(failures.explain(failure)) from failure
        except failures.GoesOn as interrupt:
            click.echo(f"\n{interrupt}", err=True)
            raise click.exceptions.Exit(_INTERRUPTED) from interrupt

    return reporting


def account_options(command: Callable[P, R]) -> Callable[P, R]:
    """Give `command` the options ``--region`` and ``--profile``."""
    region = click.option("--region", metavar="REGION", help="AWS region, such as eu-central-1.")
    profile = click.option("--profile", metavar="NAME", help="Profile of ~/.aws/config to sign in with.")
    return region(profile(command))
