"""Another checkout that is measured beside this one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from infra.runtime import pairing
from infra.runtime.errors import RuntimeFailed

if TYPE_CHECKING:
    from pathlib import Path


def place(answer: dict[str, Any]) -> tuple[Any, Any]:
    """Return a place, and a function in it that gives this answer."""
    client = SimpleNamespace(delete_object=lambda **_: None)
    function = SimpleNamespace(invoke=lambda _: answer, invocations=lambda: [90.0, 45.5])
    return SimpleNamespace(aws=SimpleNamespace(client=lambda _: client)), function


def test_a_folder_that_is_no_checkout_is_named_as_it_is(tmp_path: Path) -> None:
    assert pairing.name(tmp_path) == tmp_path.name


def test_a_folder_that_cannot_be_packaged_is_named_with_the_reason(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeFailed, match=rf"{tmp_path} cannot be packaged(?s:.*)infra"),
        pairing.packaged(tmp_path),
    ):
        pytest.fail("it was packaged")


def test_a_warm_request_is_measured_with_its_steps() -> None:
    timings = "exists;dur=3.1, store;dur=4.0, total;dur=41.0"
    made = pairing._made(*place({"headers": {"Server-Timing": timings}}))  # noqa: SLF001 - the unit
    assert made == (45.5, {"exists": 3.1, "store": 4.0, "total": 41.0})


def test_a_picture_that_was_there_already_is_not_measured() -> None:
    timings = {"headers": {"Server-Timing": "exists;dur=3.1, total;dur=41.0"}}
    with pytest.raises(RuntimeFailed, match="was not made"):
        pairing._made(*place(timings))  # noqa: SLF001 - the unit
