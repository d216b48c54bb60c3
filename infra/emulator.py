"""Runs an AWS emulator (MiniStack) in its own process, on loopback, with its state in a temporary folder."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal, overload

import boto3
import botocore.session
from botocore.config import Config

from infra.clients import CachedClients

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudfront import CloudFrontClient
    from types_boto3_s3 import S3Client
    from types_boto3_ssm import SSMClient

REGION = "us-east-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
"""The credentials of the emulator's account. It does not check them."""

_CONFIG = Config(retries={"max_attempts": 1})
# In us-east-1, boto3 would presign with SigV2, which S3 takes for old buckets alone.
_S3 = _CONFIG.merge(Config(s3={"addressing_style": "path"}, signature_version="s3v4"))
_HOST = "127.0.0.1"
_PROJECT = Path(__file__).parents[1]
_START_TIMEOUT = 30.0
_POLL_INTERVAL = 0.05
_NOT_INHERITED = ("AWS_", "MAGICK_", "PYTHON", "WAND_")


class EmulatorFailed(Exception):  # noqa: N818 - the name says what happened
    """The emulator did not start. The message ends with the last lines of its log."""


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes AWS clients for the emulator at `endpoint_url`."""

    endpoint_url: str

    def client(self, service: Any, /) -> Any:  # noqa: ANN401 - boto3 has a type for each service
        return _session().client(
            service,
            endpoint_url=self.endpoint_url,
            region_name=REGION,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            config=_S3 if service == "s3" else _CONFIG,
        )


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator."""

    endpoint_url: str
    log: Path
    clients: CachedClients

    @overload
    def client(self, service: Literal["s3"]) -> S3Client: ...
    @overload
    def client(self, service: Literal["cloudformation"]) -> CloudFormationClient: ...
    @overload
    def client(self, service: Literal["cloudfront"]) -> CloudFrontClient: ...
    @overload
    def client(self, service: Literal["ssm"]) -> SSMClient: ...
    @overload
    def client(self, service: str) -> Any: ...  # noqa: ANN401 - services without installed types

    def client(self, service: str) -> Any:
        """Return a boto3 client of `service` that talks only to this emulator."""
        return self.clients.client(service)

    def last_words(self) -> str:
        """Return the last lines of the emulator's log."""
        return _tail(self.log)


def _session() -> boto3.Session:
    """Return a session that does not read the operator's AWS profiles."""
    unset = (None, None, None, None)
    nowhere = (None, None, os.devnull, None)
    return boto3.Session(
        botocore_session=botocore.session.Session(
            {"profile": unset, "config_file": nowhere, "credentials_file": nowhere}
        )
    )


@contextmanager
def emulator(port: int = 0) -> Iterator[Emulator]:
    """Run an emulator on `port` (0: a free one) until the block ends.

    Then remove its process and its files.
    """
    with TemporaryDirectory(prefix="resize404-aws-", ignore_cleanup_errors=True) as home:
        address = (_HOST, port or _free_port())
        log = Path(home) / "log"
        with log.open("wb") as output:
            # In a new session: Ctrl-C does not reach it, and its process group contains its Lambda workers.
            process = subprocess.Popen(
                [sys.executable, "-m", "infra.strict_emulator"],
                cwd=_PROJECT,
                env=_environment(Path(home), address),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            _wait_until_ready(process, address, log)
            endpoint_url = f"http://{_HOST}:{address[1]}"
            yield Emulator(endpoint_url, log, CachedClients(_Maker(endpoint_url)))
        finally:
            _stop(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def _environment(home: Path, address: tuple[str, int]) -> dict[str, str]:
    # The emulator's Lambda workers inherit this environment. It must not contain the operator's AWS account,
    # nor the path of this process's ImageMagick: the workers have ImageMagick in their layer, as on Lambda.
    ours = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_INHERITED)}
    return {
        **ours,
        **CREDENTIALS,
        "AWS_DEFAULT_REGION": REGION,
        "MINISTACK_REGION": REGION,
        "BIND_HOST": address[0],
        "GATEWAY_PORT": str(address[1]),
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "LOG_LEVEL": "WARNING",
        "TMPDIR": str(home),
        "STATE_DIR": str(home / "state"),
        "S3_DATA_DIR": str(home / "s3"),
    }


def _wait_until_ready(process: subprocess.Popen[bytes], address: tuple[str, int], log: Path) -> None:
    deadline = time.monotonic() + _START_TIMEOUT
    while not _is_ready(address):
        if process.poll() is not None or time.monotonic() > deadline:
            raise EmulatorFailed(
                f"The AWS emulator (MiniStack) did not start on port {address[1]}.\n{_tail(log)}"
            )
        time.sleep(_POLL_INTERVAL)


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-10:])


def _is_ready(address: tuple[str, int]) -> bool:
    connection = http.client.HTTPConnection(*address, timeout=0.5)
    try:
        connection.request("GET", "/_ministack/ready")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    # Kill the whole group at once: no state must be saved, and a second Ctrl-C must not interrupt the stop.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
