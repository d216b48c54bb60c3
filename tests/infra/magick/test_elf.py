"""The needs of a library, and which of them Lambda does not meet."""

from __future__ import annotations

import dataclasses

import pytest

from infra.magick import elf
from infra.magick.elf import Demands

READELF = """\
ELF Header:
  Class:                             ELF64
  Machine:                           Advanced Micro Devices X86-64

Dynamic section at offset 0xdfb3f8 contains 22 entries:
 0x000000000000001d (RUNPATH)            Library runpath: [$ORIGIN]
 0x0000000000000001 (NEEDED)             Shared library: [libm.so.6]
 0x0000000000000001 (NEEDED)             Shared library: [libc.so.6]
 0x000000000000000e (SONAME)             Library soname: [libMagickCore-6.Q16.so]

Version needs section '.gnu.version_r' contains 2 entries:
  000000: Version: 1  File: libm.so.6  Cnt: 2
  0x0010:   Name: GLIBC_2.27  Flags: none  Version: 2
  0x0020:   Name: GLIBC_2.2.5  Flags: none  Version: 3
"""
SOUND = Demands(
    arch="x86_64",
    soname="libMagickCore-6.Q16.so",
    needed=frozenset({"libm.so.6", "libc.so.6"}),
    glibc=frozenset({"2.27", "2.2.5"}),
    runpath="$ORIGIN",
)


def test_the_output_of_readelf_is_parsed() -> None:
    assert elf.parse(READELF) == SOUND


def test_arm_is_recognised() -> None:
    assert elf.parse(READELF.replace("Advanced Micro Devices X86-64", "AArch64")).arch == "aarch64"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, None),
        ({"glibc": frozenset({"2.28"})}, None),
        ({"glibc": frozenset({"2.3.4", "2.29"})}, "needs glibc 2.29, newer than 2.28"),
        ({"needed": frozenset({"libz.so.1", "libc.so.6"})}, "needs libz.so.1, which Lambda does not have"),
        ({"soname": "libMagickCore-6.Q16.so.6"}, "has the SONAME libMagickCore-6.Q16.so.6"),
        ({"runpath": ""}, "looks for our other library in no folder, not in its own"),
        ({"arch": "aarch64"}, "is for aarch64, not x86_64"),
    ],
    ids=[
        "sound",
        "glibc as old",
        "newer glibc",
        "another library",
        "another name",
        "no runpath",
        "another machine",
    ],
)
def test_the_reasons_why_a_library_would_not_load_on_lambda(
    changes: dict[str, object], fault: str | None
) -> None:
    demands = dataclasses.replace(SOUND, **changes)  # type: ignore[arg-type]  # each is of its field's type
    faults = elf.faults("libMagickCore-6.Q16.so", demands, "x86_64")
    assert faults == ([f"libMagickCore-6.Q16.so {fault}."] if fault else [])
