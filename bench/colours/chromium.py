"""What Chromium shows: each file is drawn on a white canvas, which is then read back."""

from __future__ import annotations

import base64
import shutil
from typing import TYPE_CHECKING

from bench.failing import BenchFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SHOW = """
    async (data) => {
        const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
        const image = new Image();
        image.src = URL.createObjectURL(new Blob([bytes]));
        try { await image.decode(); } catch { return null; }
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
        const context = canvas.getContext('2d', {willReadFrequently: true});
        context.fillStyle = 'white';
        context.fillRect(0, 0, canvas.width, canvas.height);
        context.drawImage(image, 0, 0);
        return btoa(String.fromCharCode(...context.getImageData(0, 0, canvas.width, canvas.height).data));
    }
"""
_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--force-color-profile=srgb", "--disable-background-networking"),
    "--enable-features=JXLImageFormat",  # it reads JPEG XL, but keeps that switched off
)
_CHANNELS = 4


def shown(files: Iterable[Path]) -> Iterator[tuple[Path, bytes | None]]:
    """Yield each file with its pixels in RGB, or None where Chromium shows none."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - the other commands do without

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        raise BenchFailed("Chromium is missing. Type: ops/setup browser")
    with sync_playwright() as play, play.chromium.launch(executable_path=chromium, args=_FLAGS) as browser:
        page = browser.new_page()
        for file in files:
            told = page.evaluate(SHOW, base64.b64encode(file.read_bytes()).decode())
            yield file, _without_alpha(base64.b64decode(told)) if told else None


def _without_alpha(data: bytes) -> bytes:
    return b"".join(data[at : at + 3] for at in range(0, len(data), _CHANNELS))
