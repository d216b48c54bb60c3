"""The system calls that the process inside may still make, as a filter for Linux (seccomp(2)).

`ALLOWED` is all that ImageMagick, Python and the C library need once they are loaded: memory, time, threads,
and reading and writing what is open already. `UNREADABLE` are calls that ask for a file by its name; programs
expect that one may not be read. Everything else fails with ENOSYS, as if the kernel did not have it: for a
call that is new, such as clone3, the C library then makes the older one. Nothing is ended for a call that it
makes, since a call that is missing here must not cost a good picture.

Numbers are those of <asm/unistd.h>; None is a call that the processor's Linux does not have.
"""

from __future__ import annotations

import errno
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""By the machine's name: the column of its numbers, and how the filter is told of it (<linux/audit.h>)."""

_PROT_EXEC = 4
_THREAD = 0x3D0F00
"""What every thread is started with (glibc, pthread_create); a process is started with other flags."""

_OWN_PID = -1
"""Stands for the number of the process that has the filter."""


@dataclass(frozen=True, slots=True)
class Only:
    """A call is allowed only where ``argument & mask == value``; `argument` is its place, from 0."""

    argument: int
    mask: int
    value: int
    otherwise: int


_NOT_EXECUTABLE = Only(2, _PROT_EXEC, 0, errno.EACCES)
_ANY_NUMBER = 0xFFFFFFFF

UNREADABLE = {
    "stat": (4, None),  # first, since ImageMagick asks eight times for each picture
    "newfstatat": (262, 79),
    "lstat": (6, None),
    "open": (2, None),
    "openat": (257, 56),
    "access": (21, None),
    "faccessat": (269, 48),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "getcwd": (79, 17),
}

ALLOWED: dict[str, tuple[int | None, int | None]] = {
    # What is open: the socket that orders come through, and what is said for the log.
    "recvfrom": (45, 207),
    "sendto": (44, 206),
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    # Memory.
    "brk": (12, 214),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "madvise": (28, 233),
    # Time, and how much of it has been used.
    "times": (100, 153),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "gettimeofday": (96, 169),
    "time": (201, None),
    "nanosleep": (35, 101),
    "clock_nanosleep": (230, 115),
    "getrusage": (98, 165),
    "alarm": (37, None),
    "setitimer": (38, 103),
    # Threads: libheif decodes the tiles of an iPhone's photo in one each, other builds use OpenMP.
    "clone": (56, 220),
    "futex": (202, 98),
    "set_robust_list": (273, 99),
    "rseq": (334, 293),
    "sched_getaffinity": (204, 123),
    "sched_yield": (24, 124),
    "getcpu": (309, 168),
    "gettid": (186, 178),
    # Signals to this process: abort() and a fault's handler raise one.
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "tgkill": (234, 131),
    # What anybody may know.
    "getrandom": (318, 278),
    "getpid": (39, 172),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "uname": (63, 160),
    "sysinfo": (99, 179),
    # The end.
    "exit": (60, 93),
    "exit_group": (231, 94),
}

ONLY = {
    "mmap": _NOT_EXECUTABLE,
    "mprotect": _NOT_EXECUTABLE,
    "clone": Only(0, _ANY_NUMBER, _THREAD, errno.EPERM),
    "tgkill": Only(0, _ANY_NUMBER, _OWN_PID, errno.EPERM),
}

# <linux/bpf_common.h>, <linux/seccomp.h>: a filter is a program of instructions of eight bytes.
_INSTRUCTION = struct.Struct("HBBI")
INSTRUCTION_BYTES = _INSTRUCTION.size
_LOAD, _AND, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x54, 0x15, 0x06
_NUMBER_AT, _MACHINE_AT, _ARGUMENTS_AT, _ARGUMENT_BYTES = 0, 4, 16, 8
_ALLOW, _ERRNO, _KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000


def program(machine: str, pid: int) -> bytes:
    """Return the filter for a `machine`, as `platform.machine` names it, and for the process `pid`.

    Calls of another architecture, such as those of 32 bits on x86_64, have other numbers: they end the
    process.
    """
    column, audited = MACHINES[machine]
    rules = [
        *((numbers[column], _returning(_ERRNO | errno.EACCES)) for numbers in UNREADABLE.values()),
        *((numbers[column], _allowing(ONLY.get(name), pid)) for name, numbers in ALLOWED.items()),
    ]
    return b"".join(
        [
            _INSTRUCTION.pack(_LOAD, 0, 0, _MACHINE_AT),
            *_unless_equal(audited, _returning(_KILL_PROCESS)),
            _INSTRUCTION.pack(_LOAD, 0, 0, _NUMBER_AT),
            *(part for number, verdict in rules if number is not None for part in _if_equal(number, verdict)),
            *_returning(_ERRNO | errno.ENOSYS),
        ]
    )


def _allowing(only: Only | None, pid: int) -> list[bytes]:
    if only is None:
        return _returning(_ALLOW)
    value = pid if only.value == _OWN_PID else only.value
    return [
        # The lower half of an argument, which is all that the kernel heeds of these.
        _INSTRUCTION.pack(_LOAD, 0, 0, _ARGUMENTS_AT + _ARGUMENT_BYTES * only.argument),
        _INSTRUCTION.pack(_AND, 0, 0, only.mask),
        *_if_equal(value, _returning(_ALLOW)),
        *_returning(_ERRNO | only.otherwise),
    ]


def _returning(verdict: int) -> list[bytes]:
    return [_INSTRUCTION.pack(_RETURN, 0, 0, verdict)]


def _if_equal(value: int, instructions: list[bytes]) -> Iterator[bytes]:
    """Yield `instructions`, which are passed over unless what was loaded last is the `value`."""
    yield _INSTRUCTION.pack(_JUMP_IF_EQUAL, 0, len(instructions), value)
    yield from instructions


def _unless_equal(value: int, instructions: list[bytes]) -> Iterator[bytes]:
    yield _INSTRUCTION.pack(_JUMP_IF_EQUAL, len(instructions), 0, value)
    yield from instructions
