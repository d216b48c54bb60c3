"""A picture of words, for people who write pages: where an image is missing, it says why.

It is an SVG, so it needs no ImageMagick, which may be what is missing. A browser shows it in an image tag
although its status is 4xx or 5xx.
"""

from __future__ import annotations

import textwrap
from html import escape

CONTENT_TYPE = "image/svg+xml"

_WIDTH = 480
_MARGIN = 16
_LINE = 22
_SIZE = 15

_CHARACTERS = 48
"""Characters of a line: those of a font with a fixed width are about 0.6 of its size wide."""


def draw(title: str, message: str) -> str:
    """Return an SVG of the `title`, and below it the `message` in lines.

    Both are printable ASCII. They are escaped, and the picture has no script, no style and no link. So it is
    the same whatever the policy for its content is.
    """
    lines = [title, *textwrap.wrap(message, _CHARACTERS)]
    height = 2 * _MARGIN + _LINE * len(lines)
    texts = "".join(
        f'<text x="{_MARGIN}" y="{_MARGIN + _LINE * number + _SIZE}"{_weight(number)}>{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'viewBox="0 0 {_WIDTH} {height}" role="img">'
        f"<title>{escape(f'{title}: {message}')}</title>"
        f'<rect width="100%" height="100%" fill="#fff4f2"/>'
        f'<rect x="1" y="1" width="{_WIDTH - 2}" height="{height - 2}" fill="none" stroke="#b42318" '
        f'stroke-width="2"/>'
        f'<g fill="#7a1a10" font-family="monospace" font-size="{_SIZE}">{texts}</g></svg>'
    )


def _weight(number: int) -> str:
    return "" if number else ' font-weight="bold"'
