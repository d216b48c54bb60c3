"""The filter of system calls, run here for every processor, without a kernel."""

from __future__ import annotations

import errno
import signal
import struct

import pytest

from chalicelib.darkroom import seccomp

PID = 4711
ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
X86_64, AARCH64, I386, ARM = 0xC000003E, 0xC00000B7, 0x40000003, 0x40000028
AUDITED = {"x86_64": X86_64, "aarch64": AARCH64}


def verdict(program: bytes, machine: int, number: int, *arguments: int) -> int:
    """Run the program as the kernel would (filter.rst): return what it returns for this call."""
    call = struct.pack("IIQ6Q", number, machine, 0, *(arguments + (0,) * 6)[:6])
    instructions = list(struct.iter_unpack("HBBI", program))
    loaded, at = 0, 0
    while True:
        code: int
        if_true: int
        if_false: int
        value: int
        code, if_true, if_false, value = instructions[at]
        at += 1
        if code == 0x20:
            (loaded,) = struct.unpack_from("I", call, value)
        elif code == 0x54:
            loaded &= value
        elif code == 0x15:
            at += if_true if loaded == value else if_false
        else:
            assert code == 0x06
            return value


def judged(machine: str, name: str, *arguments: int) -> int:
    known = {**FORBIDDEN, **seccomp.ALLOWED, **seccomp.UNREADABLE}
    number = known[name][machine == "aarch64"]
    assert number is not None
    return verdict(seccomp.program(machine, PID), AUDITED[machine], number, *arguments)


THREAD = 0x3D0F00
READ_WRITE, READ_EXECUTE = 3, 5


@pytest.mark.parametrize("machine", AUDITED)
@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("recvfrom", (3, 0x7F0000000000, 100), ALLOW),
        ("futex", (), ALLOW),
        ("exit_group", (0,), ALLOW),
        ("mmap", (0, 4096, READ_WRITE, 0x22), ALLOW),
        ("mmap", (0, 4096, READ_EXECUTE, 0x22), ERRNO | errno.EACCES),
        ("mprotect", (0x7F0000000000, 4096, READ_WRITE), ALLOW),
        ("mprotect", (0x7F0000000000, 4096, READ_EXECUTE), ERRNO | errno.EACCES),
        ("clone", (THREAD, 0x7F0000000000), ALLOW),
        ("clone", (int(signal.SIGCHLD),), ERRNO | errno.EPERM),
        ("clone", (THREAD | 0x10000000,), ERRNO | errno.EPERM),
        ("tgkill", (PID, PID + 1, 6), ALLOW),
        ("tgkill", (PID - 1, PID - 1, 9), ERRNO | errno.EPERM),
        ("openat", (0, 0, 0), ERRNO | errno.EACCES),
        ("newfstatat", (), ERRNO | errno.EACCES),
    ],
)
def test_a_call_is_judged_by_its_name_and_its_arguments(
    machine: str, name: str, arguments: tuple[int, ...], expected: int
) -> None:
    assert judged(machine, name, *arguments) == expected


@pytest.mark.parametrize("machine", AUDITED)
def test_every_number_that_is_not_in_the_table_is_no_call_at_all(machine: str) -> None:
    program, column = seccomp.program(machine, PID), int(machine == "aarch64")
    listed = {
        numbers[column] for table in (seccomp.ALLOWED, seccomp.UNREADABLE) for numbers in table.values()
    }
    others = set(range(600)) - listed

    assert {verdict(program, AUDITED[machine], number) for number in others} == {ERRNO | errno.ENOSYS}


@pytest.mark.parametrize(("machine", "other"), [("x86_64", I386), ("x86_64", AARCH64), ("aarch64", ARM)])
@pytest.mark.parametrize("number", [0, 1, 11, 60, 63])
def test_a_call_of_another_architecture_ends_the_process(machine: str, other: int, number: int) -> None:
    assert verdict(seccomp.program(machine, PID), other, number) == KILL


@pytest.mark.parametrize("number", [0, 1, 41, 57, 59, 520])
def test_the_calls_of_x32_are_none(number: int) -> None:
    program = seccomp.program("x86_64", PID)

    assert verdict(program, X86_64, 0x40000000 | number) == ERRNO | errno.ENOSYS


def test_a_number_is_listed_once() -> None:
    for column in (0, 1):
        tables = [*seccomp.ALLOWED.values(), *seccomp.UNREADABLE.values()]
        listed = [numbers[column] for numbers in tables if numbers[column] is not None]
        assert len(listed) == len(set(listed))


# <asm/unistd.h>: what a process that decodes files must never have.
FORBIDDEN: dict[str, tuple[int | None, int | None]] = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "sendmsg": (46, 211),
    "recvmsg": (47, 212),
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "kill": (62, 129),
    "tkill": (200, 130),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "prctl": (157, 167),
    "prlimit64": (302, 261),
    "setrlimit": (160, 164),
    "truncate": (76, 45),
    "ftruncate": (77, 46),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "mount": (165, 40),
    "bpf": (321, 280),
    "io_uring_setup": (425, 425),
    "clone3": (435, 435),
    "openat2": (437, 437),
    "memfd_create": (319, 279),
    "userfaultfd": (323, 282),
    "ioctl": (16, 29),
}


@pytest.mark.parametrize(
    ("machine", "name"),
    [
        (machine, name)
        for column, machine in enumerate(AUDITED)
        for name in FORBIDDEN
        if FORBIDDEN[name][column] is not None
    ],
)
def test_what_reaches_other_processes_files_and_networks_is_no_call_at_all(machine: str, name: str) -> None:
    assert judged(machine, name) == ERRNO | errno.ENOSYS
