"""Packaging, and what it says when it cannot."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from infra import package as packaging
from infra.__main__ import main
from infra.package import PROJECT, PackagingFailed, package

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Another checkout of the project, in a folder with a space in its name and no cache in it."""
    copy = tmp_path / "another checkout"
    shutil.copytree(PROJECT / ".chalice", copy / ".chalice", ignore=shutil.ignore_patterns("deploy*"))
    shutil.copytree(PROJECT / "chalicelib", copy / "chalicelib", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("app.py", "requirements.txt"):
        shutil.copy(PROJECT / name, copy / name)
    return copy


def configure(checkout: Path, **environment: str) -> None:
    file = checkout / ".chalice" / "config.json"
    config = json.loads(file.read_text())
    config["environment_variables"].update(environment)
    file.write_text(json.dumps(config))


def reuse_requirements(checkout: Path) -> None:
    """Give the checkout the requirements that this one has packaged, so that PyPI is not asked."""
    shutil.copytree(PROJECT / ".chalice" / "deployments", checkout / ".chalice" / "deployments")


def test_the_bundle_holds_the_app_and_what_it_requires_but_no_sdk(packaged: packaging.Package) -> None:
    names = ZipFile(packaged.bundle).namelist()
    assert {"app.py", "chalicelib/errors.py", "wand/image.py", "chalice/app.py"} <= set(names)
    assert not [name for name in names if name.startswith(("boto3/", "botocore/", "tests/", "ops/"))]


@pytest.mark.usefixtures("packaged")
def test_any_checkout_can_be_packaged(checkout: Path, tmp_path: Path) -> None:
    reuse_requirements(checkout)
    made = package(tmp_path / "out", project=checkout)
    assert "app.py" in ZipFile(made.bundle).namelist()
    assert "Distribution" in json.loads(made.template.read_text())["Resources"]


def test_a_bad_configuration_is_reported_with_all_its_faults_and_no_traceback(
    checkout: Path, tmp_path: Path
) -> None:
    configure(checkout, ALLOWED_DIMENSIONS="0100x100", REDIRECT_STATUS="301", MAX_SOURCE_BYTES="0")
    with pytest.raises(PackagingFailed) as failure:
        package(tmp_path / "out", project=checkout)
    said = str(failure.value)
    for fault in ("ALLOWED_DIMENSIONS='0100x100'", "REDIRECT_STATUS='301'", "MAX_SOURCE_BYTES='0'"):
        assert fault in said
    assert "Traceback" not in said
    assert 'File "' not in said


def test_without_pypi_it_says_what_to_set(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "INDEX_URL": "http://127.0.0.1:1/simple",
        "RETRIES": "0",
        "NO_CACHE_DIR": "1",
    }.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    with pytest.raises(PackagingFailed, match=r"PyPI.*\n.*PIP_INDEX_URL"):
        package(tmp_path / "out", project=checkout)


def test_the_command_reports_a_failure_as_a_message(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(*_: object) -> packaging.Package:
        raise PackagingFailed("the reason")

    monkeypatch.setattr(packaging, "package", fail)
    result = CliRunner().invoke(main, ["package", "--out", str(tmp_path)])
    assert (result.exit_code, result.output) == (1, "Error: the reason\n")
