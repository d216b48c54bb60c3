"""The emulator's process: it starts, it ends, and it leaves nothing."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from infra.emulator import EmulatorFailed, emulator

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A separate folder for all temporary files."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def answers(endpoint_url: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", urlsplit(endpoint_url).port)) == 0


class Ending(BaseException):
    """An exception that ends a block early."""


def end_in_the_middle(ending: type[BaseException], endpoints: list[str]) -> None:
    with emulator() as running:
        running.client("s3").create_bucket(Bucket="photos")
        endpoints.append(running.endpoint_url)
        raise ending


@pytest.mark.parametrize("ending", [Ending, KeyboardInterrupt, ValueError])
def test_nothing_is_left_whatever_ends_the_block(ending: type[BaseException], scratch: Path) -> None:
    endpoints: list[str] = []
    with pytest.raises(ending):
        end_in_the_middle(ending, endpoints)
    assert not answers(endpoints[0])
    assert list(scratch.iterdir()) == []


def test_two_emulators_run_side_by_side_with_separate_state() -> None:
    with emulator() as one, emulator() as other:
        one.client("s3").create_bucket(Bucket="photos")
        assert other.client("s3").list_buckets()["Buckets"] == []


def test_its_clients_do_not_use_the_operators_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with emulator() as running:
        assert running.client("s3").list_buckets()["Buckets"] == []


def test_a_port_in_use_is_reported_with_the_emulators_log(scratch: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EmulatorFailed, match=rf"port {port}.\n(?s:.*)already in use"), emulator(port):
            raise AssertionError
    assert list(scratch.iterdir()) == []
