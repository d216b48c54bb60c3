"""Docstrings are removed from the bundle."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import pytest

from infra.package import PROJECT
from infra.strip_docstrings import strip_docstrings

if TYPE_CHECKING:
    from pathlib import Path

MODULE = b'''"""A module's,

over several lines. \xe2\x98\x95
"""

LIMIT = "kept"
"""An attribute's."""

class Picture:
    """A class's."""

    def size(self) -> str:
        """A method's: all there is."""
'''


def without_texts(source: bytes) -> str:
    """Return the syntax tree of `source`, with every statement that is only a string emptied."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value = ast.Constant("")
    return ast.dump(tree)


def modules() -> list[Path]:
    return [PROJECT / "app.py", *sorted((PROJECT / "chalicelib").rglob("*.py"))]


def test_every_kind_of_docstring_is_removed_and_every_other_text_stays() -> None:
    short = strip_docstrings(MODULE).decode()
    assert "several" not in short
    assert not [kind for kind in ("module", "attribute", "class", "method") if f"{kind}'s" in short]
    assert 'LIMIT = "kept"' in short


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_module_keeps_its_code_and_its_line_numbers(module: Path) -> None:
    source = module.read_bytes()
    short = strip_docstrings(source)
    assert without_texts(short) == without_texts(source)
    assert short.count(b"\n") == source.count(b"\n")
    assert [node.lineno for node in definitions(short)] == [node.lineno for node in definitions(source)]


def definitions(source: bytes) -> list[Any]:
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
