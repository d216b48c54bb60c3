"""Archives have the same bytes on every machine."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import pytest

from infra import archive

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = {"b/tool": b"run", "a.py": b"import b"}


def zipped(
    target: Path, content: dict[str, bytes], *, mode: int = 0o644, year: int = 2026, **modes: int
) -> Path:
    with ZipFile(target, "w", ZIP_STORED) as made:
        for name, data in content.items():
            entry = ZipInfo(name, (year, 1, 1, 0, 0, 0))
            entry.external_attr = (stat.S_IFREG | modes.get(name.split("/")[-1], mode)) << 16
            made.writestr(entry, data)
    return target


def remade(source: Path) -> bytes:
    target = source.with_suffix(".remade")
    archive.write(archive.files(source), target, cache=source.parent)
    return target.read_bytes()


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"content": dict(reversed(CONTENT.items()))}, id="another-order"),
        pytest.param({"year": 1999}, id="another-date"),
        pytest.param({"mode": 0o600}, id="another-umask"),
        pytest.param({"content": {**CONTENT, "__pycache__/a.cpython-311.pyc": b"x"}}, id="bytecode"),
        pytest.param({"content": {**CONTENT, "b/": b""}}, id="a-folder"),
    ],
)
def test_irrelevant_differences_do_not_change_a_byte(tmp_path: Path, other: dict[str, object]) -> None:
    ours = zipped(tmp_path / "ours.zip", CONTENT)
    theirs = zipped(tmp_path / "theirs.zip", **{"content": CONTENT, **other})  # type: ignore[arg-type]  # a table's row
    assert remade(ours) == remade(theirs)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"content": {**CONTENT, "a.py": b"import c"}}, id="content"),
        pytest.param({"content": {"b/tool": b"run", "c.py": b"import b"}}, id="a-name"),
        pytest.param({"tool": 0o755}, id="a-file-that-runs"),
    ],
)
def test_relevant_differences_make_another_archive(tmp_path: Path, other: dict[str, object]) -> None:
    ours = zipped(tmp_path / "ours.zip", CONTENT)
    theirs = zipped(tmp_path / "theirs.zip", **{"content": CONTENT, **other})  # type: ignore[arg-type]  # a table's row
    assert remade(ours) != remade(theirs)


def test_everybody_may_read_files_and_run_executables(tmp_path: Path) -> None:
    source = zipped(tmp_path / "source.zip", CONTENT, mode=0o600, tool=0o700)
    target = tmp_path / "target.zip"
    archive.write(archive.files(source), target, cache=tmp_path)
    with ZipFile(target) as made:
        modes = {each.filename: stat.filemode(each.external_attr >> 16) for each in made.infolist()}
    assert modes == {"a.py": "-rw-r--r--", "b/tool": "-rwxr-xr-x"}


def test_a_finished_archive_is_taken_from_the_cache(tmp_path: Path) -> None:
    source = zipped(tmp_path / "source.zip", CONTENT)
    first = remade(source)
    (kept,) = (path for path in tmp_path.glob("*.zip") if path != source)
    before = kept.stat().st_mtime_ns
    assert remade(source) == first
    assert kept.stat().st_mtime_ns == before
