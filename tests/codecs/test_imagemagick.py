"""Which of several ImageMagicks is used: the one that came with the app, if it is for this machine."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from chalicelib.codecs.imagemagick import homes, prepare

OURS = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\0\x3e\0"
"""The head of an ELF file for x86-64, which every test here takes for the interpreter's own."""

FOREIGN = OURS[:18] + b"\xb7\0"
"""One for aarch64."""


@pytest.fixture(autouse=True)
def interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "python").write_bytes(OURS)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))


def library(home: Path, head: bytes = OURS, name: str = "libMagickWand.so") -> Path:
    (home / "lib").mkdir(parents=True)
    (home / "lib" / name).write_bytes(head)
    return home


def chosen(*places: Path) -> str:
    environ: dict[str, str] = {}
    prepare(environ, places)
    return environ.get("MAGICK_HOME", "the system's")


def test_it_is_looked_for_beside_the_imported_code_then_in_the_checkout_then_in_homebrew() -> None:
    checkout = Path(__file__).parents[2] / "vendor" / "imagemagick"
    layer = "/opt/python/lib/python3.13/site-packages"
    assert homes(["/var/task", "", layer]) == [
        Path("/var/task/imagemagick"),
        Path(layer, "imagemagick"),
        checkout,
        Path("/opt/homebrew"),
        Path("/usr/local"),
    ]


@pytest.mark.parametrize(
    ("heads", "taken"),
    [
        ([OURS, OURS], "0"),
        ([FOREIGN, OURS], "1"),
        ([FOREIGN, FOREIGN], "the system's"),
        ([], "the system's"),
    ],
    ids=["two that fit", "one for another machine before one that fits", "none that fits", "none"],
)
def test_a_library_for_another_machine_is_skipped(tmp_path: Path, heads: list[bytes], taken: str) -> None:
    places = [library(tmp_path / str(number), head) for number, head in enumerate(heads)]
    assert Path(chosen(*places)).name == taken


@pytest.mark.parametrize("kind", ["no folder", "no library", "a folder of that name", "a dangling link"])
def test_a_place_without_a_library_is_skipped(tmp_path: Path, kind: str) -> None:
    home = tmp_path / "imagemagick"
    if kind != "no folder":
        (home / "lib").mkdir(parents=True)
    if kind == "a folder of that name":
        (home / "lib" / "libMagickWand.so").mkdir()
    if kind == "a dangling link":
        (home / "lib" / "libMagickWand.so").symlink_to("libMagickWand.so.7")
    assert chosen(home) == "the system's"


def test_a_library_that_is_no_elf_file_is_left_to_the_loader(tmp_path: Path) -> None:
    home = library(tmp_path / "homebrew", b"\xcf\xfa\xed\xfe", "libMagickWand-7.Q16.10.dylib")
    assert chosen(home) == str(home)
