"""The contact sheet: all golden pictures on one page, a row for each name, a column for each format."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_GREEN = "#78a082"
"""A colour that is neither in the samples nor white, so that transparent parts can be seen."""

_HEAD = f"""\
<!doctype html>
<meta charset="utf-8">
<title>Golden pictures</title>
<style>body {{ background: {_GREEN}; font: 13px sans-serif }}</style>
"""


def page(pictures: Sequence[Path]) -> str:
    """Return the sheet as an HTML page that shows the files themselves, in the order of their names."""
    rows = (_row(name, files) for name, files in groupby(sorted(pictures), key=lambda picture: picture.stem))
    return "\n".join([f"{_HEAD}<table>", *rows, "</table>\n"])


def _row(name: str, files: Iterable[Path]) -> str:
    cells = (f'<td><img src="{file.as_uri()}" alt="{file.name}">' for file in files)
    return f"<tr><th>{name}{''.join(cells)}"
