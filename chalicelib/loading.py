"""Loading without a search for garbage: what is loaded stays until the process ends."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def uncollected() -> Iterator[None]:
    """Let Python search for no garbage inside ``with``, and never in what there is after it."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
