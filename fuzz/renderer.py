"""Fuzzes the renderer and its libraries, in the darkroom: a crash is a finding and does not end the run."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from chalicelib.address.values import Document
from chalicelib.address.variant import INFO, INFO_VARIANT, parse
from chalicelib.codecs import formats, headers
from chalicelib.codecs.formats import SOURCE_TYPES
from chalicelib.codecs.limits import Limits
from chalicelib.darkroom.worker import DiedError
from chalicelib.errors import Refusal
from chalicelib.render import info
from fuzz import places
from fuzz.damage import damaged
from fuzz.drawings import references
from fuzz.findings import Finding
from fuzz.mutation import mutated
from fuzz.rooms import FILLED, ROOMS, DependentError, Rooms

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.darkroom.darkroom import Darkroom
    from chalicelib.render.rendered import Rendered
    from fuzz.rooms import Room

    Case = Callable[[list[bytes], int, int], tuple[bytes, str]]

_LIMITS = Limits(
    source_bytes=1_000_000, source_pixels=4_000_000, output_pixels=1_000_000, frames=100, seconds=10
)
_MEMORY = 512 << 20
_WILD = 0.5
"""The share of files that are changed so much that most get no further than their header."""

_OURS = 500
"""From this status on, a refusal is a fault of ours."""

VARIANTS = (
    "8x",
    "100x",
    "30x30,fit=cover",
    "30x20,fit=cover,gravity=smart",
    "30x20,fit=cover,gravity=30-70",
    "40x40,background=ff000080,fit=contain,format=webp",
    "50x,format=gif",
    "44x,format=auto-avif",
    "44x,format=auto-jpeg",
    "20x,format=png",
    "20x,colors=9,format=png",
    "17x23,fit=fill,format=jpeg,quality=95",
    "32x32,fit=outside,format=avif",
    "200x,upscale",
    "20x,crop=3-5-9x7",
    "40x,blur=2,brightness=10,contrast=-5,saturation=50,sharpen=1",
    "40x,flip,flop,rotate=90",
    "40x,format=png,rotate=33",
    "40x,grayscale,round=max",
    "40x,sepia,tint=336699",
    "40x,format=png,trim=10",
    "40x,frame=2",
    "40x,metadata=copyright",
    "200x,format=avif,metadata=copyright",
)
"""What is asked of pictures, beside their info."""

FOLDERS = (places.ORIGINALS, places.DRAWINGS)

OF_DRAWINGS = ("8x", "100x", "40x,format=auto", "30x20,fit=outside", "200x,upscale", "20x,format=png", INFO)
"""What is asked of drawings: most of the others need pixels, and are refused."""


@dataclass(slots=True)
class Tally:
    """How many files had which outcome, and the findings."""

    met: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    @property
    def tried(self) -> int:
        """How many files were tried."""
        return self.met.total()


def run(seconds: float, seed: int, inputs: int | None = None) -> Tally:
    """Render changed originals of the corpus for `seconds`, and at most `inputs` of them, in two rooms.

    The same `seed` gives the same ones.
    """
    return _tried(case, FILLED, seconds, seed, inputs)


def damage_each(seconds: float, seed: int, inputs: int | None = None) -> Tally:
    """Damage one original of the corpus after the other for `seconds`, and render each in all rooms."""
    return _tried(damaged_case, ROOMS, seconds, seed, inputs)


def _tried(make: Case, rooms: tuple[Room, ...], seconds: float, seed: int, inputs: int | None) -> Tally:
    originals = [file.read_bytes() for folder in FOLDERS for file in sorted(folder.iterdir())]
    tally, deadline = Tally(), time.monotonic() + seconds
    with Rooms(_MEMORY, rooms) as darkrooms:
        while time.monotonic() < deadline and tally.tried != inputs:
            data, variant = make(originals, seed, tally.tried)
            met, finding = attempt(darkrooms, data, variant)
            tally.met[met] += 1
            if finding:
                tally.findings.append(finding)
    return tally


def case(originals: list[bytes], seed: int, number: int) -> tuple[bytes, str]:
    """Return the changed original and the variant that are tried as this `number` of the `seed`."""
    random = Random(f"{seed} {number}")  # noqa: S311 - the same seed must give the same files
    original = random.choice(originals)
    changed = mutated(original, originals, random) if random.random() < _WILD else damaged(original, random)
    return changed, _variant_of(original, random)


def damaged_case(originals: list[bytes], seed: int, number: int) -> tuple[bytes, str]:
    """Return the damaged original and the variant of this `number`: one original after the other."""
    random = Random(f"{seed} {number}")  # noqa: S311 - the same seed must give the same files
    original = originals[number % len(originals)]
    return damaged(original, random), _variant_of(original, random)


def _variant_of(original: bytes, random: Random) -> str:
    return random.choice(OF_DRAWINGS if formats.sniff(original) is formats.SVG else (*VARIANTS, INFO))


def attempt(darkroom: Darkroom | Rooms, data: bytes, variant: str) -> tuple[str, Finding | None]:
    """Return the outcome, and a finding if it is one that must not happen."""
    try:
        wanted = INFO_VARIANT if variant == INFO else parse(variant)
        rendered = darkroom.render(data, wanted, _LIMITS, SOURCE_TYPES)
    except DependentError as dependent:
        return "another in another room", Finding(data, variant, str(dependent))
    except Refusal as refusal:
        is_wrong = refusal.status >= _OURS or isinstance(refusal.__cause__, DiedError | TimeoutError)
        outcome = f"{refusal!r} from {refusal.__cause__!r}"
        return refusal.code, Finding(data, variant, outcome) if is_wrong else None
    flaw = _flaw(rendered, data)
    return "made", Finding(data, variant, flaw) if flaw else None


def _flaw(rendered: Rendered, original: bytes) -> str:
    """Return what is wrong with a variant; empty if it is what it says."""
    if rendered.format is Document.JSON:
        return _flaw_of_info(rendered, original)
    kind = formats.sniff(rendered.data)
    if kind is None or kind.variant is not rendered.format:
        return f"{rendered.format} that is {kind}"
    if kind is formats.SVG:
        return _flaw_of_drawing(rendered)
    header = headers.read(rendered.data, kind)
    if header and header.size != (rendered.width, rendered.height):
        return f"{rendered.width} x {rendered.height} that is {header.size}"
    return ""


def _flaw_of_drawing(rendered: Rendered) -> str:
    if found := references(rendered.data):
        return f"a drawing that runs or fetches: {found}"
    sides = f'width="{rendered.width}" height="{rendered.height}"'.split()
    root = rendered.data.decode().partition(">")[0]
    return "" if all(side in root for side in sides) else f"{sides} that is {root}"


def _flaw_of_info(rendered: Rendered, original: bytes) -> str:
    try:
        told = info.read(rendered.data)
    except ValueError as fault:
        return f"no info: {fault}"
    limits = _LIMITS.source_pixels >= told.width * told.height and _LIMITS.source_bytes >= told.length
    if not limits or told.length != len(original):
        return f"info of another original: {rendered.data!r}"
    return ""
