"""How a package is configured, compiled and installed: by CMake, by Meson or by a configure script.

Each recipe is a value that holds only what is particular to a package; what holds for all of them is here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

Command = tuple[str, ...]

JOBS = "-j2"


@dataclass(frozen=True, slots=True)
class Site:
    """Where a package is built: its unpacked `source`, and the folders to `build` in and to install to.

    `needs` has installed what it is compiled with. `triple` is the target as configure scripts know it,
    `cmake` and `meson` are the files that describe it.
    """

    source: Path
    build: Path
    out: Path
    needs: Path
    triple: str
    cmake: Path
    meson: Path


class Recipe(Protocol):
    """The commands that make a package, in their order; all run in `Site.build`."""

    def commands(self, site: Site) -> tuple[Command, ...]:
        """Return the commands."""


@dataclass(frozen=True, slots=True)
class CMake:
    """Configured by CMake, built by Ninja, as static libraries."""

    flags: tuple[str, ...] = ()
    folder: str = "."

    def commands(self, site: Site) -> tuple[Command, ...]:
        """Return the commands."""
        configure = (
            *("cmake", "-G", "Ninja", "-S", str(site.source / self.folder), "-B", "."),
            f"-DCMAKE_TOOLCHAIN_FILE={site.cmake}",
            # CMake 4 refuses projects that were written for CMake 3.4 or older, unless it is told so.
            "-DCMAKE_POLICY_VERSION_MINIMUM=3.5",
            f"-DCMAKE_INSTALL_PREFIX={site.out}",
            f"-DCMAKE_PREFIX_PATH={site.needs}",
            *("-DCMAKE_INSTALL_LIBDIR=lib", "-DCMAKE_BUILD_TYPE=Release", "-DBUILD_SHARED_LIBS=OFF"),
            *(f"-D{flag}" for flag in self.flags),
        )
        return configure, ("ninja", JOBS), ("ninja", "install")


@dataclass(frozen=True, slots=True)
class Meson:
    """Configured by Meson, built by Ninja, as static libraries."""

    flags: tuple[str, ...] = ()

    def commands(self, site: Site) -> tuple[Command, ...]:
        """Return the commands."""
        configure = (
            *("meson", "setup", "--cross-file", str(site.meson), "--prefix", str(site.out)),
            *("--libdir", "lib", "--buildtype", "release", "--default-library", "static"),
            *(f"-D{flag}" for flag in self.flags),
            *(".", str(site.source)),
        )
        return configure, ("ninja", JOBS), ("ninja", "install")


@dataclass(frozen=True, slots=True)
class Configure:
    """Configured by its own script, built by Make; `targets` is what is made, and nothing is installed."""

    flags: tuple[str, ...]
    targets: tuple[str, ...]

    def commands(self, site: Site) -> tuple[Command, ...]:
        """Return the commands."""
        configure = (str(site.source / "configure"), f"--host={site.triple}", *self.flags)
        return configure, ("make", JOBS, *self.targets)
