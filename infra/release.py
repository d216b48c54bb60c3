"""A release: what a deployment needs, packaged ahead with checksums, so that who deploys needs no compiler.

One folder for each processor has the template, the two archives, the bill of materials of both, and
`SHA256SUMS` as ``sha256sum --check`` reads it.
"""

from __future__ import annotations

import hashlib
import json
from email.parser import HeaderParser
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from chalicelib.version import VERSION
from infra import package as packaging
from infra import template
from infra.package import Package, PackagingFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHECKSUMS = "SHA256SUMS"
BILL = "bom.json"
PACKAGED = ("sam.json", "deployment.zip", "layer-deployment.zip")


def make(out: Path, *, project: Path = packaging.PROJECT) -> Path:
    """Write the release for the processor of ``vendor/imagemagick`` into a folder of `out`, and return it.

    `PackagingFailed` if there is no ImageMagick: such a package runs nowhere.
    """
    imagemagick = project / "vendor" / "imagemagick"
    architecture = template.architecture(imagemagick)
    if architecture is None:
        raise PackagingFailed(packaging.NO_IMAGEMAGICK)
    folder = out / f"resize404-{VERSION}-{architecture}"
    made = packaging.package(folder, project=project)
    bill = json.loads((imagemagick / BILL).read_text())
    (folder / BILL).write_text(json.dumps(_with_python(bill, made), indent=2) + "\n")
    seal(folder)
    return folder


def seal(folder: Path) -> None:
    """Write the checksums of the release's files in `folder`."""
    lines = [f"{_digest(folder / name)}  {name}\n" for name in sorted([*PACKAGED, BILL])]
    (folder / CHECKSUMS).write_text("".join(lines))


def read(folder: Path) -> Package:
    """Return the package in the release `folder`. `PackagingFailed` if a file is missing or has changed."""
    try:
        recorded = dict(_recorded(folder))
        wrong = [name for name in (*PACKAGED, BILL) if _digest(folder / name) != recorded.get(name)]
    except (OSError, ValueError) as fault:
        raise PackagingFailed(
            f"{folder} is no release of resize404, or not a whole one: {fault}. "
            "Name the folder of one processor, with the file SHA256SUMS in it."
        ) from fault
    if wrong:
        raise PackagingFailed(f"{folder}: {', '.join(wrong)} is not as it was released. Fetch it again.")
    return Package(*(folder / name for name in PACKAGED))


def _recorded(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each file's name and its checksum."""
    for line in (folder / CHECKSUMS).read_text().splitlines():
        digest, name = line.split("  ", 1)
        yield name, digest


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _with_python(bill: dict[str, Any], made: Package) -> dict[str, Any]:
    """Return ImageMagick's `bill` (CycloneDX 1.6) as resize404's, with the Python packages in `made`."""
    whole = {"type": "application", "name": "resize404", "version": VERSION, "bom-ref": "resize404"}
    python = [_component(*each) for each in sorted({("chalice", version("chalice")), *_distributions(made)})]
    return {
        **bill,
        "metadata": {**bill["metadata"], "component": whole},
        "components": [*bill["components"], *python],
    }


def _distributions(made: Package) -> Iterator[tuple[str, str]]:
    """Yield name and version of each Python package whose metadata is in the layer."""
    if made.layer is None:
        return
    with ZipFile(made.layer) as layer:
        for name in layer.namelist():
            if name.endswith(".dist-info/METADATA"):
                told = HeaderParser().parsestr(layer.read(name).decode())
                yield told["Name"].lower(), told["Version"]


def _component(name: str, number: str) -> dict[str, str]:
    purl = f"pkg:pypi/{name}@{number}"
    return {"type": "library", "bom-ref": purl, "name": name, "version": number, "purl": purl}
