"""The tables and the picture of docs/costs.md."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from ops.costs import picture, reference


def test_the_document_has_the_tables_of_today() -> None:
    document = reference.DOCUMENT.read_text()
    assert document == reference.written(document), "type: python -m ops.costs.reference"
    for table in (reference.month(), reference.ahead(), reference.counts(), reference.listed()):
        assert table in document


def test_the_picture_is_that_of_today() -> None:
    assert reference.PICTURE.read_text() == picture.draw(), "type: python -m ops.costs.reference"


def test_the_picture_has_a_line_and_a_name_for_each_system_within_its_edges() -> None:
    drawn = ET.fromstring(picture.draw())  # noqa: S314 - our own
    width, height = map(float, drawn.attrib["viewBox"].split()[2:])
    paths = [each for each in drawn.iter() if each.get("class", "").startswith("line")]
    assert len(paths) == len(picture.lines()) == 4
    for path in paths:
        points = [tuple(map(float, point.split())) for point in path.attrib["d"][1:].split("L")]
        assert all(0 < x < width and 0 < y < height for x, y in points)
    named = [each.text for each in drawn.iter() if each.get("class") == "name"]
    assert sorted(named, key=str) == sorted(line.name for line in picture.lines())
