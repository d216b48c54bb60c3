"""``python -m ops routes``: applies our routing rules to an existing bucket, and removes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click
from botocore.exceptions import ClientError

from ops.terminal.difference import difference
from ops.terminal.failures import Refused
from ops.terminal.output import say
from ops.website import merging

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import RoutingRuleTypeDef

    from infra.routing import Rule

_NEW = {"IndexDocument": {"Suffix": "index.html"}}
_PARTS = ("IndexDocument", "ErrorDocument", "RedirectAllRequestsTo", "RoutingRules")


@dataclass(frozen=True, slots=True)
class Order:
    """The operator's order: the bucket to change; `yes` skips the question."""

    bucket: str
    yes: bool = False


def apply(console: Console, s3: S3Client, order: Order, ours: Sequence[Rule]) -> None:
    """Add `ours` to the bucket's rules, at a place where they work. Ask first."""
    before = _configuration(s3, order.bucket)
    if before is None:
        say(console, "The bucket is not a website yet. Its index document will be index.html.")
    merged = merging.merge(_rules(before), ours)
    for note in merged.notes:
        say(console, note, "yellow")
    _warn_of_blocked_access(console, s3, order.bucket)
    _put(console, s3, order, before, merged.rules)


def remove(console: Console, s3: S3Client, order: Order, key_prefix: str) -> None:
    """Remove our rules for keys below `key_prefix` from the bucket. Ask first."""
    before = _configuration(s3, order.bucket)
    if before is None:
        say(console, "The bucket is not a website, so there is nothing to remove.")
        return
    _put(console, s3, order, before, merging.without(_rules(before), key_prefix))


def _configuration(s3: S3Client, bucket: str) -> dict[str, Any] | None:
    try:
        answer: dict[str, Any] = {**s3.get_bucket_website(Bucket=bucket)}
    except ClientError as refusal:
        if refusal.response["Error"].get("Code") == "NoSuchWebsiteConfiguration":
            return None
        raise
    if "RedirectAllRequestsTo" in answer:
        host = answer["RedirectAllRequestsTo"]["HostName"]
        raise Refused(
            f"The bucket redirects all requests to {host}, so it cannot have rules. Remove that first."
        )
    return {part: answer[part] for part in _PARTS if part in answer}


def _rules(configuration: Mapping[str, Any] | None) -> Sequence[RoutingRuleTypeDef]:
    rules: Sequence[RoutingRuleTypeDef] = (configuration or {}).get("RoutingRules", [])
    return rules


def _put(
    console: Console,
    s3: S3Client,
    order: Order,
    before: Mapping[str, Any] | None,
    rules: Sequence[RoutingRuleTypeDef],
) -> None:
    """Show the change, ask, and make it."""
    after: dict[str, Any] = {**(before or _NEW), "RoutingRules": list(rules)}
    if not rules:
        del after["RoutingRules"]  # S3 does not accept an empty list
    if after == before:
        say(console, "There is nothing to change.")
        return
    console.print(difference(before or {}, after), end="")
    if not (order.yes or click.confirm(f"Change the website configuration of {order.bucket}?", err=True)):
        raise Refused("Nothing was changed.")
    s3.put_bucket_website(Bucket=order.bucket, WebsiteConfiguration=after)  # type: ignore[arg-type]  # S3's own answer
    say(console, "Done. S3 uses the new rules within seconds.")


def _warn_of_blocked_access(console: Console, s3: S3Client, bucket: str) -> None:
    try:
        block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    except ClientError as refusal:
        if refusal.response["Error"].get("Code") != "NoSuchPublicAccessBlockConfiguration":
            raise
        return
    closed = [name for name in ("BlockPublicPolicy", "RestrictPublicBuckets") if block.get(name)]
    if closed:
        say(
            console,
            f"Block Public Access is on ({', '.join(closed)}): a website endpoint serves only public "
            "objects, so it would answer every picture with 403. Turn these two settings off for this "
            "bucket, and allow reading in its policy.",
            "yellow",
        )
