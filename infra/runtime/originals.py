"""The originals of the proof: one of each type.

Debian's ImageMagick, and libjxl 0.7, made the files in ``originals`` from NASA's astronaut in
``ops/local/samples``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from infra.package import PROJECT

SAMPLES = PROJECT / "ops" / "local" / "samples"
OURS = Path(__file__).with_name("originals")


@dataclass(frozen=True, slots=True)
class Original:
    """An original: its type, its file, its width and height in pixels, its number of frames."""

    kind: str
    file: Path
    size: tuple[int, int]
    frames: int = 1

    @property
    def key(self) -> str:
        """The original's key in the source bucket."""
        return self.file.name

    def fitted(self, side: int) -> tuple[int, int]:
        """Return the size of a variant that fits into a square of `side` pixels. It is never enlarged."""
        scale = min(1.0, side / max(self.size))
        width, height = (max(1, round(length * scale)) for length in self.size)
        return width, height


ORIGINALS = (
    Original("jpeg", SAMPLES / "astronaut.jpg", (512, 512)),
    Original("png", SAMPLES / "fig.png", (780, 610)),
    Original("gif", SAMPLES / "earth.gif", (240, 240), frames=24),
    Original("webp", OURS / "astronaut.webp", (96, 96)),
    Original("avif", OURS / "astronaut.avif", (96, 96)),
    Original("jxl", OURS / "astronaut.jxl", (96, 96)),
    Original("tiff", OURS / "astronaut.tiff", (96, 96)),
    Original("heic", OURS / "astronaut.heic", (96, 96)),
    Original("bmp", OURS / "astronaut.bmp", (32, 32)),
)
