"""What a function finds around it: no more than Lambda has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.runtime.checks import Check
from infra.runtime.function import ask

if TYPE_CHECKING:
    from infra.runtime.root import Root
    from infra.runtime.sandbox import Function
    from infra.runtime.unpacked_code import Code

NEWEST_GLIBC = (2, 34)
"""That of Amazon Linux 2023, which Lambda's Python runs on."""

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
    """Look around in the place of `function`."""
    found = ask(root, code, function, _PROGRAM)
    return [
        Check("glibc, no newer than Lambda's", f"{found['glibc']}, not newer", judged_age(found["glibc"])),
        Check("Python, as the template says", function.runtime, found["python"]),
        Check("a C library that ctypes finds", "None", str(found["c"])),
        Check("compilers, ldconfig, shells", "none", ", ".join(found["tools"]) or "none"),
        Check("what can be written to", "/tmp", ", ".join(found["writable"])),  # noqa: S108 - inside
        Check("shared memory", "none", "there is some" if found["memory"] else "none"),
        Check("user", "993", str(found["user"])),
    ]


def judged_age(glibc: str) -> str:
    """Return the version `glibc` with what is to be held of it."""
    version = tuple(map(int, glibc.split(".")))
    return f"{glibc}, {'newer' if version > NEWEST_GLIBC else 'not newer'}"
