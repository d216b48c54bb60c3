"""Cuts originals out of photographs: ``python -m bench.studio.cuts FOLDER``, a plan as JSON on stdin."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

from PIL import Image  # type: ignore[import-not-found]  # lives in the studio's venv

_LEAST, _MOST = 1200, 2800
_QUALITIES = (75, 85, 92)


def cut(folder: Path, plan: dict[str, Any]) -> None:
    """Write a JPEG for each number of the `plan`; its number alone decides what it shows."""
    photographs = [Image.open(file).convert("RGB") for file in plan["photographs"]]
    for number in plan["numbers"]:
        dice = random.Random(number)  # noqa: S311 - pictures, no secret
        photograph = photographs[number % len(photographs)]
        width = dice.randint(_LEAST, min(_MOST, photograph.width))
        height = dice.randint(_LEAST * 3 // 4, min(_MOST * 3 // 4, photograph.height))
        x, y = dice.randint(0, photograph.width - width), dice.randint(0, photograph.height - height)
        part = photograph.crop((x, y, x + width, y + height))
        part.save(folder / f"{number:04}.jpg", quality=dice.choice(_QUALITIES))


if __name__ == "__main__":
    cut(Path(sys.argv[1]), json.load(sys.stdin))
