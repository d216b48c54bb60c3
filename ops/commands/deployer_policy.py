"""``python -m ops deployer-policy``."""

from __future__ import annotations

import json
import re

import click

from infra import deployer_policy as policies

_ACCOUNT = re.compile("[0-9]{12}")


def _number(_context: click.Context, _option: click.Parameter, text: str) -> str:
    if not _ACCOUNT.fullmatch(text):
        raise click.BadParameter("the number of an account is needed, with 12 digits")
    return text


@click.command("deployer-policy")
@click.argument("name", default="resize404")
@click.option("--account", required=True, callback=_number, help="Number of the account, 12 digits.")
@click.option("--region", required=True, help="AWS region, such as eu-central-1.")
@click.option("--partition", default="aws", show_default=True, help="Partition of AWS, such as aws-cn.")
@click.option("--name-prefix", default="resize404", show_default=True, help="The stack's NamePrefix.")
@click.option("--artifacts", default="", help="Bucket for the package.  [default: the one that deploy makes]")
@click.option("--source-bucket", default="", help="An existing source bucket, for `ops adopt`.")
@click.option("--distribution", default="", help="Id of an existing distribution, for `ops adopt`.")
@click.option("--boundary", default="", help="ARN of the permissions boundary that every role must have.")
@click.option("--operator", is_flag=True, help="Print the policy of who types the commands.")
@click.option("--role-arn", default="", help="With --operator: the role that CloudFormation acts as.")
def deployer_policy(  # noqa: PLR0913, PLR0917 - each parameter is an option with its own help
    name: str,
    account: str,
    region: str,
    partition: str,
    name_prefix: str,
    artifacts: str,
    source_bucket: str,
    distribution: str,
    boundary: str,
    role_arn: str,
    *,
    operator: bool,
) -> None:
    """Print the policy that is needed to deploy the stack NAME [resize404], and no more.

    It is the policy of the role that CloudFormation acts as (`ops deploy --role-arn`). With --operator it is
    that of who types `ops deploy`, `ops destroy` and `ops adopt`. Without such a role, who types needs both.

    \b
    Examples:
      python -m ops deployer-policy shop --account 123456789012 --region eu-central-1
      python -m ops deployer-policy shop --account 123456789012 --region eu-central-1 --operator
    """  # noqa: D301 - a real backspace tells click not to wrap these lines
    deployment = policies.Deployment(
        name, account, region, partition, name_prefix, artifacts, source_bucket, boundary, distribution
    )
    printed = (
        policies.of_operator(deployment, role_arn) if operator else policies.of_cloudformation(deployment)
    )
    click.echo(json.dumps(printed, indent=2))
