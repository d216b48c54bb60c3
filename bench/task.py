"""What a process that renders is asked and what it answers: one line of JSON each.

    hello     {"version": …, "peak": kB}            once, when the library is loaded
    request   {"task": {…}, "times": n, "output": path or null}
    reply     {"cpu": s, "wall": s, "bytes": n, "peak": kB, "rss": kB}
              seconds for one of the n times; or {"failed": …}

Standard library only: every rival's interpreter imports this.
"""

from __future__ import annotations

from dataclasses import dataclass

QUALITY = 80
"""Of JPEG and WebP."""

WEBP_EFFORT = 4
"""libwebp's method; the default of every library here."""

PNG_LEVEL = 6
"""zlib's level; the default of every library here."""


@dataclass(frozen=True, slots=True)
class Task:
    """A variant to make of the file `original`, in no library's own words.

    `variant` is our spelling of it. Of the same box, `height` is None where it follows from the proportions;
    `cover` fills the box and cuts off what hangs over. `format` is jpeg, png, webp or gif. `animated`: every
    frame is wanted. `profiled`: the original is not in sRGB, the variant has to be. JPEG is to be baseline,
    4:2:0, with the standard Huffman tables; PNG with adaptive filters.
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
    png_level: int = PNG_LEVEL
