"""AWS on this machine: MiniStack in its own process, on loopback, with its state in its own folder."""

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
"""What the emulator takes for its own account; it never checks them."""

_HOST = "127.0.0.1"
_PATIENCE = 30.0
_POLL = 0.05
_OURS_ALONE = ("AWS_", "MAGICK_", "PYTHON", "WAND_")


class EmulatorFailed(Exception):  # noqa: N818 - the name says what happened
    """The emulator did not start; the message ends with the last lines of its log."""


@dataclass(frozen=True, slots=True)
class _Maker:
    """What makes clients of the emulator at `endpoint_url`."""

    endpoint_url: str

    def client(self, service: Any, /) -> Any:  # noqa: ANN401 - boto3 has a type for each service
        return _session().client(
            service,
            endpoint_url=self.endpoint_url,
            region_name=REGION,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
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
    def client(self, service: str) -> Any: ...  # noqa: ANN401 - the services that we have no types for

    def client(self, service: str) -> Any:
        """Return a boto3 client of `service` that talks to this emulator and to nothing else."""
        return self.clients.client(service)

    def last_words(self) -> str:
        """Return the last lines of the emulator's log."""
        return _tail(self.log)


def _session() -> boto3.Session:
    """Return a session that knows nothing of the operator's own profiles, or of a missing one."""
    unset = (None, None, None, None)
    nowhere = (None, None, os.devnull, None)
    return boto3.Session(
        botocore_session=botocore.session.Session(
            {"profile": unset, "config_file": nowhere, "credentials_file": nowhere}
        )
    )


@contextmanager
def emulator(port: int = 0) -> Iterator[Emulator]:
    """Run an emulator on `port` (0: a free one) until the block ends, and leave nothing of it behind."""
    with TemporaryDirectory(prefix="resize404-aws-", ignore_cleanup_errors=True) as home:
        address = (_HOST, port or _free_port())
        log = Path(home) / "log"
        with log.open("wb") as output:
            # A session of its own: Ctrl-C reaches us alone, and its Lambda workers are found by their group.
            process = subprocess.Popen(
                [sys.executable, "-m", "ministack"],
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
    # Its Lambda workers inherit this: nothing of the operator's own AWS account may be in it, nor where this
    # process has found its ImageMagick. Theirs is in their layer, as on Lambda.
    ours = {name: value for name, value in os.environ.items() if not name.startswith(_OURS_ALONE)}
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
    deadline = time.monotonic() + _PATIENCE
    while not _is_ready(address):
        if process.poll() is not None or time.monotonic() > deadline:
            raise EmulatorFailed(
                f"The AWS emulator (MiniStack) did not start on port {address[1]}.\n{_tail(log)}"
            )
        time.sleep(_POLL)


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
    # All at once and at once: nothing of it is to be kept, and a second Ctrl-C must not find it half stopped.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
