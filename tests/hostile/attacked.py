"""A process with credentials that every attack is tried on: ``python -m tests.hostile.attacked FOLDER``.

It has no privileges, as on Lambda: root's are given up first.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from pathlib import Path

from chalicelib.address.variant import parse
from chalicelib.codecs.formats import PIXEL_TYPES
from chalicelib.darkroom import worker
from chalicelib.darkroom.darkroom import Darkroom
from chalicelib.errors import Refusal
from tests.darkroom import inside
from tests.hostile import attacks
from tests.pixels import LIMITS

_SET_SECUREBITS, _NOT_BY_BEING_ROOT = 28, 3
_CAPABILITIES = 0x20080522
SECRET = b"a secret in memory"
WITHOUT_FILTER = "--without-filter"


def give_up_privileges() -> None:
    """Give up what root may do, for programs that are started as well; whoever is not root has none."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid():
        return
    header, none = (ctypes.c_uint32 * 2)(_CAPABILITIES, 0), (ctypes.c_uint32 * 6)()
    if libc.prctl(_SET_SECUREBITS, _NOT_BY_BEING_ROOT, 0, 0, 0) or libc.capset(header, none):
        raise OSError(ctypes.get_errno(), "privileges cannot be given up")


def tried(folder: Path) -> dict[str, str]:
    """Return what came of each attack, and what is left of what was attacked; `folder` is ours to write."""
    memory = ctypes.create_string_buffer(SECRET)
    met: dict[str, str] = {}
    with Darkroom() as darkroom:
        for number, name in enumerate(attacks.ATTACKS):
            file = folder / str(number)
            file.write_bytes(SECRET)
            prey = attacks.Prey(os.getpid(), ctypes.addressof(memory), str(file))
            met[name] = _answer(darkroom, attacks.order(name, prey))
    return met | {"memory": memory.value.decode()}


def _answer(darkroom: Darkroom, order: bytes) -> str:
    try:
        darkroom.render(order, parse("8x"), LIMITS, PIXEL_TYPES)
    except Refusal as refusal:
        return str(refusal.__cause__ or refusal)
    return attacks.DONE


if __name__ == "__main__":
    give_up_privileges()
    worker.BOOT = inside.boot(attacks.install)
    if WITHOUT_FILTER in sys.argv:
        worker.BOOT = inside.boot(attacks.install_without_filter)
    print(json.dumps(tried(Path(sys.argv[1]))))  # noqa: T201 - its answer
