"""Thumbor's own engine and steps (load, transform, read) on Pillow, without server, loaders or storages."""

from __future__ import annotations

import asyncio
from functools import cache
from importlib.metadata import version
from pathlib import PurePath
from typing import TYPE_CHECKING

import PIL  # type: ignore[import-not-found]  # lives in the rival's own venv
from thumbor.config import Config  # type: ignore[import-not-found]  # likewise
from thumbor.context import Context, RequestParameters  # type: ignore[import-not-found]  # likewise
from thumbor.engines.pil import Engine  # type: ignore[import-not-found]  # likewise
from thumbor.importer import Importer  # type: ignore[import-not-found]  # likewise
from thumbor.transformer import Transformer  # type: ignore[import-not-found]  # likewise

from bench.engines.serving import serve
from bench.task import PNG_LEVEL, QUALITY

if TYPE_CHECKING:
    from bench.task import Task

_CONFIG = Config(
    QUALITY=QUALITY, PNG_COMPRESSION_LEVEL=PNG_LEVEL, PROGRESSIVE_JPEG=False, RESPECT_ORIENTATION=True
)
_LOOP = asyncio.new_event_loop()
_EXTENSIONS = {"jpeg": ".jpg", "png": ".png", "webp": ".webp", "gif": ".gif", "avif": ".avif"}


@cache
def _modules() -> Importer:
    importer = Importer(_CONFIG)
    importer.import_modules()
    return importer


def make(data: bytes, task: Task) -> bytes:
    """Return the variant. Thumbor keeps ICC profiles instead of converting, and optimises Huffman tables."""
    request = RequestParameters(
        width=task.width, height=task.height or 0, fit_in=bool(task.height) and not task.cover
    )
    context = Context(config=_CONFIG, importer=_modules())
    context.request = request
    request.engine = engine = Engine(context)
    engine.load(data, PurePath(task.original).suffix)
    engine.normalize()
    _LOOP.run_until_complete(Transformer(context).transform())
    return bytes(engine.read(_EXTENSIONS[task.format], task.quality))


if __name__ == "__main__":
    serve(f"Thumbor {version('thumbor')}, Pillow {PIL.__version__}", make)
