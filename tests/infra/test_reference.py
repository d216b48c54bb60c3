"""The documents say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from infra import reference

PROJECT = Path(__file__).parents[2]


def test_the_reference_of_the_options_is_what_they_declare() -> None:
    document = reference.DOCUMENT.read_text()
    assert document == reference.written(document), "type: python -m infra reference"
    assert reference.table() in document


def test_every_variable_of_the_configuration_is_documented() -> None:
    read = set(re.findall(r'take\(\s*"([A-Z_]+)"', (PROJECT / "chalicelib" / "config.py").read_text()))
    documented = set(
        re.findall(r"^\| `([A-Z_]+)` \|", (PROJECT / "docs" / "configuration.md").read_text(), re.MULTILINE)
    )
    assert read == documented
    assert len(read) > 10
