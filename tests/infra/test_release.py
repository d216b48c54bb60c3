"""A release: everything that a deployment needs, in one folder with checksums."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from chalicelib.version import VERSION
from infra import package as packaging
from infra import release
from infra.package import PROJECT, Package, PackagingFailed

if TYPE_CHECKING:
    from pathlib import Path

COMPONENT = {"type": "library", "name": "zlib", "version": "1.3"}
ELF = b"\x7fELF".ljust(18, b"\0")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A checkout with an ImageMagick for arm64, which is never loaded."""
    tree = tmp_path / "checkout" / "vendor" / "imagemagick"
    (tree / "lib").mkdir(parents=True)
    (tree / "lib" / "libMagickWand-6.Q16.so").write_bytes(ELF + b"\xb7\0")
    (tree / "bom.json").write_text(json.dumps({"metadata": {}, "components": [COMPONENT]}))
    return tmp_path / "checkout"


@pytest.fixture
def made(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release of a package that this checkout has made before: packaging has tests of its own."""
    package = packaging.package(tmp_path / "package")

    def packaged(out: Path, *, project: Path) -> Package:
        assert project != PROJECT
        shutil.copytree(package.template.parent, out)
        return Package(*(out / name for name in release.PACKAGED))

    monkeypatch.setattr(packaging, "package", packaged)
    return release.make(tmp_path / "releases", project=project)


def test_its_folder_says_the_version_and_the_processor(made: Path) -> None:
    assert made.name == f"resize404-{VERSION}-arm64"
    assert sorted(file.name for file in made.iterdir()) == sorted(
        [*release.PACKAGED, release.BILL, release.CHECKSUMS]
    )


def test_sha256sum_agrees_with_its_checksums(made: Path) -> None:
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],  # noqa: S607 - that of this machine
        cwd=made,
        capture_output=True,
        text=True,
        check=True,
    )
    assert checked.stdout.count(": OK") == 4


def test_its_bill_of_materials_has_what_is_compiled_and_what_comes_from_pypi(made: Path) -> None:
    bill = json.loads((made / "bom.json").read_text())
    names = {each["name"] for each in bill["components"]}
    assert names >= {"zlib", "wand", "chalice"}
    assert (bill["metadata"]["component"]["name"], bill["metadata"]["component"]["version"]) == (
        "resize404",
        VERSION,
    )


def test_what_is_read_is_what_was_made(made: Path) -> None:
    read = release.read(made)
    assert read == Package(*(made / name for name in release.PACKAGED))
    assert json.loads(read.template.read_text())["Outputs"]["Version"]["Value"] == VERSION


@pytest.mark.parametrize("name", [*release.PACKAGED, release.BILL])
def test_a_file_that_has_changed_is_refused_by_name(made: Path, name: str) -> None:
    with (made / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(PackagingFailed, match=rf"{name} is not as it was released"):
        release.read(made)


@pytest.mark.parametrize("name", [*release.PACKAGED, release.CHECKSUMS])
def test_a_missing_file_is_named(made: Path, name: str) -> None:
    (made / name).unlink()
    with pytest.raises(PackagingFailed, match=name):
        release.read(made)


def test_without_imagemagick_nothing_is_released(tmp_path: Path) -> None:
    with pytest.raises(PackagingFailed, match="There is no vendor/imagemagick"):
        release.make(tmp_path / "releases", project=tmp_path)
    assert not (tmp_path / "releases").exists()
