"""The bill of materials: each package with its version, patches, licence and source files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from infra.magick import bom, build, lock
from infra.magick.packages import PACKAGES, Package

PINNED = lock.read()


def spelled() -> str:
    components = [
        bom.component(package, PINNED.source(package.name), build.patches(package)) for package in PACKAGES
    ]
    return bom.spell(components, ["ziglang==0.17.0"], "5eed")


@pytest.fixture(scope="module")
def bill() -> Any:
    return json.loads(spelled())


def entry(bill: Any, package: str) -> Any:
    return next(component for component in bill["components"] if component["name"] == package)


def test_it_is_cyclonedx(bill: Any) -> None:
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    for component in bill["components"]:
        assert component["type"] == "library"
        assert component["licenses"][0]["expression"]


def test_every_reference_in_it_is_unique(bill: Any) -> None:
    references = [component["bom-ref"] for component in bill["components"]]
    assert len(set(references)) == len(references)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_every_package_is_in_it_as_it_is_pinned(package: Package, bill: Any) -> None:
    component, source = entry(bill, package.name), PINNED.source(package.name)
    assert component["version"] == source.version
    assert component["licenses"] == [{"expression": package.licence}]
    assert [
        (reference["url"], reference["hashes"][0]["content"]) for reference in component["externalReferences"]
    ] == [(quote(file.path), file.sha256) for file in source.files]


def test_debians_patch_level_is_in_the_package_url(bill: Any) -> None:
    version = PINNED.source("imagemagick").version.replace(":", "%3A").replace("+", "%2B")
    assert entry(bill, "imagemagick")["purl"].startswith(f"pkg:deb/debian/imagemagick@{version}?arch=source")


def test_a_source_from_pypi_has_a_pypi_url(bill: Any) -> None:
    assert entry(bill, "zlib-ng")["purl"] == f"pkg:pypi/zlib-ng@{PINNED.source('zlib-ng').version}"


def test_our_own_patches_are_named_where_they_are(bill: Any) -> None:
    patches = entry(bill, "imagemagick")["pedigree"]["patches"]
    named = [Path(patch["diff"]["url"].partition("#")[0]) for patch in patches]
    assert named
    assert all((build.PROJECT / path).is_file() for path in named)


def test_the_compiler_is_named_with_its_version(bill: Any) -> None:
    assert bill["metadata"]["tools"]["components"] == [
        {"type": "application", "name": "ziglang", "version": "0.17.0", "purl": "pkg:pypi/ziglang@0.17.0"}
    ]


def test_the_hash_of_the_inputs_is_read_back() -> None:
    assert bom.inputs(spelled()) == "5eed"


def test_another_bill_has_no_hash_of_inputs() -> None:
    assert not bom.inputs("{}")
