"""The plan of a build, and which inputs it depends on."""

from __future__ import annotations

import dataclasses
import shutil
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infra.magick import build, lock, tree
from infra.magick.packages import IMAGEMAGICK, PACKAGES, Package
from infra.magick.recipes import CMake
from infra.magick.toolchain import TARGETS, CommandFailed, Toolchain, ToolsMissing

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

ARM = TARGETS["aarch64"]
PINNED = lock.read()


@pytest.fixture(autouse=True)
def _no_tools_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.magick.toolchain.require", lambda target: None)  # noqa: ARG005
    monkeypatch.setattr("infra.magick.toolchain.assembler", lambda target: f"NASM for {target.arch}")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of infra/magick that tests may change."""
    copy = tmp_path / "magick"
    shutil.copytree(build.HERE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(build, "HERE", copy)
    return copy


def changed(before: build.Plan, after: build.Plan) -> set[str]:
    """Return the packages that are built again."""
    return {package.name for package in PACKAGES if before.folder(package) != after.folder(package)}


def planned(pinned: lock.Lock = PINNED, arch: str = "aarch64") -> build.Plan:
    return build.draw(TARGETS[arch], pinned, Path("/cache"))


def test_the_same_inputs_give_the_same_plan() -> None:
    assert planned() == planned()


def test_the_recorded_checksums_are_for_the_current_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    # ARM needs no assembler; for the other machine it is this system's own, of whichever version.
    monkeypatch.setattr("infra.magick.toolchain.assembler", lambda _: "")
    assert tree.read_checksums()["aarch64"].inputs == planned().inputs[IMAGEMAGICK.name]


def test_each_package_comes_after_its_needs() -> None:
    seen: set[str] = set()
    for package in PACKAGES:
        assert set(package.needs) <= seen
        seen.add(package.name)


def test_machines_share_nothing() -> None:
    assert changed(planned(arch="x86_64"), planned(arch="aarch64")) == {package.name for package in PACKAGES}


@pytest.mark.parametrize(
    ("path", "anew"),
    [
        ("patches/9999-another.patch", {"imagemagick"}),
        ("mends/imagemagick/9999-another.patch", {"imagemagick"}),
        ("mends/libheif/9999-another.patch", {"libheif", "imagemagick"}),
        ("mends/zlib-ng/9999-another.patch", {"zlib-ng", "libpng1.6", "tiff", "imagemagick"}),
        ("link.py", {"imagemagick"}),
        ("toolchain.py", {package.name for package in PACKAGES}),
        ("README.md", set()),
        ("proof.py", set()),
    ],
)
def test_a_changed_file_rebuilds_the_packages_that_depend_on_it(
    path: str, anew: set[str], project: Path
) -> None:
    before = planned()
    (project / path).parent.mkdir(exist_ok=True)
    with (project / path).open("a") as file:
        file.write("\n")
    assert changed(before, planned()) == anew


def test_a_new_version_rebuilds_the_package_and_those_that_need_it() -> None:
    newer = tuple(
        dataclasses.replace(source, version="99") if source.package == "dav1d" else source
        for source in PINNED.sources
    )
    after = planned(dataclasses.replace(PINNED, sources=newer))
    assert changed(planned(), after) == {"dav1d", "libheif", "imagemagick"}


def test_a_changed_recipe_rebuilds_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    before = planned()
    other = tuple(
        dataclasses.replace(package, recipe=CMake(("NEW=ON",))) if package.name == "aom" else package
        for package in PACKAGES
    )
    monkeypatch.setattr(build, "PACKAGES", other)
    assert changed(before, planned()) == {"aom", "libheif", "imagemagick"}


def test_mends_come_before_the_patches_for_speed(project: Path) -> None:
    for path in ("mends/imagemagick/9-mend.patch", "patches/0-faster.patch"):
        (project / path).write_text("")
    names = [path.name for path in build.patches(IMAGEMAGICK)]
    assert names.index("9-mend.patch") < names.index("0-faster.patch")


def test_a_fingerprint_does_not_depend_on_the_order() -> None:
    assert build.fingerprint({"a": b"1", "b": b"2"}) == build.fingerprint({"b": b"2", "a": b"1"})
    assert build.fingerprint({"a": b"1"}) != build.fingerprint({"b": b"1"})
    assert build.fingerprint({"a": b"1"}) != build.fingerprint({"a": b"2"})


def test_a_package_without_patches_has_none() -> None:
    assert build.patches(Package("nosuch", "MIT", CMake())) == []


def test_a_complete_tree_in_the_cache_is_not_built_again(tmp_path: Path) -> None:
    plan = build.draw(ARM, PINNED, tmp_path)
    finished = plan.folder(IMAGEMAGICK)
    finished.mkdir(parents=True)
    tree.seal(finished)
    assert build.build(plan, NoSteps()) == finished


class NoSteps:
    """A journal of a build that must have no steps."""

    def step(self, name: str) -> AbstractContextManager[None]:
        raise AssertionError(name)


def test_a_space_in_the_path_is_reported(tmp_path: Path) -> None:
    plan = build.draw(ARM, PINNED, tmp_path / "a folder")
    with pytest.raises(ToolsMissing, match="a folder"):
        build.build(plan, NoSteps())


def test_a_patch_that_appears_during_a_build_makes_it_fail(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plan = build.draw(ARM, PINNED, tmp_path)
    package = next(package for package in PACKAGES if package.name == "dav1d")

    def compile_and_patch(workshop: Toolchain, compiled: Package) -> None:
        mends = project / "mends" / compiled.name
        mends.mkdir()
        (mends / "new.patch").write_text("")
        workshop.site.out.mkdir()

    monkeypatch.setattr(build, "_compile", compile_and_patch)
    monkeypatch.setattr("infra.magick.sources.unpack", lambda *_: None)
    monkeypatch.setattr("infra.magick.toolchain.equip", lambda workshop: workshop.work.mkdir(parents=True))
    with pytest.raises(CommandFailed, match="was changed meanwhile"):
        build._build(plan, package, tmp_path, Steps())  # noqa: SLF001 - one package of the whole
    assert not plan.folder(package).exists()


class Steps:
    """A journal that shows nothing."""

    def step(self, name: str) -> AbstractContextManager[None]:
        assert name
        return nullcontext()
