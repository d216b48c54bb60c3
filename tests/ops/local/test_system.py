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

from infra.package import PROJECT
from ops.__main__ import main
from ops.local import running, system
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
        said = process.communicate(timeout=180)[0]
    assert process.returncode == 0, said
    assert "First view: the file does not exist yet (307 → 302 → 200)" in said
    assert "Second view: the file exists (200)" in said
    assert "Hit from cloudfront" in said.partition("Second view")[2]
    assert re.search(r"Time: app [\d,]+ ms, emulator [\d,]+ ms( \(cold start\))?", said)
    assert list(tmp_path.iterdir()) == []


def test_a_strict_site_is_walked_through_with_what_it_allows(tmp_path: Path) -> None:
    words = (
        "--once",
        "--strict",
        "--parameter",
        "AllowedDimensions=320x,640x",
        "--parameter",
        "KeyPrefix=img/",
    )
    with command(tmp_path, *words) as process:
        said = process.communicate(timeout=180)[0]
    assert process.returncode == 0, said
    assert "First view: the file does not exist yet (307 → 302 → 200)" in said
    assert "/img/320x/astronaut.jpg" in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda each: each.name)
def test_it_serves_until_it_is_told_to_stop_and_then_leaves_nothing(
    number: signal.Signals, tmp_path: Path
) -> None:
    with command(tmp_path) as process:
        said = read_until(process, "Serving until Ctrl-C")
        places = dict(re.findall(r"^(Site|Local page|AWS) +(http://127\.0\.0\.1:\d+)/?$", said, re.MULTILINE))
        with urlopen(places["Local page"], timeout=60) as answer:  # noqa: S310 - our own loopback server
            assert b"<img " in answer.read()
        process.send_signal(number)
        process.wait(timeout=60)
    assert process.returncode == 0
    assert len(places) == 3
    assert all(refuses(url) for url in places.values())
    assert list(tmp_path.iterdir()) == []


def test_a_photo_that_is_refused_is_no_reason_not_to_serve(tmp_path: Path) -> None:
    photos, scratch = tmp_path / "my [dim] photos", tmp_path / "scratch"
    for folder in (photos, scratch):
        folder.mkdir()
    (photos / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 and no more")
    with command(scratch, "--photos", str(photos)) as process:
        said = read_until(process, "Serving until Ctrl-C")
        site = re.findall(r"^Site +(\S+)$", said, re.MULTILINE)[0]
        follow(f"{site}300x200/broken.jpg")
        line = read_until(process, "BrokenImage:")
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
    assert "The site did not answer with a picture, but with:" in said
    assert "BrokenImage" in said
    assert f"{photos}, which is watched" in said
    assert re.search(r"307 → 415 +[\d,]+ ms +\d+ bytes +/300x200/broken\.jpg", line)
    assert "\x1b" not in said + line
    assert process.returncode == 0
    assert list(scratch.iterdir()) == []


def test_an_empty_folder_asks_for_photos(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    with command(tmp_path, "--once", "--photos", str(photos)) as process:
        said = process.communicate(timeout=180)[0]
    assert process.returncode == 1
    assert f"There is no photo in {photos} yet." in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--photos", "/no/such/folder"], "There is no folder /no/such/folder.", id="no folder"),
        pytest.param(["--parameter", "AllowedDimensions=300"], "ALLOWED_DIMENSIONS", id="a faulty parameter"),
        pytest.param(
            ["--parameter", "AllowedSizes=300x"], "There is no parameter AllowedSizes.", id="none such"
        ),
        pytest.param(["--parameter", "300x"], "300x is not of the form Key=Value", id="no parameter"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_starts(
    words: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system, "emulator", pytest.fail)
    result = CliRunner().invoke(main, ["local", "--port", "0", "--once", *words])
    assert result.exit_code != 0
    assert said in result.output


def test_a_port_in_use_is_refused_before_anything_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "run", pytest.fail)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(main, ["local", "--port", str(port)])
    assert f"Error: Port {port} is in use, and the site needs it." in result.output


def test_without_imagemagick_it_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "chalicelib.codecs.imagemagick", None)
    result = CliRunner().invoke(main, ["local", "--once"])
    assert result.exit_code == 1
    assert "Error: ImageMagick is missing. Type: make run" in result.output


@pytest.mark.parametrize("arguments", [["--help"], ["local", "--help"]], ids=" ".join)
def test_the_help_explains_the_command(arguments: list[str]) -> None:
    assert "Run" in CliRunner().invoke(main, arguments).output
