"""Downloads the pinned sources with apt and pip, each once, and checks their SHA-256."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from infra import debian
from infra.magick.packages import PYPI

if TYPE_CHECKING:
    from infra.debian import File
    from infra.magick.lock import Source


class SourceFailed(Exception):  # noqa: N818 - the name says what happened
    """A source could not be downloaded, or is not the pinned file. The message says which and why."""


class SourceGone(SourceFailed):
    """A pinned source is not available, or no longer available."""


def fetch(source: Source, folder: Path) -> None:
    """Download the missing files of `source` into `folder`, and check all of them.

    `SourceFailed` says which file could not be downloaded.
    """
    missing = [file for file in source.files if not (folder / file.name).exists()]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder, prefix="partial-") as partial:
            download(source, missing, Path(partial))
            for file in missing:
                check(file, Path(partial, file.name))
                Path(partial, file.name).replace(folder / file.name)
    for file in source.files:
        check(file, folder / file.name)


def download(source: Source, files: list[File], into: Path) -> None:
    """Download `files` of `source` into the folder `into`; `SourceGone` if they are not available."""
    try:
        if (source.suite,) == PYPI:
            hashes = " ".join(f"--hash=sha256:{file.sha256}" for file in files)
            pip(source.package, f"{source.package}=={source.version} {hashes}", into)
        else:
            for file in files:
                debian.fetch(file, into / file.name)
    except debian.DebianFailed as failure:
        raise SourceGone(f"{source.package} {source.version} cannot be downloaded.\n{failure}") from failure


def pip(package: str, requirement: str, into: Path) -> None:
    """Download the source archive of `package` into the folder `into`.

    `requirement` is a line of a requirements file with hashes, so that pip checks the archive before it runs
    any of it.
    """
    options = ("--quiet", "--no-deps", "--no-binary", package, "--dest", str(into))
    command = (sys.executable, "-m", "pip", "download", *options, "--requirement", "/dev/stdin")
    done = subprocess.run(  # noqa: S603 - our own arguments
        command, input=requirement, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SourceGone(f"pip could not download {requirement}.\n{done.stderr}")


def check(file: File, path: Path) -> None:
    """Raise `SourceFailed` if the file at `path` is not the pinned file."""
    if digest(path) != file.sha256:
        raise SourceFailed(
            f"{path} is not the pinned file: its SHA-256 is different. Remove it and try again."
        )


def digest(path: Path) -> str:
    """Return the SHA-256 of the file at `path`, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
