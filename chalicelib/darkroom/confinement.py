"""What the process inside gives up, in two steps: before it has loaded all that it needs, and after.

Limits hold on every Unix. The filter needs Linux's permission, which not every place gives: without it, the
process may still end, signal and read the memory of other processes of its user, unless they are hidden.
"""

from __future__ import annotations

import errno
import faulthandler
import resource
import signal
import sys

from chalicelib.darkroom import kernel

_OPEN_FILES = 32
"""Descriptors while everything is being loaded: ImageMagick opens its coders and its configuration."""


def limit(memory: int) -> None:
    """Let this process write no file, dump no core, and take no more than `memory` bytes for pictures."""
    faulthandler.enable()
    # A terminal's Ctrl-C is meant for the process outside; we end when it does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    if sys.platform == "linux":  # elsewhere it counts other things
        _limit(resource.RLIMIT_DATA, memory)


def seal(*, filtered: bool) -> int:
    """Open no file and no socket any more, start no process: whatever is needed has been loaded.

    Return 0, or the system's number of the error that there is no filter of system calls for. The limit on
    descriptors holds even then: a new one would have the number 0 at least.
    """
    _limit(resource.RLIMIT_NOFILE, 0)
    if not filtered:
        return errno.EPERM
    try:
        kernel.filter_calls()
    except OSError as refused:
        return refused.errno or errno.ENOSYS
    return 0


def _limit(which: int, most: int) -> None:
    _, hard = resource.getrlimit(which)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(which, (most, most))
