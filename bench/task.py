"""The protocol between the bench and an engine's process: each message is one line of JSON.

    hello     {"version": …, "peak": kB}            once, when the library is loaded
    request   {"task": {…}, "times": n, "output": path or null}
    reply     {"cpu": s, "wall": s, "bytes": n, "peak": kB, "rss": kB}
              the seconds are for one of the n times; or {"failed": …}

This module uses only the standard library: every rival's interpreter imports it.
"""

from __future__ import annotations

from dataclasses import dataclass

QUALITY = 80
"""Of JPEG and WebP."""

AVIF_QUALITY = 60
"""Of the rivals' AVIF: with it, they score as ours does at its default, 50, which aom tunes for stills
(`tune=iq`)."""

AVIF_EFFORT = 2
"""libvips' effort for AVIF (0 to 9), for sharp and pyvips: the nearest to ours. Their default, 4, takes ten
times as long for one point of SSIMULACRA2."""

AVIF_SPEED = 8
"""libaom's speed (0 to 10) for Pillow, which has the encoder's own scale: what ours takes, too."""

WEBP_EFFORT = 4
"""libwebp's method; the default of every library here."""

PNG_LEVEL = 6
"""zlib's level; the default of every library here."""


@dataclass(frozen=True, slots=True)
class Task:
    """A variant to make of the file `original`, described independently of any library.

    `variant` is our spelling of it. `height` is None where it follows from the proportions. `cover` fills the
    box and cuts off the excess. `format` is jpeg, png, webp or gif. `animated`: the variant has every frame.
    `profiled`: the original is not in sRGB, but the variant has to be. JPEG has to be baseline, 4:2:0, with
    the standard Huffman tables; PNG needs adaptive filters.
    """

    original: str
    variant: str
    width: int
    height: int | None
    cover: bool
    format: str
    animated: bool
    profiled: bool
    quality: int = QUALITY
    webp_effort: int = WEBP_EFFORT
    avif_effort: int = AVIF_EFFORT
    avif_speed: int = AVIF_SPEED
    png_level: int = PNG_LEVEL
