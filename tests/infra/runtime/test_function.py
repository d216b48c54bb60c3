"""A running function, seen from outside."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from infra.runtime.errors import RuntimeFailed
from infra.runtime.function import Running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOG = """\
START RequestId: 1 Version: $LATEST
08:56:48 [INFO] (rapid) INIT RTDONE(status: success)
08:56:48 [INFO] (rapid) INIT REPORT(durationMs: 654.644000)
08:56:48 [INFO] (rapid) INVOKE RTDONE(status: success, produced bytes: 0, duration: 27.543000ms)
REPORT RequestId: 1	Init Duration: 0.11 ms	Duration: 682.44 ms	Max Memory Used: 1769 MB
08:56:48 [INFO] (rapid) INVOKE RTDONE(status: success, produced bytes: 0, duration: 1.849000ms)
"""


class Emulator(BaseHTTPRequestHandler):
    """Answers as the runtime interface emulator: it returns the event, or the function's error."""

    def do_POST(self) -> None:
        event = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.path == "/2015-03-31/functions/function/invocations"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(event)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    """A process with a Python process that takes 50 MB of a gigabyte, computes for 0.2 s, and reports it."""
    inner = (
        "import resource, sys, time; resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30));"
        "taken = b'x' * 50_000_000\n"
        "while time.process_time() < 0.2: pass\n"
        "print('ready', flush=True); sys.stdin.read()"
    )
    outer = f"import subprocess, sys; subprocess.run(['python3', '-c', {inner!r}])"
    with subprocess.Popen(  # noqa: S603 - our own Python
        [sys.executable, "-c", outer], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as started:
        assert started.stdout
        assert started.stdout.readline() == b"ready\n"
        yield started


@pytest.fixture
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Emulator)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def here(process: subprocess.Popen[bytes], port: int, tmp_path: Path) -> Running:
    log = tmp_path / "log"
    log.write_text(LOG)
    return Running(process, port, log)


def test_it_answers_an_event(here: Running) -> None:
    event: dict[str, Any] = {"statusCode": 302, "é": [1]}
    assert here.invoke(event) == event


def test_null_is_an_answer(here: Running) -> None:
    assert here.invoke(None) == {}  # type: ignore[arg-type]  # the emulator here echoes, so that this is null


def test_an_error_is_reported_with_the_log(here: Running) -> None:
    with pytest.raises(RuntimeFailed, match=r"(?s)No module named 'wand'.*INIT REPORT"):
        here.invoke({"errorMessage": "No module named 'wand'"})


def test_a_missing_answer_is_reported_with_the_log(here: Running, process: subprocess.Popen[bytes]) -> None:
    with pytest.raises(RuntimeFailed, match=r"(?s)no answer.*INIT REPORT"):
        Running(process, 1, here.log).invoke({})


def test_its_times_come_from_the_emulators_log(here: Running) -> None:
    assert here.init() == pytest.approx(654.644)
    assert here.invocations() == pytest.approx([27.543, 1.849])


def test_its_memory_is_that_of_its_python_processes(here: Running) -> None:
    assert 50_000_000 < here.peak() < 200_000_000


def test_the_address_spaces_are_the_limits_of_its_processes(here: Running) -> None:
    assert here.address_spaces() == [1 << 30]


def test_the_processors_time_is_that_of_its_processes(here: Running) -> None:
    assert 190 <= here.processor() < 1000


def test_an_event_is_sent_as_json(here: Running) -> None:
    assert json.dumps(here.invoke({"a": None})) == '{"a": null}'
