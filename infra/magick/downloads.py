"""Downloads what the lock pins, once, by apt and by pip, and sees that it is what was pinned."""

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
    """A source could not be had, or is not what was pinned; the message says which and why."""


class SourceGone(SourceFailed):
    """A source is not, or no longer, where it was pinned."""


def fetch(source: Source, folder: Path) -> None:
    """Put the files of `source` into `folder`, those that are not there; each is what was pinned.

    `SourceFailed` says what could not be had.
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
    """Download `files` of `source` into the folder `into`; `SourceGone` says that there are none."""
    try:
        if (source.suite,) == PYPI:
            hashes = " ".join(f"--hash=sha256:{file.sha256}" for file in files)
            pip(source.package, f"{source.package}=={source.version} {hashes}", into)
        else:
            for file in files:
                debian.fetch(file, into / file.name)
    except debian.DebianFailed as failure:
        raise SourceGone(f"{source.package} {source.version} cannot be had.\n{failure}") from failure


def pip(package: str, requirement: str, into: Path) -> None:
    """Download the source archive of `package` that `requirement` asks for into the folder `into`.

    That is a line of a requirements file, so that pip, too, checks what it gets before it runs any of it.
    """
    options = ("--quiet", "--no-deps", "--no-binary", package, "--dest", str(into))
    command = (sys.executable, "-m", "pip", "download", *options, "--requirement", "/dev/stdin")
    done = subprocess.run(  # noqa: S603 - our own arguments
        command, input=requirement, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SourceGone(f"pip could not download {requirement}.\n{done.stderr}")


def check(file: File, path: Path) -> None:
    """Raise `SourceFailed` if the file at `path` is not the one that was pinned."""
    if digest(path) != file.sha256:
        raise SourceFailed(
            f"{path} is not the file that was pinned: its SHA-256 is another. Remove it and try again."
        )


def digest(path: Path) -> str:
    """Return the SHA-256 of the file at `path`, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
