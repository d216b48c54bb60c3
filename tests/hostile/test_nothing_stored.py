"""A hostile original through the whole application: refused, nothing stored, and the next is made."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import boto3
import pytest
from chalice.test import Client

from chalicelib.assembly import darkroom
from tests.darkroom.test_darkroom import ENDLESS, NOISE, PHOTO
from tests.hostile.originals import jpeg_of, png_of
from tests.test_app import Web, load

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, aws: None) -> Iterator[Web]:  # noqa: ARG001 - moto has to be there first
    module = load(
        monkeypatch,
        ALLOWED_DIMENSIONS="4900x,100x",
        ALLOWED_OPTIONS="format=avif,quality=100,upscale",
        RENDER_TIMEOUT="1",
        OTHER_FILES="refused",
    )
    with Client(module.app) as client:
        yield Web(module, client, boto3.client("s3"))


def answered(web: Web, data: bytes, variant: str) -> tuple[int, str]:
    web.s3.put_object(Bucket="photos", Key="a.jpg", Body=data)
    answer = web.get(f"/resize/{variant}/a.jpg")
    return answer.status_code, answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("data", "variant", "status"),
    [
        (NOISE, ENDLESS, 403),
        (png_of(60_000, 60_000), "100x", 403),
        (jpeg_of(64, 0), "100x", 415),
        (b"<svg/>", "100x", 415),
    ],
    ids=["too slow", "too large", "broken", "not an image"],
)
def test_a_refused_original_stores_nothing_and_the_next_is_made(
    web: Web, data: bytes, variant: str, status: int
) -> None:
    assert answered(web, data, variant) == (status, "public, max-age=3600")
    assert web.stored() == []
    assert answered(web, PHOTO, "100x") == (302, "no-store")
    assert web.stored() == ["100x/a.jpg"]


def test_a_crash_stores_nothing_and_the_log_names_the_original(
    web: Web, caplog: pytest.LogCaptureFixture
) -> None:
    assert answered(web, PHOTO, "100x")[0] == 302
    pid = darkroom().pid
    assert pid is not None
    blow = threading.Timer(0.3, os.kill, (pid, signal.SIGSEGV))
    blow.start()

    assert answered(web, NOISE, ENDLESS)[0] == 415
    assert web.stored() == ["100x/a.jpg"]
    assert "died: 4900x,format=avif,quality=100,upscale of photos/a.jpg: SIGSEGV" in caplog.text


def test_the_process_that_answers_has_not_loaded_imagemagick() -> None:
    # In a process of its own: the tests have loaded it here.
    code = "import sys, chalicelib.assembly; sys.exit('wand' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], check=False)  # noqa: S603 - our own code

    assert done.returncode == 0
