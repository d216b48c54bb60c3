"""Reads a library's needs with ``readelf``, and compares them with Lambda's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.magick.toolchain import GLIBC, run

if TYPE_CHECKING:
    from pathlib import Path

ALLOWED = frozenset(
    {
        *("libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1"),
        *("ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"),
        *("libMagickCore-6.Q16.so", "libMagickWand-6.Q16.so"),
    }
)
"""The libraries that a library may need: glibc's and our own."""

_MACHINES = {"Advanced Micro Devices X86-64": "x86_64", "AArch64": "aarch64"}


@dataclass(frozen=True, slots=True)
class Demands:
    """The needs of one library. `glibc` are the versions of glibc whose functions it calls."""

    arch: str
    soname: str
    needed: frozenset[str]
    glibc: frozenset[str]
    runpath: str


def read(library: Path) -> Demands:
    """Return the needs of `library`."""
    options = ("--wide", "--file-header", "--dynamic", "--version-info")
    return parse(run(("readelf", *options, str(library)), library.parent))


def parse(text: str) -> Demands:
    """Return the needs in the output of ``readelf``."""

    def tagged(tag: str) -> list[str]:
        return re.findall(rf"\({tag}\).*\[(.*)\]", text)

    machine = "".join(re.findall(r"Machine:\s+(.*)", text)).strip()
    return Demands(
        arch=_MACHINES.get(machine, machine),
        soname="".join(tagged("SONAME")),
        needed=frozenset(tagged("NEEDED")),
        glibc=frozenset(re.findall(r"Name: GLIBC_([0-9.]+)", text)),
        runpath="".join(tagged("RUNPATH")),
    )


def faults(name: str, demands: Demands, arch: str) -> list[str]:
    """Return the reasons why the library `name` would not load on Lambda's `arch`, one line each."""
    newer = sorted(version for version in demands.glibc if _numbers(version) > _numbers(GLIBC))
    others = sorted(demands.needed - ALLOWED)
    return [
        *([f"{name} is for {demands.arch}, not {arch}."] if demands.arch != arch else []),
        *([f"{name} has the SONAME {demands.soname}."] if demands.soname != name else []),
        *(
            [f"{name} looks for our other library in {demands.runpath or 'no folder'}, not in its own."]
            if demands.runpath != "$ORIGIN"
            else []
        ),
        *(f"{name} needs glibc {version}, newer than {GLIBC}." for version in newer),
        *(f"{name} needs {other}, which Lambda does not have." for other in others),
    ]


def faults_below(tree: Path, arch: str) -> list[str]:
    """Return the reasons why libraries in `tree` would not load on Lambda's `arch`, one line each."""
    libraries = sorted((tree / "lib").glob("*.so*"))
    if not libraries:
        return [f"There are no libraries in {tree / 'lib'}."]
    return [fault for library in libraries for fault in faults(library.name, read(library), arch)]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))
