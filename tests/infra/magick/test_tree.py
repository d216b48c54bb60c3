"""The finished tree and its manifest: they list the same files."""

from __future__ import annotations

import hashlib
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from infra.magick import tree
from infra.magick.tree import Checksum

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A sealed tree of two files."""
    at = tmp_path / "whole"
    (at / "lib").mkdir(parents=True)
    (at / "lib" / "core.so").write_text("core")
    (at / "bom.json").write_text("{}")
    tree.seal(at)
    return at


def test_the_manifest_is_what_sha256sum_reads(whole: Path) -> None:
    command = ("/usr/bin/env", "sha256sum", "--check", "--strict", tree.SUMS)
    done = subprocess.run(command, cwd=whole, capture_output=True, text=True, check=True)  # noqa: S603 - fixed
    assert done.stdout == "bom.json: OK\nlib/core.so: OK\n"


def test_the_checksum_is_the_manifests(whole: Path) -> None:
    assert tree.checksum(whole) == hashlib.sha256((whole / tree.SUMS).read_bytes()).hexdigest()


def test_a_whole_tree_has_no_faults(whole: Path) -> None:
    assert tree.faults(whole) == []


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda at: (at / "bom.json").unlink(), "bom.json is missing."),
        (lambda at: (at / "lib" / "core.so").write_text("cord"), "lib/core.so was changed."),
        (lambda at: (at / "lib" / "more.so").touch(), "lib/more.so is not of the build."),
    ],
    ids=["a file less", "another content", "a file more"],
)
def test_each_damage_is_reported(damage: object, fault: str, whole: Path) -> None:
    damage(whole)  # type: ignore[operator]  # parametrize has no types
    assert tree.faults(whole) == [fault]


def test_a_tree_without_a_manifest_is_a_fault(tmp_path: Path) -> None:
    assert tree.faults(tmp_path) == [f"There is no {tmp_path / tree.SUMS}."]


@pytest.mark.parametrize("before", ["nothing", "another", "damaged"])
def test_a_tree_replaces_the_previous_one(before: str, whole: Path, tmp_path: Path) -> None:
    at = tmp_path / "vendor" / "imagemagick"
    if before != "nothing":
        tree.place(whole, at)
        (at / "lib" / "core.so").write_text("other")
    if before == "another":
        tree.seal(at)
    tree.place(whole, at)
    assert tree.faults(at) == []
    assert tree.checksum(at) == tree.checksum(whole)
    assert [path.name for path in at.parent.iterdir()] == ["imagemagick"]


def test_the_same_tree_is_left_as_it_is(whole: Path, tmp_path: Path) -> None:
    at = tmp_path / "placed"
    tree.place(whole, at)
    os.utime(at / "bom.json", (1, 1))
    tree.place(whole, at)
    assert (at / "bom.json").stat().st_mtime == 1


@pytest.mark.parametrize(
    ("recorded", "told"),
    [
        (Checksum("in", "out"), ""),
        (None, "no checksum is on record"),
        (Checksum("other", "out"), "other sources, patches or tools"),
        (Checksum("in", "other"), "the same sources, patches and tools made out, but on record is other"),
    ],
    ids=["the same", "none", "other inputs", "other outcome"],
)
def test_a_difference_from_the_record_is_reported(recorded: Checksum | None, told: str) -> None:
    difference = tree.difference(Checksum("in", "out"), recorded)
    assert told in difference
    assert bool(told) == bool(difference)


def test_recording_a_checksum_leaves_the_others(tmp_path: Path) -> None:
    path = tmp_path / "checksums.json"
    path.write_text("{}")
    tree.write_checksum("x86_64", Checksum("a", "b"), path)
    tree.write_checksum("aarch64", Checksum("c", "d"), path)
    tree.write_checksum("x86_64", Checksum("e", "f"), path)
    assert tree.read_checksums(path) == {"x86_64": Checksum("e", "f"), "aarch64": Checksum("c", "d")}


def test_both_of_lambdas_machines_are_on_record() -> None:
    assert tree.read_checksums().keys() == {"x86_64", "aarch64"}
