"""Runs other programs, and reports their failures with the end of their output."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_LINES = 20
"""The number of output lines, from the end, in the message of a failure."""


def run(
    command: Sequence[str],
    failure: type[Exception],
    folder: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> str:
    """Run `command` and return its output. If it fails, raise `failure` with the last lines of the output."""
    done = subprocess.run(  # noqa: S603 - our own arguments
        command,
        cwd=folder,
        env={**os.environ, **(environ or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-_LINES:])
        raise failure(f"{' '.join(command[:4])} … failed:\n{said}")
    return done.stdout
