"""Checks what a function finds in its sandbox: nothing that Lambda does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.runtime.checks import Check
from infra.runtime.function import ask

if TYPE_CHECKING:
    from infra.runtime.root import Root
    from infra.runtime.sandbox import Function
    from infra.runtime.unpacked_code import Code

NEWEST_GLIBC = (2, 34)
"""The glibc of Amazon Linux 2023, which Lambda's Python runs on."""

_TOOLS = ("gcc", "cc", "ld", "objdump", "ldconfig", "/sbin/ldconfig", "sh")
_PROGRAM = f"""
import ctypes.util, json, os, platform, shutil, sys, tempfile

def writable(folder):
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False

print(json.dumps({{
    "glibc": platform.libc_ver()[1],
    "python": f"python{{sys.version_info.major}}.{{sys.version_info.minor}}",
    "c": ctypes.util.find_library("c"),
    "tools": [tool for tool in {_TOOLS!r} if shutil.which(tool)],
    "writable": [folder for folder in ("/", "/var/task", "/opt", "/dev", "/tmp") if writable(folder)],
    "memory": os.path.exists("/dev/shm"),
    "user": os.getuid(),
}}))
"""


def checked(root: Root, code: Code, function: Function) -> list[Check]:
    """Run a program in the sandbox of `function`, and check what it finds there."""
    found = ask(root, code, function, _PROGRAM)
    return [
        Check("glibc, no newer than Lambda's", f"{found['glibc']}, not newer", judged_age(found["glibc"])),
        Check("Python, as in the template", function.runtime, found["python"]),
        Check("a C library that ctypes finds", "None", str(found["c"])),
        Check("compilers, ldconfig, shells", "none", ", ".join(found["tools"]) or "none"),
        Check("what can be written to", "/tmp", ", ".join(found["writable"])),  # noqa: S108 - inside
        Check("shared memory", "none", "there is some" if found["memory"] else "none"),
        Check("user", "993", str(found["user"])),
    ]


def judged_age(glibc: str) -> str:
    """Return the version `glibc`, and whether it is newer than Lambda's."""
    version = tuple(map(int, glibc.split(".")))
    return f"{glibc}, {'newer' if version > NEWEST_GLIBC else 'not newer'}"
