"""What the owners of buckets in other accounts and regions have to do, in documents that they can use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ops import notifications
from ops.doctor.inside.bucket import region_of
from ops.terminal.failures import Refused
from ops.terminal.output import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from ops.account import Account
    from ops.deployment.adoption.adopted import Adopted

_READERS = ("ApiHandlerRole", "RefreshRole")


def is_elsewhere(account: Account, bucket: str) -> bool:
    """Say whether the bucket belongs to another account. `Refused` if it does not exist."""
    try:
        account.s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=account.number)
    except ClientError as refusal:
        code = refusal.response["Error"].get("Code")
        if code in {"404", "NoSuchBucket"}:
            raise Refused(f"There is no bucket {bucket}.") from refusal
        if code in {"403", "AccessDenied"}:
            return True
        raise
    return False


def region(account: Account, bucket: str) -> str:
    """Return the region of the bucket; the account's if S3 does not say."""
    return region_of(account.session, bucket) or account.region


def require_same_region(account: Account, bucket: str) -> None:
    """Raise `Refused` if the bucket is in another region: S3 notifies queues of its own region alone."""
    if (there := region(account, bucket)) != account.region:
        raise Refused(
            f"The bucket {bucket} is in {there}, and S3 notifies only queues of its own region. Let "
            "EventBridge tell the stack: python -m ops deploy … --parameter SourceEvents=eventbridge"
        )


def tell_of_region(console: Console, account: Account, bucket: str) -> None:
    """Say what else is needed if the bucket is in another region."""
    if (there := region(account, bucket)) != account.region:
        say(
            console,
            f"{bucket} is in {there}: a rule of EventBridge has to bring its events to {account.region} "
            "(docs/their-buckets.md).",
            "yellow",
        )


def show(console: Console, account: Account, stack: Adopted, bucket: str) -> None:
    """Print what the owner of the bucket adds to its policy, its notifications, and its key's policy."""
    say(console, f"The bucket {bucket} is another account's (or these credentials may not see it).")
    for what, document in documents(account, stack, bucket):
        say(console, f"\n{what}:", "bold")
        console.print_json(json.dumps(document))


def documents(account: Account, stack: Adopted, bucket: str) -> Iterator[tuple[str, Any]]:
    """Yield what is added to the other side's settings, with the name of the setting."""
    partition = stack.queue_arn.split(":")[1]
    roles = [f"arn:{partition}:iam::{account.number}:role/{stack.resources[name]}" for name in _READERS]
    yield f"Statements for the policy of {bucket}", _reading(partition, bucket, roles, stack.prefixes[bucket])
    if not stack.by_eventbridge:
        added = notifications.with_queue({}, stack.queue_arn, stack.name, stack.prefixes[bucket])
        yield f"Notifications for {bucket}, beside those it has", added
    if stack.key_arns:
        yield "A statement for the policy of the KMS key", _decrypting(roles[0])


def _reading(partition: str, bucket: str, roles: list[str], prefixes: tuple[str, ...]) -> list[Any]:
    arn = f"arn:{partition}:s3:::{bucket}"
    who = {"Effect": "Allow", "Principal": {"AWS": roles}}
    objects = [f"{arn}/{prefix}*" for prefix in prefixes]
    return [
        {"Sid": "Resize404MayReadOriginals", **who, "Action": "s3:GetObject", "Resource": objects},
        {"Sid": "Resize404MayKnowWhatIsMissing", **who, "Action": "s3:ListBucket", "Resource": arn},
    ]


def _decrypting(role: str) -> dict[str, Any]:
    return {
        "Sid": "Resize404MayDecryptOriginals",
        "Effect": "Allow",
        "Principal": {"AWS": role},
        "Action": "kms:Decrypt",
        "Resource": "*",
        "Condition": {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}},
    }
