"""Only renders: ``python -m bench.stack.pure``. Each line of standard input names files and variants.

The answer to a line is the seconds that it took, and the processor time of this process and of the one that
it renders in. Both are JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from chalicelib.address import variant
from chalicelib.codecs.formats import PIXEL_TYPES
from chalicelib.codecs.limits import Limits
from chalicelib.darkroom.darkroom import Darkroom, share
from chalicelib.render.extras import NONE

_LIMITS = Limits(41_943_040, 100_000_000, 25_000_000, 15)


def render(room: Darkroom, files: list[str], spellings: list[str]) -> None:
    """Make every variant of every file, and throw it away. Each file is decoded once, as by the function."""
    variants = tuple(variant.parse(spelling) for spelling in spellings)
    for file in files:
        data = Path(file).read_bytes()
        for each in variants:
            room.render(data, each, _LIMITS, PIXEL_TYPES, NONE, file, wanted=variants)


def answer(room: Darkroom, order: dict[str, Any]) -> dict[str, float]:
    """Carry out one line."""
    begin, spent = time.monotonic(), _spent()
    render(room, order["files"], order["variants"])
    return {"seconds": time.monotonic() - begin, "cpu": _spent() - spent}


def _spent() -> float:
    """Return the processor time of this process and of its children, in seconds."""
    own = os.times()
    return own.user + own.system + sum(_of_child(child) for child in _children())


def _children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


def _of_child(process: str) -> float:
    stated = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(stated[11]) + int(stated[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    opened = Darkroom(share(os.environ))
    opened.open()
    for line in sys.stdin:
        print(json.dumps(answer(opened, json.loads(line))), flush=True)  # noqa: T201 - the answer
