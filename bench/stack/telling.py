"""What the reports of `bench scale` and `bench load` have in common: samples, tables of growth, lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench import tables
from bench.stack.growth import grown, largest
from bench.stack.processes import Held, Sample

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def samples(found: dict[str, Any]) -> list[Sample]:
    """Return the samples of a run that was read from its file."""
    return [
        Sample(
            each["seconds"],
            {
                kind: {int(process): Held(**held) for process, held in processes.items()}
                for kind, processes in each["kinds"].items()
            },
        )
        for each in found["samples"]
    ]


def line(every: Sequence[Sample], kind: str, what: str) -> list[list[float | None]]:
    """Return what the largest process of a kind held, by minutes; None while there was none."""
    return [[each.seconds / 60, largest(each, kind, what)] for each in every]


def growth(found: dict[str, Any], of: Collection[str]) -> str:
    """Return the table of what the largest process of these kinds held."""
    rows = [
        [each.kind, *(f"{early:.0f} → {late:.0f}" for early, late in (each.rss, each.files, each.threads))]
        for each in grown(samples(found))
        if each.kind in of
    ]
    return tables.table(["largest process, early → at the end", "memory, MB", "open files", "threads"], rows)
