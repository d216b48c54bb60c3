"""A site as it is deployed: its configuration, read from one of its functions, and clients for its parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.config import Config as ClientConfig
from botocore.exceptions import ClientError
from botocore.utils import parse_timestamp

from chalicelib.aws.bucket import Site
from chalicelib.aws.queues import Queue
from chalicelib.config import config
from ops.terminal.failures import Refused

if TYPE_CHECKING:
    import boto3
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient

    from chalicelib.config.config import Config
    from ops.account import Account

CONNECTIONS = 32
"""Connections that a client keeps open: as many as there are threads."""

_MANY = ClientConfig(max_pool_connections=CONNECTIONS, retries={"mode": "standard", "max_attempts": 8})
_FUNCTION = "Prewarm"


def _date(text: Any) -> datetime:  # noqa: ANN401 - botocore's own
    """Return the date of ``2026-11-01T00:00:00.000Z``, which lists have, or of any other form."""
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return parse_timestamp(text)


@dataclass(frozen=True)
class Clients:
    """The clients of `session` for many calls at a time, each made when it is first needed."""

    session: boto3.Session

    @cached_property
    def s3(self) -> S3Client:
        """An S3 client that reads dates fast: botocore's way takes most of the time of a listing."""
        parsers = self.session._session.get_component("response_parser_factory")  # noqa: SLF001 - boto3 has no way
        parsers.set_parser_defaults(timestamp_parser=_date)
        return self.session.client("s3", config=_MANY)

    @cached_property
    def sqs(self) -> SQSClient:
        """An SQS client."""
        return self.session.client("sqs", config=_MANY)


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployed site: its `config`, and how many originals its `workers` make pictures of at a time."""

    clients: Clients
    config: Config
    workers: int = 10

    @property
    def site(self) -> Site:
        """The bucket of variants."""
        site = self.config.site
        return Site(self.clients.s3, site.bucket, self.config.cache_control, site.prefix)

    @property
    def wanted(self) -> Queue:
        """The queue of variants that are to be made."""
        return Queue(self.clients, self.config.prewarm_queue)

    @property
    def evictions(self) -> Queue | None:
        """The queue of what CloudFront is to forget, if there is one."""
        url = self.config.invalidation_queue
        return Queue(self.clients, url) if url else None


def read(account: Account, stack: str) -> Deployed:
    """Return the site of the `stack`; `Refused` if there is none, or an old one that makes nothing ahead."""
    function = _function(account, stack)
    client: Any = account.session.client("lambda")
    told = client.get_function_configuration(FunctionName=function)
    return Deployed(
        Clients(account.session),
        config.read(told.get("Environment", {}).get("Variables", {})),
        _workers(client, function),
    )


def _function(account: Account, stack: str) -> str:
    try:
        found = account.cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId=_FUNCTION)
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] != "ValidationError":
            raise
        raise Refused(
            f"There is no stack {stack} with a function {_FUNCTION} in {account}. Look at --region and "
            f"--profile; a stack of an earlier version gets the function by: python -m ops deploy {stack}"
        ) from refusal
    return str(found["StackResourceDetail"].get("PhysicalResourceId", ""))


def _workers(client: Any, function: str) -> int:  # noqa: ANN401 - a client without installed types
    """Return how many functions take messages at a time; 2 is the fewest that SQS allows."""
    found = client.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
    told = [each.get("ScalingConfig", {}).get("MaximumConcurrency") for each in found]
    return next((int(number) for number in told if number), 2)


def waiting(deployed: Deployed) -> int:
    """Return about how many messages are waiting in the queue of wanted variants, or are worked on."""
    names: Any = [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ]
    url = deployed.config.prewarm_queue
    told = deployed.clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(map(int, told.values()))
