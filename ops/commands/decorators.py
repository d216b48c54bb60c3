"""Decorators for commands: the options that choose an AWS account, and messages in place of tracebacks."""

from __future__ import annotations

import functools
from pathlib import Path
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
        except (failures.GoesOn, failures.Stopped) as interrupt:
            click.echo(f"\n{interrupt}", err=True)
            raise click.exceptions.Exit(_INTERRUPTED) from interrupt

    return reporting


def pairs(_context: click.Context, _option: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    """Return the keys and values of options of the form ``KEY=VALUE`` or ``KEY=@FILE``."""
    parted = [text.partition("=") for text in texts]
    if wrong := [name for name, equals, _ in parted if not (name and equals)]:
        raise click.BadParameter(f"{wrong[0]} is not of the form Key=Value")
    return {name: _from_file(value) for name, _, value in parted}


def _from_file(value: str) -> str:
    """Return the `value`, or what is in the file of ``@FILE``: a secret must not be among the arguments."""
    if not value.startswith("@"):
        return value
    try:
        return Path(value[1:]).read_text().strip()
    except (OSError, UnicodeError) as fault:
        raise click.BadParameter(f"{value[1:]} cannot be read: {fault}") from fault


def parameter_option(others: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return the option ``--parameter``. In its help, `others` says what becomes of the other parameters."""
    return click.option(
        "--parameter",
        "parameters",
        metavar="KEY=VALUE",
        multiple=True,
        callback=pairs,
        help="A parameter of the stack (docs/stack.md); may be repeated. "
        f"KEY=@FILE takes the value from a file. {others}",
    )


def account_options(command: Callable[P, R]) -> Callable[P, R]:
    """Give `command` the options ``--region`` and ``--profile``."""
    region = click.option("--region", metavar="REGION", help="AWS region, such as eu-central-1.")
    profile = click.option("--profile", metavar="NAME", help="Profile of ~/.aws/config to sign in with.")
    return region(profile(command))
