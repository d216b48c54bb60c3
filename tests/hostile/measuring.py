"""What it costs to be sent a hostile file, each in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.colours.heifs import FILES
from bench.colours.jxls import FILES as JXLS
from chalicelib.address.variant import parse
from chalicelib.codecs.formats import PIXEL_TYPES, sniff
from chalicelib.errors import Refusal
from chalicelib.render.render import render
from tests.hostile.originals import HOSTILE, MADE, VARIANT, small
from tests.pixels import LIMITS, bmp, card, tiff


@dataclass(frozen=True, slots=True)
class Cost:
    """What a file met, and what that cost.

    `size` is in bytes; `milliseconds` are of the processor; `kilobytes` are the most that were held beyond
    what the process held with the file in it, ready to work; `traces` are files left open or behind.
    """

    size: int
    met: str
    milliseconds: float
    kilobytes: int
    traces: list[str]


def measured(name: str, folder: Path) -> Cost:
    """Return what it costs to be sent the file of this `name`; `folder` is where temporary files would go."""
    return _processes().submit(_measure, name, folder).result(timeout=120)


@cache
def _processes() -> ProcessPoolExecutor:
    """Return what starts a process for each file: a copy of one that has loaded this module, and no more."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return ProcessPoolExecutor(1, context, max_tasks_per_child=1)


def _measure(name: str, folder: Path) -> Cost:
    os.environ |= {"MAGICK_TMPDIR": str(folder), "TMPDIR": str(folder)}
    hostile = HOSTILE[name]
    data = hostile.make()
    _warm(data)
    before = _open()
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak: proc(5)
    held, begun = _status("VmRSS"), time.process_time()
    met = _met(data, hostile.variant)
    spent, peak = time.process_time() - begun, _status("VmHWM")
    left = [str(path) for path in folder.iterdir()]
    return Cost(len(data), met, round(spent * 1000, 1), peak - held, sorted(_open() - before) + left)


def _warm(data: bytes) -> None:
    """Make a variant of a harmless original of the same type, so that all libraries are loaded."""
    kind = sniff(data)
    harmless = {
        "tiff": tiff(card(64, 48)),
        "bmp": bmp(card(64, 48)),
        "heic": FILES["heic"],
        "jxl": JXLS["jxl"],
    }
    if kind and (kind.coder or kind.name in harmless):
        original = harmless.get(kind.name) or small(kind.name)
        render(original, parse(VARIANT), LIMITS, PIXEL_TYPES)


def _met(data: bytes, variant: str) -> str:
    try:
        render(data, parse(variant), LIMITS, PIXEL_TYPES)
    except Refusal as refusal:
        return refusal.code
    return MADE


def _status(what: str) -> int:
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(what))
    return int(line.split()[1])


def _open() -> set[str]:
    return {str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()}
