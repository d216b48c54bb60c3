"""The log: no viewer and no uploader writes lines of their own into it."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infra.package import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

FOREIGN = re.compile(r"\b(key|keys|name|path|body|message|captured|eviction|stored|original|url)\b")
"""What an expression is called that may hold a text of others."""

OURS = {
    "name(self.url)",  # of a queue
    "name.bucket",  # S3 allows no line breaks in it
    "len(messages)",
}
QUOTED_BEFORE = {"chalicelib/darkroom/darkroom.py"}
"""The darkroom is told names only for its log, and they are quoted by who tells it."""

SOURCES = sorted([PROJECT / "app.py", *(PROJECT / "chalicelib").rglob("*.py")])


def lines(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the format and the arguments of each line that a module writes to its log."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and re.match(r"log[.](?!setLevel)", ast.unparse(node.func)):
            text, *arguments = node.args
            assert isinstance(text, ast.Constant), f"{path}:{node.lineno}: no constant format"
            yield str(text.value), [ast.unparse(argument) for argument in arguments]


def unquoted(text: str, arguments: list[str]) -> list[str]:
    """Return the arguments that are written as they are, and may hold a text of others."""
    kinds = re.findall(r"%[.0-9]*([a-z])", text)
    assert len(kinds) == len(arguments)
    return [
        argument
        for kind, argument in zip(kinds, arguments, strict=True)
        if kind != "r" and FOREIGN.search(argument) and argument not in OURS
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(Path(path).relative_to(PROJECT)))
def test_what_others_have_written_is_quoted_in_every_line(path: Path) -> None:
    found = [argument for line in lines(path) for argument in unquoted(*line)]
    assert found == [] or str(path.relative_to(PROJECT)) in QUOTED_BEFORE


def test_the_lines_are_found() -> None:
    assert sum(1 for path in SOURCES for _ in lines(path)) > 10
    assert unquoted("no %s in %s (%r)", ["original.name.key", "name.bucket", "key"]) == ["original.name.key"]
