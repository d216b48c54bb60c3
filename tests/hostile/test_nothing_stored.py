"""A hostile original through the whole application: refused, nothing stored, and the next is made."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3
import pytest
from chalice.test import Client

from chalicelib.darkroom import worker
from chalicelib.darkroom.darkroom import of_this_process
from tests.darkroom import inside
from tests.darkroom.test_darkroom import ENDLESS, NOISE, PHOTO
from tests.hostile.originals import jpeg_of, png_of
from tests.test_app import Web, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, aws: None) -> Iterator[Web]:  # noqa: ARG001 - moto has to be there first
    module = load(
        monkeypatch,
        ALLOWED_DIMENSIONS="4900x,100x",
        ALLOWED_OPTIONS="format=avif,quality=100,upscale",
        RENDER_TIMEOUT="2",
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


@contextmanager
def taken_over(monkeypatch: pytest.MonkeyPatch, function: Callable[[], None]) -> Iterator[None]:
    """Have the application's darkroom call `function` inside, until the end of the block."""
    with of_this_process(drawings=False), monkeypatch.context() as other:
        other.setattr(worker, "BOOT", inside.boot(function))
        of_this_process(drawings=False).close()
        yield


def test_a_crash_stores_nothing_and_the_log_names_the_original(
    web: Web, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with taken_over(monkeypatch, inside.crash):
        assert answered(web, inside.fatal(PHOTO, signal.SIGSEGV), "100x")[0] == 415
        assert web.stored() == []
        assert "died: 100x,metadata=copyright of 'photos/a.jpg': SIGSEGV" in caplog.text


def test_a_lie_stores_nothing_and_the_log_names_the_original(
    web: Web, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    html = b"<!DOCTYPE html><script>alert(document.domain)</script>"
    told = b'{"format": "jpeg", "content_type": "text/html", "width": 1, "height": 1, "frames": 1}'
    with taken_over(monkeypatch, inside.lie):
        assert answered(web, inside.answering(PHOTO, told, html), "100x") == (500, "no-store")
        assert web.stored() == []
        assert "gave an answer that cannot be true" in caplog.text


def test_the_process_that_answers_has_not_loaded_imagemagick() -> None:
    # In a process of its own: the tests have loaded it here.
    code = "import sys, chalicelib.assembly; sys.exit('wand' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], check=False)  # noqa: S603 - our own code

    assert done.returncode == 0
