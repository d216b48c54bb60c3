"""``python -m ops adopt``: lets existing buckets serve a stack, and undoes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from infra import routing
from ops.deployment.adoption import other_side
from ops.deployment.adoption.adopted import Adopted, existing, read
from ops.deployment.adoption.source_bucket import SourceBucket, configuration, refuse_conflicts
from ops.terminal.output import say
from ops.website import routes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import Console

    from ops.account import Account


@dataclass(frozen=True, slots=True)
class Order:
    """The operator's order: the stack's name, and an existing `website` whose misses lead there, if any.

    `yes` skips questions.
    """

    name: str
    website: str = ""
    yes: bool = False


def adopt(console: Console, account: Account, order: Order) -> None:
    """Let the stack's existing source buckets tell it of changes, and lead the website's misses to it."""
    stack = read(account, order.name)
    say(console, f"Stack {order.name} in {account}")
    if not (stack.prefixes or order.website):
        say(console, "The stack made its source bucket itself: there is nothing to adopt.")
    for bucket in stack.prefixes:
        if other_side.is_elsewhere(account, bucket):
            other_side.show(console, account, stack, bucket)
    for source in _here(console, account, order, stack):
        source.adopt()
    if order.website:
        host = urlsplit(stack.site_url).netloc
        rules = routing.aim(routing.read(), host, key_prefix=stack.key_prefix)
        routes.apply(console, account.s3, routes.Order(order.website, yes=order.yes), rules)


def undo(console: Console, account: Account, order: Order) -> None:
    """Remove what `adopt` has added, and nothing else."""
    stack = read(account, order.name)
    say(console, f"Stack {order.name} in {account}")
    for source in _here(console, account, order, stack):
        source.release()
    if order.website:
        routes.remove(console, account.s3, routes.Order(order.website, yes=order.yes), stack.key_prefix)


def _here(console: Console, account: Account, order: Order, stack: Adopted) -> Iterator[SourceBucket]:
    """Yield the existing source buckets of this account."""
    for bucket in stack.prefixes:
        if not other_side.is_elsewhere(account, bucket):
            yield SourceBucket(console, account, stack, bucket, yes=order.yes)


def require_room(account: Account, name: str, parameters: Mapping[str, str]) -> None:
    """Raise `Refused` if an existing bucket could not tell the stack `name` with these `parameters`."""
    for bucket, prefixes in existing(parameters).items():
        if other_side.is_elsewhere(account, bucket) or parameters.get("SourceEvents") == "eventbridge":
            continue
        other_side.require_same_region(account, bucket)
        try:
            before = configuration(account, bucket)
        except ClientError:
            continue  # these credentials may not look: `ops adopt` needs more of them, the stack does not
        refuse_conflicts(account, bucket, before, prefixes, f"{name}-ChangesQueue-")
