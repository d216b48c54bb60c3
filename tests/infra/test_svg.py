"""What Lambda needs for SVGs, on its way into the layer."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from infra import svg
from infra.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path


def wheel(machine: str, python: str, folder: Path) -> None:
    """Write a wheel as PyPI has it: a package, a library for one Python, and what pip needs."""
    tag = f"cp{python.replace('.', '')}"
    with ZipFile(folder / f"py_svg_hush-0.3.0-{tag}-{tag}-manylinux2014_{machine}.whl", "w") as written:
        written.writestr("py_svg_hush/__init__.py", "from .py_svg_hush import filter_svg")
        written.writestr(f"py_svg_hush/py_svg_hush.cpython-{tag[2:]}-{machine}-linux-gnu.so", machine)
        written.writestr("py_svg_hush-0.3.0.dist-info/RECORD", "")
        written.writestr("py_svg_hush-0.3.0.dist-info/licenses/LICENSE.txt", "MIT")


@pytest.mark.parametrize("machine", svg.MACHINES)
def test_each_python_of_lambda_finds_its_own_library_in_one_package(machine: str, tmp_path: Path) -> None:
    svg.fetch("x86_64" if machine == "aarch64" else "aarch64", tmp_path, wheel)
    fetched = svg.fetch(machine, tmp_path, wheel)

    assert fetched == tmp_path / "py_svg_hush"
    assert {file.name for file in fetched.iterdir()} == {
        "__init__.py",
        "LICENSE.txt",
        *(f"py_svg_hush.cpython-{python}-{machine}-linux-gnu.so" for python in (311, 312, 313)),
    }


def test_every_wheel_is_known_by_its_digest_and_is_the_version_that_is_tested() -> None:
    asked = svg.REQUIREMENTS.read_text()

    assert f"py-svg-hush=={version('py-svg-hush')} " in asked
    assert len(set(re.findall("sha256:[0-9a-f]{64}", asked))) == len(svg.PYTHONS) * len(svg.MACHINES)


def test_a_download_that_fails_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    said = CliRunner().invoke(main, ["svg"])

    assert said.exit_code == 1
    assert "py_svg_hush for Python 3.11 could not be downloaded" in said.output
    assert "No matching distribution" in said.output
