"""``python -m ops deploy``: deploys the checkout as a stack. It asks before it changes anything."""

from __future__ import annotations

import json
import re
import shlex
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.address.suggestions import did_you_mean
from chalicelib.config.config import ConfigError, Delivery
from chalicelib.errors import quoted
from chalicelib.upkeep import answers
from infra import package as packaging
from infra import release as releases
from infra import template
from ops import doctor
from ops.deployment import (
    artifacts,
    change_sets,
    events,
    front_page,
    parameters,
    progress,
    stack,
    stack_deletion,
    tables,
)
from ops.deployment.adoption import adopted, adopting
from ops.doctor import report
from ops.doctor.checks.site import FORBIDS, RESTRICTS
from ops.doctor.inside.asking import ask
from ops.doctor.inside.bucket import account_blocks
from ops.doctor.known import Unread
from ops.playground import publishing
from ops.terminal.failures import DeploymentFailed, GoesOn, Refused, explain
from ops.terminal.output import amount, say, step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import Console
    from types_boto3_cloudformation.type_defs import StackTypeDef
    from types_boto3_cloudfront.type_defs import InvalidationBatchTypeDef

    from ops.account import Account

_LONGEST_NAME = 100
"""Maximum length of a stack's name: CloudFront policies add 26 characters to it, and their limit is 128."""

_NAME = re.compile("[A-Za-z][A-Za-z0-9-]*")
"""CloudFormation's rule for a stack's name (API reference, "CreateStack")."""

_DISTRIBUTION = "ExistingDistribution"

_FAILED_FIRST = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"}


@dataclass(frozen=True, slots=True)
class Order:
    """The operator's order: the stack's name, its parameters, the bucket for artifacts.

    `release` is the folder of a release to deploy instead of this checkout. The stack gets `tags`, and
    CloudFormation acts as the role `role_arn`. `yes` skips questions.
    """

    name: str
    parameters: Mapping[str, str]
    artifacts: str | None = None
    release: Path | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    role_arn: str | None = None
    yes: bool = False


def run(console: Console, account: Account, order: Order) -> stack.Outputs:
    """Deploy `order` to `account`, and return the stack's outputs."""
    say(console, f"Stack {order.name} in {account}")
    before = _fit(console, account, order)
    wanted = parameters.read(_template(order), order.parameters, before, account.partition)
    deployed = _deploy(console, account, order, wanted, before)
    if not wanted.value(_DISTRIBUTION):
        _put_front_page(console, account, deployed.site_bucket)
    _update_playground(console, account, order.name, deployed)
    _adopt(console, account, order)
    _leave(console, account, order, wanted)
    # Last: what an existing distribution keeps until it has changed came the other way.
    if _changes_delivery(wanted):
        _empty_the_cache(console, account, deployed.distribution_id, _paths(wanted))
    return deployed


def _changes_delivery(wanted: parameters.Parameters) -> bool:
    """Say whether the stack exists and changes its way of delivery. Without the parameter it redirected."""
    was, will = wanted.before.get("Delivery", Delivery.REDIRECT), wanted.value("Delivery")
    return bool(wanted.before) and was != will


def _deploy(
    console: Console,
    account: Account,
    order: Order,
    wanted: parameters.Parameters,
    before: StackTypeDef | None,
) -> stack.Outputs:
    will_redirect = wanted.value("Delivery") == Delivery.REDIRECT
    if will_redirect and (before is None or _changes_delivery(wanted)):
        _require_public_policies(account)
    adopting.require_room(account, order.name, wanted.effective)
    with _packaged(console, order) as made:
        _require_imagemagick(account, made)
        address = _upload(console, account, order, made)
    with step(console, "Changes worked out"):
        proposed = change_sets.propose(
            account.cloudformation,
            order.name,
            address,
            wanted.submitted(),
            new=before is None,
            tags={**_tags(before), **order.tags},
            role_arn=order.role_arn,
        )
    _show_kept(console, wanted)
    if proposed.is_empty:
        say(console, "There is nothing to change.")
        return stack.outputs(account.cloudformation, order.name)
    console.print(tables.changes(proposed))
    _ask(account, order, proposed)
    return _execute(console, account, order, proposed)


def _tags(before: StackTypeDef | None) -> dict[str, str]:
    """Return the stack's tags. CloudFormation would remove all that a change set does not name."""
    return {tag["Key"]: tag["Value"] for tag in before.get("Tags", [])} if before else {}


def _template(order: Order) -> dict[str, Any]:
    """Return the template before Chalice merges it, which takes long: its parameters are the same."""
    if order.release:
        released: dict[str, Any] = json.loads(releases.read(order.release).template.read_text())
        return released
    try:
        return template.render(template.environment(packaging.PROJECT, "stack"))
    except ConfigError as fault:
        raise Refused(str(fault)) from fault


