"""Findings, kept so that they can be tried again."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fuzz import places

if TYPE_CHECKING:
    from pathlib import Path

_MOST_SHOWN = 4096


@dataclass(frozen=True, slots=True)
class Finding:
    """An input, what it was given to (a parser's name or a variant's spelling), and the outcome."""

    data: bytes
    given_to: str
    outcome: str

    def __str__(self) -> str:
        """Return everything about it: a log may be all that is left of the machine that found it."""
        base64 = b64encode(self.data).decode() if len(self.data) <= _MOST_SHOWN else "in the file alone"
        return f"{self.given_to}: {self.outcome[:_MOST_SHOWN]}\nInput, {len(self.data)} bytes: {base64}"

    def keep(self) -> Path:
        """Write the input and its outcome to the folder of crashes; return the input's file."""
        places.CRASHES.mkdir(parents=True, exist_ok=True)
        file = places.CRASHES / f"{hashlib.sha256(self.data).hexdigest()[:16]}.bin"
        file.write_bytes(self.data)
        file.with_suffix(".txt").write_text(f"{self.given_to}\n\n{self.outcome}\n")
        return file


def given_to(file: Path) -> str:
    """Return what the input in `file` was given to."""
    return file.with_suffix(".txt").read_text().partition("\n")[0]
