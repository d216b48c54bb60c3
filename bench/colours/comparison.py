"""Our pixels beside those of the others, and the table of it in docs/colours.md."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from bench import places
from bench.colours import chromium, heifs, jxls, pngs
from bench.failing import BenchFailed
from chalicelib.address.variant import parse
from chalicelib.codecs.formats import PIXEL_TYPES
from chalicelib.codecs.imagemagick import Image
from chalicelib.codecs.limits import Limits
from chalicelib.errors import Refusal
from chalicelib.render.render import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

FOLDER = places.CACHE / "colours"
DOCUMENT = places.PROJECT / "docs" / "colours.md"
RIVALS = {"chromium": "Chromium", "vips": "libvips", "pillow": "Pillow"}
SEEN = 3
"""A difference, of 255, that nobody sees."""

_VARIANT = parse("64x48,format=png,background=ffffff")
_LIMITS = Limits(1 << 20, 1 << 20, 1 << 20)
_PLACE = re.compile(r"(?<=<!-- compared -->\n)(.*?)(?=<!-- /compared -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Compared:
    """A file, with our greatest and mean difference from each of the others that reads it."""

    name: str
    differences: dict[str, tuple[int, float]]

    @property
    def type(self) -> str:
        """The type of the file, which its name begins with."""
        return self.name.partition(" ")[0]


def make() -> None:
    """Make every file anew."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for name, data in pngs.files():
        (FOLDER / f"png {name}.file").write_bytes(data)
    for name, data in {**heifs.FILES, **jxls.FILES}.items():
        kind = next(kind for kind in ("heic", "avif", "jxl") if kind in name)
        (FOLDER / f"{kind} by another encoder, {name}.file").write_bytes(data)
    for rival in ("pillow", "vips"):
        _in_venv(rival, "make")


def compare() -> list[Compared]:
    """Have everybody decode every file, and return how far we are from each of them."""
    for rival in ("pillow", "vips"):
        _in_venv(rival, "decode")
    files = sorted(FOLDER.glob("*.file"))
    for file, pixels in chromium.shown(files):
        if pixels:
            file.with_suffix(".chromium").write_bytes(pixels)
    return [_compared(file) for file in files]


def _in_venv(rival: str, what: str) -> None:
    command = [
        str(places.interpreter(places.CACHE / rival)),
        "-m",
        f"bench.colours.in_{rival}",
        what,
        str(FOLDER),
    ]
    try:
        subprocess.run(command, cwd=places.PROJECT, check=True)  # noqa: S603 - our own arguments
    except (FileNotFoundError, subprocess.CalledProcessError) as failure:
        raise BenchFailed(
            f"{RIVALS[rival]} failed. Is it installed? Type: python -m bench rivals"
        ) from failure


def _compared(file: Path) -> Compared:
    ours = _ours(file.read_bytes())
    theirs = {rival: file.with_suffix(f".{rival}") for rival in RIVALS}
    found = {rival: pixels.read_bytes() for rival, pixels in theirs.items() if pixels.exists()}
    differences = {rival: difference(ours, pixels) for rival, pixels in found.items()} if ours else {}
    return Compared(file.stem, differences)


def _ours(data: bytes) -> bytes | None:
    try:
        made = render(data, _VARIANT, _LIMITS, PIXEL_TYPES)
    except Refusal:
        return None
    with Image(blob=made.data, format="PNG") as image:
        return bytes(image.export_pixels(channel_map="RGB", storage="char"))


def difference(ours: bytes, theirs: bytes) -> tuple[int, float]:
    """Return the greatest and mean difference of two pictures, by channel; 255 if their sizes differ."""
    if len(ours) != len(theirs):
        return 255, 255.0
    distances = [abs(one - other) for one, other in zip(ours, theirs, strict=True)]
    return max(distances), fmean(distances)


def table(compared: Sequence[Compared]) -> str:
    """Return the table, with a row for each type."""
    head = "| type | files | " + " | ".join(RIVALS.values()) + " |\n|---|---|---|---|---|\n"
    types = dict.fromkeys(each.type for each in compared)
    return head + "".join(_row(name, [each for each in compared if each.type == name]) for name in types)


def _row(name: str, files: Sequence[Compared]) -> str:
    cells = (_cell([each.differences.get(rival) for each in files]) for rival in RIVALS)
    return f"| {name.upper()} | {len(files)} | {' | '.join(cells)} |\n"


def _cell(differences: Iterable[tuple[int, float] | None]) -> str:
    """Return worst, mean and number beyond `SEEN`, and how many files could not be compared."""
    every = list(differences)
    known = [each for each in every if each]
    if not known:
        return "reads none"
    beyond = sum(worst > SEEN for worst, _ in known)
    unread = f"; reads {len(known)}" if len(known) < len(every) else ""
    return f"{max(worst for worst, _ in known)}; {fmean(mean for _, mean in known):.2f}; {beyond}{unread}"


def write(compared: Sequence[Compared]) -> None:
    """Put the table into the document."""
    DOCUMENT.write_text(_PLACE.sub(lambda _: table(compared), DOCUMENT.read_text(), count=1))
