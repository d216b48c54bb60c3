"""The process that decodes: what it makes, what it may cost, and what its end costs others."""

from __future__ import annotations

import dataclasses
import itertools
import os
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from chalicelib.address import key as keys
from chalicelib.address.values import Gravity
from chalicelib.address.variant import parse
from chalicelib.codecs.formats import SOURCE_TYPES
from chalicelib.codecs.specimens import SPECIMENS
from chalicelib.darkroom import hatch, worker
from chalicelib.darkroom.darkroom import ELSEWHERE, Darkroom, share
from chalicelib.darkroom.worker import DiedError
from chalicelib.errors import (
    BrokenImage,
    Fault,
    Malformed,
    NotAnImage,
    OutOfMemory,
    Refusal,
    TooLarge,
    UpstreamBusy,
)
from chalicelib.render.extras import Extras, Overlay, Watermark
from chalicelib.render.render import render
from chalicelib.timing import Deadline
from tests.darkroom import inside
from tests.hostile.originals import png_of, repeated_zeros
from tests.pixels import LIMITS, card, encoded, gradient, plain, png_chunk, seen
from tests.render.test_refusals import png_header

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.darkroom.order import Order
    from chalicelib.render.rendered import Rendered

PHOTO = encoded(gradient(320, 240), "jpeg")
PIXEL = encoded(plain((1, 2, 3), 4, 4), "png")
NOISE = encoded(np.random.default_rng(1).integers(0, 256, (40, 40, 3), dtype=np.uint8), "png")
ENDLESS = "4900x,format=avif,quality=100,upscale"
"""A variant of `NOISE` that takes half a minute to make."""

SECOND = "1600x,format=avif,quality=100,upscale"
"""A variant of `NOISE` that takes more than a second to make."""


@pytest.fixture(scope="module")
def shared() -> Iterator[Darkroom]:
    with Darkroom() as darkroom:
        yield darkroom


@pytest.fixture
def darkroom() -> Iterator[Darkroom]:
    """A darkroom of the test's own, ready to work."""
    with Darkroom() as fresh:
        made(fresh, PIXEL, "2x")
        yield fresh


def made(darkroom: Darkroom, data: bytes, variant: str, seconds: int = 15) -> Rendered:
    limits = dataclasses.replace(LIMITS, seconds=seconds)
    return darkroom.render(data, parse(variant), limits, SOURCE_TYPES, name="photos/a.jpg")


@pytest.mark.parametrize("variant", ["100x", "40x40,fit=cover,format=webp", "2000x,format=png,upscale"])
def test_it_makes_what_rendering_makes(shared: Darkroom, variant: str) -> None:
    assert made(shared, PHOTO, variant) == render(PHOTO, parse(variant), LIMITS, SOURCE_TYPES)


def test_orders_of_several_originals_in_turn_make_the_same_pictures_as_one_alone() -> None:
    orders = [(PHOTO, "100x"), (PHOTO, "300x"), (NOISE, "20x"), (PHOTO, "100x,format=png"), (NOISE, "30x")]
    wanted = tuple(parse(variant) for _, variant in orders)
    with Darkroom() as darkroom:
        pictures = [
            darkroom.render(original, parse(variant), LIMITS, SOURCE_TYPES, wanted=wanted)
            for original, variant in orders
        ]

    assert pictures == [render(data, parse(variant), LIMITS, SOURCE_TYPES) for data, variant in orders]


def test_megabytes_pass_through_the_hatch_both_ways(shared: Darkroom) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (1200, 1200, 3), dtype=np.uint8)
    original = encoded(noise, "png")

    rendered = made(shared, original, "1200x")

    assert min(len(original), len(rendered.data)) > 4_000_000
    assert (seen(rendered)[:, :, :3] == noise).all()


@pytest.mark.parametrize(
    ("data", "variant", "refusal"),
    [
        (b"%PDF-1.7", "10x", NotAnImage),
        (PHOTO[:300], "10x", BrokenImage),
        (png_header(60_000, 60_000), "10x", TooLarge),
        (PHOTO, "10x,frame=2", Malformed),
    ],
    ids=["not an image", "broken", "too large", "malformed"],
)
def test_its_refusals_are_those_of_rendering(
    shared: Darkroom, data: bytes, variant: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal) as inside:
        made(shared, data, variant)
    with pytest.raises(refusal) as directly:
        render(data, parse(variant), LIMITS, SOURCE_TYPES)

    assert str(inside.value) == str(directly.value)


def test_a_refused_original_does_not_cost_the_process(shared: Darkroom) -> None:
    made(shared, PIXEL, "2x")
    before = shared.pid
    with pytest.raises(BrokenImage):
        made(shared, PHOTO[:300], "10x")

    assert made(shared, PHOTO, "10x").width == 10
    assert shared.pid == before


