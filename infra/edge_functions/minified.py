"""Makes JavaScript small: CloudFront takes only so many bytes of a function.

rjsmin takes comments and white space away. Then every name that we declare gets a short one: in all parts the
same, so that the parts can be put together in any choice. Names of properties stay. `true`, `false` and
`undefined` are written shorter, too.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import count, product
from string import ascii_letters
from typing import TYPE_CHECKING

import tree_sitter_javascript
from rjsmin import jsmin  # type: ignore[import-untyped]  # it ships no types
from tree_sitter import Language, Parser

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tree_sitter import Node

ENTRY = "handler"
"""The name that CloudFront calls."""

_PARSER = Parser(Language(tree_sitter_javascript.language()))
_SHORTER = {"true": "!0", "false": "!1", "undefined": "void 0"}
_RESERVED = frozenset({"as", "do", "if", "in", "of"})
_DECLARING = {"variable_declarator": "name", "function_declaration": "name", "catch_clause": "parameter"}


def minified(source: str, names: Mapping[str, str]) -> str:
    """Return the JavaScript `source` without comments and white space, its names replaced by `names`."""
    text = str(jsmin(source))
    code = text.encode()
    shorter = {**names, **_SHORTER}
    for node in reversed([*_nodes(_PARSER.parse(code).root_node, {"identifier", *_SHORTER})]):
        code = (
            code[: node.start_byte] + shorter.get(_text(node), _text(node)).encode() + code[node.end_byte :]
        )
    return f"{code.decode()}\n"


@cache
def short_names(folder: Path) -> Mapping[str, str]:
    """Return a short name for each name that the files below `folder` declare, shortest for the most used."""
    roots = [_PARSER.parse(path.read_bytes()).root_node for path in sorted(folder.rglob("*.js"))]
    nodes = [node for root in roots for node in _nodes(root, {"identifier"})]
    declared = {_text(node) for node in nodes if _is_declared(node)} - {ENTRY}
    foreign = {_text(node) for node in nodes} - declared
    used = Counter(_text(node) for node in nodes if _text(node) in declared)
    free = (name for name in _names() if name not in foreign | _RESERVED)
    return dict(zip(sorted(used, key=lambda name: (-used[name], name)), free, strict=False))


def _names() -> Iterator[str]:
    for length in count(1):
        yield from map("".join, product(ascii_letters, repeat=length))


def _nodes(node: Node, types: set[str]) -> Iterator[Node]:
    if node.is_named and node.type in types:
        yield node
    for child in node.children:
        yield from _nodes(child, types)


def _is_declared(node: Node) -> bool:
    parent = node.parent
    assert parent  # noqa: S101 - an identifier is never the root
    if parent.type == "arrow_function":
        return parent.child_by_field_name("parameter") == node
    field = _DECLARING.get(parent.type, "")
    return parent.type == "formal_parameters" or (bool(field) and parent.child_by_field_name(field) == node)


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def filled_in(source: str, constant: str, value: str) -> str:
    """Return `source` with the `value`, as JavaScript, for a `constant` that it leaves open."""
    return re.sub(
        f"^const {constant} = .*;$", lambda _: f"const {constant} = {value};", source, flags=re.MULTILINE
    )
