"""Fuzzes the renderer and its libraries, in the darkroom: a crash is a finding and does not end the run."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from chalicelib.address.variant import parse
from chalicelib.codecs import formats, headers
from chalicelib.codecs.formats import SOURCE_TYPES
from chalicelib.codecs.limits import Limits
from chalicelib.darkroom.worker import DiedError
from chalicelib.errors import Refusal
from fuzz import places
from fuzz.damage import damaged
from fuzz.findings import Finding
from fuzz.mutation import mutated
from fuzz.rooms import FILLED, DependentError, Rooms

if TYPE_CHECKING:
    from chalicelib.darkroom.darkroom import Darkroom
    from chalicelib.render.rendered import Rendered

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
    """Render changed originals of the corpus for `seconds`, and at most `inputs` of them.

    The same `seed` gives the same ones.
    """
    originals = [file.read_bytes() for file in sorted(places.ORIGINALS.iterdir())]
    tally, deadline = Tally(), time.monotonic() + seconds
    with Rooms(_MEMORY, FILLED) as rooms:
        while time.monotonic() < deadline and tally.tried != inputs:
            data, variant = case(originals, seed, tally.tried)
            met, finding = attempt(rooms, data, variant)
            tally.met[met] += 1
            if finding:
                tally.findings.append(finding)
    return tally


def case(originals: list[bytes], seed: int, number: int) -> tuple[bytes, str]:
    """Return the changed original and the variant that are tried as this `number` of the `seed`."""
    random = Random(f"{seed} {number}")  # noqa: S311 - the same seed must give the same files
    original = random.choice(originals)
    changed = mutated(original, originals, random) if random.random() < _WILD else damaged(original, random)
    return changed, random.choice(VARIANTS)


def attempt(darkroom: Darkroom | Rooms, data: bytes, variant: str) -> tuple[str, Finding | None]:
    """Return the outcome, and a finding if it is one that must not happen."""
    try:
        rendered = darkroom.render(data, parse(variant), _LIMITS, SOURCE_TYPES)
    except DependentError as dependent:
        return "another in another room", Finding(data, variant, str(dependent))
    except Refusal as refusal:
        is_wrong = refusal.status >= _OURS or isinstance(refusal.__cause__, DiedError | TimeoutError)
        outcome = f"{refusal!r} from {refusal.__cause__!r}"
        return refusal.code, Finding(data, variant, outcome) if is_wrong else None
    flaw = _flaw(rendered)
    return "made", Finding(data, variant, flaw) if flaw else None


def _flaw(rendered: Rendered) -> str:
    """Return what is wrong with a variant; empty if it has the type and the size that it says."""
    kind = formats.sniff(rendered.data)
    if kind is None or kind.variant is not rendered.format:
        return f"{rendered.format} that is {kind}"
    header = headers.read(rendered.data, kind)
    if header and header.size != (rendered.width, rendered.height):
        return f"{rendered.width} x {rendered.height} that is {header.size}"
    return ""
