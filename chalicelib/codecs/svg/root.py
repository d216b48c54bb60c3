"""Whether a file is an SVG: by its root element, whatever stands in front of it."""

from __future__ import annotations

import re

FIRST_BYTES = 4096
"""Bytes within which the root element has to begin."""

_BOM = b"\xef\xbb\xbf"
_BEFORE = re.compile(
    rb"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE\s+(?:[A-Za-z_][\w.-]*:)?svg\b[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL
)
"""What XML allows before the root element (XML 1.0, 2.8, prolog)."""

_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?svg[\s/>]")


def is_svg(first: bytes) -> bool:
    """Return whether a file that begins with `first` has ``svg`` as its root element.

    HTML with an SVG in it has another root. UTF-16 and gzip (svgz) are nothing that we read.
    """
    at = len(_BOM) if first.startswith(_BOM) else 0
    while passed := _BEFORE.match(first, at):
        at = passed.end()
    return bool(_ROOT.match(first, at))
