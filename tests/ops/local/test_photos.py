"""The pictures of a folder: which count, under which keys, and what has changed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ops.local.photos import Changes, differences, look

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, data: bytes = b"picture") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "a.jpg",
        "B.JPEG",
        "c.HeIc",
        "d.tif",
        "2024/summer/e.TIFF",
        "with space/caf\u00e9 + 100%.png",
        "f.bmp",
        "g.avif",
        "h.webp",
        "i.gif",
        "a/b/c/d/e/f/g/h/i/j.jpg",
    ],
)
def test_a_picture_has_its_path_as_its_key(tmp_path: Path, name: str) -> None:
    write(tmp_path / name)
    assert set(look(tmp_path)) == {name}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("notes.txt", id="no picture"),
        pytest.param("jpg", id="no ending"),
        pytest.param(".hidden.jpg", id="a hidden file"),
        pytest.param(".thumbnails/a.jpg", id="a hidden folder"),
        pytest.param("a/b/c/d/e/f/g/h/i/j/k.jpg", id="deeper than a key may be"),
        pytest.param(os.fsdecode(b"caf\xe9.jpg"), id="a name that is not UTF-8"),
        pytest.param("/".join(["long" * 50] * 6) + ".jpg", id="longer than a key may be"),
    ],
)
def test_what_no_key_can_name_is_left_out(tmp_path: Path, name: str) -> None:
    write(tmp_path / name)
    assert look(tmp_path) == {}


def test_a_link_to_a_picture_counts_and_a_circle_of_folders_ends(tmp_path: Path) -> None:
    write(tmp_path / "a.jpg")
    (tmp_path / "b.jpg").symlink_to("a.jpg")
    (tmp_path / "gone.jpg").symlink_to("nowhere.jpg")
    (tmp_path / "circle").symlink_to(tmp_path)
    assert set(look(tmp_path)) == {"a.jpg", "b.jpg"}


def test_a_link_to_the_folder_itself_is_followed(tmp_path: Path) -> None:
    write(tmp_path / "real" / "a.jpg")
    (tmp_path / "link").symlink_to("real")
    assert set(look(tmp_path / "link")) == {"a.jpg"}


def test_new_changed_moved_and_deleted_pictures_differ(tmp_path: Path) -> None:
    for name in ("same.jpg", "changed.jpg", "gone.jpg", "old/moved.jpg"):
        write(tmp_path / name)
    before = look(tmp_path)
    write(tmp_path / "new.jpg")
    write(tmp_path / "changed.jpg", b"PICTURE")
    (tmp_path / "gone.jpg").unlink()
    (tmp_path / "old").rename(tmp_path / "young")
    changes = differences(before, look(tmp_path))
    assert set(changes.put) == {"new.jpg", "changed.jpg", "young/moved.jpg"}
    assert set(changes.gone) == {"gone.jpg", "old/moved.jpg"}


def test_a_file_of_the_same_size_and_time_in_place_of_another_differs(tmp_path: Path) -> None:
    write(tmp_path / "a.jpg", b"one")
    before = look(tmp_path)
    other = write(tmp_path / "other", b"two")
    times = before["a.jpg"].version[0]
    os.utime(other, ns=(times, times))
    other.rename(tmp_path / "a.jpg")
    assert set(differences(before, look(tmp_path)).put) == {"a.jpg"}


def test_nothing_differs_from_itself(tmp_path: Path) -> None:
    write(tmp_path / "a.jpg")
    changes = differences(look(tmp_path), look(tmp_path))
    assert changes == Changes({}, ())
    assert not changes
