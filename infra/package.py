"""Packages the app with ``chalice package``: the template of everything, and the two archives it deploys.

The bundle is the app alone. What changes seldom, its requirements and ``vendor/``, with ImageMagick in it, is
Chalice's managed layer, which is uploaded once and shared by all functions.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from infra import archive, template
from infra.strip_docstrings import strip_docstrings

if TYPE_CHECKING:
    from collections.abc import Iterator

Files = dict[str, archive.File]

PROJECT = Path(__file__).parents[1]

LAYER_PACKAGES = "python"
"""The folder of a layer that Lambda's Python, of whichever version, finds modules in."""

UNFIT = (
    "There is no vendor/imagemagick, so this cannot run on Lambda. To have it: python -m infra.magick build"
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
    """What was made: the template, the bundle that its functions run, and the layer beneath it, if any."""

    template: Path
    bundle: Path
    layer: Path | None = None

    @property
    def has_imagemagick(self) -> bool:
        """Whether ImageMagick is part of it: what has none finds none on Lambda."""
        return any(
            name.startswith(f"{LAYER_PACKAGES}/imagemagick/lib/")
            for name in (ZipFile(self.layer).namelist() if self.layer else [])
        )


class PackagingFailed(Exception):  # noqa: N818 - the name says what happened
    """The app could not be packaged; the message says why, for people."""


def package(out: Path, stage: str = "stack", *, project: Path = PROJECT) -> Package:
    """Package `project` for `stage` into the folder `out`; `PackagingFailed` says why it could not."""
    with TemporaryDirectory(prefix="resize404-") as scratch, _alone(project):
        merged = Path(scratch) / "merge.json"
        merged.write_text(json.dumps(template.render(template.environment(project, stage))))
        raw = Path(scratch) / "package"
        _chalice(["package", "--stage", stage, "--merge-template", str(merged), str(raw)], project)
        _check_merged(json.loads((raw / "sam.json").read_text())["Resources"], stage)
        return _finished(raw, out, cache=project / ".chalice" / "deployments")


def _check_merged(resources: dict[str, Any], stage: str) -> None:
    """Raise `PackagingFailed` if the template adds to functions that the app does not have in `stage`."""
    absent = [name for name, resource in resources.items() if "Type" not in resource]
    if absent:
        raise PackagingFailed(
            f"In the stage {stage} the app has not what infra/stack.yaml is about: {', '.join(absent)}. "
            "The stage stack does; the others are for `chalice deploy`."
        )


def _finished(raw: Path, out: Path, *, cache: Path) -> Package:
    """Write what Chalice has made in `raw` to `out`, fit for every Python that Lambda has."""
    bundle, layer = archive.files(raw / "deployment.zip"), Files()
    if (raw / "layer-deployment.zip").exists():
        bundle, layer = _divided(bundle, archive.files(raw / "layer-deployment.zip"))
        archive.write(layer, out / "layer-deployment.zip", cache=cache)
    archive.write(bundle, out / "deployment.zip", cache=cache, shorten=_shortened)
    made = json.loads((raw / "sam.json").read_text())
    _settle_layer(made["Resources"])
    (out / "sam.json").write_text(json.dumps(made, indent=2))
    return Package(out / "sam.json", out / "deployment.zip", out / "layer-deployment.zip" if layer else None)


def _divided(bundle: Files, layer: Files) -> tuple[Files, Files]:
    """Return the two with all that is not ours in the layer, where every Python finds it.

    Chalice has the layer's packages where only the Python that packages looks for them, and itself in the
    bundle.
    """
    modules = {path.partition("/site-packages/")[2]: file for path, file in layer.items()}
    modules |= {path: file for path, file in bundle.items() if path.startswith("chalice/")}
    ours = {path: file for path, file in bundle.items() if path not in modules}
    return ours, {f"{LAYER_PACKAGES}/{path}": file for path, file in modules.items()}


def _shortened(path: str, data: bytes) -> bytes:
    return (
        strip_docstrings(data)
        if path.endswith(".py") and path.startswith(("app.py", "chalicelib/"))
        else data
    )


def _settle_layer(resources: dict[str, Any]) -> None:
    """Say of each layer what Chalice cannot know: which Python runs, and that it goes with its stack."""
    runtimes = {
        resource["Properties"]["Runtime"]
        for resource in resources.values()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    for resource in resources.values():
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"] |= {"CompatibleRuntimes": sorted(runtimes), "RetentionPolicy": "Delete"}


@contextmanager
def _alone(project: Path) -> Iterator[None]:
    # Chalice rewrites its cached bundle in place: two at once in one checkout would spoil each other's.
    cache = project / ".chalice" / "deployments"
    cache.mkdir(exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _chalice(arguments: list[str], project: Path) -> None:
    # Packaging reaches no AWS account, so none is told; yet Chalice insists on a region.
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
            "The app's requirements could not be had from PyPI. Once packaged, they need no network again;\n"
            "for a mirror set PIP_INDEX_URL, for a folder of wheels PIP_NO_INDEX=1 and PIP_FIND_LINKS.\n"
            + _cause(output)
        )
    return "The app could not be packaged.\n" + _cause(output)


def _cause(output: str) -> str:
    """Return the message of the exception that a traceback ends with, or all of `output` without one."""
    lines = output.strip().splitlines()
    frames = [number for number, line in enumerate(lines) if line.startswith(("    ", "  File "))]
    return "\n".join(lines[frames[-1] + 1 :] if frames else lines)
