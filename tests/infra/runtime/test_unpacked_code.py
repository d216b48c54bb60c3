"""The unpacked package, as Lambda has it."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING
from zipfile import ZipFile, ZipInfo

import pytest

from infra.package import Package
from infra.runtime import unpacked_code

if TYPE_CHECKING:
    from pathlib import Path

APP = {
    "Type": "AWS::Serverless::Function",
    "Properties": {
        "Handler": "app.app",
        "Runtime": "python3.13",
        "MemorySize": {"Fn::If": ["IsLarge", 1769, 512]},
    },
}
TEMPLATE = {
    "Parameters": {"Pictures": {"Type": "String", "Default": "large"}, "Name": {"Type": "String"}},
    "Conditions": {"IsLarge": {"Fn::Equals": [{"Ref": "Pictures"}, "large"]}},
    "Resources": {"APIHandler": APP},
}


@pytest.fixture
def package(tmp_path: Path) -> Package:
    template = tmp_path / "sam.json"
    template.write_text(json.dumps(TEMPLATE))
    bundle = zipped(tmp_path / "bundle.zip", {"app.py": 0o644, "chalicelib/key.py": 0o644})
    return Package(template, bundle, zipped(tmp_path / "layer.zip", {"python/tool": 0o755}))


def zipped(target: Path, files: dict[str, int]) -> Path:
    with ZipFile(target, "w") as archive:
        for name, mode in files.items():
            entry = ZipInfo(name)
            entry.external_attr = (stat.S_IFREG | mode) << 16
            archive.writestr(entry, b"x" * 100)
    return target


def test_bundle_and_layer_are_unpacked_each_to_its_own_folder(package: Package, tmp_path: Path) -> None:
    unpacked = unpacked_code.unpack(package, tmp_path / "lambda")
    assert (unpacked.task / "chalicelib" / "key.py").read_bytes() == b"x" * 100
    assert (unpacked.layers / "python" / "tool").is_file()


def test_permissions_are_those_in_the_archive(package: Package, tmp_path: Path) -> None:
    unpacked = unpacked_code.unpack(package, tmp_path / "lambda")
    assert stat.filemode((unpacked.layers / "python" / "tool").stat().st_mode) == "-rwxr-xr-x"
    assert stat.filemode((unpacked.task / "app.py").stat().st_mode) == "-rw-r--r--"


def test_without_a_layer_there_is_an_empty_folder_for_it(package: Package, tmp_path: Path) -> None:
    unpacked = unpacked_code.unpack(Package(package.template, package.bundle), tmp_path / "lambda")
    assert list(unpacked.layers.iterdir()) == []


def test_the_size_of_an_archive_is_the_sum_of_its_files(package: Package) -> None:
    assert unpacked_code.unzipped_bytes(package.bundle) == 200


def test_a_function_is_as_a_stack_with_defaults_has_it_in_the_environment_of_its_stage(
    package: Package,
) -> None:
    found = unpacked_code.function(package, "APIHandler", {"SITE_BUCKET": "mine"})
    assert (found.handler, found.runtime, found.memory) == ("app.app", "python3.13", 1769)
    assert found.environment["SITE_BUCKET"] == "mine"
    assert found.environment["REDIRECT_STATUS"] == "302"
