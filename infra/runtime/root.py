"""Builds the root folder that functions run in. It contains only what Lambda has.

glibc is from Debian 11 (2.31; Amazon Linux 2023 has 2.34): a program that runs with the older one also runs
with the newer one. Python is compiled for it, from Debian's copy of the authors' sources. There is no
compiler, no ldconfig and no shell.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from infra.debian import KEYRING, Apt, unpack
from infra.runtime import sandbox
from infra.runtime.errors import RuntimeFailed, run

if TYPE_CHECKING:
    from collections.abc import Callable

CACHE = Path(__file__).parents[2] / ".cache" / "runtime"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")

SUITE, SOURCES = "bullseye", "trixie"
PYTHON = "python3.13"
EMULATOR = "aws-sam-cli==1.170.0"
"""Amazon's wheel that contains the runtime interface emulator."""

LIBRARIES = (
    *("libc6", "libgcc-s1", "libstdc++6", "libcrypt1"),
    *("libssl1.1", "libffi7", "zlib1g", "libbz2-1.0", "liblzma5"),
)
TOOLS = (
    *("gcc", "libc6-dev", "make", "pkg-config", "libssl-dev", "libffi-dev", "zlib1g-dev", "libbz2-dev"),
    *("liblzma-dev", "dash", "bash", "coreutils", "sed", "grep", "mawk", "findutils", "diffutils"),
)
FOLDERS = ("dev", "proc", "tmp", "opt", "var/task", "var/runtime", "usr/local/bin")

BUILD = """\
set -e
cd /source
./configure --prefix=/var/lang --enable-shared --without-ensurepip --disable-test-modules AWK=mawk \\
  OPT='-O2 -DNDEBUG -fwrapv'
make -j"$(nproc)"
make install DESTDIR=/made
"""

_NEEDED = {
    "bwrap": "bubblewrap",
    "apt-get": "apt (Debian or Ubuntu)",
    "dpkg-deb": "dpkg",
    "tar": "tar",
    "xz": "xz-utils",
}
_RIE = "samcli/local/rapid/aws-lambda-rie-x86_64"


@dataclass(frozen=True, slots=True)
class Root:
    """A finished root folder."""

    path: Path

    @property
    def python(self) -> Path:
        """The path of Lambda's Python inside the root folder."""
        return Path("/var/lang/bin", PYTHON)


def require() -> None:
    """Raise `RuntimeFailed` if this machine lacks a tool."""
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        raise RuntimeFailed("Lambda's runtime works only on Linux on x86_64.")
    missing = [f"  {tool}: {package}" for tool, package in _NEEDED.items() if not shutil.which(tool)]
    if not KEYRING.exists():
        missing.append(f"  {KEYRING}: debian-archive-keyring")
    if missing:
        raise RuntimeFailed("These tools are missing. Install their packages first:\n" + "\n".join(missing))


def build(say: Callable[[str], None], cache: Path = CACHE) -> Root:
    """Return the root folder. Build it if this recipe has not been built yet. Call `say` with each step."""
    require()
    finished = Root(cache / f"root-{recipe()}")
    if not finished.path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=cache, prefix="work-") as work:
            made = _built(Path(work), say)
            made.rename(finished.path)
    return finished


def recipe() -> str:
    """Return a hash of everything that decides what is built."""
    inputs = (SUITE, SOURCES, PYTHON, EMULATOR, LIBRARIES, TOOLS, BUILD, REQUIREMENTS.read_text())
    return hashlib.sha256(repr(inputs).encode()).hexdigest()[:12]


def _built(work: Path, say: Callable[[str], None]) -> Path:
    root = work / "root"
    debian = Apt(work / "apt", binaries=(SUITE, f"{SUITE}-security"), sources=(SOURCES,))
    say(f"packages of Debian {SUITE}")
    debian.open()
    unpack(debian.packages(LIBRARIES), root)
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
    say(f"{PYTHON}, which takes some minutes")
    shutil.copytree(_python(debian, work), root / "var" / "lang", symlinks=True)
    say("runtime interface client and emulator")
    _add_client(root)
    _add_emulator(root, work)
    say("bytecode")
    _compile(root)
    return root


def _python(debian: Apt, work: Path) -> Path:
    """Build Python in a separate root folder with a compiler. Return the folder where it was installed."""
    tools, source, made = work / "tools", work / "source", work / "made"
    unpack(debian.closure(TOOLS), tools)
    for folder in (source, made, tools / "source", tools / "made"):
        folder.mkdir()
    run(["tar", "--extract", "--strip-components=1", f"--file={debian.source(PYTHON)}"], cwd=source)
    binds = ["--bind", str(source), "/source", "--bind", str(made), "/made"]
    environ = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    run([*sandbox.shut(tools, environ, binds), "--dev", "/dev", "--unshare-net", "/bin/sh", "-c", BUILD])
    return made / "var" / "lang"


def _add_client(root: Path) -> None:
    """Install the Python packages that Lambda has, for Lambda's Python version."""
    run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--only-binary=:all:"),
            *("--platform=manylinux2014_x86_64", f"--python-version={PYTHON.removeprefix('python')}"),
            *(f"--requirement={REQUIREMENTS}", f"--target={root / 'var' / 'runtime'}"),
        ]
    )
    inside(root, sandbox.BOOTSTRAP).touch()  # the sandbox mounts our bootstrap.py over it


def inside(root: Path, path: Path) -> Path:
    """Return the path on this machine of the absolute `path` inside `root`."""
    return root / path.relative_to("/")


def _add_emulator(root: Path, work: Path) -> None:
    run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", f"--dest={work}", EMULATOR])
    (wheel,) = work.glob("aws_sam_cli-*.whl")
    target = inside(root, sandbox.EMULATOR)
    with zipfile.ZipFile(wheel) as archive:
        target.write_bytes(archive.read(_RIE))
    target.chmod(0o755)


def _compile(root: Path) -> None:
    """Compile the runtime's packages to bytecode, as on Lambda.

    The function's own packages are not compiled.
    """
    compiling = ["-m", "compileall", "-q", "--invalidation-mode=unchecked-hash", str(sandbox.RUNTIME)]
    binds = ["--bind", str(inside(root, sandbox.RUNTIME)), str(sandbox.RUNTIME)]
    environ = {"LD_LIBRARY_PATH": "/var/lang/lib"}
    run([*sandbox.shut(root, environ, binds), str(Root(root).python), *compiling])
