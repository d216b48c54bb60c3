"""Which part of JavaScript a CloudFront Function may use: ECMAScript 5.1 and a few later features. Pure.

From the Developer Guide, "JavaScript runtime 2.0 features for CloudFront Functions". QuickJS knows all of
JavaScript: it would run code that CloudFront does not.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import tree_sitter_javascript
from tree_sitter import Language, Parser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_PARSER = Parser(Language(tree_sitter_javascript.language()))

# The runtime also knows accessors in object literals, async and await. Our functions use none of them.
_NODES = """
    program comment expression_statement variable_declaration lexical_declaration variable_declarator
    statement_block if_statement else_clause switch_statement switch_body switch_case switch_default
    for_statement for_in_statement while_statement do_statement try_statement catch_clause finally_clause
    break_statement continue_statement return_statement throw_statement empty_statement labeled_statement
    statement_identifier function_declaration function_expression arrow_function formal_parameters
    rest_pattern parenthesized_expression call_expression new_expression arguments member_expression
    subscript_expression assignment_expression augmented_assignment_expression ternary_expression
    binary_expression unary_expression update_expression sequence_expression identifier property_identifier
    this object pair array string string_fragment escape_sequence template_string template_substitution
    number regex regex_pattern regex_flags true false null undefined
"""
_TOKENS = """
    var let const if else switch case default for in while do try catch finally break continue return throw
    function new typeof void delete instanceof { } ( ) [ ] ; , . ... : ? => ' " ` ${ ! ~ + - * / % ** ++ --
    < > <= >= == != === !== && || & | ^ << >> >>> = += -= *= /= %= **= &= |= ^= <<= >>= >>>=
"""
_KNOWN = frozenset([*_NODES.split(), *_TOKENS.split()])
"""The node types and tokens of the parser's grammar that stand for a feature of the runtime."""

_TEXTS = {
    "number": re.compile(r"0[xX][0-9a-fA-F_]+|[0-9_]*[.]?[0-9_]*(?:[eE][+-]?[0-9_]+)?"),
    "regex_flags": re.compile("[gimy]*"),
    "regex_pattern": re.compile(r"(?:(?!\(\?<[=!]|\\[pP]\{).)*"),
    "escape_sequence": re.compile(r"\\(?!u\{).*", re.DOTALL),
}
"""How the text of a node of this type is written without a later feature."""


class Unsupported(ValueError):  # noqa: N818 - the name says what it is
    """Code that CloudFront's runtime does not take; the message says where."""


@lru_cache(maxsize=16)
def check(code: str) -> None:
    """Refuse `code` with `Unsupported` if it is not in the language of CloudFront Functions."""
    nodes = _nodes(_PARSER.parse(code.encode()).root_node)
    faults = [f"{node.start_point.row + 1}: {fault}" for node in nodes if (fault := _fault(node))]
    if faults:
        raise Unsupported("the runtime does not know line " + ", ".join(faults))


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _nodes(child)


def _fault(node: Node) -> str:
    """Return what the runtime does not know of this one node, without its children; empty if nothing."""
    if node.type not in _KNOWN or node.is_missing:
        return node.type
    text = (node.text or b"").decode()
    if node.type in _TEXTS and not _TEXTS[node.type].fullmatch(text):
        return text
    if node.type == "catch_clause" and node.child_by_field_name("parameter") is None:
        return "catch without a name"
    if node.type == "call_expression" and node.children[-1].type == "template_string":
        return "tagged template"
    if node.type in {"arguments", "formal_parameters"} and node.children[-2].type == ",":
        return "comma at the end of a list"
    return ""
