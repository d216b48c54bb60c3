"""Writes out what `dataclass` would generate, so that no cold start has to.

`dataclass` puts the methods of each class together as text and compiles it, at every import anew. With some
sixty classes that was a fifth of what a cold start took of the processor. Here the methods are added to the
syntax tree of a module, which is then compiled once, when the app is packaged. The source stays as it is.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeGuard

from infra import dataclass_methods
from infra.dataclass_methods import Field

if TYPE_CHECKING:
    from collections.abc import Iterator

_MODULE = "dataclasses"
_KNOWN_IMPORTS = {"dataclass", "field", "replace", "FrozenInstanceError"}
_KNOWN_SETTINGS = {"frozen", "slots", "order"}
_KNOWN_FIELD_SETTINGS = {"default", "default_factory", "repr"}
_NO_FIELDS = {"ClassVar", "InitVar", "KW_ONLY"}
"""Annotations that `dataclass` treats in a way of its own."""

_COPY = "_copy"


def written_out(module: ast.Module) -> ast.Module:
    """Return `module` with the methods of its dataclasses in place of their decorators.

    A class that uses more of `dataclasses` than we write out keeps its decorator, and so does each class of a
    module that looks at fields (`fields`, `asdict`). `dataclasses.replace` becomes `copy.replace` (Python
    3.13), which knows both kinds. `ValueError` if the module calls `dataclasses`, or what is in it, by
    another name.
    """
    _refuse_other_names(module)
    looks_at_fields = _looks_at_fields(module)
    if not looks_at_fields:
        module = _WritingOut().visit(module)
        if dataclass_methods.NOT_GIVEN in _names(module):
            first = _first_statement(module)
            module.body[first:first] = ast.parse(f"{dataclass_methods.NOT_GIVEN} = object()").body
    changed: ast.Module = _Replacing(module, keeps_module=looks_at_fields).visit(module)
    return ast.fix_missing_locations(changed)


class _WritingOut(ast.NodeTransformer):
    """Replaces the decorators of classes by methods."""

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """Return the class with its methods, or as it is if they are not ours to write."""
        self.generic_visit(node)
        settings, declared = _settings(node), [each for each in node.body if isinstance(each, ast.AnnAssign)]
        fields = [field for field in map(_field, declared) if field]
        if settings is None or len(fields) < len(declared) or _has_shadows(fields):
            return node
        methods = dataclass_methods.written(fields, settings, has_post_init="__post_init__" in _defined(node))
        defaults = {part for field in fields if field.default for part in ast.walk(field.default)}
        for part in (part for method in methods for part in ast.walk(method)):
            if part not in defaults:
                ast.copy_location(part, node)  # so that a traceback shows the class
        node.decorator_list = []
        node.body = [*(each for each in node.body if each not in declared), *methods]
        return node


class _Replacing(ast.NodeTransformer):
    """Makes `dataclasses.replace` `copy.replace`, and imports of `dataclasses` only what is used of it."""

    def __init__(self, module: ast.Module, *, keeps_module: bool) -> None:
        self._used, self._keeps_module = _names(module), keeps_module
        self._replaces = any(_is_of_module(node, "replace") for node in ast.walk(module))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt | list[ast.ImportFrom]:
        """Return the imports from `dataclasses` that are needed, and that of `replace` from `copy`."""
        if not _imports_module(node):
            return node
        kept = [alias for alias in node.names if alias.name != "replace" and alias.name in self._used]
        moved = [alias for alias in node.names if alias.name == "replace"]
        return [
            ast.copy_location(ast.ImportFrom(module, aliases, 0), node)
            for module, aliases in ((_MODULE, kept), ("copy", moved))
            if aliases
        ]

    def visit_Import(self, node: ast.Import) -> ast.Import | None:
        """Return the import with `copy` beside `dataclasses`, or in its place: only what is used."""
        if not _imports_module(node):
            return node
        kept = [alias for alias in node.names if alias.name != _MODULE or self._keeps_module]
        node.names = kept + ([ast.alias("copy", _COPY)] if self._replaces else [])
        return node if node.names else None

    def visit_Attribute(self, node: ast.Attribute) -> ast.Attribute:
        """Return ``copy.replace`` for ``dataclasses.replace``."""
        self.generic_visit(node)
        if _is_of_module(node, "replace"):
            node.value = ast.copy_location(ast.Name(_COPY, ast.Load()), node.value)
        return node


def _names(module: ast.AST) -> set[str]:
    return {name.id for name in ast.walk(module) if isinstance(name, ast.Name)}


def _first_statement(module: ast.Module) -> int:
    """Return the place of the first statement behind the docstring and the imports from `__future__`."""
    return next(
        place
        for place, each in enumerate(module.body)
        if not isinstance(each, ast.Expr)
        and not (isinstance(each, ast.ImportFrom) and each.module == "__future__")
    )


def _refuse_other_names(module: ast.Module) -> None:
    """Raise `ValueError` if `dataclasses`, or a part of it, gets another name: we would not find its uses."""
    for node in ast.walk(module):
        if _imports_module(node) and any(alias.asname for alias in node.names):
            raise ValueError(f"line {node.lineno}: {ast.unparse(node)}: dataclasses need their own names")


def _looks_at_fields(module: ast.Module) -> bool:
    nodes = [*ast.walk(module)]
    imports = (node for node in nodes if isinstance(node, ast.ImportFrom) and _imports_module(node))
    imported = {alias.name for node in imports for alias in node.names}
    is_asked = any(_is_of_module(node) and not _is_of_module(node, "replace") for node in nodes)
    return is_asked or bool(imported - _KNOWN_IMPORTS)


def _imports_module(node: ast.AST) -> TypeGuard[ast.Import | ast.ImportFrom]:
    match node:
        case ast.ImportFrom(module=name):
            return name == _MODULE
        case ast.Import(names=names):
            return any(alias.name == _MODULE for alias in names)
        case _:
            return False


def _is_of_module(node: ast.AST, name: str = "") -> bool:
    """Say whether this is ``dataclasses.<name>``, or any other name of it."""
    match node:
        case ast.Attribute(value=ast.Name(id="dataclasses"), attr=attribute):
            return name in {"", attribute}
        case _:
            return False


def _settings(node: ast.ClassDef) -> set[str] | None:
    """Return what the class's decorator sets to True, or None if the class is not ours to write out."""
    # A generic class inherits nothing that counts here.
    bases = [base for base in node.bases if not ast.unparse(base).startswith("Generic[")]
    match node.decorator_list:
        case [ast.Call(func=ast.Name(id="dataclass"), args=[], keywords=given)] if not bases:
            settings = {each.arg for each in given if ast.unparse(each.value) == "True"}
        case _:
            return None
    # Without slots, a default is also an attribute of the class.
    is_known = len(settings) == len(given) and "slots" in settings and settings <= _KNOWN_SETTINGS
    if not is_known or node.keywords or set(_defined(node)) & dataclass_methods.NAMES:
        return None
    return {str(each) for each in settings}


