"""Reads the stack's dead-letter queues."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ops.doctor.facts import Queue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from types_boto3_sqs import SQSClient

    from infra.clients import Clients


def read_dead_letters(clients: Clients, urls: Iterable[str]) -> tuple[Queue, ...]:
    """Return those of the queues at `urls` that are dead-letter queues of others."""
    sqs: SQSClient = clients.client("sqs")
    queues = [sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"] for url in urls]
    targets = {_target(queue.get("RedrivePolicy", "{}")) for queue in queues}
    return tuple(
        Queue(queue["QueueArn"].rpartition(":")[2], int(queue["ApproximateNumberOfMessages"]))
        for queue in queues
        if queue["QueueArn"] in targets
    )


def _target(redrive_policy: str) -> str:
    return str(json.loads(redrive_policy).get("deadLetterTargetArn", ""))
