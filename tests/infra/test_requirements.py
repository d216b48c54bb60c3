"""Who needs which package: what runs needs only what `make run` installs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib.metadata import distribution, packages_distributions
from typing import TYPE_CHECKING

import pytest

from infra.package import PROJECT
from ops.__main__ import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHIPPED, RUNS, DEVELOPS = "requirements.txt", "requirements-run.txt", "requirements-dev.txt"
OURS = {"app", "bench", "chalicelib", "edge", "fuzz", "infra", "ops", "tests"}
ELSEWHERE = (
    "infra/template_check.py",
    "infra/wings.py",
    "infra/magick/patches/compare.py",
    "infra/runtime/bootstrap.py",
)
"""What only people who develop type, and what runs in a root of its own."""

PROGRAMS = (
    "ops.__main__",
    "infra.__main__",
    "infra.magick.__main__",
    "infra.runtime.__main__",
    "edge.__main__",
)

RUNNING = [
    path
    for folder in ("chalicelib", "edge", "infra", "ops")
    for path in sorted((PROJECT / folder).rglob("*.py"))
    if str(path.relative_to(PROJECT)) not in ELSEWHERE
]


def listed(name: str) -> set[str]:
    """Return the packages that the file lists, also by reference, in lower case."""
    found: set[str] = set()
    for line in (PROJECT / name).read_text().splitlines():
        if line.startswith("-r "):
            found |= listed(line.removeprefix("-r "))
        elif match := re.match(r"[A-Za-z0-9._-]+", line):
            found.add(match[0].lower())
    return found


def with_dependencies(names: set[str]) -> set[str]:
    """Return `names` and what is installed with them."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            needed = distribution(name).requires or []
            plain = (each for each in needed if "extra ==" not in each and "sys_platform" not in each)
            waiting += [
                match[0].lower().replace("_", "-")
                for each in plain
                if (match := re.match(r"[A-Za-z0-9._-]+", each)) and _is_installed(match[0])
            ]
    return found


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except ModuleNotFoundError:
        return False
    return True


def imported(path: Path) -> Iterator[str]:
    """Yield the packages of others that the module at `path` imports when it runs, not only for types."""
    tree = ast.parse(path.read_text())
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in set(ast.walk(tree)) - for_types:
        names = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        for name in names:
            package = name.partition(".")[0]
            if package not in OURS and package not in sys.stdlib_module_names:
                yield package


def test_what_runs_imports_only_what_make_run_installs() -> None:
    installed = with_dependencies(listed(RUNS))
    owners = packages_distributions()
    missing = {
        f"{path.relative_to(PROJECT)}: {package}"
        for path in RUNNING
        for package in imported(path)
        if not {owner.lower().replace("_", "-") for owner in owners.get(package, [])} & installed
    }
    assert missing == set()


def test_every_program_starts_with_nothing_but_that() -> None:
    allowed = with_dependencies(listed(RUNS))
    absent = {
        package
        for package, owners in packages_distributions().items()
        if not {owner.lower().replace("_", "-") for owner in owners} & allowed
    } - OURS
    starts = (
        f"import sys, importlib; sys.modules.update(dict.fromkeys({sorted(absent)})); "
        f"[importlib.import_module(program) for program in {[*PROGRAMS, *COMMANDS.values()]}]"
    )
    done = subprocess.run(  # noqa: S603 - our own arguments
        [sys.executable, "-c", starts], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_each_list_contains_the_one_before_it() -> None:
    assert listed(SHIPPED) < listed(RUNS) < listed(DEVELOPS)


@pytest.mark.parametrize("package", ["pytest", "mypy", "ruff", "moto", "playwright", "cfn-lint", "numpy"])
def test_tools_that_test_and_check_are_not_needed_to_run(package: str) -> None:
    assert package in listed(DEVELOPS)
    assert package not in with_dependencies(listed(RUNS))


def test_every_version_is_pinned() -> None:
    for name in (SHIPPED, RUNS, DEVELOPS):
        lines = (line for line in (PROJECT / name).read_text().splitlines() if line)
        loose = [line for line in lines if not line.startswith(("#", "-r ")) and "==" not in line]
        assert loose == []
