"""Fetches what Lambda needs for SVGs into ``vendor/``: py-svg-hush, for each of Lambda's Pythons.

It is half a megabyte for each, so only sites that accept SVGs have it in their layer. A wheel holds one
library for one Python, whose file name says for which: they lie beside each other in one package, and each
Python loads its own.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zipfile import ZipFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PACKAGE = "py_svg_hush"
PYTHONS = ("3.11", "3.12", "3.13")
MACHINES = ("x86_64", "aarch64")
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
VENDOR = Path(__file__).parents[2] / "vendor"

_LICENCE = "LICENSE.txt"


class FetchFailed(Exception):  # noqa: N818 - the name says what happened
    """The wheels could not be downloaded. The message says why."""


def download(machine: str, python: str, folder: Path) -> None:
    """Put the wheel for this machine and Python into the `folder`; pip checks its digest."""
    done = subprocess.run(  # noqa: S603 - our own arguments
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--only-binary=:all:", "--require-hashes", "--requirement", str(REQUIREMENTS)),
            *("--platform", f"manylinux2014_{machine}", "--python-version", python, "--dest", str(folder)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise FetchFailed(f"{PACKAGE} for Python {python} could not be downloaded.\n{done.stderr.strip()}")


def fetch(
    machine: str, vendor: Path = VENDOR, downloading: Callable[[str, str, Path], None] = download
) -> Path:
    """Put the package for this `machine` into the folder `vendor`, in place of another one; return where."""
    with TemporaryDirectory(prefix="resize404-") as scratch:
        for python in PYTHONS:
            downloading(machine, python, Path(scratch))
        return _unpack(sorted(Path(scratch).glob("*.whl")), vendor / PACKAGE)


def _unpack(wheels: Iterable[Path], target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for wheel in wheels:
        with ZipFile(wheel) as opened:
            for name in opened.namelist():
                if name.startswith(f"{PACKAGE}/") or name.endswith(f"/{_LICENCE}"):
                    (target / Path(name).name).write_bytes(opened.read(name))
    return target
