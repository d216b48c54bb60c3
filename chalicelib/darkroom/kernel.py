"""What is asked of Linux itself through the C library, since Python has no functions for it."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import sys
from contextlib import suppress

from chalicelib.darkroom import seccomp

_SET_DUMPABLE, _SET_NO_NEW_PRIVILEGES = 4, 38
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SET_FILTER, _FOR_ALL_THREADS = 1, 1


class _Program(ctypes.Structure):
    """A filter as the kernel takes it (struct sock_fprog)."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def hide() -> None:
    """Hide the environment and memory of this process from other processes of its user.

    Only root may then attach a debugger or a profiler, and no core is dumped (prctl(2), PR_SET_DUMPABLE).
    `OSError` if the kernel refuses.
    """
    _prctl(_SET_DUMPABLE, 0)


def filter_calls() -> None:
    """Leave this process the system calls of `seccomp`, and no way back; `OSError` if the kernel refuses."""
    machine = platform.machine()
    if machine not in seccomp.MACHINES:
        raise OSError(errno.ENOSYS, f"The system calls of {machine} are not known here.")
    instructions = seccomp.program(machine, os.getpid())
    # AWS Lambda has been seen to refuse every prctl(2). Where it has set this itself, a filter can be had.
    with suppress(OSError):
        _prctl(_SET_NO_NEW_PRIVILEGES, 1)
    program = _Program(len(instructions) // seccomp.INSTRUCTION_BYTES, instructions)
    numbers = map(ctypes.c_long, (_SECCOMP[machine], _SET_FILTER, _FOR_ALL_THREADS))
    _check(_libc().syscall(*numbers, ctypes.byref(program)))


def _prctl(option: int, value: int) -> None:
    _check(_libc().prctl(option, *map(ctypes.c_ulong, (value, 0, 0, 0))))


def _libc() -> ctypes.CDLL:
    if sys.platform != "linux":
        raise OSError(errno.ENOSYS, "This is not Linux.")
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
