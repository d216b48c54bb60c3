"""``python -m infra.magick``: what it says when something is not as it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from infra.magick import proof, toolchain, tree
from infra.magick.__main__ import main
from infra.magick.proof import Finding
from infra.magick.toolchain import TARGETS, ToolsMissing

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder where there is no tree, on a machine where nothing is missing."""
    monkeypatch.setattr(toolchain, "require", lambda target: None)  # noqa: ARG005
    monkeypatch.setattr(toolchain, "assembler", lambda target: target.arch)
    return tmp_path / "imagemagick"


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, words)
    return result.exit_code, result.output


@pytest.mark.parametrize("command", ["build", "lock", "prove", "verify"])
def test_help_tells_of_every_command(command: str) -> None:
    assert f"infra.magick {command} " in run("--help")[1] or command == "lock"
    assert run(command, "--help")[0] == 0


def test_verify_says_that_there_is_nothing_to_verify(empty: Path) -> None:
    status, told = run("verify", "--at", str(empty))
    assert status == 1
    assert f"There is no {empty / tree.SUMS}." in told
    assert f"There are no libraries in {empty / 'lib'}." in told


def test_verify_says_what_was_changed(empty: Path) -> None:
    empty.mkdir()
    (empty / "bom.json").write_text("{}")
    tree.seal(empty)
    (empty / "bom.json").write_text("{ }")
    status, told = run("verify", "--at", str(empty))
    assert status == 1
    assert "bom.json was changed." in told


@pytest.mark.parametrize(("passed", "status"), [(True, 0), (False, 1)])
def test_prove_fails_when_one_trial_does(
    passed: bool,  # noqa: FBT001 - a column of the table
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    findings = [Finding("png is read", passed=True, told="16x16"), Finding("gif is read", passed, "no")]
    monkeypatch.setattr(proof, "prove", lambda target, at, cache: findings)  # noqa: ARG005
    assert run("prove", "--at", str(tmp_path))[0] == status


@pytest.mark.parametrize(
    ("arch", "missing", "install"),
    [
        ("x86_64", {"nasm", "patch"}, "apt install nasm patch"),
        ("x86_64", {"nm", "readelf"}, "apt install binutils"),
        ("aarch64", {"nasm", "make"}, "apt install make"),
    ],
)
def test_what_is_missing_is_named_with_how_it_is_had(
    arch: str, missing: set[str], install: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda tool: None if tool in missing else f"/usr/bin/{tool}")
    with pytest.raises(ToolsMissing, match=rf"{install}$"):
        toolchain.require(TARGETS[arch])


def test_nothing_is_asked_for_where_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda tool: f"/usr/bin/{tool}")
    for target in TARGETS.values():
        toolchain.require(target)


def test_a_command_that_fails_shows_the_end_of_what_it_said(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with pytest.raises(toolchain.CommandFailed, match="the reason") as failure:
        toolchain.run(("sh", "-c", "echo the reason; exit 3"), tmp_path, log=log)
    assert str(log) in str(failure.value)
    assert "the reason" in log.read_text()


def test_the_builders_environment_does_not_reach_the_build(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CFLAGS", "-march=native")
    environ = toolchain.Toolchain(TARGETS["aarch64"], tmp_path / "tools", tmp_path / "work").environment
    assert "-march=native" not in environ.values()
    assert environ["PATH"].startswith(str(tmp_path / "work" / "bin"))
