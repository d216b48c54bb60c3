"""A call that is made beside something else: what becomes of its result, and that its block outlives it."""

from __future__ import annotations

import threading

import pytest

from chalicelib.concurrently import Call


class OursError(Exception):
    """What the block itself raises."""


class TheirsError(Exception):
    """What the call raises."""


def failing() -> None:
    raise TheirsError


def test_the_call_runs_while_its_block_does() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def call() -> str:
        begun.set()
        assert go_on.wait(5)
        return "said"

    with Call(call) as made:
        assert begun.wait(5)
        go_on.set()
        assert made.result() == made.result() == "said"


def test_what_the_call_raises_is_raised_for_whoever_asks_for_its_result() -> None:
    with Call(failing) as made, pytest.raises(TheirsError):
        made.result()


def test_what_nobody_asks_for_is_not_raised() -> None:
    with Call(failing) as made:
        assert made.returned == []


def test_the_fault_of_the_block_wins() -> None:
    with pytest.raises(OursError), Call(failing):
        raise OursError


@pytest.mark.parametrize("fault", [None, OursError()], ids=["it ends", "it fails"])
def test_when_its_block_is_left_the_call_has_ended(fault: OursError | None) -> None:
    go_on = threading.Event()
    ended = []

    def call() -> None:
        assert go_on.wait(5)
        ended.append(threading.current_thread())

    def block() -> None:
        with Call(call):
            threading.Timer(0.05, go_on.set).start()
            if fault:
                raise fault

    if fault:
        with pytest.raises(OursError):
            block()
    else:
        block()
    assert [thread.is_alive() for thread in ended] == [False]
