"""Originals for the whole system: many small photographs, cut out of a few large ones, always the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bench import outputs, photographs, places

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = places.CACHE / "cuts"


def originals(number: int) -> dict[str, bytes]:
    """Return so many originals by their keys: JPEGs of 1 to 6 megapixels, in folders of a hundred."""
    photographs.fetch()
    found = [str(each.find(places.PHOTOGRAPHS)) for each in photographs.PHOTOGRAPHS]
    FOLDER.mkdir(parents=True, exist_ok=True)
    missing = [each for each in range(number) if not _file(each).exists()]
    if missing:
        outputs.in_studio("cuts", str(FOLDER), stdin=json.dumps({"photographs": found, "numbers": missing}))
    return {f"cuts/{each // 100:02}/{each:04}.jpg": _file(each).read_bytes() for each in range(number)}


def _file(number: int) -> Path:
    return FOLDER / f"{number:04}.jpg"
