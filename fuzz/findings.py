"""What was found, kept so that it can be tried again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fuzz import places

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Finding:
    """An input, what it was given to (a parser's name or a variant's spelling), and what came of it."""

    data: bytes
    given_to: str
    outcome: str

    def keep(self) -> Path:
        """Write the input, and beside it what it did, to the folder of crashes; return the input's file."""
        places.CRASHES.mkdir(parents=True, exist_ok=True)
        file = places.CRASHES / f"{hashlib.sha256(self.data).hexdigest()[:16]}.bin"
        file.write_bytes(self.data)
        file.with_suffix(".txt").write_text(f"{self.given_to}\n\n{self.outcome}\n")
        return file


def given_to(file: Path) -> str:
    """Return what the input in `file` was given to."""
    return file.with_suffix(".txt").read_text().partition("\n")[0]
