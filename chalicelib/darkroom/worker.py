"""The process inside the darkroom, as it is seen from outside: started, given orders, ended."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import weakref
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.darkroom import hatch
from chalicelib.darkroom.outcome import printable
from chalicelib.timing import Deadline

if TYPE_CHECKING:
    from chalicelib.darkroom.order import Order
    from chalicelib.errors import Refusal
    from chalicelib.render.rendered import Rendered

_START_SECONDS = 20
"""Loading everything takes a tenth of a second, but from a cold disk it may be several."""

_HATCH_BYTES = 1 << 20
_MOST_WORDS = 65_536
_WORDS_TOLD = 4000

_PROJECT = str(Path(__file__).parents[2])
BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    "from chalicelib.loading import uncollected\n"
    "with uncollected(): from chalicelib.darkroom.developer import develop\n"
    "develop(*map(int, sys.argv[2:]))"
)

# Everything else stays outside: AWS credentials above all, and HOME, where ImageMagick looks for a policy.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "LANG", "TZ")
_PREFIXES = ("MAGICK_", "MALLOC_", "WAND_", "OMP_", "DYLD_")


class StartError(Exception):
    """The process ended, or went silent, before it was ready."""


class ForbiddenError(StartError):
    """The system ended the process for asking for a filter of system calls."""


class DiedError(Exception):
    """The process ended before it had an outcome."""


class Worker:
    """A process that renders within `memory` bytes, from its start to its end; `filtered`, if it can be.

    With `drawings` it also passes SVGs on.

    `made` is how many orders it has carried out, `refused` what `hatch.hear_ready` has returned.
    """

    def __init__(self, memory: int, *, filtered: bool = True, drawings: bool = False) -> None:
        self._hatch, theirs = socket.socketpair()
        self._words, said = os.pipe()
        # Neither process may ever wait for the other: words that no longer fit are lost.
        for end in (self._words, said):
            os.set_blocking(end, False)
        try:
            self._process = _started(said, theirs.fileno(), memory, int(filtered), int(drawings))
        finally:
            theirs.close()
            os.close(said)
        for buffer in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            self._hatch.setsockopt(socket.SOL_SOCKET, buffer, _HATCH_BYTES)
        self.refused: int | None = None
        self.made = 0
        self._ending = weakref.finalize(self, _end, self._process, self._hatch, self._words)

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def lives(self) -> bool:
        """Whether the process has not ended by itself."""
        return self._process.poll() is None

    @property
    def memory_taken(self) -> int:
        """Bytes of its memory that the process has taken; it gives none back. 0 where that is unknown."""
        try:
            told = Path(f"/proc/{self.pid}/status").read_text()
        except OSError:
            return 0
        return 1024 * int(told.partition("VmData:")[2].split()[0])

    def wait(self) -> int:
        """Wait until the process takes orders; return why it has no filter of system calls, 0 if it has one.

        `StartError` if it takes none, `ForbiddenError` if it could without a filter.
        """
        if self.refused is None:
            try:
                self.refused = hatch.hear_ready(self._hatch, Deadline.within(_START_SECONDS))
            except (EOFError, OSError) as silence:
                raise (ForbiddenError if self._was_forbidden() else StartError) from silence
        return self.refused

    def _was_forbidden(self) -> bool:
        """Whether the kernel has ended the process for a system call; it is given a second to end."""
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(timeout=1) == -signal.SIGSYS
        return False

    def make(self, order: Order, original: bytes, deadline: Deadline) -> tuple[Rendered | Refusal, str]:
        """Return the outcome and, if it is a fault, its cause.

        Raises `TimeoutError` after the `deadline`, `DiedError`, and `outcome.OutcomeError` for an answer that
        cannot be true. After any of these the process has to be ended.
        """
        self.wait()
        try:
            hatch.hand_in(self._hatch, order, original, deadline)
            made = hatch.take_out(self._hatch, order, original, deadline)
        except BlockingIOError as late:
            raise TimeoutError from late
        except (EOFError, ConnectionError) as gone:
            raise DiedError(str(gone)) from gone
        self.made += 1
        return made

    def words(self) -> str:
        """Return what the process has written since it was last asked, mostly warnings."""
        return _read(self._words)

    def end(self) -> str:
        """Kill the process if it lives, and return how it ended and what it said."""
        return self._ending() or ""


def _started(said: int, theirs: int, *numbers: int) -> subprocess.Popen[bytes]:
    # It works in another folder: names that are relative would mean others there.
    path = json.dumps([_PROJECT, *map(os.path.abspath, sys.path)])
    return subprocess.Popen(  # noqa: S603 - our own interpreter and code
        # Isolated and without site-packages' own start-up code: where we import from is where it does.
        [sys.executable, "-I", "-S", "-c", BOOT, path, *map(str, (theirs, *numbers))],
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=said,
        pass_fds=[theirs],
        cwd="/",
        env={
            name: value
            for name, value in os.environ.items()
            if name in _ENVIRONMENT or name.startswith(_PREFIXES)
        },
    )


def _end(process: subprocess.Popen[bytes], ours: socket.socket, words: int) -> str:
    process.kill()
    ended = process.wait()
    ours.close()
    said = _read(words)
    os.close(words)
    return f"{_named(ended)} {said}".rstrip()


def _named(ended: int) -> str:
    return signal.Signals(-ended).name if ended < 0 else f"exit {ended}"


def _read(words: int) -> str:
    """Return the last of what the process has written meanwhile."""
    try:
        return printable(os.read(words, _MOST_WORDS).decode(errors="replace"), _WORDS_TOLD)
    except BlockingIOError:
        return ""
