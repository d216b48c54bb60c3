"""How much memory a decoded AVIF takes, of the size from which it matters."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from tests.pixels import gradient, made, tiff

if TYPE_CHECKING:
    from pathlib import Path

SIDE = 2000
MOST = 14
"""Bytes. ImageMagick's own pixel has 8, and what libheif gives out has 3, or 4 with alpha."""

_MEASURED = f"""
import sys
from chalicelib.codecs import decode
from chalicelib.codecs.formats import AVIF
from chalicelib.codecs.specimens import SPECIMENS
from chalicelib.geometry.plan import whole

def read(data):
    for frame in decode.frames(data, AVIF, 1, whole(decode.header(data, AVIF).size)):
        frame.image.width

def kilobytes(name):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(name))

decode._GIVEN_BACK_FROM = {SIDE * SIDE - 1}
data = open(sys.argv[1], "rb").read()
read(SPECIMENS["avif"])
before = kilobytes("VmRSS")
read(data)
print(1024 * (kilobytes("VmHWM") - before) / {SIDE * SIDE})
"""


def test_an_avif_takes_no_more_than_its_samples_and_its_pixels(tmp_path: Path) -> None:
    file = tmp_path / "large.avif"
    file.write_bytes(made(tiff(gradient(SIDE, SIDE)), f"{SIDE}x,format=avif").data)

    command = [sys.executable, "-c", _MEASURED, str(file)]
    told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own code

    assert float(told.stdout) < MOST
