"""Packages the app with ``chalice package``: the stack's template, and the archives that it deploys.

The bundle contains only the app. Chalice's managed layer contains the parts that seldom change: the
requirements, and ``vendor/`` with ImageMagick. It is uploaded once, and all functions share it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TextIO
from zipfile import ZipFile

from chalicelib.config.config import ConfigError
from infra import archive, bytecode, svg, template
from infra.strip_docstrings import strip_docstrings

if TYPE_CHECKING:
    from collections.abc import Iterator

Files = dict[str, archive.File]

PROJECT = Path(__file__).parents[1]

LAYER_PACKAGES = "python"
"""The folder of a layer where every version of Lambda's Python finds modules."""

NO_IMAGEMAGICK = (
    "There is no vendor/imagemagick, so this package cannot run on Lambda. Type: python -m infra.magick build"
)

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
    """The result of packaging: the template, the bundle of its functions, and their layer, if any."""

    template: Path
    bundle: Path
    layer: Path | None = None

    @property
    def has_imagemagick(self) -> bool:
        """Whether the layer contains ImageMagick. Lambda itself has none."""
        return self._has("imagemagick/lib")

    @property
    def reads_svg(self) -> bool:
        """Whether the layer contains what SVGs need."""
        return self._has(svg.PACKAGE)

    def _has(self, folder: str) -> bool:
        names = ZipFile(self.layer).namelist() if self.layer else []
        return any(name.startswith(f"{LAYER_PACKAGES}/{folder}/") for name in names)


class PackagingFailed(Exception):  # noqa: N818 - the name says what happened
    """The app could not be packaged. The message says why."""


def package(out: Path, stage: str = "stack", *, project: Path = PROJECT) -> Package:
    """Package `project` for `stage` into the folder `out`. `PackagingFailed` says why it failed."""
    environment = _environment(project, stage)
    with TemporaryDirectory(prefix="resize404-") as scratch, _alone(project):
        merged = Path(scratch) / "merge.json"
        merged.write_text(json.dumps(template.render(environment)))
        raw = Path(scratch) / "package"
        _chalice(["package", "--stage", stage, "--merge-template", str(merged), str(raw)], project)
        _check_merged(json.loads((raw / "sam.json").read_text())["Resources"], stage)
        return _finished(raw, out, cache=project / ".chalice" / "deployments")


def _environment(project: Path, stage: str) -> dict[str, str]:
    try:
        return template.environment(project, stage)
    except ConfigError as fault:
        raise PackagingFailed(str(fault)) from fault


def _check_merged(resources: dict[str, Any], stage: str) -> None:
    """Raise `PackagingFailed` if infra/stack.yaml extends functions that the app does not have in `stage`."""
    absent = [name for name, resource in resources.items() if "Type" not in resource]
    if absent:
        raise PackagingFailed(
            f"In the stage {stage} the app lacks parts that infra/stack.yaml extends: {', '.join(absent)}. "
            "The stage `stack` has them; the other stages are for `chalice deploy`."
        )


def _finished(raw: Path, out: Path, *, cache: Path) -> Package:
    """Write Chalice's result in `raw` to `out`, changed so that every Python of Lambda can use it."""
    made = json.loads((raw / "sam.json").read_text())
    _settle_layer(made["Resources"])
    bundle, layer = archive.files(raw / "deployment.zip"), Files()
    if (raw / "layer-deployment.zip").exists():
        bundle, layer = _divided(bundle, archive.files(raw / "layer-deployment.zip"))
    (runtime,) = _runtimes(made["Resources"])
    _write(bundle, out / "deployment.zip", runtime, "/var/task", cache=cache)
    if layer:
        _write(layer, out / "layer-deployment.zip", runtime, "/opt", cache=cache)
    (out / "sam.json").write_text(json.dumps(made, indent=2))
    return Package(out / "sam.json", out / "deployment.zip", out / "layer-deployment.zip" if layer else None)


def _divided(bundle: Files, layer: Files) -> tuple[Files, Files]:
    """Return bundle and layer, with all packages of others in the layer, where every Python finds them.

    Chalice puts the layer's packages into a folder for the Python version that packages, and puts itself into
    the bundle.
    """
    modules = {path.partition("/site-packages/")[2]: file for path, file in layer.items()}
    modules |= {path: file for path, file in bundle.items() if path.startswith("chalice/")}
    ours = {path: file for path, file in bundle.items() if path not in modules}
    return ours, {f"{LAYER_PACKAGES}/{path}": file for path, file in modules.items()}


def _write(content: Files, target: Path, runtime: str, folder: str, *, cache: Path) -> None:
    """Write `content`, which Lambda has in `folder`, with bytecode if this machine can compile it."""
    python = bytecode.compiler(runtime)

    def finish(files: dict[str, bytes]) -> dict[str, bytes]:
        short = {path: _shortened(path, data) for path, data in files.items()}
        return short | python.compiled(short, folder) if python else short

    archive.write(
        content, target, cache=cache, finish=finish, finished=f"{runtime if python else ''} {_ways()}"
    )


@cache
def _ways() -> str:
    """Return a text that identifies how modules are shortened and compiled."""
    here = Path(__file__).parent
    sources = (
        here / f"{name}.py"
        for name in ("bytecode", "compiling", "dataclasses_ahead", "dataclass_methods", "strip_docstrings")
    )
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def _shortened(path: str, data: bytes) -> bytes:
    return strip_docstrings(data) if path.endswith(".py") and path.startswith(bytecode.OURS) else data


def _runtimes(resources: dict[str, Any]) -> list[str]:
    return sorted(
        {
            resource["Properties"]["Runtime"]
            for resource in resources.values()
            if resource["Type"] == "AWS::Serverless::Function"
        }
    )


def _settle_layer(resources: dict[str, Any]) -> None:
    """Set what Chalice does not set for a layer: its runtimes, and that it is deleted with its stack."""
    for resource in resources.values():
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            settled = {"CompatibleRuntimes": _runtimes(resources), "RetentionPolicy": "Delete"}
            resource["Properties"] |= settled


@contextmanager
def _alone(project: Path) -> Iterator[None]:
    # Chalice rewrites its cached bundle in place, so only one process may package a checkout at a time.
    cache = project / ".chalice" / "deployments"
    with _lock(cache) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _lock(cache: Path) -> TextIO:
    try:
        cache.mkdir(exist_ok=True)
        return (cache / "lock").open("w")
    except OSError as fault:
        raise PackagingFailed(
            f"Chalice keeps what it packages in {cache}, and nothing can be written there: {fault.strerror}. "
            "Copy the checkout to a folder that you may write to."
        ) from fault


def _chalice(arguments: list[str], project: Path) -> None:
    # Packaging does not use an AWS account, so Chalice gets no credentials. But it requires a region.
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
            "The app's requirements could not be downloaded from PyPI. Only the first time needs a network.\n"
            "For a mirror set PIP_INDEX_URL; for a folder of wheels PIP_NO_INDEX=1 and PIP_FIND_LINKS.\n"
            + _cause(output)
        )
    return "The app could not be packaged.\n" + _cause(output)


def _cause(output: str) -> str:
    """Return the exception's message at the end of a traceback, or all of `output` without a traceback."""
    lines = output.strip().splitlines()
    frames = [number for number, line in enumerate(lines) if line.startswith(("    ", "  File "))]
    return "\n".join(lines[frames[-1] + 1 :] if frames else lines)
