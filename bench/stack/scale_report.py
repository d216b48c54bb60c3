"""What ``bench scale`` has found, in words and as a chart."""

from __future__ import annotations

from typing import Any

from bench import places, tables
from bench.stack import scale
from bench.stack.telling import growth, line, samples

CHART = places.PROJECT / "docs" / "scale.svg"

_SCALE = """
{variants:,} variants of {originals:,} originals in {minutes:.0f} minutes:

{times}

After {before:,} variants, `kill -9` ended all {killed} processes of the function. At the end {missing}
variants were missing. {made_again} of the {before:,} were made again, the index had {entries:,} entries, and
{dead} messages were dead letters. The function's log counts {renderings_logged:,} variants; the other
{unlogged} were made by processes that were killed before they wrote the line.

{growth}

![Memory of the function over the run]({chart})
"""


def body(found: dict[str, Any]) -> str:
    """Return the tables of ``bench scale``."""
    made, rendered, sizes = found["made"], found["rendered"], len(scale.SIZES)
    per = {
        label: [side[what] * 1000 / side["originals"] / sizes for what in ("seconds", "cpu")]
        for label, side in (("the functions", made), ("only rendered", rendered))
    }
    wall, cpu = (ours / pure for ours, pure in zip(*per.values(), strict=True))
    rows = [
        [label, f"{1000 / seconds:.1f}", f"{seconds:.1f} ms", f"{spent:.1f} ms"]
        for label, (seconds, spent) in per.items()
    ]
    emulator = made["emulator"] * 1000 / made["originals"] / sizes
    (seconds, _), (pure, _) = per.values()
    # As many cores as renderers work at it, and S3 and SQS take nothing of them.
    alone = seconds - emulator / scale.RENDERERS
    rows += [
        ["ratio", "", f"{wall:.2f}", f"{cpu:.2f}"],
        ["the emulator, beside the functions", "", "", f"{emulator:.1f} ms"],
        ["the functions without its share of both cores", f"{1000 / alone:.1f}", f"{alone:.1f} ms", ""],
        ["ratio", "", f"{alone / pure:.2f}", ""],
    ]
    told = {
        **found,
        "minutes": found["seconds"] / 60,
        "unlogged": found["variants"] - found["renderings_logged"],
    }
    return _SCALE.format(
        **told,
        times=tables.table(
            ["", "variants in a second", "time of a variant", "processor time of a variant"], rows
        ),
        growth=growth(found, ("prewarm", "prewarm, rendering")),
        chart=CHART.name,
    )


def panels(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the chart of ``bench scale``."""
    names = {"prewarm": "the function", "prewarm, rendering": "what it renders in"}
    every = samples(found)
    return [
        {
            "title": "Memory of the largest process, MB",
            "lines": {label: line(every, kind, "rss") for kind, label in names.items()},
            "marks": [[found["killed_at"] / 60, "kill -9"]],
        }
    ]
