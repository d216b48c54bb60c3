"""A dataclass that is written out ahead does what `dataclass` makes of it, and the app's own ones are."""

from __future__ import annotations

import ast
import copy
import dataclasses
import importlib
import inspect
import pickle
import sys
import types
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.dataclasses_ahead import written_out

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "chalicelib").rglob("*.py"))
HEAD = "from __future__ import annotations\nfrom dataclasses import dataclass, field\n"


@pytest.fixture(autouse=True)
def _copy_replaces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give this Python the `copy.replace` of 3.13."""
    if not hasattr(copy, "replace"):
        monkeypatch.setattr(copy, "replace", lambda each, **to: each.__replace__(**to), raising=False)


def tree(source: str) -> ast.Module:
    return written_out(ast.parse(source))


def run(module: ast.Module | str, name: str = "shop") -> dict[str, Any]:
    """Return what the module defines; it can be found by its name, which pickling needs."""
    made = types.ModuleType(name)
    sys.modules[name] = made
    exec(compile(module, f"{name}.py", "exec", dont_inherit=True), made.__dict__)  # noqa: S102 - our own modules
    return made.__dict__


def both(source: str, name: str) -> tuple[Any, Any]:
    """Return the class as `dataclass` makes it, and as it is written out."""
    changed = tree(HEAD + source)
    assert "@dataclass" not in ast.unparse(changed), "it is written out"
    return run(HEAD + source, "as_it_is")[name], run(changed)[name]


def decorated(module: ast.Module) -> set[str]:
    return {
        each.name
        for each in ast.walk(module)
        if isinstance(each, ast.ClassDef) and "dataclass" in "".join(map(ast.unparse, each.decorator_list))
    }


FIELDS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "_c", "length", "other", "name", "state", "changes"]),
        st.sampled_from(["", "= 7", "= field(default=7)", "= field(default_factory=list)"]),
        st.booleans(),
    ),
    min_size=1,
    unique_by=lambda each: each[0],
).map(lambda fields: sorted(fields, key=lambda each: bool(each[1])))  # a default is followed by others alone

VALUES = st.integers() | st.text(max_size=3) | st.just(...)


@st.composite
def classes(draw: st.DrawFn) -> tuple[str, list[str]]:
    """Return the source of a dataclass and the names of its fields."""
    fields = draw(FIELDS)
    settings = draw(
        st.sampled_from(["frozen=True, slots=True", "slots=True", "frozen=True, slots=True, order=True"])
    )
    bases = draw(st.sampled_from(["", "(Generic[T])"]))
    lines = [f"@dataclass({settings})", f"class Shoe{bases}:", '    "A shoe."']
    lines += [f"    {name}: int {default}" for name, default, _ in fields]
    if draw(st.booleans()):
        lines += ["    def __post_init__(self):", "        noted.append(self)"]
    return "\n".join(["from typing import Generic, TypeVar", 'T = TypeVar("T")', "noted = []", *lines]), [
        name for name, _, _ in fields
    ]


@given(made=classes(), data=st.data())
def test_what_is_written_out_is_what_dataclass_makes(
    made: tuple[str, list[str]], data: st.DataObject
) -> None:
    source, names = made
    theirs, ours = both(source, "Shoe")
    given_values = data.draw(st.dictionaries(st.sampled_from(names), VALUES))
    changes = data.draw(st.dictionaries(st.sampled_from([*names, "unknown"]), VALUES, max_size=2))
    outcomes = [list(behaviour(each, given_values, changes)) for each in (theirs, ours)]
    assert outcomes[0] == outcomes[1]


def behaviour(shoe: Any, values: dict[str, Any], changes: dict[str, Any]) -> Iterator[Any]:
    """Yield what can be seen of the class and of one object of it."""
    yield shoe.__doc__, shoe.__match_args__, shoe.__slots__
    yield [(each.name, each.kind) for each in inspect.signature(shoe).parameters.values()]
    try:
        made, again = shoe(**values), shoe(**values)
    except TypeError:
        yield "refused"
        return
    yield repr(made), made == again, made == 1, made != again
    yield from map(partial(compared, made), (again, shoe(*range(len(shoe.__slots__))), 1))
    yield [getattr(made, name) for name in shoe.__slots__]
    for change in (setattr, lambda each, name, _: delattr(each, name)):
        try:
            change(made, shoe.__slots__[0], 1)
        except dataclasses.FrozenInstanceError as fault:
            yield str(fault)
    try:
        yield hash(again) == hash(shoe(**values))
    except TypeError as fault:
        yield str(fault)
    yield pickle.loads(pickle.dumps(again)) == again, copy.copy(again) == again  # noqa: S301 - our own
    try:
        changed = dataclasses.replace(again, **changes) if dataclasses.is_dataclass(shoe) else None
        yield repr(changed if changed is not None else again.__replace__(**changes))
    except TypeError:
        yield "no such field"
    # From Python 3.11's frozen classes with slots it is a TypeError, by a fault of theirs.
    with pytest.raises((AttributeError, TypeError)):
        again.unknown = 1


def compared(first: Any, second: Any) -> str:
    try:
        return f"{first < second} {first <= second} {first > second} {first >= second}"
    except TypeError:
        return "has no order"


def test_a_default_that_is_made_is_made_anew_for_each() -> None:
    _, ours = both("@dataclass(slots=True)\nclass Shoe:\n    a: list = field(default_factory=list)", "Shoe")
    first, second = ours(), ours()
    assert first.a == []
    assert first.a is not second.a


def test_a_field_that_is_not_shown_is_not_in_the_representation() -> None:
    source = "@dataclass(frozen=True, slots=True)\nclass Key:\n    a: int\n    b: int = field(repr=False)"
    theirs, ours = both(source, "Key")
    assert repr(ours(1, 2)) == repr(theirs(1, 2)) == "Key(a=1)"


@pytest.mark.parametrize(
    ("why", "source"),
    [
        ("is a subclass", "@dataclass(slots=True)\nclass A(B):\n    a: int"),
        ("is not compared", "@dataclass(slots=True, eq=False)\nclass A:\n    a: int"),
        ("has no slots", "@dataclass(frozen=True)\nclass A:\n    a: int = 1"),
        ("has bare parentheses", "@dataclass()\nclass A:\n    a: int = 1"),
        ("has a bare decorator", "@dataclass\nclass A:\n    a: int = 1"),
        ("has another decorator", "@final\n@dataclass(slots=True)\nclass A:\n    a: int"),
        ("has a hash by assignment", "@dataclass(slots=True)\nclass A:\n    a: int\n    __hash__ = None"),
        ("has a variable by another module", "@dataclass(slots=True)\nclass A:\n    a: t.ClassVar[int] = 1"),
        ("has a field called object", "@dataclass(slots=True)\nclass A:\n    object: int"),
        (
            "has a field called as its factory",
            "@dataclass(slots=True)\nclass A:\n    list: list = field(default_factory=list)",
        ),
        ("compares in its own way", "@dataclass(slots=True)\nclass A:\n    def __eq__(self, other): ..."),
        ("has a variable of the class", "@dataclass(slots=True)\nclass A:\n    a: ClassVar[int] = 1"),
        ("takes what it does not keep", "@dataclass(slots=True)\nclass A:\n    a: InitVar[int]"),
        ("has fields by name alone", "@dataclass(slots=True)\nclass A:\n    _: KW_ONLY\n    a: int"),
        ("does not compare a field", "@dataclass(slots=True)\nclass A:\n    a: int = field(compare=False)"),
        (
            "is in a module that looks at fields",
            "@dataclass(slots=True)\nclass A:\n    a: int\ndataclasses.fields(A)",
        ),
    ],
)
def test_a_class_keeps_its_decorator_if_it(why: str, source: str) -> None:
    changed = tree(HEAD + "import dataclasses\n" + source)
    assert decorated(changed) == {"A"}, why
    assert "import dataclass" in ast.unparse(changed)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from dataclasses import replace", "from copy import replace"),
        (
            "from dataclasses import dataclass, replace\ndataclass",
            "from dataclasses import dataclass\nfrom copy import replace\ndataclass",
        ),
        ("from dataclasses import dataclass", ""),
        ("import dataclasses\ndataclasses.replace(a)", "import copy as _copy\n_copy.replace(a)"),
        ("import dataclasses, json\ncopy = json", "import json\ncopy = json"),
        (
            "import dataclasses\n@dataclasses.dataclass\nclass A:\n    a: int",
            "import dataclasses\n\n@dataclasses.dataclass\nclass A:\n    a: int",
        ),
        ("import dataclasses\ndataclasses.asdict(a)", "import dataclasses\ndataclasses.asdict(a)"),
        ("from wand import replace", "from wand import replace"),
    ],
)
def test_imports_are_those_that_are_needed(before: str, after: str) -> None:
    assert ast.unparse(tree(before)) == after


@pytest.mark.parametrize(
    "source",
    [
        "import dataclasses as d",
        "from dataclasses import dataclass as record",
        "def f():\n    from dataclasses import replace as r",
    ],
)
def test_dataclasses_by_another_name_are_refused_and_not_overlooked(source: str) -> None:
    with pytest.raises(ValueError, match=r"line \d: .*: dataclasses need their own names"):
        tree(source)


def test_a_class_inside_of_a_function_is_written_out_too() -> None:
    source = (
        '"Shoes."\n'
        + HEAD
        + (
            "def made():\n"
            "    @dataclass(slots=True)\n"
            "    class Shoe:\n"
            "        sizes: list = field(default_factory=list)\n"
            "    return Shoe\n"
        )
    )
    shoe = run(tree(source))["made"]()
    assert repr(shoe()).endswith("Shoe(sizes=[])")


def test_a_traceback_shows_the_class() -> None:
    source = HEAD + "\n\n@dataclass(slots=True)\nclass Shoe:\n    a: int\n"
    (shoe,) = (each for each in tree(source).body if isinstance(each, ast.ClassDef))
    methods = [each for each in shoe.body if isinstance(each, ast.FunctionDef)]
    assert methods
    assert {part.lineno for each in methods for part in ast.walk(each) if hasattr(part, "lineno")} == {6}


def test_what_the_renderer_loads_needs_no_dataclasses() -> None:
    for folder in ("address", "codecs", "geometry", "render", "darkroom"):
        for path in sorted((ROOT / "chalicelib" / folder).rglob("*.py")):
            imports = [
                each for each in tree(path.read_text()).body if isinstance(each, ast.Import | ast.ImportFrom)
            ]
            assert "dataclasses" not in " ".join(map(ast.unparse, imports)), path


KEPT = {"Distribution", "ImageMagick", "Report"}
"""The app's classes that keep their decorator: one has no slots, and a module looks at the fields of two."""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_dataclass_of_the_app_takes_the_same_fields_with_the_same_defaults(path: Path) -> None:
    source = path.read_text()
    module = ast.parse(source)
    names = decorated(module)
    changed = tree(source)
    assert decorated(changed) == names & KEPT
    if names - KEPT:
        theirs = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        ours = run(changed, f"written_out.{path.stem}")
        for name in names - KEPT:
            assert fields(ours[name]) == fields(getattr(theirs, name)), name


def fields(of: type) -> list[tuple[str, bool]]:
    return [
        (each.name, each.default is not inspect.Parameter.empty)
        for each in inspect.signature(of).parameters.values()
    ]
