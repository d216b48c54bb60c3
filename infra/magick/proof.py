"""Tests that a tree does what the app needs: it reads and writes every format, on its own architecture."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from chalicelib.codecs.formats import sniff
from chalicelib.codecs.specimens import SPECIMENS
from infra.debian import Apt, unpack
from infra.magick import link, toolchain
from infra.magick.toolchain import Target, Toolchain, ToolsMissing

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = Path(__file__).with_name("prove.c")
POLICY = Path(__file__).parents[2] / "chalicelib" / "codecs" / "magick"

WRITTEN = ("JPEG", "PJPEG", "PNG", "GIF", "WEBP", "AVIF")
REFUSED = ("MSL", "MVG", "SVG", "TEXT", "XC", "HTTPS")
"""Coders that the app's policy forbids."""


GLIBC_SUITE = "bookworm"
"""The release whose C library is used to run a program for another architecture."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one trial: its description, whether it passed, and the program's output."""

    what: str
    passed: bool
    output: str


def prove(target: Target, tree: Path, cache: Path) -> list[Finding]:
    """Return the results of all trials with the `tree`.

    `ToolsMissing` if this machine lacks tools for them.
    """
    with TemporaryDirectory(prefix="resize404-prove-") as folder:
        scratch = Path(folder)
        emulator = _emulator(target, cache)
        program = _compiled(target, tree, cache, scratch)
        return [
            _trial(what, (*emulator, str(program), *words), tree, wanted=wanted)
            for what, words, wanted in _trials(scratch)
        ]


def _trials(scratch: Path) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """Yield each trial: its description, the program's arguments, and whether it must succeed."""
    for name, data in SPECIMENS.items():
        path = scratch / name
        path.write_bytes(data)
        kind = sniff(data)
        allowed = kind is not None and bool(kind.coder)
        told = f"{name} is read" if allowed else f"{name} is refused, since ImageMagick may not see it"
        yield told, ("read", name.upper(), str(path)), allowed
    for name in WRITTEN:
        yield f"{name} is written and read back", ("write", name), True
    for name in REFUSED:
        yield f"{name} is refused", ("read", name, str(PROGRAM)), False
    for name in link.LENT:
        yield f"{name} is visible", ("find", name), True
    yield "inflate, which Python has as well, is hidden", ("find", "inflate"), False


def _trial(what: str, command: tuple[str, ...], tree: Path, *, wanted: bool) -> Finding:
    environ = {"MAGICK_HOME": str(tree), "MAGICK_CONFIGURE_PATH": str(POLICY), "PATH": os.defpath}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    # The program itself reports a failed trial with status 1. A signal or a missing library has another
    # status.
    passed = done.returncode == (0 if wanted else 1)
    lines = (done.stdout + done.stderr).strip().splitlines() or [f"ended with {done.returncode}"]
    return Finding(what, passed, lines[0])


def _compiled(target: Target, tree: Path, cache: Path, scratch: Path) -> Path:
    tools = Toolchain(target, toolchain.prepare(cache), scratch)
    libraries = [str(tree / "lib" / f"{name}.so") for name in (link.WAND, link.CORE)]
    program = scratch / "prove"
    flags = ("-O2", "-x", "c", str(PROGRAM), "-x", "none", f"-Wl,-rpath,{(tree / 'lib').absolute()}")
    command = tools.compile(*flags, *libraries, "-lm", "-ldl", "-o", str(program))
    toolchain.run(command, scratch, tools.environment)
    return program


def _emulator(target: Target, cache: Path) -> tuple[str, ...]:
    """Return the start of a command for another architecture: QEMU with that architecture's C library."""
    if platform.machine() == target.arch:
        return ()
    qemu = next(filter(None, map(shutil.which, (f"qemu-{target.arch}", f"qemu-{target.arch}-static"))), None)
    if target.arch != "aarch64" or qemu is None or shutil.which("dpkg-deb") is None:
        raise ToolsMissing(
            f"A program for {target.arch} cannot run here. One for aarch64 can, with QEMU and dpkg:\n"
            "  apt install qemu-user-static dpkg"
        )
    root = cache / f"glibc-{target.arch}"
    if not root.exists():
        apt = Apt(cache / "apt-arm64", binaries=(GLIBC_SUITE,), architecture="arm64")
        apt.open()
        unpack(apt.packages(["libc6"]), root)
    return (qemu, "-L", str(root))
