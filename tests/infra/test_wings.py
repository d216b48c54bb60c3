"""The wings of chalicelib: what is told of them is what the code imports, and no arrow up stays unseen."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from infra import wings, wings_picture
from infra.__main__ import main
from infra.wings import Plan, Wing

if TYPE_CHECKING:
    from collections.abc import Iterator

SVG = "{http://www.w3.org/2000/svg}"


def plan(*arrows: tuple[str, str]) -> Plan:
    """A house of three levels: attic, then left and right beside each other, then cellar."""
    levels = {"attic": 3, "left": 2, "right": 2, "cellar": 1}
    return Plan(
        [Wing(name, level, Path(f"{name}.py"), "pure") for name, level in levels.items()],
        {(one, other): [(f"{one}.a", f"{other}.b")] for one, other in arrows},
    )


DOWN = [("attic", "left"), ("attic", "cellar"), ("right", "cellar")]


@pytest.fixture(scope="module")
def real() -> Plan:
    return wings.read()


def test_the_documents_are_what_the_code_imports(real: Plan) -> None:
    document = wings.DOCUMENT.read_text()
    assert document == wings.written(document, real), "type: python -m infra wings"
    assert wings.table(real) in document
    assert wings.PICTURE.read_text() == wings_picture.draw(real), "type: python -m infra wings"
    assert f"]({wings.PICTURE.name})" in document


def test_the_code_has_no_arrow_up_and_no_circle(real: Plan) -> None:
    assert list(wings.faults(real)) == []


@pytest.mark.parametrize(
    ("arrows", "faults"),
    [
        (DOWN, []),
        (
            [*DOWN, ("cellar", "right")],
            [
                "An arrow leads up, from cellar to right: cellar.a imports right.b.",
                "A circle: cellar imports right imports cellar.",
            ],
        ),
        ([("left", "right")], ["An arrow leads sideways, from left to right: left.a imports right.b."]),
        (
            [("attic", "shed")],
            ["shed has no level: the layers contract in pyproject.toml does not name it."],
        ),
    ],
    ids=["down", "up and around", "to the side", "to what has no level"],
)
def test_what_is_wrong_is_named(arrows: list[tuple[str, str]], faults: list[str]) -> None:
    assert list(wings.faults(plan(*arrows))) == faults


def test_the_levels_are_those_of_the_contract(real: Plan) -> None:
    (layers,) = re.findall(r"(?s)\ncontainers = \[\"chalicelib\"\].*?layers = \[(.*?)\]", _configuration())
    named = [line.split(" | ") for line in re.findall('"(.+)"', layers)]
    assert [
        [wing.name for wing in real.wings if wing.level == level] for level in range(len(named), 0, -1)
    ] == (named)


def _configuration() -> str:
    return (wings.PROJECT / "pyproject.toml").read_text()


def test_every_folder_and_module_is_a_wing(real: Plan) -> None:
    places = (wings.PROJECT / "chalicelib").iterdir()
    assert sorted(place.stem for place in places if not place.name.startswith("__")) == sorted(
        wing.name for wing in real.wings
    )
    assert all(wing.doc for wing in real.wings)


def test_imports_for_types_count(real: Plan) -> None:
    known = {pair for pairs in real.arrows.values() for pair in pairs}
    found = set(for_types())
    assert found
    assert found <= known


def for_types() -> Iterator[tuple[str, str]]:
    """Every import from another wing that stands under ``TYPE_CHECKING``."""
    for path in (wings.PROJECT / "chalicelib").rglob("*.py"):
        module = ".".join(path.relative_to(wings.PROJECT).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.If) or ast.unparse(node.test) != "TYPE_CHECKING":
                continue
            for line in node.body:
                if isinstance(line, ast.ImportFrom) and (line.module or "").startswith("chalicelib."):
                    other = line.module or ""
                    if other.split(".")[1] != module.split(".")[1] and other.count(".") > 1:
                        yield module, other


def test_the_command_prints_the_table_and_its_verdict(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    document, picture = tmp_path / "architecture.md", tmp_path / "wings.svg"
    document.write_text("before\n<!-- wings: python -m infra wings -->\nold\n<!-- /wings -->\nafter\n")
    monkeypatch.setattr(wings, "DOCUMENT", document)
    monkeypatch.setattr(wings, "PICTURE", picture)
    done = CliRunner().invoke(main, ["wings"])
    assert done.exit_code == 0
    assert re.search(r"(?m)^ +\d+ +codecs +errors \d+, ", done.output)
    assert re.search(r"\d+ wings on \d+ levels, \d+ arrows: no arrow up, no circle\.\n$", done.output)
    assert "old" not in document.read_text()
    assert document.read_text().startswith("before\n")
    assert document.read_text().endswith("\nafter\n")
    assert picture.read_text().startswith("<svg")


def test_the_command_fails_and_writes_nothing_while_an_arrow_leads_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(wings, "DOCUMENT", tmp_path / "missing")
    monkeypatch.setattr(wings, "PICTURE", tmp_path / "picture")
    monkeypatch.setattr(wings, "read", lambda: plan(*DOWN, ("cellar", "attic")))
    done = CliRunner().invoke(main, ["wings"])
    assert done.exit_code == 1
    assert "An arrow leads up, from cellar to attic: cellar.a imports attic.b." in done.output
    assert "no arrow up" not in done.output
    assert not list(tmp_path.iterdir())


def test_the_picture_has_every_wing_and_a_number_for_every_arrow(real: Plan) -> None:
    drawn = ET.fromstring(wings_picture.draw(real))  # noqa: S314 - our own
    texts = {
        kind: [each.text for each in drawn.iter(f"{SVG}text") if each.get("class") == kind] for kind in KINDS
    }
    assert texts["name"] == [wing.name for wing in real.wings]
    assert Counter(texts["count"]) == Counter(str(len(pairs)) for pairs in real.arrows.values())
    assert real.verdict in texts["words"]


KINDS = ("name", "count", "words")


def test_every_line_of_the_picture_leads_to_the_right_or_down(real: Plan) -> None:
    lines = re.findall(r'class="line" d="M([\d.]+) ([\d.]+)([HV])([\d.]+)"', wings_picture.draw(real))
    assert len(lines) == len({one for one, _ in real.arrows}) + len({other for _, other in real.arrows})
    for x, y, way, end in lines:
        assert float(end) > float(x if way == "H" else y)


def test_no_two_things_of_the_picture_lie_on_each_other(real: Plan) -> None:
    drawn = ET.fromstring(wings_picture.draw(real))  # noqa: S314 - our own
    boxes = [
        tuple(float(each.get(side, "")) for side in ("x", "y", "width", "height"))
        for each in drawn.iter(f"{SVG}rect")
        if each.get("class", "").startswith(("box", "card panel")) and each.get("width") != "16"
    ]
    assert len(boxes) == len(real.wings) + 1
    for number, (left, top, width, height) in enumerate(boxes):
        for x, y, wide, high in boxes[:number]:
            assert x + wide <= left or left + width <= x or y + high <= top or top + height <= y
