"""The AWS clients, with the timeouts and retries of each.

They are made by botocore, not by boto3, which is no more than botocore with resources and multipart uploads
that nobody here uses, and takes half as long again to load.
"""

from __future__ import annotations

import os
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore import handlers
from botocore.config import Config
from botocore.loaders import Loader
from botocore.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from types_boto3_cloudfront import CloudFrontClient
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient
    from types_boto3_ssm import SSMClient

    from chalicelib.aws.rekognition import Rekognition

SERVICES = ("cloudfront", "rekognition", "s3", "sqs", "ssm")
"""The services that the app calls."""

MODELS = Path(__file__).with_name("models")
"""Parts of botocore's data in botocore's own layout, made by ``python -m infra models``. botocore's own files
hold every call and every service, and take 45 ms of each cold start to read."""

COPYING = MODELS / "copying"
"""A model of S3 with the calls that copy objects, and no others. The API's function never reads it."""

# API Gateway gives up after 29 s: three attempts have to fit, with time left to render.
S3_TIMEOUTS = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
# A picture that ignores the faces is better than one that comes too late. One that must be looked at first,
# and cannot be, is asked for again.
REKOGNITION_TIMEOUTS = Config(
    connect_timeout=1, read_timeout=4, retries={"mode": "standard", "total_max_attempts": 2}
)
# For invalidations while a viewer waits: the picture is already stored.
VIEWER_TIMEOUTS = Config(
    connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2}
)
# For the queues' work: no viewer waits, and CloudFront needs some time for a thousand paths. A batch that we
# give up on is delivered again together with other messages, and would then be paid for twice.
BACKGROUND_TIMEOUTS = Config(
    connect_timeout=2, read_timeout=15, retries={"mode": "standard", "total_max_attempts": 3}
)

# S3 copies a part of 64 MiB by itself, perhaps from another region. When a part fails, others have begun: two
# such calls, one after the other, must end within the time that is reserved for a change.
COPY_TIMEOUTS = Config(
    connect_timeout=2, read_timeout=15, retries={"mode": "standard", "total_max_attempts": 3}
)

_LONGEST_PAUSE = 20.0
"""Seconds that botocore waits, at most, before it tries again (standard retry mode)."""

_PRESIGNING = Config(
    signature_version="s3v4",
    # Without these, an address that is presigned outside us-east-1 names the global host. That redirects, and
    # the signature is then no longer valid.
    s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
)


def longest(timeouts: Config) -> float:
    """Return how many seconds a call with these `timeouts` can take, all its attempts together."""
    told: Any = timeouts
    attempts = told.retries["total_max_attempts"]
    pauses = sum(min(2.0**attempt, _LONGEST_PAUSE) for attempt in range(attempts - 1))
    return float(attempts * (told.connect_timeout + told.read_timeout) + pauses)


class _Models(Loader):
    """Loads botocore's models of the services: from `MODELS` what is there, the rest from botocore itself.

    Before botocore loads a model, it lists all services that it has models of. For that it looks into more
    than 400 folders. This list has only ours.
    """

    def __init__(self, data_path: str | None, folders: Sequence[Path]) -> None:
        super().__init__(extra_search_paths=(data_path or "").split(os.pathsep) if data_path else None)
        # In front of botocore's own folder, and behind an operator's (AWS_DATA_PATH).
        self.search_paths[-1:-1] = map(str, folders)

    def is_builtin_path(self, path: str) -> bool:
        """Say whether a file is botocore's own, and ours are: for others it makes no rules of endpoints."""
        return path.startswith(str(MODELS)) or bool(super().is_builtin_path(path))

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - botocore's own
        """Return the services that have a model of any type."""
        return list(SERVICES)


def session(*folders: Path) -> Session:
    """Return a new session that makes clients of our services, with the models in `folders` first."""
    made = Session(include_builtin_handlers=False)
    _register_handlers(made)
    loader = _Models(made.get_config_variable("data_path"), [*folders, MODELS])
    made.register_component("data_loader", loader)
    return made


def _register_handlers(made: Session) -> None:
    """Let botocore's handlers hear of the events of our services. To register all of them takes 6 ms more."""
    events = made.get_component("event_emitter")
    ways = {
        handlers.REGISTER_FIRST: events.register_first,
        handlers.REGISTER_LAST: events.register_last,
    }
    for event, handler, *way in handlers.BUILTIN_HANDLERS:
        kind, service, *_ = f"{event}.".split(".")
        if kind != "docs" and service in {"", "*", *SERVICES}:
            register = ways.get(way[0]) if way else events.register
            if register:  # botocore registers none of another kind either
                register(event, handler)


class Aws:
    """The AWS clients, each created on first use: S3 always, the others seldom.

    `timeouts` are those of CloudFront, Systems Manager and SQS, which a picture itself does not need.
    """

    def __init__(self, timeouts: Config = VIEWER_TIMEOUTS) -> None:
        self._timeouts = timeouts
        self._session = session()

    @cached_property
    def s3(self) -> S3Client:
        """An S3 client that presigns with SigV4 in every region."""
        return self._s3(S3_TIMEOUTS)

    @cached_property
    def notes(self) -> S3Client:
        """An S3 client that gives up soon: for what nobody should wait for, such as a count."""
        return self._s3(VIEWER_TIMEOUTS)

    @cached_property
    def copier(self) -> S3Client:
        """An S3 client that copies objects, and can do nothing else."""
        told: Any = session(COPYING)
        client: S3Client = told.create_client("s3", config=COPY_TIMEOUTS)
        return client

    @cached_property
    def cloudfront(self) -> CloudFrontClient:
        """A CloudFront client."""
        client: CloudFrontClient = self._client("cloudfront", self._timeouts)
        return client

    @cached_property
    def ssm(self) -> SSMClient:
        """A Systems Manager client."""
        client: SSMClient = self._client("ssm", self._timeouts)
        return client

    @cached_property
    def sqs(self) -> SQSClient:
        """An SQS client."""
        client: SQSClient = self._client("sqs", self._timeouts)
        return client

    @cached_property
    def rekognition(self) -> Rekognition:
        """A Rekognition client."""
        client: Rekognition = self._client("rekognition", REKOGNITION_TIMEOUTS)
        return client

    def _s3(self, timeouts: Config) -> S3Client:
        client: S3Client = self._client("s3", timeouts.merge(_PRESIGNING))
        # To ask S3 first whether it wants a body takes as long as to send it: ours are small.
        client.meta.events.unregister("before-call.s3", handlers.add_expect_header)
        return client

    def _client(self, service: str, config: Config) -> Any:  # noqa: ANN401 - each has a type of its own
        return self._session.create_client(service, config=config)


@cache
def background() -> Aws:
    """Return the clients of this process for the queues' work, for which no viewer waits."""
    return Aws(BACKGROUND_TIMEOUTS)
