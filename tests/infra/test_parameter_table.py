"""The table of the stack's parameters, which people read before they deploy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infra import parameter_table

if TYPE_CHECKING:
    from infra.package import Package


def test_the_table_is_what_the_template_declares() -> None:
    document = parameter_table.DOCUMENT.read_text()
    assert document == parameter_table.written(document), "type: python -m infra parameters"
    assert parameter_table.table() in document


def test_every_parameter_has_a_row(packaged: Package) -> None:
    declared = json.loads(packaged.template.read_text())["Parameters"]
    rows = [line.split("`")[1] for line in parameter_table.table().splitlines() if line.startswith("| `")]
    assert sorted(rows) == sorted(declared)


@pytest.mark.parametrize(
    "row",
    [
        "| `RedirectStatus` | `302` | `302`, `307` | Status of",
        "| `RenderTimeout` | `15` | 1–25 | Seconds",  # noqa: RUF001 - as it is written
        "| `VariantDays` | `0` | at least 0 | Days",
        "| `FaceDetection` | empty | empty, `rekognition` | Who",
        "| `RefererSecret` | made up |  | What",
        "| **What is kept** | | | |",
    ],
)
def test_a_row_shows_the_default_and_the_values(row: str) -> None:
    assert row in parameter_table.table()


def test_the_text_around_the_table_is_kept() -> None:
    around = "before\n<!-- parameters: python -m infra parameters -->\nold\n<!-- /parameters -->\nafter\n"
    written = parameter_table.written(around)
    assert written == around.replace("old\n", parameter_table.table())
