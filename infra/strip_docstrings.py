"""Removes docstrings from Python source.

They are a quarter of our modules, and nothing reads them in Lambda.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


_PLACEHOLDER = '"."'
"""Replaces a docstring. Without one, `dataclass` would generate a docstring from the signature at import."""


def strip_docstrings(source: bytes) -> bytes:
    """Return the module `source` with a placeholder for each docstring. Line numbers stay the same."""
    lines = source.decode().split("\n")
    for doc in _docstrings(ast.parse(source)):
        last = doc.end_lineno or doc.lineno
        lines[doc.lineno - 1 : last] = [" " * doc.col_offset + _PLACEHOLDER, *[""] * (last - doc.lineno)]
    return "\n".join(lines).encode()


def _docstrings(module: ast.Module) -> Iterator[ast.expr]:
    """Yield each statement that is only a string: docstrings of modules, classes, functions, attributes."""
    statements = (node.value for node in ast.walk(module) if isinstance(node, ast.Expr))
    yield from (
        value for value in statements if isinstance(value, ast.Constant) and isinstance(value.value, str)
    )
