"""Looks into the codes of a GIF's picture (GIF89a, appendix F). It decodes no picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOKED_AT = 255
"""Bytes in which the first colour is looked for: some encoders clear the table more than once before it."""


def has_colour(data: bytes, at: int) -> bool:
    """Say whether a colour comes before the end among the codes at `at`, where their size in bits stands."""
    size = data[at] if at < len(data) else 0
    clear, content = 1 << size, b"".join(_contents(data, at + 1))[:_LOOKED_AT]
    codes = int.from_bytes(content, "little")
    for _ in range(8 * len(content) // (size + 1)):
        code, codes = codes % (2 * clear), codes // (2 * clear)
        if code != clear:
            return code < clear
    return len(content) == _LOOKED_AT


def _contents(data: bytes, at: int) -> Iterator[bytes]:
    """Yield the contents of the first sub-blocks from `at` on."""
    for _ in range(_LOOKED_AT):
        if at >= len(data) or not data[at]:
            return
        yield data[at + 1 : at + 1 + data[at]]
        at += 1 + data[at]
