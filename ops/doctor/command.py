"""``python -m ops doctor``."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from rich.console import Console

from ops.account import session
from ops.doctor import report
from ops.doctor.examination import Wanted, examine_stack, examine_url
from ops.doctor.inside.stack import CannotExamine
from ops.terminal.failures import explain

if TYPE_CHECKING:
    import boto3

    from ops.doctor.diagnosis import Diagnosis

HEALTHY, FAULTY, UNEXAMINED = 0, 1, 2
"""Exit statuses."""

_TIMEOUTS = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard"})


@dataclass(frozen=True, slots=True)
class Signed:
    """The operator's session. With `endpoint_url` its clients talk to an emulator in place of AWS."""

    session: boto3.Session
    endpoint_url: str | None

    def client(self, service_name: Any, /) -> Any:  # noqa: ANN401 - boto3 has a type for each service
        """Return a client of a service."""
        return self.session.client(service_name, endpoint_url=self.endpoint_url, config=_TIMEOUTS)


@click.command()
@click.argument("url", required=False)
@click.option("--stack", metavar="NAME", help="Examine your own stack, through the AWS APIs as well.")
@click.option(
    "--key", default="", help="Original to look at, as in an address. [default: one from the source bucket]"
)
@click.option("--variant", default="", help="Variant to look at, such as 300x200. [default: an allowed one]")
@click.option(
    "--site-url", default="", metavar="URL", help="The site's address, if it is not the stack's SiteUrl."
)
@click.option("--distribution", default="", metavar="ID", help="With URL: the distribution in front of it.")
@click.option("--bucket", default="", help="With URL: the website's bucket. [default: the distribution's]")
@click.option("--region", help="AWS region. [default: the profile's]")
@click.option("--profile", help="AWS profile.")
@click.option("--endpoint-url", help="Address of an emulator's AWS APIs.")
@click.option("--json", "is_json", is_flag=True, help="Print the diagnosis as JSON.")
def doctor(  # noqa: PLR0913, PLR0917 - each parameter is an option with its own help
    url: str | None,
    stack: str | None,
    key: str,
    variant: str,
    site_url: str,
    distribution: str,
    bucket: str,
    region: str | None,
    profile: str | None,
    endpoint_url: str | None,
    is_json: bool,  # noqa: FBT001 - click passes a flag by name
) -> None:
    """Find what is wrong with a site, and say what to do.

    From outside it needs only an address and no credentials. The best address is that of a picture whose
    variant nobody has requested yet. With --stack it also reads the AWS APIs with your credentials. It
    changes no settings. Its request for a missing variant makes that variant, as every viewer's request does.

    \b
      python -m ops doctor https://img.example.com
      python -m ops doctor https://img.example.com/300x200/shoes/red.jpg
      python -m ops doctor https://img.example.com --distribution E2EXAMPLE
      python -m ops doctor --stack resize404 --json

    Exit status: 0 healthy (warnings are allowed), 1 faults, 2 the site could not be examined.
    """  # noqa: D301 - a real backspace tells click not to wrap these lines
    if bool(url) == bool(stack):
        raise click.UsageError("Name either a URL or a --stack.")
    wanted = Wanted(variant, key, site_url)
    try:
        diagnosis = _examined(url, stack, distribution, bucket, wanted, (region, profile, endpoint_url))
    except (CannotExamine, BotoCoreError) as failure:
        said = explain(failure) if isinstance(failure, BotoCoreError) else str(failure)
        click.echo(f"Error: {said}", err=True)
        sys.exit(UNEXAMINED)
    if is_json:
        click.echo(report.as_json(diagnosis))
    else:
        report.show(Console(), diagnosis)
    sys.exit(HEALTHY if diagnosis.healthy else FAULTY)


def _examined(  # noqa: PLR0913, PLR0917 - what can be chosen
    url: str | None,
    stack: str | None,
    distribution: str,
    bucket: str,
    wanted: Wanted,
    account: tuple[str | None, str | None, str | None],
) -> Diagnosis:
    if stack:
        return examine_stack(_signed(*account), stack, wanted)
    clients = _signed(*account) if distribution or bucket else None
    return examine_url(url or "", clients, distribution=distribution, bucket=bucket, wanted=wanted)


def _signed(region: str | None, profile: str | None, endpoint_url: str | None) -> Signed:
    return Signed(session(profile, region), endpoint_url)
