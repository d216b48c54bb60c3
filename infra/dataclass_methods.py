"""The methods of a dataclass, as syntax trees: they do what those of Python 3.13's `dataclass` do."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

NOT_GIVEN = "_argument_that_was_not_given"
"""The name of an object that no caller has: the default of a field with a factory."""

_ALWAYS = ("init", "eq", "repr", "replace")
_WITH_ORDER = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}
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

NAMES = {
    f"__{name}__" for name in (*_ALWAYS, *_WITH_ORDER, "hash", "setattr", "delattr", "getstate", "setstate")
}
"""The methods that are written."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field with its `default`, or with the `factory` that makes one. `is_shown` in the representation."""

    name: str
    default: ast.expr | None = None
    factory: ast.expr | None = None
    is_shown: bool = True

    @property
    def parameter(self) -> str:
        """The field as a parameter. `_set_defaults` fills in what the default is."""
        return f"{self.name}={NOT_GIVEN}" if self.default or self.factory else self.name

    @property
    def value(self) -> str:
        """The expression that makes the field's value of the argument."""
        made = f"({ast.unparse(self.factory)})()" if self.factory else ""
        return f"{made} if {self.name} is {NOT_GIVEN} else {self.name}" if made else self.name


def written(fields: Sequence[Field], settings: Collection[str], *, has_post_init: bool) -> list[ast.stmt]:
    """Return the statements that make a class with these fields what `dataclass(slots=True)` makes of it.

    `settings` may be ``frozen`` and ``order``.
    """
    names = [field.name for field in fields]
    own = _tuple(f"self.{name}" for name in names)
    values = ", ".join(f"{name!r}: self.{name}" for name in names)
    is_frozen = "frozen" in settings
    lines = [
        f"__slots__ = __match_args__ = {_tuple(map(repr, names))}",
        f"def __init__({', '.join(['self', *(field.parameter for field in fields)])}):",
        *(f"    {_assignment(field, is_frozen=is_frozen)}" for field in fields),
        f"    {'self.__post_init__()' if has_post_init else 'return'}",
        "def __eq__(self, other):",
        "    if self is other: return True",
        "    if other.__class__ is not self.__class__: return NotImplemented",
        f"    return {' and '.join(f'self.{name} == other.{name}' for name in names) or 'True'}",
        "def __repr__(self):",
        f"    return f'{{self.__class__.__qualname__}}({_shown(fields)})'",
        "def __replace__(self, /, **changes):",
        f"    return self.__class__(**({{{values}}} | changes))",
    ]
    if "order" in settings:
        others = _tuple(f"other.{name}" for name in names)
        for name, sign in _WITH_ORDER.items():
            compared = f"{own} {sign} {others} if other.__class__ is self.__class__ else NotImplemented"
            lines += [f"def __{name}__(self, other):", f"    return {compared}"]
    lines += _FROZEN.format(own=own).splitlines() if is_frozen else ["__hash__ = None"]
    made = ast.parse("\n".join(lines)).body
    _set_defaults(made, fields)
    return made


def _tuple(items: Iterable[str]) -> str:
    return f"({''.join(f'{item},' for item in items)})"


def _assignment(field: Field, *, is_frozen: bool) -> str:
    if is_frozen:
        return f"object.__setattr__(self, {field.name!r}, {field.value})"
    return f"self.{field.name} = {field.value}"


def _shown(fields: Sequence[Field]) -> str:
    return ", ".join(f"{field.name}={{self.{field.name}!r}}" for field in fields if field.is_shown)


def _set_defaults(made: Sequence[ast.stmt], fields: Sequence[Field]) -> None:
    """Let the parameters of ``__init__`` have the defaults as the class has written them."""
    (init,) = (each for each in made if isinstance(each, ast.FunctionDef) and each.name == "__init__")
    optional = [field for field in fields if field.default or field.factory]
    init.args.defaults = [
        field.default or not_given for field, not_given in zip(optional, init.args.defaults, strict=True)
    ]
