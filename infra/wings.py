"""The wings of chalicelib: on which level each stands, and what it imports, as the code itself says.

The levels come from the layers contract in ``pyproject.toml``, the imports from the source, those under
``TYPE_CHECKING`` included. ``docs/architecture.md`` has the table, ``docs/wings.svg`` the picture
(`wings_picture`).
"""

from __future__ import annotations

import ast
import graphlib
import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grimp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PROJECT = Path(__file__).parents[1]
DOCUMENT = PROJECT / "docs" / "architecture.md"
PICTURE = PROJECT / "docs" / "wings.svg"
PACKAGE = "chalicelib"

_FREE = "No contract: any library may be imported"
_PLACE = re.compile(r"(?<=infra wings -->\n)(.*?)(?=<!-- /wings -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Wing:
    """A folder of chalicelib, or a module beside the folders; `level` 1 is the ground floor.

    `kind` is the contract that keeps libraries out of it, such as "Pixels know nothing of the network".
    """

    name: str
    level: int
    path: Path
    kind: str

    @property
    def doc(self) -> str:
        """The first line of its docstring."""
        source = self.path / "__init__.py" if self.path.is_dir() else self.path
        return (ast.get_docstring(ast.parse(source.read_text())) or "").partition("\n")[0]

    @property
    def spelled(self) -> str:
        """Its path in the project; a folder has a slash at its end."""
        return f"{PACKAGE}/{self.name}{'/' if self.path.is_dir() else self.path.suffix}"


Arrow = tuple[str, str]
"""The wing that imports, and the wing that it imports."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The wings, the uppermost first, and for each arrow the modules that import and are imported."""

    wings: Sequence[Wing]
    arrows: Mapping[Arrow, Sequence[tuple[str, str]]]

    def of(self, name: str) -> dict[str, int]:
        """Return the wings that the wing `name` imports, each with its number of imports, the most first."""
        counted = {to: len(pairs) for (importer, to), pairs in self.arrows.items() if importer == name}
        return dict(sorted(counted.items(), key=lambda entry: (-entry[1], entry[0])))

    @property
    def verdict(self) -> str:
        """What holds of a plan without faults, in one line."""
        return (
            f"{len(self.wings)} wings on {self.wings[0].level} levels, {len(self.arrows)} arrows: "
            "no arrow up, no circle."
        )


def read(project: Path = PROJECT) -> Plan:
    """Return the plan of the chalicelib that Python imports, with the levels of `project`."""
    contracts = tomllib.loads((project / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return Plan(tuple(_wings(project, contracts)), _arrows())


def _wings(project: Path, contracts: Sequence[Mapping[str, Any]]) -> Iterator[Wing]:
    (layers,) = (each["layers"] for each in contracts if each.get("containers") == [PACKAGE])
    kinds = _kinds(contracts)
    for level, layer in zip(range(len(layers), 0, -1), layers, strict=True):
        for name in layer.split(" | "):
            folder = project / PACKAGE / name
            path = folder if folder.is_dir() else folder.with_suffix(".py")
            yield Wing(name, level, path, kinds.get(name, _FREE))


def _kinds(contracts: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the name of the contract that keeps libraries from a wing, by the wing's name."""
    return {
        module.removeprefix(f"{PACKAGE}."): contract["name"]
        for contract in contracts
        if contract["type"] == "forbidden"
        for module in contract["source_modules"]
        if module.startswith(f"{PACKAGE}.")
    }


def _arrows() -> dict[Arrow, list[tuple[str, str]]]:
    graph = grimp.build_graph(PACKAGE, exclude_type_checking_imports=False, cache_dir=None)
    arrows: defaultdict[Arrow, list[tuple[str, str]]] = defaultdict(list)
    for module in sorted(graph.modules - {PACKAGE}):
        for other in sorted(graph.find_modules_directly_imported_by(module) - {PACKAGE}):
            wing, to = module.split(".")[1], other.split(".")[1]
            if wing != to:
                arrows[wing, to].append((module, other))
    return arrows


def faults(plan: Plan) -> Iterator[str]:
    """Yield every wing without a level, every arrow that does not lead down, and a circle if there is one."""
    levels = {wing.name: wing.level for wing in plan.wings}
    unknown = {name for arrow in plan.arrows for name in arrow} - levels.keys()
    for name in sorted(unknown):
        yield f"{name} has no level: the layers contract in pyproject.toml does not name it."
    for (importer, to), pairs in plan.arrows.items():
        if unknown.isdisjoint({importer, to}) and levels[importer] <= levels[to]:
            way = "up" if levels[importer] < levels[to] else "sideways"
            modules = ", ".join(f"{module} imports {other}" for module, other in pairs)
            yield f"An arrow leads {way}, from {importer} to {to}: {modules}."
    yield from _circle(plan)


def _circle(plan: Plan) -> Iterator[str]:
    try:
        graphlib.TopologicalSorter({wing.name: plan.of(wing.name) for wing in plan.wings}).prepare()
    except graphlib.CycleError as circle:
        yield f"A circle: {' imports '.join(reversed(circle.args[1]))}."


def for_terminal(plan: Plan) -> str:
    """Return a line for each wing: its level, its name, and what it imports how often."""
    width = max(len(wing.name) for wing in plan.wings)
    rows = [f"{wing.level:>5}  {wing.name:<{width}}  {_imports(plan, wing)}" for wing in plan.wings]
    return "\n".join([f"level  {'wing':<{width}}  imports", *rows])


def table(plan: Plan) -> str:
    """Return the same for ``docs/architecture.md``, with what each wing is for."""
    rows = [
        f"| {wing.level} | `{wing.spelled}` | {wing.doc} | {_imports(plan, wing)} |" for wing in plan.wings
    ]
    head = ["| level | wing | what it is | what it imports, and how often |", "|---|---|---|---|"]
    return "\n".join([*head, *rows, "", plan.verdict, ""])


def _imports(plan: Plan, wing: Wing) -> str:
    return ", ".join(f"{name} {count}" for name, count in plan.of(wing.name).items()) or "nothing"


def written(document: str, plan: Plan) -> str:
    """Return `document` with the table as it should be."""
    return _PLACE.sub(lambda _: table(plan), document, count=1)
