"""Writes out what `dataclass` would generate, so that no cold start has to.

`dataclass` puts the methods of each class together as text and compiles it, at every import anew. With some
sixty classes that was a fifth of what a cold start took of the processor. Here the methods are added to the
syntax tree of a module, which is then compiled once, when the app is packaged. The source stays as it is.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_KNOWN_IMPORTS = {"dataclass", "field", "replace", "FrozenInstanceError"}
_KNOWN_SETTINGS = {"frozen", "slots", "order"}
_KNOWN_FIELD_SETTINGS = {"default", "default_factory", "repr"}
_POST_INIT = "__post_init__"
_NOT_GIVEN = "_argument_that_was_not_given"
_NO_FIELDS = ("ClassVar", "InitVar", "KW_ONLY")
"""What an annotation begins with that `dataclass` treats in a way of its own."""


def written_out(module: ast.Module) -> ast.Module:
    """Return `module` with the methods of its dataclasses in place of their decorators.

    A class that uses more of `dataclasses` than we write out keeps its decorator, and so does each class of a
    module that looks at fields (`fields`, `asdict`). `dataclasses.replace` becomes `copy.replace` (Python
    3.13), which knows both kinds. The methods do what those of Python 3.13 do.
    """
    if _looks_at_fields(module):
        return _Replacing().of(module)
    changed: ast.Module = _WritingOut().visit(module)
    if _NOT_GIVEN in _names(changed):
        # Before the first class, and after the imports from `__future__`, which have to be first.
        first = next(index for index, each in enumerate(changed.body) if isinstance(each, ast.ClassDef))
        changed.body[first:first] = ast.parse(f"{_NOT_GIVEN} = object()").body
    return _Replacing().of(changed)


class _WritingOut(ast.NodeTransformer):
    """Replaces the decorators of classes by methods."""

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """Return the class with its methods, or as it is if they are not ours to write."""
        self.generic_visit(node)
        settings = _settings(node)
        if settings is None:
            return node
        fields = list(_fields(node))
        if not all(map(_is_known, fields)):
            return node
        before = [each for each in node.body if each not in fields]
        node.decorator_list = []
        methods = _methods(fields, settings, has_post_init=_POST_INIT in _defined(node))
        for part in (part for method in methods for part in ast.walk(method)):
            ast.copy_location(part, node)  # so that a traceback shows the class
        _set_defaults(methods, fields)
        node.body = [*before, *methods]
        return node


class _Replacing(ast.NodeTransformer):
    """Makes `dataclasses.replace` `copy.replace`, and imports of `dataclasses` only what is used of it."""

    def of(self, module: ast.Module) -> ast.Module:
        """Return the changed `module`."""
        self._used, self._is_looked_at = _names(module), _looks_at_fields(module)
        changed: ast.Module = self.visit(module)
        return ast.fix_missing_locations(changed)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt | list[ast.ImportFrom]:
        """Return the imports from `dataclasses` that are needed, and that of `replace` from `copy`."""
        if node.module != "dataclasses":
            return node
        kept = [alias for alias in node.names if alias.name != "replace" and alias.name in self._used]
        moved = [alias for alias in node.names if alias.name == "replace"]
        return [
            ast.copy_location(ast.ImportFrom(module, aliases, 0), node)
            for module, aliases in (("dataclasses", kept), ("copy", moved))
            if aliases
        ]

    def visit_Import(self, node: ast.Import) -> ast.Import:
        """Return the import with `copy` beside `dataclasses`, or in its place if no more of it is used."""
        if any(alias.name == "dataclasses" for alias in node.names):
            kept = [alias for alias in node.names if alias.name != "dataclasses" or self._is_looked_at]
            node.names = [*kept, ast.alias("copy")]
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.Attribute:
        """Return ``copy.replace`` for ``dataclasses.replace``."""
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and (node.value.id, node.attr) == ("dataclasses", "replace"):
            node.value.id = "copy"
        return node


def _names(module: ast.Module) -> set[str]:
    return {name.id for name in ast.walk(module) if isinstance(name, ast.Name)}


def _looks_at_fields(module: ast.Module) -> bool:
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module == "dataclasses":
            if {alias.asname or alias.name for alias in node.names} - _KNOWN_IMPORTS:
                return True
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "dataclasses"
            and node.attr != "replace"
        ):
            return True
    return False


def _settings(node: ast.ClassDef) -> set[str] | None:
    """Return what the class's decorator sets to True, or None if the class is not ours to write out."""
    # A generic class inherits nothing that counts here.
    bases = [base for base in node.bases if not ast.unparse(base).startswith("Generic[")]
    if len(node.decorator_list) != 1 or bases or node.keywords:
        return None
    decorator = node.decorator_list[0]
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Name):
        return None
    settings = {
        each.arg for each in decorator.keywords if isinstance(each.value, ast.Constant) and each.value.value
    }
    is_known = decorator.func.id == "dataclass" and len(settings) == len(decorator.keywords)
    # Without slots, a default is also an attribute of the class.
    if not is_known or "slots" not in settings or settings - _KNOWN_SETTINGS:
        return None
    return None if _defined(node) & _WRITTEN else {str(each) for each in settings}


def _defined(node: ast.ClassDef) -> set[str]:
    return {each.name for each in node.body if isinstance(each, ast.FunctionDef)}


