"""What browsers accept for pictures: the ``Accept`` of ``<img>``, today's and of five years ago.

From MDN's "List of default Accept values". Where that has no row (Safari with AVIF, the first Edge, Internet
Explorer, Chromium before 121), from requests that public projects have recorded. Samsung Internet is taken
for the Chromium that it is made of.
"""

from __future__ import annotations

from typing import NamedTuple

VIEWER = {"ip": "192.0.2.1"}
"""Who asks: a part of every event of a CloudFront Function."""


class Browser(NamedTuple):
    """A browser, what it sends, and the spelling of ``format=auto`` that it is redirected to."""

    name: str
    accept: str
    spelling: str


_CHROMIUM = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
_OLDER_SAFARI = "image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5"

BROWSERS = [
    Browser("Chrome, Edge 121 and Opera today", _CHROMIUM, "auto-avif"),
    Browser("Samsung Internet today, as the Chromium that it is made of", _CHROMIUM, "auto-avif"),
    Browser(
        "Firefox 128 and later",
        "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
        "auto-avif",
    ),
    Browser("Firefox 92 to 127", "image/avif,image/webp,*/*", "auto-avif"),
    Browser(
        "Safari 17 and later",
        "image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,"
        "video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
        "auto-avif",
    ),
    Browser("Chrome 85 to 90", "image/avif,image/webp,image/apng,image/*,*/*;q=0.8", "auto-avif"),
    Browser("Chrome 79 to 84, Edge 79 to 120", "image/webp,image/apng,image/*,*/*;q=0.8", "auto"),
    Browser("Samsung Internet of 2021, likewise", "image/webp,image/apng,image/*,*/*;q=0.8", "auto"),
    Browser("Firefox 65 to 91", "image/webp,*/*", "auto"),
    Browser("Safari 14 and 15", f"image/webp,{_OLDER_SAFARI}", "auto"),
    Browser("Safari 13 and earlier", _OLDER_SAFARI, "auto-jpeg"),
    Browser("Firefox 47 to 63", "*/*", "auto-jpeg"),
    Browser("Edge 12 to 18", "image/png, image/svg+xml, image/jxr, image/*;q=0.8, */*;q=0.5", "auto-jpeg"),
    Browser("Internet Explorer 11", "image/png, image/svg+xml, image/*;q=0.8, */*;q=0.5", "auto-jpeg"),
    Browser("curl, wget, a script's `fetch`, most bots", "*/*", "auto-jpeg"),
    Browser("a bot that names every type it reads", "image/jpeg,image/png,image/gif", "auto-jpeg"),
    Browser("a program that sends no Accept at all", "", "auto"),
]


def table() -> str:
    """Return the table of docs/urls.md: a row for each browser."""
    rows = [
        f"| {name} | {f'`{accept}`' if accept else 'nothing'} | `{spelling}` |"
        for name, accept, spelling in BROWSERS
    ]
    return "\n".join(["| who | `Accept` for a picture | `format=auto` is |", "|---|---|---|", *rows, ""])
