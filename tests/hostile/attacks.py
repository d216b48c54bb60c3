"""What code would try that has taken over the process inside the darkroom, each in the words of the system.

`attempt` stands in for rendering, inside: the original names the attack, and what the system answered comes
out as a refusal's message: `DONE`, or the error's name. Everything is imported before the process is sealed.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from chalicelib.darkroom import developer
from chalicelib.errors import BrokenImage
from tests.darkroom import inside

DONE = "done"


@dataclass(frozen=True, slots=True)
class Prey:
    """What is there to be attacked: a process, an address in it, and a file that is ours to write."""

    pid: int
    address: int
    file: str


Attack = Callable[[Prey], object]

_libc = ctypes.CDLL(None, use_errno=True)
_ROOM = ctypes.create_string_buffer(256)
_ROOM_AT = ctypes.addressof(_ROOM)
_PAGE_AT = _ROOM_AT & ~4095
_NOTHING = ctypes.create_string_buffer(64)
_NOTHING_AT = ctypes.addressof(_NOTHING)
_FLAGS = os.O_WRONLY | os.O_TRUNC


class _Piece(ctypes.Structure):
    """A piece of memory (struct iovec)."""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def _called(*arguments: int | bytes | None) -> int:
    """Make a system call; `OSError` if it fails."""
    result: int = _libc.syscall(*(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _memory(which: str) -> Attack:
    def attack(prey: Prey) -> None:
        _ROOM.value = b"overwritten from inside"
        here, there = _Piece(_ROOM_AT, 16), _Piece(prey.address, 16)
        _called(_NUMBERS[which], prey.pid, *(_at(here), 1), *(_at(there), 1), 0)

    return attack


def _at(structure: ctypes.Structure) -> int:
    return ctypes.addressof(structure)


def _call(name: str, *arguments: int | bytes | None) -> Attack:
    """Return the attack that is one system call. `PID` stands for the process outside."""
    return lambda prey: _called(_NUMBERS[name], *(prey.pid if a == PID else a for a in arguments))


PID = -4242
_HERE = -100
"""What paths that are relative begin at (AT_FDCWD)."""

# <asm/unistd.h> of x86_64 and of aarch64.
_TABLE = {
    "add_key": (248, 217),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "clone": (56, 220),
    "clone3": (435, 435),
    "dup": (32, 23),
    "eventfd2": (290, 19),
    "execveat": (322, 281),
    "inotify_init1": (294, 26),
    "io_uring_setup": (425, 425),
    "ioctl": (16, 29),
    "keyctl": (250, 219),
    "memfd_create": (319, 279),
    "mount": (165, 40),
    "move_pages": (279, 239),
    "msgget": (68, 186),
    "openat2": (437, 437),
    "perf_event_open": (298, 241),
    "personality": (135, 92),
    "pidfd_getfd": (438, 438),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "pipe2": (293, 59),
    "pkey_mprotect": (329, 288),
    "process_madvise": (440, 440),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "rt_sigqueueinfo": (129, 138),
    "semget": (64, 190),
    "setns": (308, 268),
    "shmget": (29, 194),
    "statx": (332, 291),
    "tgkill": (234, 131),
    "tkill": (200, 130),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
}
_NUMBERS = {name: numbers[platform.machine() == "aarch64"] for name, numbers in _TABLE.items()}

_SEIZE = 0x4206
_NEW_USER = 0x10000000
_READ_WRITE_EXECUTE = 7
_PRIVATE_ANONYMOUS = 0x22
_TYPE_INTO_TERMINAL = 0x5412


def _executable(prey: Prey) -> None:  # noqa: ARG001 - as every attack
    _libc.mmap.restype = ctypes.c_void_p
    if _libc.mmap(None, 4096, _READ_WRITE_EXECUTE, _PRIVATE_ANONYMOUS, -1, 0) == ctypes.c_void_p(-1).value:
        raise OSError(ctypes.get_errno(), "mmap")


def _made_executable(prey: Prey) -> None:  # noqa: ARG001 - likewise
    if _libc.mprotect(ctypes.c_void_p(_PAGE_AT), 4096, _READ_WRITE_EXECUTE):
        raise OSError(ctypes.get_errno(), "mprotect")


def _started(name: str, *arguments: int) -> Attack:
    def attack(prey: Prey) -> None:  # noqa: ARG001 - likewise
        if not _called(_NUMBERS[name], *arguments):
            os._exit(0)  # this is the new process

    return attack


def _forked(prey: Prey) -> None:  # noqa: ARG001 - likewise
    if not os.fork():
        os._exit(0)


def _opened(place: str, flags: int = os.O_RDONLY) -> Attack:
    return lambda prey: os.open(place.format(prey=prey), flags)


def _file(act: Callable[[Path], object]) -> Attack:
    return lambda prey: act(Path(prey.file))


ATTACKS: Mapping[str, Attack] = {
    "read the environment outside": _opened("/proc/{prey.pid}/environ"),
    "open the memory outside": _opened("/proc/{prey.pid}/mem", os.O_RDWR),
    "list the files that are open outside": lambda prey: list(Path(f"/proc/{prey.pid}/fd").iterdir()),
    "read the memory outside": _memory("process_vm_readv"),
    "write the memory outside": _memory("process_vm_writev"),
    "seize the process outside": _call("ptrace", _SEIZE, PID, 0, 0),
    "take a descriptor from outside": lambda prey: _called(_NUMBERS["pidfd_getfd"], _pidfd(prey), 0, 0),
    "move the memory outside": _call("move_pages", PID, 0, 0, 0, 0, 0),
    "limit the process outside": lambda prey: resource.prlimit(prey.pid, resource.RLIMIT_CPU, (900, 900)),
    "slow the process outside": lambda prey: os.setpriority(os.PRIO_PROCESS, prey.pid, 19),
    "signal the process outside": lambda prey: os.kill(prey.pid, 0),
    "signal a thread outside": _call("tgkill", PID, PID, 0),
    "signal any thread": _call("tkill", PID, 0),
    "signal with words": lambda prey: _called(
        _NUMBERS["rt_sigqueueinfo"], prey.pid, 0, ctypes.addressof(_ROOM)
    ),
    "hold the process outside": _call("pidfd_open", PID, 0),
    "open a socket to the internet": lambda _: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
    "open a datagram socket": lambda _: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM),
    "open a socket on this machine": lambda _: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
    "open a pair of sockets": lambda _: socket.socketpair(),
    "open a pipe": _call("pipe2", _ROOM_AT, 0),
    "duplicate a descriptor": _call("dup", 0),
    "fork": _forked,
    "start a process by clone": _started("clone", int(signal.SIGCHLD), 0, 0, 0, 0),
    "start a process by clone3": _started("clone3", _NOTHING_AT, 64),
    "start a program": lambda _: os.posix_spawn("/bin/true", ["true"], {}),
    "become a program": lambda _: os.execv("/bin/true", ["true"]),  # noqa: S606 - likewise
    "become a program by its descriptor": _call("execveat", _HERE, b"/bin/true", 0, 0, 0),
    "read any file": _opened("/etc/passwd"),
    "read the own environment": _opened("/proc/self/environ"),
    "read the own program": _opened(sys.executable),
    "open a file to read it": _opened("{prey.file}"),
    "open a file to write it": _opened("{prey.file}", os.O_WRONLY),
    "open a file to truncate it": _opened("{prey.file}", _FLAGS),
    "open a file by openat2": _call("openat2", _HERE, b"/etc/passwd", _ROOM_AT, 24),
    "create a file": _opened("{prey.file}.new", os.O_WRONLY | os.O_CREAT),
    "create a nameless file": _opened("/tmp", os.O_RDWR | os.O_TMPFILE),  # noqa: S108 - where there is room
    "create a file in memory": _call("memfd_create", b"x", 0),
    "look at a file": _file(Path.stat),
    "look at a file by statx": _call("statx", _HERE, b"/etc/passwd", 0, 0x7FF, _ROOM_AT),
    "list a folder": lambda _: list(Path("/").iterdir()),
    "truncate a file": _file(lambda file: os.truncate(file, 0)),
    "delete a file": _file(Path.unlink),
    "rename a file": _file(lambda file: file.rename(f"{file}.new")),
    "link a file": _file(lambda file: Path(f"{file}.link").hardlink_to(file)),
    "link to a file": _file(lambda file: Path(f"{file}.symlink").symlink_to(file)),
    "make a folder": _file(lambda file: Path(f"{file}.folder").mkdir()),
    "make a pipe with a name": _file(lambda file: os.mkfifo(f"{file}.fifo")),
    "change who may use a file": _file(lambda file: file.chmod(0o777)),
    "change whose a file is": _file(lambda file: os.chown(file, os.getuid(), os.getgid())),
    "change when a file was written": _file(lambda file: os.utime(file, (0, 0))),
    "change the root": _call("chroot", b"/tmp"),
    "change the folder": lambda _: os.chdir("/tmp"),  # noqa: S108 - any will do
    "mount a file system": _call("mount", b"none", b"/tmp", b"tmpfs", 0, 0),
    "enter a namespace of its own": _call("unshare", _NEW_USER),
    "enter another namespace": _call("setns", 0, 0),
    "leave the session": lambda _: os.setsid(),
    "make memory executable": _executable,
    "make its own data executable": _made_executable,
    "make memory executable with a key": _call(
        "pkey_mprotect", _ROOM_AT & ~4095, 4096, _READ_WRITE_EXECUTE, -1
    ),
    "share memory": _call("shmget", 0, 4096, 0o1600),
    "share messages": _call("msgget", 0, 0o1600),
    "share semaphores": _call("semget", 0, 1, 0o1600),
    "set up io_uring": _call("io_uring_setup", 1, _ROOM_AT),
    "load a program into the kernel": _call("bpf", 0, _ROOM_AT, 64),
    "handle faults of memory": _call("userfaultfd", 1),
    "count events of the processor": _call("perf_event_open", _ROOM_AT, 0, -1, -1, 0),
    "watch files": _call("inotify_init1", 0),
    "count events": _call("eventfd2", 0, 0),
    "look into a keyring": _call("keyctl", 0, -3, 1),
    "add a key": _call("add_key", b"user", b"x", b"x", 1, -3),
    "change how programs run": _call("personality", 0x0040000),
    "type into a terminal": _call("ioctl", 0, _TYPE_INTO_TERMINAL, _ROOM_AT),
    "raise its limits": lambda _: resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32)),
    "become somebody else": lambda _: os.setuid(os.getuid()),
    "make a call of x32": lambda _: _called(0x40000000 | 39),
}
"""By what each is for. All of them succeed, or fail for another reason than the darkroom, where it is not."""


def _pidfd(prey: Prey) -> int:
    return _called(_NUMBERS["pidfd_open"], prey.pid, 0)


def order(attack: str, prey: Prey) -> bytes:
    """Return the original that names the attack."""
    return f"\xff\xd8\xff|{attack}|{prey.pid}|{prey.address}|{prey.file}".encode("latin-1")


def attempt(original: bytes, *asked: object) -> None:  # noqa: ARG001 - it takes what `render` does
    """Try what the original says; `BrokenImage` with what came of it."""
    _, *words = original.decode("latin-1").split("|")
    if len(words) != 4:
        raise BrokenImage
    attack, pid, address, file = words
    prey = Prey(int(pid), int(address), file)
    try:
        ATTACKS[attack](prey)
    except OSError as refused:
        raise BrokenImage(errno.errorcode.get(refused.errno or 0, str(refused))) from None
    raise BrokenImage(DONE)


def install() -> None:
    """Let the process inside attack instead of rendering."""
    vars(developer)["render"] = attempt


def install_without_filter() -> None:
    """Likewise, where the kernel gives no filter of system calls."""
    install()
    inside.without_filter()


LEFT_WITHOUT_FILTER = frozenset(
    {
        "limit the process outside",
        "slow the process outside",
        "signal the process outside",
        "signal a thread outside",
        "signal any thread",
        "fork",
        "start a process by clone",
        "start a process by clone3",
        "start a program",
        "look at a file",
        "look at a file by statx",
        "truncate a file",
        "delete a file",
        "rename a file",
        "link a file",
        "link to a file",
        "make a folder",
        "make a pipe with a name",
        "change who may use a file",
        "change whose a file is",
        "change when a file was written",
        "change the folder",
        "enter a namespace of its own",
        "leave the session",
        "make memory executable",
        "make its own data executable",
        "make memory executable with a key",
        "share memory",
        "share messages",
        "share semaphores",
        "look into a keyring",
        "add a key",
        "change how programs run",
        "become somebody else",
    }
)
"""What the kernel still does where it gives no filter: docs/hostile.md says what that is worth."""
