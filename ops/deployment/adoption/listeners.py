"""EventBridge's rules that listen to a bucket: while there are others, it goes on telling EventBridge."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ops.account import Account

_S3 = "aws.s3"


def others(account: Account, bucket: str, queue: str) -> list[str]:
    """Return the names of the rules that may match a change of `bucket` and do not lead to the `queue`."""
    events: Any = account.session.client("events")
    pages = events.get_paginator("list_rules").paginate()
    rules = [rule for page in pages for rule in page["Rules"] if may_match(rule.get("EventPattern"), bucket)]
    ours = set(events.list_rule_names_by_target(TargetArn=queue)["RuleNames"])
    return sorted({rule["Name"] for rule in rules} - ours)


def queues(account: Account, bucket: str, queue: str) -> list[str]:
    """Return the ARNs of the other queues that rules lead changes of `bucket` to."""
    events: Any = account.session.client("events")
    targets = (
        target["Arn"]
        for rule in others(account, bucket, queue)
        for target in events.list_targets_by_rule(Rule=rule)["Targets"]
    )
    return [arn for arn in targets if arn.split(":")[2] == "sqs"]


def may_match(pattern: str | None, bucket: str) -> bool:
    """Say whether a rule with this pattern may match a change of `bucket`. None is a rule with a schedule.

    In doubt it may: what a pattern says beside exact values is not read.
    """
    if pattern is None:
        return False
    said = json.loads(pattern)
    named = said.get("detail", {}).get("bucket", {}).get("name")
    return (
        _may_be(said.get("source"), _S3)
        and _may_be(named, bucket)
        and _may_be(said.get("resources"), f"arn:aws:s3:::{bucket}")
    )


def _may_be(allowed: list[Any] | None, value: str) -> bool:
    """Say whether a field may have this value: it is not named, among the values, or tested."""
    return allowed is None or any(not isinstance(each, str) or each == value for each in allowed)
