"""Reads whether the source buckets tell the stack of changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ops import notifications

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient

    from infra.clients import Clients
    from ops.doctor.facts import Function
    from ops.doctor.inside.stack import Stack

_RULE = "SourceChanges"
"""The stack's rule of EventBridge, which only some stacks have."""


def read_silent(clients: Clients, stack: Stack, function: Function) -> tuple[str, ...]:
    """Return the source buckets that do not tell the stack of every change of its originals."""
    sqs: SQSClient = clients.client("sqs")
    url = stack.id_of("ChangesQueue")
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return tuple(sorted(set(_silent(clients.client("s3"), stack, queue, function))))


def _silent(s3: S3Client, stack: Stack, queue: str, function: Function) -> Iterator[str]:
    for source in function.configuration.sources.by_name.values():
        found: Any = s3.get_bucket_notification_configuration(Bucket=source.bucket)
        by_eventbridge = _RULE in stack.resources and notifications.EVENTBRIDGE in found
        if not (by_eventbridge or notifications.tells(found, queue, [source.prefix])):
            yield source.bucket
