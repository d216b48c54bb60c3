"""Loading without a search for garbage."""

from __future__ import annotations

import gc

import pytest

from chalicelib.loading import uncollected


@pytest.fixture(autouse=True)
def thawed() -> None:
    gc.unfreeze()


def test_python_searches_for_no_garbage_meanwhile_and_then_only_among_what_is_new() -> None:
    before = gc.get_freeze_count()
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() > before
    gc.unfreeze()


def test_what_fails_meanwhile_leaves_the_search_on() -> None:
    def load() -> None:
        with uncollected():
            raise ImportError

    with pytest.raises(ImportError):
        load()
    assert gc.isenabled()
    gc.unfreeze()
