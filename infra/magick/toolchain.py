"""The tools: Zig as the C and C++ compiler for a target, and CMake, Meson and Ninja, in a venv of their own.

Make, patch, nm, readelf, pkg-config and nasm come from the system.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infra.magick.recipes import Site
from infra.magick.sources import EPOCH

if TYPE_CHECKING:
    from infra.magick.recipes import Command

REQUIREMENTS = Path(__file__).with_name("requirements.txt")

GLIBC = "2.28"
"""The glibc that is built for: of Amazon Linux 2023 it is 2.34, of RHEL 8 this one."""

SYSTEM = {
    "make": "make",
    "patch": "patch",
    "nm": "binutils",
    "readelf": "binutils",
    "pkg-config": "pkg-config",
}
"""What has to be on the system, and Debian's package of it."""


class ToolsMissing(Exception):  # noqa: N818 - the name says what is the matter
    """Something that builds is not on this machine; the message says what, and how it is had."""


class CommandFailed(Exception):  # noqa: N818 - the name says what happened
    """A tool failed; the message shows the end of what it said, and where the rest is."""


@dataclass(frozen=True, slots=True)
class Target:
    """A machine that is built for, by the name that Lambda, Linux and compilers have for it."""

    arch: str
    cpu: str

    @property
    def triple(self) -> str:
        """The target as configure scripts know it."""
        return f"{self.arch}-linux-gnu"

    @property
    def system(self) -> dict[str, str]:
        """What has to be on the system to build for it: nasm is the assembler of x86 alone."""
        return {**SYSTEM, "nasm": "nasm"} if self.arch == "x86_64" else SYSTEM


TARGETS = {"x86_64": Target("x86_64", "x86_64"), "aarch64": Target("aarch64", "generic")}
"""Lambda's two, each for the oldest machine of its kind: codecs find out what a newer one can do."""


@dataclass(frozen=True, slots=True)
class Toolchain:
    """Tools for `target`: the venv `tools`, and `work`, the folder of one package's build."""

    target: Target
    tools: Path
    work: Path

    @property
    def site(self) -> Site:
        """The folders in `work`, as recipes know them."""
        return Site(
            source=self.work / "source",
            build=self.work / "build",
            out=self.work / "out",
            needs=self.work / "needs",
            triple=self.target.triple,
            cmake=self.work / "cmake",
            meson=self.work / "meson",
        )

    @property
    def zig(self) -> Path:
        """The compiler itself."""
        return next(self.tools.glob("lib/python*/site-packages/ziglang/zig"))

    def compile(self, *arguments: str) -> Command:
        """Return the command that runs the C++ compiler and linker."""
        return (str(self.zig), "c++", "-target", f"{self.target.triple}.{GLIBC}", *arguments)

    @property
    def environment(self) -> dict[str, str]:
        """The environment that everything is built in: nothing of the builder's own gets through."""
        zig = str(self.tools.parent / "zig")
        return {
            "PATH": os.pathsep.join([str(self.work / "bin"), str(self.tools / "bin"), "/usr/bin", "/bin"]),
            "HOME": str(self.work),
            "LC_ALL": "C",
            "TZ": "UTC",
            "SOURCE_DATE_EPOCH": str(EPOCH),
            "ZIG_GLOBAL_CACHE_DIR": zig,
            "ZIG_LOCAL_CACHE_DIR": zig,
            # What is needed has been moved here since it was built.
            "PKG_CONFIG": "pkg-config --static --define-prefix",
            "PKG_CONFIG_LIBDIR": str(self.site.needs / "lib" / "pkgconfig"),
            "CC": "cc",
            "CXX": "c++",
            "AR": "ar",
            "RANLIB": "ranlib",
            "CFLAGS": "-O3 -DNDEBUG",
            "CXXFLAGS": "-O3 -DNDEBUG",
            "CPPFLAGS": f"-I{self.site.needs / 'include'}",
            "LDFLAGS": f"-L{self.site.needs / 'lib'}",
        }


def require(target: Target) -> None:
    """Raise `ToolsMissing` unless all that has to be on the system is."""
    missing = {tool: package for tool, package in target.system.items() if not shutil.which(tool)}
    if missing:
        raise ToolsMissing(
            f"Missing: {', '.join(missing)}. On Debian and Ubuntu:\n"
            f"  apt install {' '.join(sorted(set(missing.values())))}"
        )


def assembler(target: Target) -> str:
    """Return the version of the assembler, which is the system's own; ARM needs none."""
    return run(("nasm", "-v"), Path("/")) if "nasm" in target.system else ""


def requirements() -> list[str]:
    """Return the tools that are pinned, each ``name==version``."""
    return [line for line in REQUIREMENTS.read_text().splitlines() if "==" in line]


def prepare(cache: Path) -> Path:
    """Return the venv of the tools, installed below `cache` if it is not yet."""
    pinned = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    tools = cache / f"tools-{pinned}"
    if not (tools / "complete").exists():
        shutil.rmtree(tools, ignore_errors=True)
        cache.mkdir(parents=True, exist_ok=True)
        run((sys.executable, "-m", "venv", str(tools)), cache)
        run(
            (str(tools / "bin" / "python"), "-m", "pip", "install", "--quiet", "-r", str(REQUIREMENTS)), cache
        )
        (tools / "complete").touch()
    return tools


def equip(toolchain: Toolchain) -> None:
    """Write the compiler's wrappers, and the files that tell CMake and Meson of the target."""
    work = toolchain.work
    (work / "bin").mkdir(parents=True)
    common = (
        f"-target {toolchain.target.triple}.{GLIBC} -mcpu={toolchain.target.cpu} -g0 -fPIC -fno-sanitize=all"
        # As Debian builds: what they read is not to be trusted.
        " -fstack-protector-strong -D_FORTIFY_SOURCE=2"
        f" -ffunction-sections -fdata-sections -ffile-prefix-map={work}=."
    )
    for name in ("cc", "c++"):
        _script(work / "bin" / name, f'exec {toolchain.zig} {name} {common} "$@"')
    for name in ("ar", "ranlib"):
        _script(work / "bin" / name, f'exec {toolchain.zig} {name} "$@"')
    (work / "cmake").write_text(_CMAKE.format(arch=toolchain.target.arch, bin=work / "bin"))
    (work / "meson").write_text(_MESON.format(arch=toolchain.target.arch, bin=work / "bin"))


def run(command: Command, folder: Path, env: dict[str, str] | None = None, log: Path | None = None) -> str:
    """Run `command` in `folder` and return what it printed, which goes to the end of `log` as well."""
    done = subprocess.run(  # noqa: S603 - our own arguments
        command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if log:
        with log.open("a") as opened:
            opened.write(f"$ {' '.join(command)}\n{done.stdout}")
    if done.returncode:
        end = "\n".join(done.stdout.splitlines()[-30:])
        raise CommandFailed(f"{' '.join(command)}\nfailed:\n{end}" + (f"\nAll of it: {log}" if log else ""))
    return done.stdout


def _script(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


_CMAKE = """\
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR {arch})
set(CMAKE_C_COMPILER {bin}/cc)
set(CMAKE_CXX_COMPILER {bin}/c++)
set(CMAKE_AR {bin}/ar)
set(CMAKE_RANLIB {bin}/ranlib)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_FIND_ROOT_PATH {bin}/../needs)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
"""

_MESON = """\
[binaries]
c = '{bin}/cc'
cpp = '{bin}/c++'
ar = '{bin}/ar'
ranlib = '{bin}/ranlib'

[host_machine]
system = 'linux'
cpu_family = '{arch}'
cpu = '{arch}'
endian = 'little'
"""