def _fields(node: ast.ClassDef) -> Iterator[ast.AnnAssign]:
    return (each for each in node.body if isinstance(each, ast.AnnAssign))


def _is_known(field: ast.AnnAssign) -> bool:
    """Say whether we know what `dataclass` makes of this field."""
    if not isinstance(field.target, ast.Name):
        return False
    annotation = ast.unparse(field.annotation).removeprefix("typing.").removeprefix("dataclasses.")
    if annotation.startswith(_NO_FIELDS):
        return False
    return (_described(field) or {}).keys() <= _KNOWN_FIELD_SETTINGS


def _described(field: ast.AnnAssign) -> dict[str | None, ast.expr] | None:
    """Return what the field's own call of `field` says, or None if it has none."""
    match field.value:
        case ast.Call(func=ast.Name(id="field"), keywords=said):
            return {each.arg: each.value for each in said}
        case _:
            return None


def _methods(fields: Sequence[ast.AnnAssign], settings: set[str], *, has_post_init: bool) -> list[ast.stmt]:
    """Return the statements that make a class with these fields what `dataclass` makes of it."""
    names = [_name(field) for field in fields]
    own = f"({''.join(f'self.{name},' for name in names)})"
    values = "".join(f"{name!r}: self.{name}," for name in names)
    body = [
        f"__slots__ = __match_args__ = ({''.join(f'{name!r},' for name in names)})",
        f"def __init__(self{''.join(map(_parameter, fields))}):",
        *(f"    {_assignment(field, is_frozen='frozen' in settings)}" for field in fields),
        f"    {'self.__post_init__()' if has_post_init else 'return'}",
        "def __eq__(self, other):",
        "    if self is other: return True",
        "    if other.__class__ is not self.__class__: return NotImplemented",
        f"    return {' and '.join(f'self.{name} == other.{name}' for name in names) or 'True'}",
        "def __repr__(self):",
        f"    return f'{{self.__class__.__qualname__}}({', '.join(map(_shown, filter(_is_shown, fields)))})'",
        "def __replace__(self, /, **changes):",
        f"    return self.__class__(**({{{values}}} | changes))",
    ]
    if "order" in settings:
        body += _ORDER.format(own=own, others=own.replace("self.", "other.")).splitlines()
    body += _FROZEN.format(own=own).splitlines() if "frozen" in settings else ["__hash__ = None"]
    return ast.parse("\n".join(body)).body


_FROZEN = """\
def __hash__(self):
    return hash({own})
def __setattr__(self, name, value):
    from dataclasses import FrozenInstanceError
    raise FrozenInstanceError(f"cannot assign to field {{name!r}}")
def __delattr__(self, name):
    from dataclasses import FrozenInstanceError
    raise FrozenInstanceError(f"cannot delete field {{name!r}}")
def __getstate__(self):
    return [*{own}]
def __setstate__(self, state):
    for name, value in zip(self.__slots__, state):
        object.__setattr__(self, name, value)
"""

_ORDER = "\n".join(
    f"""\
def __{name}__(self, other):
    return {{own}} {sign} {{others}} if other.__class__ is self.__class__ else NotImplemented"""
    for name, sign in (("lt", "<"), ("le", "<="), ("gt", ">"), ("ge", ">="))
)

_COMPARES = ("init", "eq", "lt", "le", "gt", "ge", "hash", "repr", "replace")
_KEEPS = ("setattr", "delattr", "getstate", "setstate")
_WRITTEN = {f"__{name}__" for name in (*_COMPARES, *_KEEPS)}
"""The methods that are written out. A class with one of its own keeps its decorator."""


def _name(field: ast.AnnAssign) -> str:
    return ast.unparse(field.target)


def _parameter(field: ast.AnnAssign) -> str:
    """Return the field as a parameter. Its default is filled in by `_set_defaults`."""
    return f", {_name(field)}" + (f"={_NOT_GIVEN}" if _default(field) or _factory(field) else "")


def _assignment(field: ast.AnnAssign, *, is_frozen: bool) -> str:
    name, factory = _name(field), _factory(field)
    value = f"({ast.unparse(factory)})() if {name} is {_NOT_GIVEN} else {name}" if factory else name
    return f"object.__setattr__(self, {name!r}, {value})" if is_frozen else f"self.{name} = {value}"


def _default(field: ast.AnnAssign) -> ast.expr | None:
    said = _described(field)
    return field.value if said is None else said.get("default")


def _factory(field: ast.AnnAssign) -> ast.expr | None:
    return (_described(field) or {}).get("default_factory")


def _is_shown(field: ast.AnnAssign) -> bool:
    said = (_described(field) or {}).get("repr")
    return not isinstance(said, ast.Constant) or bool(said.value)


def _shown(field: ast.AnnAssign) -> str:
    return f"{_name(field)}={{self.{_name(field)}!r}}"


def _set_defaults(made: Sequence[ast.stmt], fields: Sequence[ast.AnnAssign]) -> None:
    """Let the parameters of ``__init__`` have the defaults as the class has written them."""
    (init,) = (each for each in made if isinstance(each, ast.FunctionDef) and each.name == "__init__")
    init.args.defaults = [
        _default(field) or default
        for field, default in zip(
            (field for field in fields if _default(field) or _factory(field)), init.args.defaults, strict=True
        )
    ]
