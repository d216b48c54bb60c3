"""The packages as they are installed: what is in them, and that they need nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.version import VERSION
from tests.clients.callers import NODE, PROJECT, SCRIPTS

if TYPE_CHECKING:
    from pathlib import Path

PYTHON = PROJECT / "clients" / "python"
NPM = NODE.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def run(*command: str | Path, cwd: Path) -> str:
    environment = {
        **os.environ,
        "PIP_NO_INDEX": "1",
        "npm_config_offline": "true",
        "npm_config_cache": str(cwd / ".npm"),
    }
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-build-isolation",
        "--no-deps",
        "--wheel-dir",
        folder,
        PYTHON,
        cwd=folder,
    )
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("npm")
    shutil.copytree(SCRIPTS, folder / "js")
    run(NODE, NPM, "pack", "--silent", "--pack-destination", folder, cwd=folder / "js")
    return next(folder.glob("*.tgz"))


def test_the_wheel_has_every_module_and_the_mark_of_types(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    source = PYTHON / "src"
    modules = {str(path.relative_to(source)) for path in source.rglob("*.py")}
    assert names >= modules | {"resize404/py.typed", f"resize404_client-{VERSION}.dist-info/licenses/LICENSE"}
    assert {name.split("/")[0] for name in names} == {"resize404", f"resize404_client-{VERSION}.dist-info"}


def test_the_wheel_works_without_anything_else(wheel: Path) -> None:
    """Without site-packages: `-I -S` leaves only the standard library, and the wheel."""
    imports = f"import sys; sys.path.append({str(wheel)!r}); from resize404 import Site"
    code = f"{imports}; print(Site().url('a', 'hero'))"
    assert run(sys.executable, "-I", "-S", "-c", code, cwd=wheel.parent) == "/hero/a\n"


def test_the_npm_package_is_imported_by_its_name(archive: Path) -> None:
    folder = archive.parent / "page" / "node_modules" / "resize404-client"
    folder.mkdir(parents=True)
    with tarfile.open(archive) as packed:
        packed.extractall(folder.parent, filter="data")
    shutil.move(folder.parent / "package", folder.with_name("moved"))
    folder.rmdir()
    folder.with_name("moved").rename(folder)
    code = (
        "import { Site } from 'resize404-client'; import provider from 'resize404-client/nuxt';"
        "console.log(new Site().url('a.jpg', { width: 3 }), typeof provider().getImage)"
    )
    said = run(NODE, "--input-type=module", "--eval", code, cwd=archive.parent / "page")
    assert said == "/3x/a.jpg function\n"


def test_the_npm_package_has_every_script_its_types_and_the_licence(archive: Path) -> None:
    with tarfile.open(archive) as packed:
        names = set(packed.getnames())
    sources = {f"package/src/{path.name}" for path in (SCRIPTS / "src").iterdir()}
    assert names == sources | {"package/package.json", "package/LICENSE", "package/README.md"}


def test_both_clients_have_the_version_and_the_licence_of_the_project() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    python = tomllib.loads((PYTHON / "pyproject.toml").read_text())["project"]
    script: Any = json.loads((SCRIPTS / "package.json").read_text())
    assert {each["version"] for each in (python, script)} == {VERSION}
    assert {each["license"] for each in (project, python, script)} == {"Apache-2.0"}
    texts = {(folder / "LICENSE").read_text() for folder in (PROJECT, PYTHON, SCRIPTS)}
    assert len(texts) == 1


def test_neither_client_has_a_dependency() -> None:
    assert tomllib.loads((PYTHON / "pyproject.toml").read_text())["project"]["dependencies"] == []
    assert (
        not {"dependencies", "peerDependencies"} & json.loads((SCRIPTS / "package.json").read_text()).keys()
    )
