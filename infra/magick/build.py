"""The build: each package from its source into a folder in the cache, ImageMagick into the tree that ships.

A package's folder is named by the hash of all that decides what it holds, what it is compiled with included.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from infra.magick import bom, link, sources, toolchain, tree
from infra.magick.packages import IMAGEMAGICK, PACKAGES, Package
from infra.magick.toolchain import Target, Toolchain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from contextlib import AbstractContextManager

    from infra.magick.lock import Lock

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
CACHE = PROJECT / ".cache" / "magick"

AT_ONCE = 2
"""Packages that are built at the same time: while one is being configured, another compiles."""

MESSAGES = ("english.xml", "locale.xml")
"""ImageMagick's texts of errors; what else it reads when it runs is compiled in, or the app's policy.xml."""


class Journal(Protocol):
    """Where the progress of a build is told."""

    def step(self, name: str) -> AbstractContextManager[None]:
        """Tell that the step `name` begins, and that it has ended."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A build for `target`, of the sources `pinned`.

    `inputs` has, by the name of each package, the hash of what it is made from.
    """

    target: Target
    pinned: Lock
    cache: Path
    inputs: Mapping[str, str]

    @property
    def archives(self) -> Path:
        """Where the sources are, as they were downloaded."""
        return self.cache / "sources"

    @property
    def finished(self) -> bool:
        """Whether the tree is in the cache already, and whole."""
        tree_of_it = self.folder(IMAGEMAGICK)
        return tree_of_it.exists() and not tree.faults(tree_of_it)

    def folder(self, package: Package) -> Path:
        """Return where the package is, or will be when it has been built."""
        return self.cache / self.target.arch / f"{package.name}-{self.inputs[package.name][:16]}"


def draw(target: Target, pinned: Lock, cache: Path = CACHE) -> Plan:
    """Return the plan of a build; `ToolsMissing` says what this machine lacks for it."""
    toolchain.require(target)
    common = {
        "target": json.dumps(asdict(target)).encode(),
        "assembler": toolchain.assembler(target).encode(),
        **_contents([toolchain.REQUIREMENTS, *_modules("recipes", "sources", "toolchain")]),
    }
    inputs: dict[str, str] = {}
    for package in PACKAGES:
        own = {
            "package": repr(package).encode(),
            "source": json.dumps(asdict(pinned.source(package.name))).encode(),
            **{str(patch.relative_to(HERE)): patch.read_bytes() for patch in patches(package)},
            **(_contents(_modules("bom", "build", "link", "tree")) if package is IMAGEMAGICK else {}),
        }
        inputs[package.name] = fingerprint(
            common | own | {need: inputs[need].encode() for need in package.needs}
        )
    return Plan(target, pinned, cache, inputs)


def fingerprint(parts: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of the names and contents of `parts`, whatever their order."""
    listed = {name: hashlib.sha256(parts[name]).hexdigest() for name in sorted(parts)}
    return hashlib.sha256(json.dumps(listed).encode()).hexdigest()


def patches(package: Package) -> list[Path]:
    """Return our own patches of `package` in order: those that mend it, then those that make it faster."""
    mends = sorted((HERE / "mends" / package.name).glob("*.patch"))
    return mends + (sorted((HERE / "patches").glob("*.patch")) if package is IMAGEMAGICK else [])


def build(plan: Plan, journal: Journal) -> Path:
    """Return the tree of `plan`: the one in the cache, if it is whole, or one that is built.

    What it is built of is in `plan.archives` already.
    """
    finished = plan.folder(IMAGEMAGICK)
    if plan.finished:
        return finished
    if any(letter.isspace() for letter in str(plan.cache)):
        raise toolchain.ToolsMissing(f"Configure scripts do not work where a path has a space: {plan.cache}.")
    with journal.step("tools"):
        tools = toolchain.prepare(plan.cache)
    packages = {package.name: package for package in PACKAGES}
    order = TopologicalSorter({package.name: package.needs for package in PACKAGES})
    order.prepare()
    running: dict[Future[None], str] = {}
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        while order.is_active():
            for name in order.get_ready():
                running[pool.submit(_build, plan, packages[name], tools, journal)] = name
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
                order.done(running.pop(future))
    finally:
        pool.shutdown(cancel_futures=True)
    return finished


def _build(plan: Plan, package: Package, tools: Path, journal: Journal) -> None:
    """Make the folder of `package`, unless it is there; after a failure what was made stays, with its log."""
    finished = plan.folder(package)
    if finished.exists() and package is not IMAGEMAGICK:
        return
    source = plan.pinned.source(package.name)
    with journal.step(f"{package.name} {source.version}"):
        workshop = Toolchain(plan.target, tools, finished.with_name(f"{finished.name}.{os.getpid()}"))
        shutil.rmtree(workshop.work, ignore_errors=True)
        toolchain.equip(workshop)
        for need in (other for other in PACKAGES if other.name in package.needs):
            shutil.copytree(plan.folder(need), workshop.site.needs, dirs_exist_ok=True)
        sources.unpack(source, plan.archives, workshop.site.source, patches(package))
        _compile(workshop, package)
        if package is IMAGEMAGICK:
            _assemble(workshop, plan)
        if draw(plan.target, plan.pinned, plan.cache).folder(package) != finished:
            raise toolchain.CommandFailed("Something that is built from was changed meanwhile: build again.")
        shutil.rmtree(finished, ignore_errors=True)
        workshop.site.out.rename(finished)
        shutil.rmtree(workshop.work)


def _compile(workshop: Toolchain, package: Package) -> None:
    site = workshop.site
    site.build.mkdir()
    for command in package.recipe.commands(site):
        toolchain.run(command, site.build, workshop.environment, workshop.work / "log")
    _copy(site.source / package.notice, site.out / "LICENSES" / f"{package.name}.txt")


def _assemble(workshop: Toolchain, plan: Plan) -> None:
    """Link the libraries, lay beside them what they need and what is owed, and seal the tree."""
    site = workshop.site
    link.link(workshop, site.out / "lib")
    for name in MESSAGES:
        _copy(site.source / "config" / name, site.out / "etc" / "ImageMagick-6" / name)
    shutil.copytree(site.needs / "LICENSES", site.out / "LICENSES", dirs_exist_ok=True)
    for name in ("libcxx", "libcxxabi", "libunwind"):
        _copy(workshop.zig.parent / "lib" / name / "LICENSE.TXT", site.out / "LICENSES" / f"{name}.txt")
    (site.out / tree.BILL).write_text(_bill(plan))
    tree.seal(site.out)


def _bill(plan: Plan) -> str:
    components = (
        bom.component(package, plan.pinned.source(package.name), patches(package)) for package in PACKAGES
    )
    return bom.spell(components, toolchain.requirements(), plan.inputs[IMAGEMAGICK.name])


def _copy(source: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, to)


def _modules(*names: str) -> list[Path]:
    return [HERE / f"{name}.py" for name in names]


def _contents(paths: Iterable[Path]) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in paths}
