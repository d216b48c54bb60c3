"""``python -m ops destroy``: deletes a stack and its variants, and with ``--originals`` the originals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
from rich.table import Table

from ops import notifications
from ops.deployment import artifacts, bucket_contents, stack, stack_deletion
from ops.deployment.adoption import adopted, adopting, source_bucket
from ops.terminal.failures import Refused
from ops.terminal.output import amount, say, size, step

if TYPE_CHECKING:
    from rich.console import Console
    from types_boto3_cloudformation.type_defs import StackTypeDef
    from types_boto3_sqs import SQSClient

    from ops.account import Account

_ATTEMPTS = 3
_NEVER_SERVED = {
    "CREATE_FAILED",
    "ROLLBACK_COMPLETE",
    "ROLLBACK_FAILED",
    "DELETE_FAILED",
    "REVIEW_IN_PROGRESS",
}


@dataclass(frozen=True, slots=True)
class Order:
    """The operator's order: the stack's name; `originals` deletes them as well; `yes` skips the question."""

    name: str
    originals: bool = False
    yes: bool = False


@dataclass(frozen=True, slots=True)
class Belongings:
    """The buckets of a stack. Each is None if it does not exist, or no longer exists."""

    site: str | None
    source: str | None


def run(console: Console, account: Account, order: Order) -> None:
    """Destroy the stack of `order` in `account`. First show what is lost, and ask for the stack's name."""
    found = _find(account, order.name)
    stack_id = found["StackId"]
    say(console, f"Stack {order.name} in {account}")
    with step(console, "Looked at what is in it"):
        belongings = _belongings(account, stack_id)
        table = _losses(account, order, found, belongings)
    console.print(table)
    _ask(order)
    _release(console, account, order, found)
    queue = _queue(account, stack_id)
    _remove(console, account, stack_id, belongings)
    if belongings.source and queue:
        _stop_telling(account, belongings.source, queue)
    if order.originals and belongings.source:
        _remove_bucket(console, account, belongings.source, "Originals deleted")
    _report(console, account, order, belongings)


def _find(account: Account, name: str) -> StackTypeDef:
    found = stack.find(account.cloudformation, name)
    if found is None:
        raise Refused(f"There is no stack {name} in {account}. Look at --region and --profile.")
    if not stack.is_ours(found):
        raise Refused(f"The stack {name} is not a resize404 stack, so it stays as it is.")
    if found.get("EnableTerminationProtection"):
        raise Refused(
            f"The stack {name} is protected from termination. To allow it: aws cloudformation "
            f"update-termination-protection --no-enable-termination-protection --stack-name {name}"
        )
    return found


def _belongings(account: Account, stack_id: str) -> Belongings:
    made, s3 = stack_deletion.resources(account.cloudformation, stack_id), account.s3
    site, source = made.get("SiteBucket"), made.get("SourceBucket")
    return Belongings(
        site if site and bucket_contents.exists(s3, site) else None,
        source if source and bucket_contents.exists(s3, source) else None,
    )


def _losses(account: Account, order: Order, found: StackTypeDef, belongings: Belongings) -> Table:
    """Return the table of what is deleted and what stays."""
    said = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2))
    table.add_row("[red]deleted[/]", "the site", said.get("SiteUrl", "which was never finished"))
    table.add_row(
        "[red]deleted[/]",
        "stored variants, their index, the page at the root, the playground",
        _content(account, belongings.site),
    )
    if given := said.get("SourceBucket", "") if belongings.source is None else "":
        table.add_row("[green]stays[/]", "originals", f"in {given}, which the stack did not make")
        return table
    verdict = "[bold red]deleted[/]" if order.originals else "[green]stays[/]"
    table.add_row(verdict, "originals", _content(account, belongings.source))
    return table


def _content(account: Account, bucket: str | None) -> str:
    if bucket is None:
        return "none"
    content = bucket_contents.measure(account.s3, bucket)
    return f"{amount(content.objects, 'object')}, {size(content.bytes)}, in {bucket}"


def _ask(order: Order) -> None:
    if order.yes:
        return
    typed = click.prompt(f"Type the stack's name ({order.name}) to destroy it", err=True)
    if typed != order.name:
        raise Refused("That is not the stack's name. Nothing was changed.")


def _remove(console: Console, account: Account, stack_id: str, belongings: Belongings) -> None:
    """Delete the stack, and the site bucket after the distribution that serves what is in it.

    A stack of an earlier template deletes the bucket itself, which CloudFormation refuses until it is empty.
    """
    for _ in range(_ATTEMPTS):
        failure = stack_deletion.attempt(console, account.cloudformation, stack_id)
        if failure is None:
            break
        if failure.resource != "SiteBucket" or not belongings.site:
            raise stack_deletion.refusal(failure)
        with step(console, "Site bucket emptied"):
            bucket_contents.empty(account.s3, belongings.site)
    else:
        raise Refused(
            "The app stores variants as fast as they are deleted. Try again when there is less traffic."
        )
    if belongings.site and bucket_contents.exists(account.s3, belongings.site):
        _remove_bucket(console, account, belongings.site, "Site bucket deleted")


def _remove_bucket(console: Console, account: Account, bucket: str, done: str) -> None:
    with step(console, done):
        bucket_contents.empty(account.s3, bucket)
        account.s3.delete_bucket(Bucket=bucket)


def _release(console: Console, account: Account, order: Order, found: StackTypeDef) -> None:
    """Give what the stack did not make back as it was before `ops adopt`."""
    given = {each["ParameterKey"]: each.get("ParameterValue", "") for each in found.get("Parameters", [])}
    undoing = adopting.Order(order.name, yes=True)
    if adopted.existing(given) and found["StackStatus"] not in _NEVER_SERVED:
        adopting.undo(console, account, undoing)
    elif distribution := given.get("ExistingDistribution"):
        # Also of a stack that is half deleted: CloudFront keeps policies and functions that are in use.
        adopting.release(console, account, undoing, distribution)


def _queue(account: Account, stack_id: str) -> str:
    """Return the ARN of the stack's queue of changes, or nothing if there is none."""
    url = stack_deletion.resources(account.cloudformation, stack_id).get("ChangesQueue")
    if not url:
        return ""
    sqs: SQSClient = account.session.client("sqs")
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def _stop_telling(account: Account, bucket: str, queue: str) -> None:
    """Take the notifications to the deleted `queue` from the bucket, which another stack may adopt."""
    before = source_bucket.configuration(account, bucket)
    after = notifications.without_queue(before, queue)
    if after != before:
        account.s3.put_bucket_notification_configuration(
            Bucket=bucket,
            NotificationConfiguration=after,  # type: ignore[arg-type]  # S3's own answer
            SkipDestinationValidation=True,
        )


def _report(console: Console, account: Account, order: Order, belongings: Belongings) -> None:
    """Say what is left, and how to delete it."""
    say(console, f"The stack {order.name} is gone.")
    if belongings.source and not order.originals:
        say(console, f"The originals are still in {belongings.source}.")
    bucket = artifacts.bucket_name(account.number, account.region)
    if bucket_contents.exists(account.s3, bucket):
        say(
            console,
            f"Packages for this region are still in {bucket}; other stacks may need them. If there are no "
            f"other stacks: aws s3 rb --force s3://{bucket}",
        )
