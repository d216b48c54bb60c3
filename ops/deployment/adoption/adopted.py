"""What a stack says of the buckets, and of the distribution, that it did not make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.config import buckets
from ops.deployment import stack as stacks
from ops.deployment import stack_deletion
from ops.deployment.adoption import their_distribution
from ops.terminal.failures import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ops.account import Account
    from ops.deployment.adoption.their_distribution import Purpose


@dataclass(frozen=True, slots=True)
class Adopted:
    """A deployed stack with the buckets, and the `distribution`, that it did not make.

    `prefixes` maps each such bucket to the beginnings of its originals' keys. `resources` maps logical ids to
    physical ones.
    """

    name: str
    prefixes: Mapping[str, tuple[str, ...]]
    by_eventbridge: bool
    key_prefix: str
    site_url: str
    queue_arn: str
    resources: Mapping[str, str]
    key_arns: tuple[str, ...] = ()
    distribution: Purpose | None = None

    @property
    def queue_url(self) -> str:
        """The URL of the queue of changes, which is its physical id."""
        return self.resources["ChangesQueue"]

    @property
    def queue_name(self) -> str:
        """The name of the queue of changes."""
        return self.queue_arn.rpartition(":")[2]


def read(account: Account, name: str) -> Adopted:
    """Return what the stack `name` says. `Refused` if there is no such stack, or it is not ours."""
    found = stacks.find(account.cloudformation, name)
    if found is None or stacks.is_new(found) or not stacks.is_ours(found):
        raise Refused(f"There is no resize404 stack {name} in {account}. Look at --region and --profile.")
    given = {each["ParameterKey"]: each.get("ParameterValue", "") for each in found.get("Parameters", [])}
    said = {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}
    resources = stack_deletion.resources(account.cloudformation, found["StackId"])
    sqs = account.session.client("sqs")
    queue = sqs.get_queue_attributes(QueueUrl=resources["ChangesQueue"], AttributeNames=["QueueArn"])
    return Adopted(
        name,
        existing(given),
        by_eventbridge=given.get("SourceEvents") == "eventbridge",
        key_prefix=given.get("KeyPrefix", ""),
        site_url=said.get("SiteUrl", ""),
        queue_arn=queue["Attributes"]["QueueArn"],
        resources=resources,
        key_arns=tuple(filter(None, given.get("SourceKeyArns", "").split(","))),
        distribution=their_distribution.purpose(name, given),
    )


def existing(parameters: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the buckets that the stack of these parameters does not make, with the prefixes of originals."""
    bucket, prefix = parameters.get("ExistingSourceBucket", ""), parameters.get("SourcePrefix", "")
    first = [f"default={bucket}/{prefix}"] if bucket else []
    text = ",".join([*first, *filter(None, [parameters.get("Sources", "")])])
    found: dict[str, tuple[str, ...]] = {}
    for source in buckets.sources(text).values() if text else ():
        found[source.bucket] = (*found.get(source.bucket, ()), source.prefix)
    return found
