"""resize404's own renderer, on the ImageMagick of MAGICK_HOME, else of vendor/, else on the system's."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from bench.engines.serving import serve
from chalicelib.address.variant import Variant, parse
from chalicelib.codecs.formats import SOURCE_TYPES
from chalicelib.codecs.imagemagick import VERSION
from chalicelib.codecs.limits import Limits
from chalicelib.render.render import render

if TYPE_CHECKING:
    from bench.task import Task

LIMITS = Limits(source_bytes=2**30, source_pixels=200_000_000, output_pixels=100_000_000)
_parse = cache(parse)


def make(data: bytes, task: Task) -> bytes:
    """Return the variant as the application makes it."""
    variant: Variant = _parse(task.variant)
    return render(data, variant, LIMITS, SOURCE_TYPES).data


if __name__ == "__main__":
    # After chalicelib, which decides which library Wand loads.
    import wand.version

    build = "resize404's" if os.environ.get("MAGICK_HOME") else "the system's"
    magick = VERSION.partition(" Q")[0]
    serve(f"Wand {wand.version.VERSION}, {magick} Q{wand.version.QUANTUM_DEPTH}, {build} build", make)
