"""One MiniStack for all tests of the edge, and an account in it to deploy things to."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.edge.world import Account, ScriptedOrigin

if TYPE_CHECKING:
    from collections.abc import Iterator

START_SECONDS = 60.0


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a MiniStack on a free port. Yield its address."""
    scratch = tmp_path_factory.mktemp("ministack")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "TMPDIR": str(scratch),
        "S3_DATA_DIR": str(scratch / "s3"),
    }
    with (scratch / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - the emulator installed beside this Python
            [Path(sys.executable).with_name("ministack")],
            env={**os.environ, **settings},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(url, process, scratch / "log")
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{url}/_ministack/health", timeout=5):  # noqa: S310 - our own loopback address
                return
        except (URLError, ConnectionError):
            time.sleep(0.05)
    raise RuntimeError(f"MiniStack did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def account(emulator: str) -> Iterator[Account]:
    account = Account(emulator)
    yield account
    account.close()


@pytest.fixture
def origin() -> Iterator[ScriptedOrigin]:
    with ScriptedOrigin() as origin:
        yield origin
