"""One existing source bucket: its notifications are read, changed by ours alone, and given back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from ops import notifications
from ops.deployment.adoption import listeners, other_side
from ops.terminal.difference import difference
from ops.terminal.failures import Refused
from ops.terminal.output import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.console import Console
    from types_boto3_sqs import SQSClient

    from ops.account import Account
    from ops.deployment.adoption.adopted import Adopted

_TURNED_ON = "eventbridge-turned-on:"
"""The beginning of a tag of our queue: we turned EventBridge on for the bucket whose name follows."""


@dataclass(frozen=True, slots=True)
class SourceBucket:
    """The bucket `name` that the `stack` did not make. `yes` skips questions."""

    console: Console
    account: Account
    stack: Adopted
    name: str
    yes: bool = False

    def adopt(self) -> None:
        """Let the bucket tell the stack of changes."""
        before = configuration(self.account, self.name)
        after = self._telling(before)
        self._put(before, after)
        if notifications.EVENTBRIDGE in after and self._is_turned_on_by_us(before):
            self._sqs.tag_queue(QueueUrl=self.stack.queue_url, Tags={self._tag: "yes"})
        if self.stack.by_eventbridge:
            other_side.tell_of_region(self.console, self.account, self.name)

    def release(self) -> None:
        """Give the bucket back as it was: without our notifications, and with everybody else's."""
        before = configuration(self.account, self.name)
        after = notifications.without_queue(before, self.stack.queue_arn)
        is_tagged = self._tag in self._tags(self.stack.queue_url)
        if is_tagged and not self._is_listened_to():
            after.pop(notifications.EVENTBRIDGE, None)
        self._put(before, after)
        if is_tagged and notifications.EVENTBRIDGE not in after:
            self._sqs.untag_queue(QueueUrl=self.stack.queue_url, TagKeys=[self._tag])

    @property
    def _tag(self) -> str:
        return f"{_TURNED_ON}{self.name}"

    @property
    def _sqs(self) -> SQSClient:
        client: SQSClient = self.account.session.client("sqs")
        return client

    def _tags(self, queue_url: str) -> Mapping[str, str]:
        return self._sqs.list_queue_tags(QueueUrl=queue_url).get("Tags", {})

    def _is_turned_on_by_us(self, before: Mapping[str, Any]) -> bool:
        """Say whether EventBridge is on because of this stack, or of another one of ours that came before.

        Whoever of them is the last to leave turns it off.
        """
        if notifications.EVENTBRIDGE not in before:
            return True
        names = [
            arn.rpartition(":")[2] for arn in listeners.queues(self.account, self.name, self.stack.queue_arn)
        ]
        urls = (self._sqs.get_queue_url(QueueName=name)["QueueUrl"] for name in names)
        return any(self._tag in self._tags(url) for url in urls)

    def _telling(self, before: dict[str, Any]) -> dict[str, Any]:
        """Return the notifications with ours. `Refused` if S3 takes no second ones."""
        queue, prefixes = self.stack.queue_arn, self.stack.prefixes[self.name]
        if self.stack.by_eventbridge:
            return notifications.with_eventbridge(before, queue)
        other_side.require_same_region(self.account, self.name)
        live = self._without_dead(before)
        refuse_conflicts(self.account, self.name, live, prefixes, self.stack.queue_name)
        return notifications.with_queue(live, queue, self.stack.name, prefixes)

    def _without_dead(self, before: dict[str, Any]) -> dict[str, Any]:
        """Return the notifications without those in our way that go to queues which exist no more."""
        after, prefixes = before, self.stack.prefixes[self.name]
        for arn in notifications.conflicts(before, self.stack.queue_arn, prefixes):
            if _is_gone(self.account, arn):
                say(self.console, f"The queue {arn} is gone: its notification is removed.", "yellow")
                after = notifications.without_queue(after, arn)
        return after

    def _is_listened_to(self) -> bool:
        names = listeners.others(self.account, self.name, self.stack.queue_arn)
        if names:
            why = f"{', '.join(names)} may listen to it"
            say(self.console, f"EventBridge stays on for {self.name}: {why}.", "yellow")
        return bool(names)

    def _put(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
        """Show the change, ask, and make it. Return whether there was one."""
        if after == before:
            say(self.console, f"The notifications of {self.name} stay as they are.")
            return False
        self.console.print(difference(before, after), end="")
        if not (self.yes or click.confirm(f"Change the notifications of {self.name}?", err=True)):
            raise Refused("Nothing was changed.")
        if configuration(self.account, self.name) != before:
            raise Refused(f"Somebody else has just changed the notifications of {self.name}. Try again.")
        self.account.s3.put_bucket_notification_configuration(
            Bucket=self.name,
            NotificationConfiguration=after,  # type: ignore[arg-type]  # S3's own answer, and ours
            # S3 would refuse to take ours away where a destination of somebody else's is gone.
            SkipDestinationValidation=not _adds_a_queue(before, after),
        )
        say(self.console, f"The notifications of {self.name} are changed.")
        return True


def _adds_a_queue(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    kept = before.get("QueueConfigurations", [])
    return any(each not in kept for each in after.get("QueueConfigurations", []))


def configuration(account: Account, bucket: str) -> dict[str, Any]:
    """Return the notifications of the bucket."""
    answer: dict[str, Any] = {**account.s3.get_bucket_notification_configuration(Bucket=bucket)}
    return {name: each for name, each in answer.items() if name != "ResponseMetadata"}


def refuse_conflicts(
    account: Account, bucket: str, before: Mapping[str, Any], prefixes: Iterable[str], our_queue: str
) -> None:
    """Raise `Refused` if others are told of the same changes. A name that begins with `our_queue` is ours."""
    taken = {
        arn
        for arn in notifications.conflicts(before, "", prefixes)
        if not arn.rpartition(":")[2].startswith(our_queue) and not _is_gone(account, arn)
    }
    if taken:
        raise Refused(
            f"The bucket {bucket} already tells {', '.join(sorted(taken))} of the same changes, and S3 "
            "takes no second notification of them. Let EventBridge tell the stack, beside that: "
            "python -m ops deploy … --parameter SourceEvents=eventbridge"
        )


def _is_gone(account: Account, arn: str) -> bool:
    """Say whether this is the ARN of a queue of this account and region that does not exist."""
    _, _, service, region, number, name = arn.split(":", 5)
    if (service, region, number) != ("sqs", account.region, account.number):
        return False
    sqs: SQSClient = account.session.client("sqs")
    try:
        sqs.get_queue_url(QueueName=name)
    except sqs.exceptions.QueueDoesNotExist:
        return True
    return False
