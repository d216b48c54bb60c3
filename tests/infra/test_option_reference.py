"""The documents match the code."""

from __future__ import annotations

import json
import re
from pathlib import Path

from click.testing import CliRunner

from chalicelib.address.options import OPTIONS
from chalicelib.codecs.formats import SOURCE_TYPES
from chalicelib.errors import Refusal
from infra import option_reference
from infra.__main__ import main
from tests.messages import causes

PROJECT = Path(__file__).parents[2]


def test_the_reference_matches_the_options_declarations() -> None:
    document = option_reference.DOCUMENT.read_text()
    assert document == option_reference.written(document), "type: python -m infra reference"
    assert option_reference.table() in document


def test_the_json_has_the_same_content() -> None:
    run = CliRunner().invoke(main, ["reference", "--json"])
    told = {option["name"]: option for option in json.loads(run.output)}

    assert list(told) == list(OPTIONS)
    assert told["blur"] | {"doc": "…"} == {
        "name": "blur",
        "kind": "decimal",
        "values": {"least": 0.3, "most": 100},
        "allowed": "0.3 to 100, with at most one decimal place",
        "default": None,
        "default_doc": "off",
        "doc": "…",
    }
    assert told["fit"]["values"]["names"] == ["inside", "outside", "cover", "contain", "fill"]
    assert told["rotate"]["default"] == "0"


def test_every_variable_of_the_configuration_is_documented() -> None:
    read = set(
        re.findall(r'take\(\s*"([A-Z_]+)"', (PROJECT / "chalicelib" / "config" / "config.py").read_text())
    )
    documented = set(
        re.findall(r"^\| `([A-Z_]+)` \|", (PROJECT / "docs" / "configuration.md").read_text(), re.MULTILINE)
    )
    assert read == documented
    assert len(read) > 10


def test_every_type_that_an_original_may_have_is_documented() -> None:
    (row,) = re.findall(
        r"^\| `ALLOWED_IMAGE_TYPES` \|.*", (PROJECT / "docs" / "configuration.md").read_text(), re.MULTILINE
    )
    assert set(re.findall("[a-z]{3,}", " ".join(re.findall("`([a-z,]+)`", row)))) == SOURCE_TYPES


def test_every_refusal_is_documented_with_its_status_and_how_long_it_is_kept() -> None:
    rows = re.findall(
        r"^\| (\d+) \| `(\w+)` \|.*\| (.+) \|$", option_reference.DOCUMENT.read_text(), re.MULTILINE
    )
    assert sorted(rows) == sorted(
        (str(cause.status), cause.__name__, f"{cause.max_age} s" if cause.max_age else "`no-store`")
        for cause in causes(Refusal)
    )
