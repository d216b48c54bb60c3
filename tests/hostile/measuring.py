"""One hostile file in a fresh process: ``python -m tests.hostile.measuring NAME`` prints what it cost."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.colours.heifs import FILES
from bench.colours.jxls import FILES as JXLS
from chalicelib.address.variant import parse
from chalicelib.codecs.formats import PIXEL_TYPES, sniff
from chalicelib.errors import Refusal
from chalicelib.render.render import render
from tests.hostile.originals import HOSTILE, MADE, VARIANT, small
from tests.pixels import LIMITS, bmp, card, tiff

if TYPE_CHECKING:
    from tests.hostile.originals import Hostile

PROJECT = Path(__file__).parents[2]


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
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-m", "tests.hostile.measuring", name],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=PROJECT,
        env=os.environ | {"MAGICK_TMPDIR": str(folder), "TMPDIR": str(folder)},
        timeout=120,
    )
    return Cost(**json.loads(done.stdout))


def _measure(hostile: Hostile) -> Cost:
    data = hostile.make()
    _warm(data)
    before = _open()
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak: proc(5)
    held, begun = _status("VmRSS"), time.process_time()
    met = _met(data, hostile.variant)
    spent, peak = time.process_time() - begun, _status("VmHWM")
    left = [str(path) for path in Path(os.environ["MAGICK_TMPDIR"]).iterdir()]
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


if __name__ == "__main__":
    print(json.dumps(dataclasses.asdict(_measure(HOSTILE[sys.argv[1]]))))  # noqa: T201 - its answer