def test_what_takes_too_long_is_stopped_and_the_next_is_made(
    darkroom: Darkroom, caplog: pytest.LogCaptureFixture
) -> None:
    before, begun = darkroom.pid, time.monotonic()
    with pytest.raises(TooLarge, match="more than 1 s"):
        made(darkroom, NOISE, ENDLESS, seconds=1)

    assert 0.9 < time.monotonic() - begun < 3
    assert f"stopped: {parse(ENDLESS)} of photos/a.jpg" in caplog.text
    assert before is not None
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)
    assert made(darkroom, PHOTO, "10x", seconds=1).width == 10


def test_what_has_less_time_than_a_rendering_may_take_is_worth_another_try(darkroom: Darkroom) -> None:
    begun = time.monotonic()
    with pytest.raises(UpstreamBusy, match="no time left") as refused:
        darkroom.render(NOISE, parse(ENDLESS), LIMITS, SOURCE_TYPES, deadline=Deadline.within(1))

    assert isinstance(refused.value.__cause__, TimeoutError)
    assert 0.9 < time.monotonic() - begun < 3


def test_without_any_time_left_nothing_is_begun(darkroom: Darkroom) -> None:
    before = darkroom.pid
    with pytest.raises(UpstreamBusy, match="no time left"):
        darkroom.render(PHOTO, parse("10x"), LIMITS, SOURCE_TYPES, deadline=Deadline.within(0))

    assert made(darkroom, PHOTO, "10x").width == 10
    assert darkroom.pid == before


def test_a_png_that_inflates_for_seconds_is_stopped(darkroom: Darkroom) -> None:
    # To 38 GB: our own build inflates ten a second, Debian's half of one.
    with pytest.raises(TooLarge, match="more than 1 s"):
        made(darkroom, png_of(64, 48, png_chunk(b"IDAT", repeated_zeros(38_000))), "10x", seconds=1)


@pytest.fixture
def crashing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Darkroom]:
    """A darkroom where some originals are `fatal`; it has made a picture."""
    monkeypatch.setattr(worker, "BOOT", inside.boot(inside.crash))
    with Darkroom() as darkroom:
        made(darkroom, PIXEL, "2x")
        yield darkroom


@pytest.mark.parametrize(
    "number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL], ids=["segfault", "abort", "out of memory"]
)
def test_a_crash_is_a_broken_image_for_one_and_nothing_for_the_next(
    crashing: Darkroom, caplog: pytest.LogCaptureFixture, number: signal.Signals
) -> None:
    with pytest.raises(BrokenImage) as refused:
        made(crashing, inside.fatal(PHOTO, number), "10x")

    assert isinstance(refused.value.__cause__, DiedError)
    assert f"died: 10x of photos/a.jpg: {number.name}" in caplog.text
    assert made(crashing, PHOTO, "10x").width == 10


def test_a_crash_says_in_the_log_where_it_was(crashing: Darkroom, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(BrokenImage):
        made(crashing, inside.fatal(PHOTO, signal.SIGSEGV), "10x")

    assert "chalicelib/render/render.py" in caplog.text


def test_a_picture_that_meets_a_crash_of_another_ones_making_is_made(
    darkroom: Darkroom, caplog: pytest.LogCaptureFixture
) -> None:
    before = darkroom.pid
    assert before is not None
    blow = threading.Timer(0.3, os.kill, (before, signal.SIGSEGV))
    blow.start()
    try:
        assert made(darkroom, NOISE, SECOND).width == 1600
    finally:
        blow.join()

    assert f"died: {parse(SECOND)} of photos/a.jpg: SIGSEGV" in caplog.text
    assert darkroom.pid != before


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL])
def test_a_crash_is_tried_once_more_and_no_more(
    crashing: Darkroom, caplog: pytest.LogCaptureFixture, number: signal.Signals
) -> None:
    for _ in range(2):  # in the second round the process is new, and not tried again
        with pytest.raises(BrokenImage):
            made(crashing, inside.fatal(PHOTO, number), "10x")

    assert caplog.text.count("ImageMagick died") == 3


def test_a_process_that_died_waiting_refuses_nobody(darkroom: Darkroom) -> None:
    before = darkroom.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    os.waitid(os.P_PID, before, os.WEXITED | os.WNOWAIT)

    assert made(darkroom, PHOTO, "10x").width == 10
    assert darkroom.pid != before


def test_an_imagemagick_that_cannot_be_loaded_is_our_fault_and_the_log_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = "import ctypes.util; ctypes.util.find_library = lambda name: None;"
    monkeypatch.setattr(worker, "BOOT", nowhere + worker.BOOT)
    monkeypatch.setenv("MAGICK_HOME", "/nowhere")
    with Darkroom() as darkroom, pytest.raises(Fault):
        made(darkroom, PIXEL, "2x")

    assert "apt install" in caplog.text


