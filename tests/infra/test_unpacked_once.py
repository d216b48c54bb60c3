"""What the workers of a function share, and what is each one's own."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from infra.unpacked_once import SharedArchive

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def worker(home: Path, name: str, source: str) -> Path:
    """Unpack an archive with one module as MiniStack does for a worker, and return the folder."""
    code = home / name / "code"
    code.mkdir(parents=True)
    with ZipFile(home / name / "code.zip", "w") as archive:
        archive.writestr("app.py", source)
    with SharedArchive(home / name / "code.zip") as archive:
        archive.extractall(code)
    return code


def test_workers_of_one_archive_share_its_files(tmp_path: Path) -> None:
    one, two = worker(tmp_path, "one", "a = 1"), worker(tmp_path, "two", "a = 1")
    assert one.resolve() == two.resolve()
    assert (two / "app.py").read_text() == "a = 1"


def test_workers_of_a_new_archive_have_the_new_files(tmp_path: Path) -> None:
    worker(tmp_path, "before", "a = 2")
    assert (worker(tmp_path, "after", "a = 3") / "app.py").read_text() == "a = 3"


def test_the_end_of_a_worker_leaves_the_others_their_files(tmp_path: Path) -> None:
    worker(tmp_path, "ends", "a = 4")
    stays = worker(tmp_path, "stays", "a = 4")
    shutil.rmtree(tmp_path / "ends")
    assert (stays / "app.py").read_text() == "a = 4"
