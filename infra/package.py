"""Packages the app with ``chalice package``: the template of everything, and the bundle it deploys."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from infra import template

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).parents[1]

_CHALICE = "import sys; from chalice.cli import main; sys.exit(main())"
_NO_PYPI = (
    "Connection broken",
    "No matching distribution found",
    "NewConnectionError",
    "NoSuchPackageError",
    "Could not install dependencies",
)


@dataclass(frozen=True, slots=True)
class Package:
    """What ``chalice package`` made: the template, and the bundle that its functions run."""

    template: Path
    bundle: Path


class PackagingFailed(Exception):  # noqa: N818 - the name says what happened
    """The app could not be packaged; the message says why, for people."""


def package(out: Path, stage: str = "stack", *, project: Path = PROJECT) -> Package:
    """Package `project` for `stage` into the folder `out`; `PackagingFailed` says why it could not."""
    with TemporaryDirectory(prefix="resize404-") as scratch, _alone(project):
        merged = Path(scratch) / "merge.json"
        merged.write_text(json.dumps(template.render(template.environment(project, stage))))
        arguments = ["package", "--stage", stage, "--merge-template", str(merged), str(out.absolute())]
        _chalice(arguments, project)
    return Package(out / "sam.json", out / "deployment.zip")


@contextmanager
def _alone(project: Path) -> Iterator[None]:
    # Chalice rewrites its cached bundle in place: two at once in one checkout would spoil each other's.
    cache = project / ".chalice" / "deployments"
    cache.mkdir(exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _chalice(arguments: list[str], project: Path) -> None:
    # Packaging reaches no AWS account, so none is told; yet Chalice insists on a region.
    others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(  # noqa: S603 - our own arguments
        [sys.executable, "-c", _CHALICE, *arguments],
        cwd=project,
        env={**others, "AWS_DEFAULT_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or "Could not install dependencies" in done.stdout + done.stderr:
        raise PackagingFailed(_reason(done.stdout + done.stderr))


def _reason(output: str) -> str:
    if any(sign in output for sign in _NO_PYPI):
        return (
            "The app's requirements could not be had from PyPI. Once packaged, they need no network again;\n"
            "for a mirror set PIP_INDEX_URL, for a folder of wheels PIP_NO_INDEX=1 and PIP_FIND_LINKS.\n"
            + _cause(output)
        )
    return "The app could not be packaged.\n" + _cause(output)


def _cause(output: str) -> str:
    """Return the message of the exception that a traceback ends with, or all of `output` without one."""
    lines = output.strip().splitlines()
    frames = [number for number, line in enumerate(lines) if line.startswith(("    ", "  File "))]
    return "\n".join(lines[frames[-1] + 1 :] if frames else lines)
