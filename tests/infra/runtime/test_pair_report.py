"""The section of docs/performance.md about two packages."""

from __future__ import annotations

import pytest

from infra.runtime import pair_report
from infra.runtime.bench import Cold
from infra.runtime.pairing import Pair, Side

PAIR = Pair(
    "0123abc",
    ours=Side(
        colds=(Cold(300.0, 90.0), Cold(200.0, 100.0), Cold(250.0, 110.0)),
        warm=(40.0, 45.0, 50.0),
        steps={"exists": 3.0, "store": 4.26},
        peak=90_000_000,
        processor=330.0,
    ),
    theirs=Side(
        colds=(Cold(500.0, 200.0), Cold(400.0, 210.0), Cold(600.0, 190.0)),
        warm=(60.0, 90.0, 70.0),
        steps={"exists": 3.5, "seek": 1.0},
        peak=100_000_000,
        processor=660.0,
    ),
)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("| init | 500 (400–600) | 250 (200–300) | 0.50 |", id="the other first, then ours"),  # noqa: RUF001 - a dash
        pytest.param("| **init and first answer** | 700 (610–790) | 360 (300–390) | 0.51 |", id="both"),  # noqa: RUF001 - a dash
        pytest.param("| **warm** | 70 (60–90) | 45 (40–50) | 0.64 |", id="warm"),  # noqa: RUF001 - a dash
        pytest.param("| processor until the first answer | 660 | 330 | 0.50 |", id="the processor"),
        pytest.param("| memory | 100 MB | 90 MB | 0.90 |", id="memory"),
        pytest.param("| exists | 3.5 | 3.0 |", id="a step of both"),
        pytest.param("| store | – | 4.3 |", id="a step of ours alone"),  # noqa: RUF001 - a dash
        pytest.param("| seek | 1.0 | – |", id="a step of theirs alone"),  # noqa: RUF001 - a dash
        pytest.param("| the S3 client | 25 |", id="a part of the start"),
    ],
)
def test_the_tables_have(line: str) -> None:
    assert line in pair_report.section(PAIR, {"the S3 client": 25.2}).splitlines()
