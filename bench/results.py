"""The results of a run, and the file that keeps them."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.failing import BenchFailed

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Contender:
    """An engine in the results: the `version` that it states, its memory (`base`, kB) before any picture."""

    name: str
    label: str
    version: str
    base: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One case by one contender: seconds of each round, bytes, SSIMULACRA2, peak memory in kB.

    The peak is that of a new process. `flaw` says what is wrong with a picture of the right size and format.
    """

    case: str
    contender: str
    cpu: tuple[float, ...]
    wall: tuple[float, ...]
    bytes: int
    peak: int
    score: float
    flaw: str | None


@dataclass(frozen=True, slots=True)
class Results:
    """A run: its machine, its contenders, and all cells."""

    machine: str
    rounds: int
    contenders: tuple[Contender, ...]
    cells: tuple[Cell, ...]

    def cell(self, case: str, contender: str) -> Cell | None:
        """Return one contender's cell of one case; None if it took no part in the case."""
        return next((cell for cell in self.cells if (cell.case, cell.contender) == (case, contender)), None)

    def write(self, file: Path) -> None:
        """Write everything as JSON."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(dataclasses.asdict(self), indent=1) + "\n", encoding="utf-8")


def read(file: Path) -> Results:
    """Return the results that `write` wrote; BenchFailed if there are none yet."""
    if not file.exists():
        raise BenchFailed("Nothing has been measured yet. Type: python -m bench run")
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return Results(
        machine=found["machine"],
        rounds=found["rounds"],
        contenders=tuple(Contender(**contender) for contender in found["contenders"]),
        cells=tuple(_cell(cell) for cell in found["cells"]),
    )


def _cell(found: dict[str, Any]) -> Cell:
    return Cell(**{**found, "cpu": tuple(found["cpu"]), "wall": tuple(found["wall"])})
