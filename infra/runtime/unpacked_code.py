"""The package as Lambda has it: unpacked archives, and the template's settings of each function."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra import intrinsics, template
from infra.package import PROJECT
from infra.runtime.sandbox import Function

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infra.package import Package


@dataclass(frozen=True, slots=True)
class Code:
    """The folders with a function's unpacked code and its unpacked layers."""

    task: Path
    layers: Path


def unpack(package: Package, folder: Path) -> Code:
    """Unpack the archives of `package` into `folder`."""
    code = Code(folder / "task", folder / "layers")
    _unzip(package.bundle, code.task)
    code.layers.mkdir()
    if package.layer:
        _unzip(package.layer, code.layers)
    return code


def _unzip(archive: Path, folder: Path) -> None:
    """Unpack `archive` with the permissions of its files, as Lambda does.

    `zipfile` alone does not set them.
    """
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            (folder / opened.extract(entry, folder)).chmod(entry.external_attr >> 16 & 0o777)


def unzipped_bytes(archive: Path) -> int:
    """Return the unpacked size of `archive` in bytes."""
    with zipfile.ZipFile(archive) as opened:
        return sum(entry.file_size for entry in opened.infolist())


def function(package: Package, logical_id: str, environment: Mapping[str, str]) -> Function:
    """Return the function `logical_id` of a stack with default parameters.

    `environment` overrides variables of its stage.
    """
    document = json.loads(package.template.read_text())
    properties = document["Resources"][logical_id]["Properties"]
    return Function(
        handler=properties["Handler"],
        runtime=properties["Runtime"],
        memory=intrinsics.evaluated(properties["MemorySize"], document, intrinsics.defaults(document)),
        environment={**template.environment(PROJECT, "stack"), **environment},
    )
