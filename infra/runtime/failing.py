"""What the commands say when they cannot go on, and how they run others."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class RuntimeFailed(Exception):  # noqa: N818 - the name says what happened
    """Something is missing, or did not work; the message is for the person at the terminal."""


def run(command: list[str], *, cwd: Path | None = None) -> None:
    """Run `command`; `RuntimeFailed` ends with the last lines that it said."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-20:])
        raise RuntimeFailed(f"{' '.join(command[:4])} … failed:\n{said}")