def test_whatever_fails_outside_the_next_rendering_is_not_given_what_is_left_in_the_hatch(
    darkroom: Darkroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(hatch, "take_out", fail)
        with pytest.raises(MemoryError):
            made(darkroom, PHOTO, "10x")

    assert made(darkroom, PIXEL, "2x").width == 2


def test_the_cause_of_a_fault_inside_is_logged_outside(
    shared: Darkroom, caplog: pytest.LogCaptureFixture
) -> None:
    overlay = Overlay(b"not a picture", Watermark("default", keys.check("a.png"), Gravity.CENTER, 100, 10))
    with pytest.raises(Fault):
        shared.render(PHOTO, parse("10x"), LIMITS, SOURCE_TYPES, Extras(overlay=overlay))

    assert "NotAnImage" in caplog.text


def test_pictures_beyond_its_memory_are_too_large_and_the_next_are_made() -> None:
    poster = encoded(card(6000, 6000), "webp")
    with Darkroom(memory=160 << 20) as darkroom:
        made(darkroom, PIXEL, "2x")
        with pytest.raises(TooLarge):
            made(darkroom, poster, "4000x")

        assert made(darkroom, PHOTO, "10x").width == 10


LARGE = [encoded(card(side, side), coder) for side, coder in ((1200, "avif"), (2000, "png"), (2000, "webp"))]
"""Pictures that take a large part of the memory below, and leave it in pieces."""

LITTLE = 100 << 20
WORK = list(itertools.product([*LARGE, PHOTO, PHOTO[:300]], ["1500x,format=png", "1000x,format=webp"]))


@pytest.mark.parametrize("seed", range(2))
def test_what_becomes_of_a_picture_does_not_depend_on_those_before_it(seed: int) -> None:
    chosen = [WORK[0], *random.Random(seed).choices(WORK, k=10)]  # noqa: S311 - the same each time
    with Darkroom(LITTLE) as darkroom:
        assert [met(darkroom, *work) for work in chosen] == [met_first(*work) for work in chosen]


@cache
def met_first(data: bytes, variant: str) -> str:
    with Darkroom(LITTLE) as fresh:
        return met(fresh, data, variant)


def met(darkroom: Darkroom, data: bytes, variant: str) -> str:
    try:
        made(darkroom, data, variant)
    except Refusal as refusal:
        return refusal.code
    return "made"


def test_a_broken_original_is_not_tried_again_in_a_process_with_enough_memory(darkroom: Darkroom) -> None:
    before = darkroom.pid
    for _ in range(3):
        assert met(darkroom, PHOTO[:300], "10x") == "BrokenImage"

    assert darkroom.pid == before


@pytest.mark.parametrize("refusal", [OutOfMemory(), Fault()], ids=["no memory", "libwebp has no memory"])
def test_what_fails_while_something_is_kept_for_later_variants_is_made_alone(
    monkeypatch: pytest.MonkeyPatch, refusal: Refusal
) -> None:
    real, asked = worker.Worker.make, list[int]()

    def lacking(self: worker.Worker, order: Order, *rest: Any) -> tuple[Rendered | Refusal, str]:
        asked.append(len(order.wanted))
        return (refusal, "") if order.wanted else real(self, order, *rest)

    monkeypatch.setattr(worker.Worker, "make", lacking)
    wanted = (parse("10x"), parse("20x"))
    with Darkroom() as darkroom:
        rendered = darkroom.render(PHOTO, wanted[0], LIMITS, SOURCE_TYPES, wanted=wanted)

    assert (rendered.width, asked) == (10, [2, 0])


def test_threads_take_turns_and_each_gets_its_own(shared: Darkroom) -> None:
    with ThreadPoolExecutor(4) as pool:
        widths = list(pool.map(lambda side: made(shared, PHOTO, f"{side}x").width, range(10, 50)))

    assert widths == list(range(10, 50))


def test_a_closed_darkroom_opens_again() -> None:
    darkroom = Darkroom()
    for _ in range(2):
        with darkroom:
            assert made(darkroom, PIXEL, "2x").width == 2
        assert darkroom.pid is None


@pytest.mark.parametrize(
    ("function", "pictures"),
    [("1769", 1513), ("10240", 9984), ("512", 256), ("128", 64)],
)
def test_pictures_get_what_a_function_can_spare(function: str, pictures: int) -> None:
    assert share({"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": function}) == pictures << 20


def test_elsewhere_pictures_get_two_gibibytes() -> None:
    assert share({}) == ELSEWHERE == 2 << 30


def test_a_drawing_is_made_where_what_it_needs_was_loaded() -> None:
    with Darkroom(drawings=True) as drawing:
        rendered = made(drawing, SPECIMENS["svg"], "8x")

    assert rendered == render(SPECIMENS["svg"], parse("8x"), LIMITS, SOURCE_TYPES)


def test_elsewhere_a_drawing_is_no_image_that_can_be_read(shared: Darkroom) -> None:
    with pytest.raises(NotAnImage, match="cannot read originals of the type svg"):
        made(shared, SPECIMENS["svg"], "8x")
