"""The commands, with fakes for everything slow."""

from __future__ import annotations

import subprocess
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from infra import package as packaging
from infra import template
from infra.package import Package
from infra.runtime import __main__ as commands
from infra.runtime import proof, root
from infra.runtime.checks import Check
from infra.runtime.errors import RuntimeFailed

if TYPE_CHECKING:
    from pathlib import Path

PASSES, FAILS = Check("a", "b", "b"), Check("a", "b", "c")


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A checkout that can be packaged, and the commands that run in it."""
    ran: list[list[str]] = []
    monkeypatch.setattr(root, "build", lambda _: root.Root(tmp_path))
    monkeypatch.setattr(packaging, "PROJECT", tmp_path)
    monkeypatch.setattr(packaging, "package", lambda folder: Package(folder / "sam.json", folder / "zip"))

    def succeed(command: list[str], **_: object) -> SimpleNamespace:
        ran.append(command)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(subprocess, "run", succeed)
    return ran


def run(*arguments: str) -> Any:
    return CliRunner().invoke(commands.main, arguments)


@pytest.mark.parametrize(
    ("checks", "status"),
    [([PASSES], 0), ([PASSES, FAILS], 1)],
    ids=["all passed", "one failed"],
)
@pytest.mark.usefixtures("built")
def test_the_exit_status_says_whether_the_proof_passed(
    checks: list[Check], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "prove", lambda *_: proof.Proof({"Pictures": checks}))
    assert run("prove").exit_code == status


@pytest.mark.parametrize(
    ("folder", "commands_run"),
    [("vendor/imagemagick", []), ("vendor/else", [["-m", "infra.magick", "build"]])],
    ids=["there", "missing"],
)
def test_imagemagick_is_built_only_if_it_is_missing(
    built: list[list[str]],
    folder: str,
    commands_run: list[list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setattr(proof, "prove", lambda *_: proof.Proof({"Pictures": [PASSES]}))
    assert run("prove").exit_code == 0
    assert [command[1:] for command in built] == commands_run


@pytest.mark.usefixtures("built")
def test_a_library_for_another_architecture_is_not_tried_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vendor" / "imagemagick").mkdir(parents=True)
    monkeypatch.setattr(template, "architecture", lambda _: "arm64")
    result = run("prove")
    assert result.exit_code == 1
    assert "vendor/imagemagick is for arm64" in result.output


@pytest.mark.usefixtures("built")
def test_a_failure_is_shown_as_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> root.Root:
        raise RuntimeFailed("This has to be installed first:\n  bwrap: bubblewrap")

    monkeypatch.setattr(root, "build", fail)
    result = run("build")
    assert (result.exit_code, result.output) == (
        1,
        "Error: This has to be installed first:\n  bwrap: bubblewrap\n",
    )
