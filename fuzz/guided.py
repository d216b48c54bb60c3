"""Fuzzes one parser, guided by the lines of it that an input reaches.

``python -m fuzz.guided NAME``, followed by libFuzzer's own options, runs in a process of its own. It needs
atheris, which contains libFuzzer, and exists for Linux on x86-64.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from fuzz import places
from fuzz.findings import Finding

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST = 4096
_SLOW_SECONDS = 10
_MEGABYTES = 1024
_MOST_SAID = 20_000
_EXCEPTION = "=== Uncaught Python exception: ===\n"


class GuidanceFailedError(Exception):
    """The fuzzing process failed to run; the message is the end of its log."""


def is_possible() -> bool:
    """Say whether atheris is installed."""
    return importlib.util.find_spec("atheris") is not None


def run(name: str, seconds: int, seed: int, inputs: int | None = None) -> list[Finding]:
    """Fuzz the parser called `name` in a process of its own, and return the findings.

    With `inputs`, that many inputs are tried, and the same ones for the same `seed`, unless the `seconds` end
    first. Inputs that earlier runs kept are then not used, and the time that an input takes decides nothing.
    """
    grown, found = places.GROWN / name, places.GROWN / "found" / name
    for folder in (grown, found):
        folder.mkdir(parents=True, exist_ok=True)
    ended = _command(
        name,
        *(f"-max_total_time={seconds}", f"-seed={seed % 2**32}", f"-max_len={_LONGEST}"),
        *(f"-timeout={_SLOW_SECONDS}", f"-rss_limit_mb={_MEGABYTES}", f"-artifact_prefix={found}/"),
        *((str(grown), str(places.CORPUS / name)) if inputs is None else _repeatable(name, inputs)),
    )
    findings = [_taken(file, name) for file in sorted(found.iterdir())]
    if ended and not findings:
        raise GuidanceFailedError(_said(name))
    return findings


def _repeatable(name: str, inputs: int) -> tuple[str, ...]:
    """Return options that make a run independent of the clock and of the order of files in a folder."""
    corpus = ",".join(str(file) for file in sorted((places.CORPUS / name).iterdir()))
    return f"-runs={inputs}", "-entropic=0", f"-seed_inputs={corpus}"


def keep(name: str) -> None:
    """Add to the corpus the inputs that reach lines of the parser which no input in it reaches."""
    if _command(name, "-merge=1", str(places.CORPUS / name), str(places.GROWN / name)):
        raise GuidanceFailedError(_said(name))


def _command(name: str, *options: str) -> int:
    """Run this module on the parser, and return the exit status."""
    command = [sys.executable, "-m", "fuzz.guided", name, *options]
    environment = os.environ | {"PYTHONHASHSEED": "0"}  # a set's order decides what libFuzzer sees
    with _log(name).open("wb") as log:
        done = subprocess.run(  # noqa: S603 - our own
            command, cwd=places.PROJECT, env=environment, stdout=log, stderr=log, check=False
        )
    return done.returncode


def _taken(file: Path, name: str) -> Finding:
    """Return the finding in libFuzzer's `file`, whose name begins with its kind: crash, timeout, oom."""
    kind, said = file.name.partition("-")[0], _said(name)
    finding = Finding(file.read_bytes(), name, f"{kind}\n{said.partition(_EXCEPTION)[2] or said}")
    file.unlink()
    return finding


def _log(name: str) -> Path:
    return places.GROWN / f"{name}.log"


def _said(name: str) -> str:
    return _log(name).read_text(errors="replace")[-_MOST_SAID:]


def _fuzz(name: str, options: list[str]) -> None:
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["chalicelib"]):
        parsers = importlib.import_module("fuzz.parsers")
    atheris.Setup([name, *options], lambda data: parsers.parse(name, data))
    atheris.Fuzz()


if __name__ == "__main__":
    _fuzz(sys.argv[1], sys.argv[2:])