@contextmanager
def _packaged(console: Console, order: Order) -> Iterator[packaging.Package]:
    """Give what is deployed: the release that `order` names, or this checkout."""
    if order.release:
        yield releases.read(order.release)
        return
    with TemporaryDirectory(prefix="resize404-package-") as folder:
        with step(console, "App packaged"):
            made = packaging.package(Path(folder))
        yield made


def _fit(console: Console, account: Account, order: Order) -> StackTypeDef | None:
    """Return the existing stack, or None.

    Raises `Refused` if the stack cannot be updated. Deletes the rest of a failed first deployment.
    """
    _check_name(order.name)
    found = stack.find(account.cloudformation, order.name)
    if found is None or stack.is_new(found):
        return None
    status = found["StackStatus"]
    if not stack.is_ours(found):
        raise Refused(f"The stack {order.name} exists and is not a resize404 stack. Choose another name.")
    if status.endswith("_IN_PROGRESS"):
        raise Refused(f"The stack {order.name} is {status}. Wait until it has finished, then try again.")
    if status == "UPDATE_ROLLBACK_FAILED":
        raise Refused(
            f"The stack {order.name} is {status}. Its events say why. Fix the cause, then type: "
            f"aws cloudformation continue-update-rollback --stack-name {order.name}"
        )
    if status == "DELETE_FAILED":
        raise Refused(f"The stack {order.name} is {status}. Type: python -m ops destroy {order.name}")
    if status in _FAILED_FIRST:
        _clear(console, account, order, found["StackId"])
        return None
    return found


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        meant = re.sub("[^A-Za-z0-9]+", "-", name).strip("-")
        raise Refused(
            f"{quoted(name)} is no name of a stack. It has letters, digits and hyphens, a letter first."
            f"{did_you_mean(meant if _NAME.fullmatch(meant) else None)}"
        )
    if len(name) > _LONGEST_NAME:
        raise Refused(f"A stack's name has at most {_LONGEST_NAME} characters here. Choose a shorter one.")


def _clear(console: Console, account: Account, order: Order, stack_id: str) -> None:
    """Delete the rest of a stack whose first deployment failed. Such a stack has never served anything."""
    question = f"The first deployment of {order.name} failed. Delete what is left of it?"
    if not (order.yes or click.confirm(question, err=True)):
        raise Refused(f"Before you deploy it again, type: python -m ops destroy {order.name}")
    stack_deletion.delete(console, account.cloudformation, stack_id)


def _require_public_policies(account: Account) -> None:
    """Raise `Refused` if the account's Block Public Access forbids the site bucket's policy.

    If these credentials may not read the account's settings, continue: S3 then reports the problem.
    """
    blocks = ask(lambda: account_blocks(account.session))
    closed = frozenset() if isinstance(blocks, Unread) else blocks & {RESTRICTS, FORBIDS}
    if closed:
        raise Refused(
            f"Block Public Access is on for account {account.number} ({', '.join(sorted(closed))}): "
            "S3 would refuse the site bucket's policy, and the website would serve nothing. Deploy with "
            "--parameter Delivery=failover, which needs no public bucket. Or, if no organization enforces "
            "them, turn these two settings off: "
            f"aws s3control put-public-access-block --account-id {account.number} "
            "--public-access-block-configuration "
            "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=false,RestrictPublicBuckets=false"
        )


def _require_imagemagick(account: Account, made: packaging.Package) -> None:
    # An emulator runs the functions on this machine, with this machine's ImageMagick.
    if not (made.has_imagemagick or account.is_rehearsal):
        raise Refused(packaging.NO_IMAGEMAGICK)


def _upload(console: Console, account: Account, order: Order, made: packaging.Package) -> str:
    bucket = order.artifacts or artifacts.bucket_name(account.number, account.region)
    s3 = account.s3
    with step(console, f"Package uploaded to {bucket}"):
        if not order.artifacts:
            artifacts.make_bucket(s3, bucket, account.number)
        return artifacts.upload(s3, bucket, made)


def _show_kept(console: Console, wanted: parameters.Parameters) -> None:
    for name, value in wanted.differing_from_defaults.items():
        default = wanted.declared[name]["Default"]
        say(
            console,
            f"{name} stays {value!r}; the template's default is now {default!r}. "
            f"To change it: --parameter {name}=…",
            "yellow",
        )


def _ask(account: Account, order: Order, proposed: change_sets.ChangeSet) -> None:
    """Ask whether to make the changes. If not, delete the change set and raise `Refused`."""
    verb = "Make" if proposed.makes_the_stack else "Change"
    what = amount(len(proposed.changes), "resource") if proposed.changes else "only the stack's outputs"
    question = f"{verb} {what}?"
    try:
        if order.yes or click.confirm(question, err=True):
            return
    except click.Abort:
        change_sets.discard(account.cloudformation, proposed)
        raise
    change_sets.discard(account.cloudformation, proposed)
    raise Refused("Nothing was changed.")