def _defined(node: ast.ClassDef) -> Iterator[str]:
    for each in node.body:
        if isinstance(each, ast.FunctionDef):
            yield each.name
        elif isinstance(each, ast.Assign):
            yield from map(ast.unparse, each.targets)


def _field(declared: ast.AnnAssign) -> Field | None:
    """Return the field, or None if we do not know what `dataclass` makes of it."""
    annotation = ast.unparse(declared.annotation).partition("[")[0].rpartition(".")[2]
    if not isinstance(declared.target, ast.Name) or annotation in _NO_FIELDS:
        return None
    match declared.value:
        case ast.Call(func=ast.Name(id="field"), args=[], keywords=given):
            said = {each.arg: each.value for each in given}
        case value:
            return Field(declared.target.id, value)
    shown = said.get("repr")
    if said.keys() - _KNOWN_FIELD_SETTINGS or not (shown is None or isinstance(shown, ast.Constant)):
        return None
    is_shown = shown is None or bool(shown.value)
    return Field(declared.target.id, said.get("default"), said.get("default_factory"), is_shown)


def _has_shadows(fields: list[Field]) -> bool:
    """Say whether a parameter has the name of something that ``__init__`` uses."""
    used = {name for field in fields if field.factory for name in _names(field.factory)}
    return bool({field.name for field in fields} & (used | {"object"}))
