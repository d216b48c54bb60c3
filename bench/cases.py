"""The originals, and the table of cases: which variant is made of which original."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.task import AVIF_QUALITY, QUALITY, Task
from chalicelib.address.values import Fit
from chalicelib.address.variant import parse

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Original:
    """A file of the corpus; `profiled` if its colours are not sRGB."""

    file: str
    size: tuple[int, int]
    frames: int = 1
    profiled: bool = False

    @property
    def format(self) -> str:
        """The format by its usual name."""
        extension = self.file.rpartition(".")[2]
        return {"jpg": "jpeg"}.get(extension, extension)


PHONE = Original("12mp.jpg", (4000, 3000))
SCREEN = Original("2mp.jpg", (1888, 1062))
LARGE = Original("48mp.jpg", (8000, 6000))
HUGE = Original("100mp.jpg", (11580, 8685))
PROGRESSIVE = Original("18mp-progressive.jpg", (5184, 3456))
PORTRAIT = Original("12mp-exif6-adobergb.jpg", (4000, 3000), profiled=True)
PNG = Original("12mp.png", (4000, 3000))
RGBA = Original("4mp-rgba.png", (2320, 1740))
WEBP = Original("12mp.webp", (4000, 3000))
GIF = Original("50-frames.gif", (640, 480), frames=50)
AVIF = Original("12mp.avif", (4000, 3000))

ORIGINALS = (PHONE, SCREEN, LARGE, HUGE, PROGRESSIVE, PORTRAIT, PNG, RGBA, WEBP, GIF, AVIF)


@dataclass(frozen=True, slots=True)
class Case:
    """A variant of an original, in our spelling, and the `size` that it must have.

    `aim` is the most time that we want to take, as a ratio to sharp's; None: only the table's median counts.
    """

    name: str
    title: str
    original: Original
    variant: str
    size: tuple[int, int]
    aim: float | None

    @property
    def format(self) -> str:
        """The format of the variant."""
        asked = parse(self.variant).options.format
        return asked.value if asked else self.original.format

    @property
    def frames(self) -> int:
        """How many frames the variant has."""
        return self.original.frames

    @property
    def memory_aim(self) -> float:
        """The most memory that we want to take, as a ratio to sharp's."""
        return 1.0 if self.original.format == "jpeg" else 1.5

    def task(self, corpus: Path) -> Task:
        """Return the task for the rivals; the originals are in the folder `corpus`."""
        variant = parse(self.variant)
        width, height = variant.size.box
        return Task(
            original=str(corpus / self.original.file),
            variant=self.variant,
            width=width or self.size[0],
            height=height,
            cover=variant.options.fit is Fit.COVER,
            format=self.format,
            animated=self.frames > 1,
            profiled=self.original.profiled,
            quality=AVIF_QUALITY if self.format == "avif" else QUALITY,
        )


SMALL_JPEG, LARGE_JPEG, OF_PNG, OF_WEBP, OF_GIF = 1.05, 1.35, 1.5, 1.2, 0.5

CASES = (
    Case("12mp-300-fit", "12 MP → 300×200 fit, jpeg", PHONE, "300x200", (267, 200), SMALL_JPEG),  # noqa: RUF001 - as people write sizes
    Case("12mp-300-cover", "12 MP → 300×200 cover, jpeg", PHONE, "300x200,fit=cover", (300, 200), SMALL_JPEG),  # noqa: RUF001 - as people write sizes
    Case("12mp-1600", "12 MP → 1600 jpeg", PHONE, "1600x", (1600, 1200), LARGE_JPEG),
    Case("12mp-300-webp", "12 MP → 300 webp", PHONE, "300x,format=webp", (300, 225), SMALL_JPEG),
    Case("12mp-1600-webp", "12 MP → 1600 webp", PHONE, "1600x,format=webp", (1600, 1200), LARGE_JPEG),
    Case("12mp-1600-png", "12 MP → 1600 png", PHONE, "1600x,format=png", (1600, 1200), LARGE_JPEG),
    Case("12mp-800-avif", "12 MP → 800 avif", PHONE, "800x,format=avif", (800, 600), LARGE_JPEG),
    Case("2mp-300-cover", "2 MP → 300 cover", SCREEN, "300x300,fit=cover", (300, 300), SMALL_JPEG),
    Case("2mp-1600", "2 MP → 1600 (0.85×)", SCREEN, "1600x", (1600, 900), LARGE_JPEG),  # noqa: RUF001 - as people write sizes
    Case("48mp-300", "48 MP → 300", LARGE, "300x", (300, 225), SMALL_JPEG),
    Case("48mp-1600", "48 MP → 1600", LARGE, "1600x", (1600, 1200), LARGE_JPEG),
    Case(
        "exif-300-cover",
        "EXIF 6 + AdobeRGB → 300 cover",
        PORTRAIT,
        "300x300,fit=cover",
        (300, 300),
        SMALL_JPEG,
    ),
    Case("exif-1600-cover", "same → 1600 cover", PORTRAIT, "1600x1600,fit=cover", (1600, 1600), LARGE_JPEG),
    Case("progressive-300", "18 MP progressive → 300", PROGRESSIVE, "300x", (300, 200), SMALL_JPEG),
    Case("png-300", "12 MP PNG → 300 jpeg", PNG, "300x,format=jpeg", (300, 225), OF_PNG),
    Case("png-1600", "12 MP PNG → 1600 jpeg", PNG, "1600x,format=jpeg", (1600, 1200), OF_PNG),
    Case("rgba-300", "4 MP RGBA → 300 png", RGBA, "300x", (300, 225), OF_PNG),
    Case("rgba-1600", "4 MP RGBA → 1600 png", RGBA, "1600x", (1600, 1200), OF_PNG),
    Case("webp-300", "12 MP WebP → 300", WEBP, "300x", (300, 225), OF_WEBP),
    Case("gif-gif", "GIF 50 frames → gif", GIF, "320x", (320, 240), OF_GIF),
    Case("gif-webp", "GIF → webp", GIF, "320x,format=webp", (320, 240), OF_GIF),
    Case("avif-300", "AVIF → 300 jpeg", AVIF, "300x,format=jpeg", (300, 225), None),
)

FLAT = (
    Case("flat-12", "12 MP → 300 jpeg", PHONE, "300x", (300, 225), SMALL_JPEG),
    Case("flat-48", "48 MP → 300 jpeg", LARGE, "300x", (300, 225), SMALL_JPEG),
    Case("flat-100", "100 MP → 300 jpeg", HUGE, "300x", (300, 225), SMALL_JPEG),
)
"""Cases in which time and memory should not grow with the original."""

LEAK = (
    Case("leak-jpeg", "2 MP → 300 cover", SCREEN, "300x200,fit=cover", (300, 200), None),
    Case("leak-webp", "2 MP → 300 webp", SCREEN, "300x,format=webp", (300, 169), None),
    Case("leak-png", "2 MP → 300 png", SCREEN, "300x,format=png", (300, 169), None),
    Case("leak-gif", "2 MP → 300 gif", SCREEN, "300x,format=gif", (300, 169), None),
)
"""Cases that are quick enough to repeat thousands of times."""
