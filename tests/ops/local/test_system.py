"""`python -m ops local`: the whole system in a process, from its start to its end."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from click.testing import CliRunner
from rich.console import Console

from infra.package import PROJECT
from ops.__main__ import main
from ops.local import system
from ops.local.walkthrough import follow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def command(scratch: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`python -m ops local` with `scratch` as its temporary folder. It ends with the block at the latest."""
    process = subprocess.Popen(  # noqa: S603 - our own arguments
        [sys.executable, "-u", "-m", "ops", "local", "--port", "0", *arguments],
        cwd=PROJECT,
        env={**os.environ, "TMPDIR": str(scratch), "COLUMNS": "120"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        with process:
            yield process
    finally:
        process.kill()


def read_until(process: subprocess.Popen[str], sign: str) -> str:
    """Return the command's output, up to and including the line with `sign`."""
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if sign in line:
            return said
    raise AssertionError(said)


def refuses(url: str) -> bool:
    host, port = url.removeprefix("http://").rstrip("/").split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) != 0


def test_the_walk_through_goes_from_a_miss_to_a_hit_and_nothing_is_left(tmp_path: Path) -> None:
    with command(tmp_path, "--once") as process:
        said = process.communicate(timeout=60)[0]
    assert process.returncode == 0, said
    assert "First view: the file does not exist yet (307 → 302 → 200)" in said
    assert "Second view: the file exists (200)" in said
    assert "Hit from cloudfront" in said.partition("Second view")[2]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda each: each.name)
def test_it_serves_until_it_is_told_to_stop_and_then_leaves_nothing(
    number: signal.Signals, tmp_path: Path
) -> None:
    with command(tmp_path) as process:
        said = read_until(process, "Serving until Ctrl-C")
        urls = re.findall(r"http://127\.0\.0\.1:\d+/?$", said, re.MULTILINE)
        page = next(url for url in urls if url.endswith("/"))
        with urlopen(page, timeout=5) as answer:  # noqa: S310 - our own loopback server
            assert b"<img " in answer.read()
        refused = follow(f"{urls[0].rstrip('/')}/0x0/photo.jpg")[-1]
        assert (refused.status, refused.headers["content-type"]) == (400, "image/svg+xml")
        process.send_signal(number)
        process.wait(timeout=20)
    assert process.returncode == 0
    assert len(urls) == 3
    assert all(refuses(url) for url in urls)
    assert list(tmp_path.iterdir()) == []


def test_a_given_port_in_use_is_refused_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(system.Unready, match=rf"Port {port} is in use. Type: make run PORT=0"):
            system.choose_port(Console(quiet=True), port)


def test_if_the_usual_port_is_in_use_a_free_one_is_used_and_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    console = Console()
    with socket.create_server(("127.0.0.1", 0)) as taken, console.capture() as said:
        monkeypatch.setattr(system, "PORT", taken.getsockname()[1])
        assert system.choose_port(console, None) == 0
    assert "is in use" in said.get()


def test_without_imagemagick_it_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "chalicelib.codecs.imagemagick", None)
    result = CliRunner().invoke(main, ["local", "--once"])
    assert result.exit_code == 1
    assert "Error: ImageMagick is missing. Type: make run" in result.output


@pytest.mark.parametrize("arguments", [["--help"], ["local", "--help"]], ids=" ".join)
def test_the_help_explains_the_command(arguments: list[str]) -> None:
    assert "Run" in CliRunner().invoke(main, arguments).output
