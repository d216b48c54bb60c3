"""A local site in a process of its own, and the clients that talk to its emulator."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from bench import places
from bench.failing import BenchFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

STACK = "resize404"
_REGION = "us-east-1"
_START_SECONDS = 180.0
_CONNECTIONS = 16


@dataclass(frozen=True)
class LocalSite:
    """A running site: its port, and the process of the command that runs it."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """The address of the site, without a trailing slash."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def aws_url(self) -> str:
        """The address of the emulator."""
        return f"http://127.0.0.1:{self.port + 2}"

    def client(self, service: str) -> Any:  # noqa: ANN401 - each has a type of its own
        """Return a client of one of the emulator's services."""
        return boto3.client(
            service,  # type: ignore[call-overload]  # any name of a service
            endpoint_url=self.aws_url,
            region_name=_REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the emulator takes any
            config=Config(max_pool_connections=_CONNECTIONS, s3={"addressing_style": "path"}),
        )

    @cached_property
    def s3(self) -> Any:  # noqa: ANN401 - likewise
        """A client of S3."""
        return self.client("s3")

    def resource(self, logical: str) -> str:
        """Return the physical id of one of the stack's resources."""
        found = self.client("cloudformation").describe_stack_resource(
            StackName=STACK, LogicalResourceId=logical
        )
        return str(found["StackResourceDetail"]["PhysicalResourceId"])


@contextmanager
def local_site(port: int, **parameters: str) -> Iterator[LocalSite]:
    """Run a site with these parameters of the stack until the block ends. It allows everything else."""
    chosen = [f"--parameter={name}={value}" for name, value in parameters.items()]
    log = places.CACHE / "site.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "ops", "local", "--port", str(port), *chosen],
            cwd=places.PROJECT,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        )
    site = LocalSite(port, process)
    try:
        deadline = time.monotonic() + _START_SECONDS
        while b"Serving until Ctrl-C" not in log.read_bytes():
            if process.poll() is not None or time.monotonic() > deadline:
                raise BenchFailed(f"The local site did not start. {log} says why.")
            time.sleep(0.2)
        yield site
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def status(url: str) -> int:
    """Return the status of the last answer for this address."""
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - our own site
            return int(answer.status)
    except urllib.error.HTTPError as failure:
        return failure.code
    except OSError:
        return HTTPStatus.BAD_GATEWAY
