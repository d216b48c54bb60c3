"""Modules are compiled ahead, for one version of Python, always to the same bytes."""

from __future__ import annotations

import marshal
import subprocess
import sys
import types
from typing import TYPE_CHECKING

import pytest

from infra import compiling
from infra.bytecode import Compiler, compiler

if TYPE_CHECKING:
    from pathlib import Path

MODULE = b"def is_warm(colour):\n    return colour in {'red', 'orange', 'yellow', 'brown', 'pink'}\n"
FILES = {"shop/a.py": MODULE, "shop/b.py": b"from shop import a\n", "shop/notes.txt": b"x = 1"}
THIS = f"python{sys.version_info.major}.{sys.version_info.minor}"
HEADER = 16
"""Bytes before the code: magic number, flags, and the hash of the source (PEP 552)."""


@pytest.fixture
def ours() -> Compiler:
    found = compiler(THIS)
    assert found
    return found


def test_every_module_is_compiled_and_nothing_else(ours: Compiler) -> None:
    tag = sys.implementation.cache_tag
    assert set(ours.compiled(FILES, "/var/task")) == {
        f"shop/__pycache__/a.{tag}.pyc",
        f"shop/__pycache__/b.{tag}.pyc",
    }


def test_the_same_files_give_the_same_bytes(ours: Compiler) -> None:
    made = [ours.compiled(files, "/var/task") for files in (FILES, dict(reversed(FILES.items())))]
    assert made[0] == made[1]


def test_the_bytecode_names_the_folder_on_lambda_and_is_not_compared_with_the_source(ours: Compiler) -> None:
    first, *_ = ours.compiled(FILES, "/var/task").values()
    assert int.from_bytes(first[4:8], "little") == 0b01, "hash-based and unchecked"
    assert loaded(first).co_filename == "/var/task/shop/a.py"


def test_python_runs_the_bytecode_and_does_not_compile_the_source(ours: Compiler, tmp_path: Path) -> None:
    for path, data in {**FILES, **ours.compiled(FILES, str(tmp_path))}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"1 / 0" if path.endswith(".py") else data)
    program = [sys.executable, "-c", "from shop import b; print(b.a.is_warm('red'))"]
    done = subprocess.run(  # noqa: S603 - our own program
        program, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "True\n"


def test_a_file_that_is_no_python_of_this_version_is_left_to_lambda(ours: Compiler) -> None:
    assert list(ours.compiled({"a.py": b"print 1", "b.py": b"x = 1"}, "/opt")) == [
        f"__pycache__/b.{sys.implementation.cache_tag}.pyc"
    ]


def test_a_version_that_this_machine_does_not_have_has_no_compiler() -> None:
    assert compiler("python3.99") is None


def test_a_python_that_does_not_start_says_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    assert Compiler(str(broken)).run("-c", "print(1)").stdout == ""


@pytest.mark.parametrize(
    ("python", "written_out"),
    [((3, 13), {"shop/a.py"}), ((3, 12), set())],
    ids=["one that can replace fields", "an older one"],
)
def test_dataclasses_are_written_out_in_our_own_modules_for_a_python_that_is(
    python: tuple[int, int], written_out: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiling, "_KNOWS_REPLACE", python >= (3, 13))
    source = "from dataclasses import dataclass\n\n\n@dataclass(slots=True)\nclass Shoe:\n    size: int\n"
    for path in ("shop/a.py", "wand/b.py"):
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text(source)
    compiling.main(tmp_path, "/var/task", ("shop/",))
    made = [loaded(each.read_bytes()) for each in tmp_path.rglob("*.pyc")]
    assert {code.co_filename for code in made} == {"/var/task/shop/a.py", "/var/task/wand/b.py"}
    without = {code.co_filename for code in made if "dataclass" not in code.co_names}
    assert without == {f"/var/task/{path}" for path in written_out}


def loaded(bytecode: bytes) -> types.CodeType:
    code = marshal.loads(bytecode[HEADER:])  # noqa: S302 - we have just made it
    assert isinstance(code, types.CodeType)
    return code
