"""The bill of materials, as CycloneDX 1.6 has it: what is in the library, from where, under which licence."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from infra.magick.packages import PYPI, Package

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infra.debian import File
    from infra.magick.lock import Source

PROJECT = Path(__file__).parents[2]

NAME = "imagemagick-for-lambda"
INPUTS = "resize404:inputs"

Json = dict[str, Any]
"""A JSON object, on its way to a file."""


def spell(components: Iterable[Json], tools: Iterable[str], inputs: str) -> str:
    """Return the bill: `tools` are the requirements of the build, `inputs` the hash of all that went in."""
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {"type": "library", "name": NAME, "bom-ref": NAME},
            "tools": {"components": [_tool(tool) for tool in tools]},
            "properties": [{"name": INPUTS, "value": inputs}],
        },
        "components": [*components, RUNTIME],
    }
    return json.dumps(bill, indent=2) + "\n"


def inputs(text: str) -> str:
    """Return the hash of all that went into what the bill `text` is of; nothing if it does not say."""
    properties = json.loads(text).get("metadata", {}).get("properties", [])
    return "".join(entry["value"] for entry in properties if entry["name"] == INPUTS)


def component(package: Package, source: Source, patches: Iterable[Path]) -> Json:
    """Return the entry of one package."""
    return {
        "type": "library",
        "bom-ref": source.package,
        "name": source.package,
        "version": source.version,
        "licenses": [{"expression": package.licence}],
        "purl": _purl(source),
        "pedigree": {"patches": [_patch(patch) for patch in patches]},
        "externalReferences": [_reference(file) for file in source.files],
        "properties": [
            {"name": "resize404:upstream-version", "value": source.upstream},
            {"name": "resize404:suite", "value": source.suite},
        ],
    }


RUNTIME: Json = {
    "type": "library",
    "bom-ref": "llvm-runtimes",
    "name": "libc++, libc++abi, libunwind and compiler-rt, as Zig has them",
    "licenses": [{"expression": "Apache-2.0 WITH LLVM-exception AND MIT"}],
}
"""What the compiler itself links into a library that has C++ in it; its version is that of ziglang."""


def _purl(source: Source) -> str:
    version = quote(source.version, safe="")
    if (source.suite,) == PYPI:
        return f"pkg:pypi/{source.package}@{version}"
    return f"pkg:deb/debian/{source.package}@{version}?arch=source&distro={source.suite}"


def _reference(file: File) -> Json:
    return {
        "type": "source-distribution",
        # Relative to any mirror of Debian's, or of PyPI's: an IRI reference, as CycloneDX has it.
        "url": quote(file.path),
        "hashes": [{"alg": "SHA-256", "content": file.sha256}],
    }


def _patch(path: Path) -> Json:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"type": "unofficial", "diff": {"url": f"{path.relative_to(PROJECT).as_posix()}#sha256={digest}"}}


def _tool(requirement: str) -> Json:
    name, _, version = requirement.partition("==")
    return {"type": "application", "name": name, "version": version, "purl": f"pkg:pypi/{name}@{version}"}
