"""Measures the package in Lambda's own runtime: cold starts, warm times, and memory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from bench.measure import machine
from infra.emulator import emulator
from infra.runtime import events, unpacked_code
from infra.runtime.deployed import deployed
from infra.runtime.errors import RuntimeFailed
from infra.runtime.photographs import GIF, PHONE, PHOTOGRAPHS, PNG, SCREEN, Photograph

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from infra.emulator import Emulator
    from infra.package import Package
    from infra.runtime.deployed import Deployed
    from infra.runtime.function import Running
    from infra.runtime.root import Root

SOURCE, SITE = "bench-source", "bench-site"
ENVIRONMENT = {
    "SITE_BUCKET": SITE,
    "SOURCES": f"default={SOURCE}",
    "ALLOWED_DIMENSIONS": "*",
    "ALLOWED_OPTIONS": "format=*",
    "PRESETS": "",
}
_NAMES = {"jpeg": "JPEG", "webp": "WebP", "avif": "AVIF", "gif": "GIF"}
_CORE = (os.cpu_count() or 1) - 1


@dataclass(frozen=True, slots=True)
class Case:
    """A variant of a photograph."""

    original: Photograph
    variant: str

    @property
    def title(self) -> str:
        """The case in words."""
        size, _, form = self.variant.partition(",format=")
        return f"{self.original.title} → {size.strip('x')} px {_NAMES[form]}"


CASES = (
    Case(PHONE, "300x,format=jpeg"),
    Case(PHONE, "300x,format=webp"),
    Case(PHONE, "300x,format=avif"),
    Case(PHONE, "1600x,format=jpeg"),
    Case(PHONE, "1600x,format=webp"),
    Case(SCREEN, "600x,format=webp"),
    Case(PNG, "300x,format=webp"),
    Case(GIF, "150x,format=gif"),
)
FIRST = CASES[1]
"""The case that a cold function gets."""


@dataclass(frozen=True, slots=True)
class Cold:
    """One cold start, in milliseconds: until the function was ready, and from then to its first answer."""

    init: float
    first: float

    @property
    def total(self) -> float:
        """Milliseconds until the first answer."""
        return self.init + self.first


@dataclass(frozen=True, slots=True)
class Made:
    """The times of one case in milliseconds, and the memory peak in bytes of a new function that made it."""

    case: Case
    times: tuple[float, ...]
    peak: int


@dataclass(frozen=True, slots=True)
class Size:
    """The size of an archive in bytes, zipped and unzipped."""

    zipped: int
    unzipped: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All measurements of a function with `memory` megabytes on `machine`.

    `first` is the case that a cold function got. `idle` is the memory peak in bytes of a function that made
    no picture.
    """

    machine: str
    memory: int
    first: Case
    colds: tuple[Cold, ...]
    made: tuple[Made, ...]
    idle: int
    sizes: dict[str, Size]


@dataclass(frozen=True, slots=True)
class Place:
    """Starts the functions, all on the same core, and makes pictures with them. `aws` has their buckets."""

    here: Deployed
    aws: Emulator

    def started(self) -> AbstractContextManager[Running]:
        """Start a new function."""
        return self.here.start("APIHandler", ENVIRONMENT, self.aws, core=_CORE)

    def make(self, function: Running, case: Case) -> float:
        """Delete the variant of `case`, and return the milliseconds that `function` takes to make it."""
        key = case.original.key
        self.aws.client("s3").delete_object(Bucket=SITE, Key=f"{case.variant}/{key}")
        answer = function.invoke(events.picture(case.variant, key))
        if answer["statusCode"] != HTTPStatus.FOUND or "X-Amz-" in answer["headers"]["Location"]:
            raise RuntimeFailed(f"{case.title} was not made: {answer}")
        return function.invocations()[-1]

    def cold(self) -> Cold:
        """Start a function, and ask it for a picture."""
        with self.started() as new:
            first = self.make(new, FIRST)
            return Cold(new.init(), first)

    def peak(self, case: Case) -> int:
        """Return the memory peak of a new function that makes the picture of `case`."""
        with self.started() as new:
            self.make(new, case)
            return new.peak()

    def idle(self) -> int:
        """Return the memory peak of a new function that made no picture, only a refusal."""
        with self.started() as new:
            new.invoke(events.picture("0x0", "none.jpg"))
            return new.peak()

    def warm(self, rounds: int) -> dict[Case, tuple[float, ...]]:
        """Make all pictures `rounds` times, in turns, with one function that has made each before."""
        with self.started() as function:
            for case in CASES:
                self.make(function, case)
            times = [[self.make(function, case) for case in CASES] for _ in range(rounds)]
        return dict(zip(CASES, zip(*times, strict=True), strict=True))


def measure(package: Package, root: Root, rounds: int, say: Callable[[str], None]) -> Figures:
    """Measure `package` with `rounds` cold starts and warm rounds. Call `say` with the name of each step."""
    with deployed(package, root) as here, emulator() as aws:
        fill(aws)
        place = Place(here, aws)
        say("cold starts")
        place.cold()  # not measured: it fills the page cache
        colds = tuple(place.cold() for _ in range(rounds))
        say("warm")
        warm = place.warm(rounds)
        say("memory")
        made = tuple(Made(case, warm[case], place.peak(case)) for case in CASES)
        memory = unpacked_code.function(package, "APIHandler", ENVIRONMENT).memory
        return Figures(machine(), memory, FIRST, colds, made, place.idle(), _sizes(package))


def fill(aws: Emulator) -> None:
    """Make the buckets, and put the photographs into one."""
    for bucket in (SOURCE, SITE):
        aws.client("s3").create_bucket(Bucket=bucket)
    for photograph in PHOTOGRAPHS:
        aws.client("s3").put_object(Bucket=SOURCE, Key=photograph.key, Body=photograph.data())


def _sizes(package: Package) -> dict[str, Size]:
    archives = {"bundle": package.bundle, "layer": package.layer}
    return {
        name: Size(archive.stat().st_size, unpacked_code.unzipped_bytes(archive))
        for name, archive in archives.items()
        if archive
    }
