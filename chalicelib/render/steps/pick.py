"""Picks one frame of an animation."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from chalicelib.codecs.decode import Frame


def pick(frames: Iterable[Frame], asked: int | None) -> Iterator[Frame]:
    """Return all frames, or only the one `asked` for, counted from 1."""
    return islice(frames, *((asked - 1, asked) if asked else (None,)))
