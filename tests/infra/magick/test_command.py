"""``python -m infra.magick``: its messages for faults."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from infra.magick import bom, proof, toolchain, tree
from infra.magick import build as building
from infra.magick.__main__ import main, targeted
from infra.magick.proof import Finding
from infra.magick.toolchain import TARGETS, ToolsMissing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, on a machine with all tools."""
    monkeypatch.setattr(toolchain, "require", lambda target: None)  # noqa: ARG005
    monkeypatch.setattr(toolchain, "assembler", lambda target: target.arch)
    return tmp_path / "imagemagick"


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, words)
    return result.exit_code, result.output


@pytest.mark.parametrize("command", ["build", "lock", "prove", "verify"])
def test_help_lists_every_command(command: str) -> None:
    assert f"infra.magick {command} " in run("--help")[1] or command == "lock"
    assert run(command, "--help")[0] == 0


def test_verify_reports_a_missing_tree(empty: Path) -> None:
    status, told = run("verify", "--at", str(empty))
    assert status == 1
    assert f"There is no {empty / tree.SUMS}." in told
    assert f"There are no libraries in {empty / 'lib'}." in told


def test_verify_names_changed_files(empty: Path) -> None:
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
    findings = [Finding("png is read", passed=True, output="16x16"), Finding("gif is read", passed, "no")]
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
def test_a_missing_tool_is_named_with_the_install_command(
    arch: str, missing: set[str], install: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda tool: None if tool in missing else f"/usr/bin/{tool}")
    with pytest.raises(ToolsMissing, match=rf"{install}$"):
        toolchain.require(TARGETS[arch])


def test_nothing_is_reported_if_all_tools_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda tool: f"/usr/bin/{tool}")
    for target in TARGETS.values():
        toolchain.require(target)


def test_a_failed_command_shows_the_end_of_its_output(tmp_path: Path) -> None:
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


def lay(tree_: Path, machine: bytes) -> Path:
    """Make a tree with a library that is only an ELF header."""
    (tree_ / "lib").mkdir(parents=True)
    header = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00" + machine
    (tree_ / "lib" / "libMagickWand-6.Q16.so").write_bytes(header)
    (tree_ / tree.BILL).write_text(bom.spell([], [], "5eed"))
    tree.seal(tree_)
    return tree_


X86_64, AARCH64 = b"\x3e\x00", b"\xb7\x00"


@pytest.mark.parametrize(
    ("named", "there", "arch"),
    [
        (None, None, "x86_64"),
        (None, X86_64, "x86_64"),
        (None, AARCH64, "aarch64"),
        ("aarch64", X86_64, "aarch64"),
        ("x86_64", AARCH64, "x86_64"),
    ],
    ids=["by default", "what is there", "another that is there", "named", "named, and not what is there"],
)
def test_the_target_is_the_named_one_or_that_of_the_existing_tree(
    named: str | None, there: bytes | None, arch: str, tmp_path: Path
) -> None:
    if there:
        lay(tmp_path / "imagemagick", there)
    assert targeted(named, tmp_path / "imagemagick").arch == arch


@pytest.mark.parametrize(
    ("recorded", "status", "said"),
    [
        (lambda made: made, 0, ""),
        (lambda made: replace(made, inputs="another"), 0, "Note: the record is of other sources"),
        (lambda made: replace(made, tree="another"), 1, "but on record is another"),
    ],
    ids=["as on record", "of something else", "not what it came to before"],
)
def test_a_build_that_contradicts_the_record_is_not_accepted(
    recorded: Callable[[tree.Checksum], tree.Checksum],
    status: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    empty: Path,
) -> None:
    finished = lay(tmp_path / "finished", AARCH64)
    monkeypatch.setattr(tree, "read_checksums", lambda: {"aarch64": recorded(tree.built(finished))})
    monkeypatch.setattr(building, "build", lambda plan, journal: finished)  # noqa: ARG005
    monkeypatch.setattr(building.Plan, "finished", True)
    left, told = run("build", "--arch", "aarch64", "--at", str(empty))
    assert (left, empty.exists()) == (status, status == 0)
    assert said in told
