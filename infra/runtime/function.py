"""Runs a function in its sandbox, behind Amazon's runtime interface emulator."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.runtime import sandbox
from infra.runtime.errors import RuntimeFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infra.runtime.root import Root
    from infra.runtime.sandbox import Function
    from infra.runtime.unpacked_code import Code

_HOST = "127.0.0.1"
_INVOCATIONS = "/2015-03-31/functions/function/invocations"
_TIMEOUT = 60.0
_POLL_INTERVAL = 0.01

_INIT = re.compile(r"INIT REPORT\(durationMs: ([0-9.]+)\)")
_INVOCATION = re.compile(r"INVOKE RTDONE\(status: success, produced bytes: [0-9]+, duration: ([0-9.]+)ms\)")

_ADDRESS_SPACE = re.compile(r"Max address space +[0-9]+ +([0-9]+)")


@dataclass(frozen=True, slots=True)
class Running:
    """A function that can be invoked, one event at a time."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def invoke(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return the function's answer to `event`; empty if it is null. `RuntimeFailed` if it is an error."""
        connection = http.client.HTTPConnection(_HOST, self.port, timeout=_TIMEOUT)
        try:
            connection.request("POST", _INVOCATIONS, json.dumps(event))
            answer: dict[str, Any] = json.loads(connection.getresponse().read()) or {}
        except (OSError, http.client.HTTPException, ValueError) as fault:
            raise RuntimeFailed(f"The function gave no answer ({fault}).\n{self.last_words()}") from fault
        finally:
            connection.close()
        if "errorMessage" in answer:
            raise RuntimeFailed(f"The function failed: {answer['errorMessage']}\n{self.last_words()}")
        return answer

    def init(self) -> float:
        """Return the milliseconds that the function took to start, before the first event."""
        return _milliseconds(_INIT, self.log.read_text())[0]

    def invocations(self) -> list[float]:
        """Return the milliseconds that each invocation took."""
        return _milliseconds(_INVOCATION, self.log.read_text())

    def peak(self) -> int:
        """Return the sum of the memory peaks of the function's processes, in bytes."""
        return sum(int(_told(pid)["VmHWM"]) * 1024 for pid in self._pythons())

    def processor(self) -> float:
        """Return the milliseconds of the processor that the function's processes have used."""
        ticks = [sum(map(int, _numbers(pid)[11:13])) for pid in self._pythons()]
        return sum(ticks) * 1000 / os.sysconf("SC_CLK_TCK")

    def address_spaces(self) -> list[int]:
        """Return the limit of the address space of each of the function's processes, in bytes."""
        texts = [Path(f"/proc/{pid}/limits").read_text() for pid in self._pythons()]
        return [int(limit) for text in texts for limit in _ADDRESS_SPACE.findall(text)]

    def _pythons(self) -> list[int]:
        """Return the ids of the function's processes, without the emulator's."""
        inside = _descendants(self.process.pid)
        return [pid for pid in inside if _told(pid)["Name"].startswith("python")]

    def last_words(self) -> str:
        """Return the last lines of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-30:])


@contextmanager
def running(  # noqa: PLR0913 - three parts and three settings by keyword
    root: Root, code: Code, function: Function, *, endpoint_url: str, log: Path, core: int | None = None
) -> Iterator[Running]:
    """Run `function` until the block ends.

    AWS is at `endpoint_url`. With `core` it runs only on that core.
    """
    port, inner = _free_ports()
    command = [
        *([] if core is None else ["taskset", "--cpu-list", str(core)]),
        *sandbox.enter(root.path, code.task, code.layers, sandbox.environment(function, endpoint_url)),
        *(str(sandbox.EMULATOR), "--log-level", "info"),
        *("--runtime-interface-emulator-address", f"{_HOST}:{port}"),
        *("--runtime-api-address", f"{_HOST}:{inner}"),
        *(str(root.python), str(sandbox.BOOTSTRAP)),
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own arguments
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    here = Running(process, port, log)
    try:
        _wait(here)
        yield here
    finally:
        process.kill()
        process.wait()


def ask(root: Root, code: Code, function: Function, program: str) -> Any:  # noqa: ANN401 - any JSON value
    """Run the Python `program` in the sandbox of `function`, and return its output, parsed as JSON."""
    environ = sandbox.environment(function, "http://127.0.0.1:9")
    command = [*sandbox.enter(root.path, code.task, code.layers, environ), str(root.python), "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own arguments
    if done.returncode:
        raise RuntimeFailed(f"Nothing can run in {root.path}:\n{done.stderr.strip()}")
    return json.loads(done.stdout)


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        for probe in (one, other):
            probe.bind((_HOST, 0))
        return one.getsockname()[1], other.getsockname()[1]


def _wait(here: Running) -> None:
    """Wait until the emulator listens. It starts the function at the first request."""
    deadline = time.monotonic() + _TIMEOUT
    while here.process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection((_HOST, here.port), timeout=1):
            return
        time.sleep(_POLL_INTERVAL)
    raise RuntimeFailed(f"The runtime interface emulator did not start.\n{here.last_words()}")


def _milliseconds(pattern: re.Pattern[str], log: str) -> list[float]:
    return [float(match) for match in pattern.findall(log)]


def _descendants(pid: int) -> Iterator[int]:
    for thread in Path(f"/proc/{pid}/task").iterdir():  # each thread lists only its own children
        for child in map(int, (thread / "children").read_text().split()):
            yield child
            yield from _descendants(child)


def _numbers(pid: int) -> list[str]:
    """Return the fields of /proc/<pid>/stat behind the name, which may hold any character (man 5 proc)."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _told(pid: int) -> dict[str, str]:
    """Return the kernel's status values of the process `pid`."""
    return dict(re.findall(r"(\w+):\s*(\S+)", Path(f"/proc/{pid}/status").read_text()))
