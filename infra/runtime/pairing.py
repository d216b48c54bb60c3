"""Measures the package beside that of another checkout, such as an earlier commit, in turns.

Other programs on the machine then slow both down, so their ratios are true even where their times are not.
"""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from infra.emulator import emulator
from infra.package import Package
from infra.runtime import events
from infra.runtime.bench import CASES, SITE, Place, fill
from infra.runtime.deployed import deployed
from infra.runtime.errors import RuntimeFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from infra.runtime.bench import Cold
    from infra.runtime.function import Running
    from infra.runtime.root import Root

WARM = CASES[0]
"""The case that warm functions make."""

_STEP = re.compile(r"([a-z]+);dur=([0-9.]+)")


@dataclass(frozen=True, slots=True)
class Side:
    """The measurements of one package: its cold starts, the milliseconds of warm requests and of their steps.

    `peak` is the memory in bytes that a new function used to make `WARM`, and `processor` the milliseconds of
    the processor: medians of several.
    """

    colds: tuple[Cold, ...]
    warm: tuple[float, ...]
    steps: Mapping[str, float]
    peak: float
    processor: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Our package, and the one of the checkout that is named `other`."""

    other: str
    ours: Side
    theirs: Side


@contextmanager
def packaged(checkout: Path) -> Iterator[Package]:
    """Package `checkout` with its own tools into a folder that exists until the block ends."""
    with TemporaryDirectory(prefix="resize404-package-") as folder:
        out = Path(folder)
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "infra", "package", "--out", folder],
            cwd=checkout,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode or not (out / "layer-deployment.zip").exists():
            raise RuntimeFailed(f"{checkout} cannot be packaged for Lambda:\n{done.stdout}{done.stderr}")
        yield Package(out / "sam.json", out / "deployment.zip", out / "layer-deployment.zip")


def name(checkout: Path) -> str:
    """Return the commit that is checked out in the folder, or the folder's name if it is no checkout."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    return done.stdout.strip() or checkout.name


def measure(  # noqa: PLR0913, PLR0917 - two packages and how to measure them
    ours: Package, theirs: Package, other: str, root: Root, rounds: int, say: Callable[[str], None]
) -> Pair:
    """Measure both packages in turns, with `rounds` cold starts and three times as many warm requests."""
    with deployed(ours, root) as here, deployed(theirs, root) as there, emulator() as aws:
        fill(aws)
        places = (Place(here, aws), Place(there, aws))
        say(f"cold starts, beside {other}")
        for place in places:
            place.cold()  # not measured: it fills the page cache
        colds = [[place.cold() for place in places] for _ in range(rounds)]
        say(f"memory and processor, beside {other}")
        used = [[_used(place) for place in places] for _ in range(rounds)]
        say(f"warm, beside {other}")
        with places[0].started() as mine, places[1].started() as others:
            functions = (mine, others)
            for place, function in zip(places, functions, strict=True):
                place.make(function, WARM)
            warm = [
                [_made(place, function) for place, function in zip(places, functions, strict=True)]
                for _ in range(3 * rounds)
            ]
    sides = zip(zip(*colds, strict=True), zip(*warm, strict=True), zip(*used, strict=True), strict=True)
    return Pair(other, *(_side(*side) for side in sides))


def _side(
    colds: tuple[Cold, ...],
    warm: tuple[tuple[float, Mapping[str, float]], ...],
    used: tuple[tuple[int, float], ...],
) -> Side:
    steps = {step: median(noted[step] for _, noted in warm) for step in warm[0][1]}
    peak, processor = (median(each) for each in zip(*used, strict=True))
    return Side(colds, tuple(spent for spent, _ in warm), steps, peak, processor)


def _used(place: Place) -> tuple[int, float]:
    """Return the memory peak of a new function that makes `WARM`, and what it used of the processor."""
    with place.started() as new:
        place.make(new, WARM)
        return new.peak(), new.processor()


def _made(place: Place, function: Running) -> tuple[float, Mapping[str, float]]:
    """Return the milliseconds of a warm request for a new variant, and those of its steps."""
    key = WARM.original.key
    place.aws.client("s3").delete_object(Bucket=SITE, Key=f"{WARM.variant}/{key}")
    answer = function.invoke(events.picture(WARM.variant, key))
    noted = {step: float(spent) for step, spent in _STEP.findall(answer["headers"]["Server-Timing"])}
    if "store" not in noted:
        raise RuntimeFailed(f"{WARM.title} was not made: {answer}")
    return function.invocations()[-1], noted
