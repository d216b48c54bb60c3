"""The import contracts of ``pyproject.toml``: each is broken on purpose in a copy, and is then named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
LINTER = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS = [contract["name"] for contract in LINTER["contracts"]]

LAYERS = "chalicelib has one way down"
PLAIN, FOR_TYPES = "import {}", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import {}"

BREAKS = {
    "tools in Lambda": ("What runs in Lambda", "chalicelib.timing", "infra.routing", PLAIN),
    "a stand-in that knows the app": ("The stand-in", "edge.running", "chalicelib.errors", PLAIN),
    "an arrow up": (LAYERS, "chalicelib.address.key", "chalicelib.aws.cdn", PLAIN),
    "an arrow up for types": (LAYERS, "chalicelib.geometry.focus", "chalicelib.codecs.limits", FOR_TYPES),
    "an arrow to the side": (LAYERS, "chalicelib.darkroom.hatch", "chalicelib.aws.queues", PLAIN),
    "a circle within a wing": ("No circle", "chalicelib.codecs.tiff", "chalicelib.codecs.jpeg", PLAIN),
    "an address with a network": ("Addresses", "chalicelib.address.values", "boto3", PLAIN),
    "pixels with a network": ("Pixels", "chalicelib.render.job", "botocore", PLAIN),
    "a network with pixels": ("The network", "chalicelib.aws.faces", "wand", PLAIN),
    "a package with commands": ("What is deployed", "infra.package", "ops.account", PLAIN),
    "a check that asks": ("The doctor", "ops.doctor.checks.app", "boto3", PLAIN),
}
"""How the contract's name begins, the module that breaks it, what that imports, and how."""


def lint(project: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter, whose lines are not broken at a terminal's width here."""
    return subprocess.run(  # noqa: S603 - the project's own linter
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=project,
        env={**os.environ, "COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
    )


def copy(into: Path) -> Path:
    """Copy what import-linter reads: the contracts, and every module in its folder."""
    for file in ("pyproject.toml", *(str(path.relative_to(PROJECT)) for path in modules())):
        (into / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / file, into / file)
    return into


def modules() -> list[Path]:
    return [path for package in LINTER["root_packages"] for path in (PROJECT / package).rglob("*.py")]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is said where all contracts are broken at once."""
    project = copy(tmp_path_factory.mktemp("broken"))
    for _, module, imported, how in BREAKS.values():
        with (project / f"{module.replace('.', '/')}.py").open("a") as file:
            file.write(f"\n{how.format(imported)}\n")
    done = lint(project)
    assert done.returncode == 1
    return done.stdout


def test_a_copy_with_nothing_broken_keeps_every_contract(tmp_path: Path) -> None:
    done = lint(copy(tmp_path))

    assert done.returncode == 0
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in done.stdout


def test_no_contract_is_left_out_here() -> None:
    broken = tuple(begin for begin, *_ in BREAKS.values())

    assert [name for name in CONTRACTS if name.startswith(broken)] == CONTRACTS


@pytest.mark.parametrize(
    ("begin", "module", "imported"), [row[:3] for row in BREAKS.values()], ids=list(BREAKS)
)
def test_a_contract_that_is_broken_is_named_with_the_import_that_breaks_it(
    said: str, begin: str, module: str, imported: str
) -> None:
    (contract,) = (name for name in CONTRACTS if name.startswith(begin))
    why = said.split(f"\n{contract}\n---", 1)[1].partition("\n---")[0]

    assert f"\n{contract} BROKEN\n" in said
    # Circles are told of in the names that their members have within their folder.
    importer, other = (name.rpartition(".")[2] for name in (module, imported))
    assert f"{module} -> {imported} (l." in why or f"- .{importer} -> .{other} (" in why
