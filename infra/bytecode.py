"""Compiles the modules of an archive ahead, so that no cold start has to.

A function's folder and its layers are read-only, so Python would compile every module anew in each new
function. Bytecode is of one version of Python, which need not be the one that packages.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_REPOSITORY = Path(__file__).parents[1]

_BUILT = _REPOSITORY / ".cache" / "runtime"
"""Where `infra.runtime` builds Lambda's own Python."""

OURS = ("app.py", "chalicelib/")
"""What the paths of our own modules begin with."""

_TAG = "import sys; print(sys.implementation.cache_tag)"


@dataclass(frozen=True, slots=True)
class Compiler:
    """A Python that compiles. `environ` is what it needs to start where it was not installed."""

    program: str
    environ: Mapping[str, str] = field(default_factory=dict)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Return how Python ended, and what it has printed."""
        # A fixed seed, so that the constants of one source have one order.
        environ = {
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONHASHSEED": "0",
            "PYTHONPATH": str(_REPOSITORY),
            **self.environ,
        }
        return subprocess.run(  # noqa: S603 - a Python of this machine and our own arguments
            [self.program, *arguments], env=environ, capture_output=True, text=True, check=False
        )

    def compiled(self, files: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
        """Return the bytecode of the modules among `files` by its path. Lambda has them in `folder`.

        The dataclasses of our own modules are written out. What is no Python of this version, such as a
        package's template of a module, has no bytecode. The same files give the same bytes, because a new
        process compiles all of them in one order.
        """
        with TemporaryDirectory(prefix="resize404-") as scratch:
            for path, data in files.items():
                if path.endswith(".py"):
                    (Path(scratch) / path).parent.mkdir(parents=True, exist_ok=True)
                    (Path(scratch) / path).write_bytes(data)
            self.run("-m", "infra.compiling", scratch, folder, *OURS).check_returncode()
            return {
                str(path.relative_to(scratch)): path.read_bytes()
                for path in sorted(Path(scratch).rglob("__pycache__/*.pyc"))
            }


@cache
def compiler(runtime: str) -> Compiler | None:
    """Return what compiles for Lambda's `runtime`, such as ``python3.13``, or None if nothing here does."""
    tag = runtime.replace("python", "cpython-").replace(".", "")
    return next((found for found in _pythons(runtime) if found.run("-c", _TAG).stdout.strip() == tag), None)


def _pythons(runtime: str) -> Iterator[Compiler]:
    yield Compiler(sys.executable)
    if installed := shutil.which(runtime):
        yield Compiler(installed)
    for built in sorted(_BUILT.glob(f"root-*/var/lang/bin/{runtime}")):
        home = built.parents[1]
        environ = {"PYTHONHOME": str(home), "LD_LIBRARY_PATH": str(home / "lib")}
        yield Compiler(str(built), environ)
