"""The option ``--local`` of commands for a deployed site: the site is on this machine, not at AWS."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from infra.emulator import CREDENTIALS, REGION
from ops.account import Account, sign_in
from ops.local import ports

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


def local_option(command: Callable[P, R]) -> Callable[P, R]:
    """Give `command` the option ``--local``, with the port of the local site."""
    return click.option(
        "--local",
        type=click.IntRange(1, 65533),
        is_flag=False,
        flag_value=ports.SITE,
        metavar="PORT",
        help=f"The site that ops local runs, with the port of the site.  [default port: {ports.SITE}]",
    )(command)


def sign_in_to(local: int | None, profile: str | None, region: str | None) -> Account:
    """Return the operator's account, or that of the emulator of the site at the port `local`."""
    if local is None:
        return sign_in(profile, region)
    # boto3 reads the address of the emulator from the environment alone; this command speaks to nobody else.
    os.environ |= {**CREDENTIALS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{ports.beside(local).aws}"}
    os.environ.pop("AWS_PROFILE", None)
    return sign_in(region=REGION)