def _execute(
    console: Console, account: Account, order: Order, proposed: change_sets.ChangeSet
) -> stack.Outputs:
    cloudformation = account.cloudformation
    after = events.latest(cloudformation, proposed.stack_id)
    change_sets.execute(cloudformation, proposed)
    try:
        seen = progress.show(
            console,
            events.follow(cloudformation, proposed.stack_id, after=after),
            total=len(proposed.changes),
        )
    except KeyboardInterrupt as interrupt:
        raise GoesOn(order.name) from interrupt
    except (BotoCoreError, ClientError) as failure:
        raise Refused(f"{explain(failure)}\n{GoesOn(order.name)}") from failure
    try:
        return stack.result(cloudformation, order.name, seen)
    except DeploymentFailed as failure:
        if events.status(cloudformation, proposed.stack_id) in _FAILED_FIRST:
            say(console, str(failure), "red")
            _clear(console, account, order, proposed.stack_id)
        raise


def _paths(wanted: parameters.Parameters) -> list[str]:
    """Return the paths of all pictures. An existing distribution keeps more than these."""
    return [*answers.everything(wanted.value("KeyPrefix") if wanted.value(_DISTRIBUTION) else "")]


def _empty_the_cache(console: Console, account: Account, distribution: str, paths: list[str]) -> None:
    """Have CloudFront forget everything, after the way of delivery has changed.

    What it has kept came the other way: perhaps without a cache tag, by which alone pictures are evicted with
    failover; and refusals have other addresses.
    """
    everything: InvalidationBatchTypeDef = {
        "Paths": {"Quantity": len(paths), "Items": paths},
        "CallerReference": f"delivery-{uuid.uuid4()}",
    }
    try:
        with step(console, "CloudFront told to forget what it has kept"):
            account.session.client("cloudfront").create_invalidation(
                DistributionId=distribution, InvalidationBatch=everything
            )
    except (BotoCoreError, ClientError) as failure:
        say(
            console,
            f"CloudFront could not be told to forget what it has kept: {explain(failure)}. Old pictures may "
            "stay there for a day after their originals change. Type: aws cloudfront create-invalidation "
            f"--distribution-id {distribution} --paths {shlex.join(paths)}",
            "yellow",
        )


def _put_front_page(console: Console, account: Account, bucket: str) -> None:
    """Put our page at the root of the site, unless the owner has one. The pictures do not need it."""
    try:
        with step(console, "Page at the root of the site is there"):
            front_page.put(account.s3, bucket)
    except (BotoCoreError, ClientError) as failure:
        say(console, f"The page at the root of the site could not be put there: {explain(failure)}", "yellow")


def _update_playground(console: Console, account: Account, name: str, deployed: stack.Outputs) -> None:
    """Put the playground on the site, or remove it, as the stack's parameter says."""
    found = stack.find(account.cloudformation, name)
    try:
        if found and publishing.update(account.s3, deployed.site_bucket, found):
            say(console, "The playground is there.")
    except (BotoCoreError, ClientError) as failure:
        say(console, f"The playground could not be put there: {explain(failure)}", "yellow")


def _adopt(console: Console, account: Account, order: Order) -> None:
    """Let what the stack did not make serve it. It asks for each bucket, and for the distribution."""
    found = adopted.read(account, order.name)
    if not (found.prefixes or found.distribution):
        return
    try:
        adopting.adopt(console, account, adopting.Order(order.name, yes=order.yes))
    except (Refused, BotoCoreError, ClientError) as failure:
        say(console, _explained(failure), "yellow")
        if found.prefixes:
            say(console, "Until the buckets tell of changes, variants of changed originals stay.", "yellow")
        if found.distribution:
            say(console, "Until the distribution has our behaviours, it serves no pictures.", "yellow")
        say(console, f"To try again: python -m ops adopt {order.name}", "yellow")


def _explained(failure: Exception) -> str:
    return str(failure) if isinstance(failure, Refused) else explain(failure)


def _leave(console: Console, account: Account, order: Order, wanted: parameters.Parameters) -> None:
    """Give back the distribution that served the stack before, if another one serves it now."""
    left = wanted.before.get(_DISTRIBUTION, "")
    if left in {"", wanted.value(_DISTRIBUTION)}:
        return
    try:
        adopting.release(console, account, adopting.Order(order.name, yes=order.yes), left)
    except (Refused, BotoCoreError, ClientError) as failure:
        say(
            console,
            f"{_explained(failure)} The distribution {left} still has behaviours of {order.name}. To take "
            f"them out: python -m ops adopt {order.name} --undo --distribution {left}",
            "yellow",
        )


def examine(console: Console, account: Account, order: Order) -> None:
    """Examine the deployed site with the doctor. Its findings do not make the deployment fail."""
    try:
        diagnosis = doctor.examine_stack(account.session, order.name)
    except doctor.CannotExamine as failure:
        say(console, f"The doctor could not examine the site: {failure}", "yellow")
        return
    console.print()
    report.show(console, diagnosis)
