"""Puts pictures side by side: ``python -m bench.studio.contact FILE``.

Rows of file names come as JSON on standard input.
"""

from __future__ import annotations

import json
import sys

from PIL import Image  # type: ignore[import-not-found]  # lives in the studio's venv

_TILE = (200, 150)
_GROUND = (200, 200, 210)


def draw(rows: list[list[str | None]], file: str) -> None:
    """Write the contact sheet: a row for each case, a column for each engine, grey without a picture."""
    sheet = Image.new("RGB", (max(map(len, rows)) * _TILE[0], len(rows) * _TILE[1]), _GROUND)
    for down, row in enumerate(rows):
        for across, name in enumerate(row):
            if name:
                with Image.open(name) as opened:
                    picture = opened.convert("RGBA")
                picture.thumbnail((_TILE[0] - 4, _TILE[1] - 4))
                sheet.paste(picture, (across * _TILE[0] + 2, down * _TILE[1] + 2), picture)
    sheet.save(file, quality=85)


if __name__ == "__main__":
    draw(json.load(sys.stdin), sys.argv[1])
