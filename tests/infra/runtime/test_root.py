"""Building the root folder: the tools that it needs, and its packages from Debian."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from infra.runtime import root
from infra.runtime.errors import RuntimeFailed, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def without(missing: str) -> Callable[[str], str | None]:
    return lambda tool: None if tool == missing else f"/usr/bin/{tool}"


@pytest.mark.parametrize(("tool", "package"), [("bwrap", "bubblewrap"), ("dpkg-deb", "dpkg")])
def test_a_missing_tool_is_named_with_its_package(
    monkeypatch: pytest.MonkeyPatch, tool: str, package: str
) -> None:
    monkeypatch.setattr(shutil, "which", without(tool))
    with pytest.raises(RuntimeFailed, match=rf"{tool}: {package}"):
        root.require()


def test_another_system_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(RuntimeFailed, match="only on Linux on x86_64"):
        root.require()


def test_an_existing_root_is_not_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(root, "require", lambda: None)
    monkeypatch.setattr(root, "Apt", lambda *_, **__: pytest.fail("apt is asked"))
    built = tmp_path / f"root-{root.recipe()}"
    built.mkdir()
    assert root.build(pytest.fail, cache=tmp_path).path == built


def test_another_recipe_is_another_root(monkeypatch: pytest.MonkeyPatch) -> None:
    before = root.recipe()
    monkeypatch.setattr(root, "SUITE", "bookworm")
    assert root.recipe() != before


def test_a_command_that_fails_says_why() -> None:
    with pytest.raises(RuntimeFailed, match=r"(?s)failed:.*no-such-file"):
        run(["cat", "/no-such-file"])
