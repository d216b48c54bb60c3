"""``python -m ops adopt``: lets existing buckets and a distribution serve a stack, and undoes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from infra import routing
from ops.deployment.adoption import other_side, their_distribution
from ops.deployment.adoption.adopted import Adopted, existing, read
from ops.deployment.adoption.existing_distribution import ExistingDistribution
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

    `distribution` is one to give back that the stack does not name any more. `yes` skips questions.
    """

    name: str
    website: str = ""
    distribution: str = ""
    yes: bool = False


def adopt(console: Console, account: Account, order: Order) -> None:
    """Let what the stack did not make serve it: source buckets, a website's misses, a distribution."""
    stack = read(account, order.name)
    say(console, f"Stack {order.name} in {account}")
    if not (stack.prefixes or order.website or stack.distribution):
        say(console, "The stack made its bucket and its distribution itself: there is nothing to adopt.")
    for bucket in stack.prefixes:
        if other_side.is_elsewhere(account, bucket):
            other_side.show(console, account, stack, bucket)
    for source in _here(console, account, order, stack):
        source.adopt()
    if order.website:
        host = urlsplit(stack.site_url).netloc
        rules = routing.aim(routing.read(), host, key_prefix=stack.key_prefix)
        routes.apply(console, account.s3, routes.Order(order.website, yes=order.yes), rules)
    if stack.distribution:
        theirs = ExistingDistribution(console, account, order.name, stack.distribution.id, yes=order.yes)
        theirs.adopt(stack.distribution, stack.resources["Distribution"])


def undo(console: Console, account: Account, order: Order) -> None:
    """Remove what `adopt` has added, and nothing else."""
    stack = read(account, order.name)
    say(console, f"Stack {order.name} in {account}")
    for source in _here(console, account, order, stack):
        source.release()
    if order.website:
        routes.remove(console, account.s3, routes.Order(order.website, yes=order.yes), stack.key_prefix)
    if left := order.distribution or (stack.distribution and stack.distribution.id):
        release(console, account, order, left)


def release(console: Console, account: Account, order: Order, distribution: str) -> None:
    """Give an existing distribution back as it was."""
    ExistingDistribution(console, account, order.name, distribution, yes=order.yes).release()


def _here(console: Console, account: Account, order: Order, stack: Adopted) -> Iterator[SourceBucket]:
    """Yield the existing source buckets of this account."""
    for bucket in stack.prefixes:
        if not other_side.is_elsewhere(account, bucket):
            yield SourceBucket(console, account, stack, bucket, yes=order.yes)


def require_room(account: Account, name: str, parameters: Mapping[str, str]) -> None:
    """Raise `Refused` if what exists could not serve the stack `name` with these `parameters`."""
    if wanted := their_distribution.purpose(name, parameters):
        _require_service(account, wanted)
    for bucket, prefixes in existing(parameters).items():
        if other_side.is_elsewhere(account, bucket) or parameters.get("SourceEvents") == "eventbridge":
            continue
        other_side.require_same_region(account, bucket)
        try:
            before = configuration(account, bucket)
        except ClientError:
            continue  # these credentials may not look: `ops adopt` needs more of them, the stack does not
        refuse_conflicts(account, bucket, before, prefixes, f"{name}-ChangesQueue-")


def _require_service(account: Account, wanted: their_distribution.Purpose) -> None:
    """Raise `Refused` if the distribution could not serve the stack, as far as these credentials may look."""
    try:
        found = their_distribution.read(account, wanted.id)
    except ClientError:
        return
    their_distribution.refuse_conflicts(account, found, wanted)
