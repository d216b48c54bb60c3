"""The finished tree: ``lib``, ``etc``, ``LICENSES``, ``bom.json``, and the checksums of all of it."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.magick import bom

SUMS = "SHA256SUMS"
"""The manifest; ``sha256sum --check SHA256SUMS`` reads it, too. Its own SHA-256 stands for the whole tree."""

BILL = "bom.json"
CHECKSUMS = Path(__file__).with_name("checksums.json")


@dataclass(frozen=True, slots=True)
class Checksum:
    """Of a build that was looked at: the hash of all that went in, and of the tree that came out."""

    inputs: str
    tree: str


def seal(tree: Path) -> str:
    """Write the manifest of `tree` and return the tree's checksum."""
    (tree / SUMS).write_text(manifest(tree))
    return checksum(tree)


def checksum(tree: Path) -> str:
    """Return the checksum of the sealed `tree`: that of its manifest."""
    return hashlib.sha256((tree / SUMS).read_bytes()).hexdigest()


def built(tree: Path) -> Checksum:
    """Return what the sealed `tree` says that went into it, and its checksum."""
    return Checksum(bom.inputs((tree / BILL).read_text()), checksum(tree))


def manifest(tree: Path) -> str:
    """Return the SHA-256 and path of every file in `tree` but the manifest, one a line, sorted by path."""
    paths = sorted(path for path in tree.rglob("*") if path.is_file() and path != tree / SUMS)
    return "".join(f"{_digest(path)}  {path.relative_to(tree).as_posix()}\n" for path in paths)


def faults(tree: Path) -> list[str]:
    """Return what in `tree` is not as its manifest says, one line each; none, if all is."""
    if not (tree / SUMS).exists():
        return [f"There is no {tree / SUMS}."]
    wanted, found = _lines((tree / SUMS).read_text()), _lines(manifest(tree))
    return [
        *(f"{path} is missing." for path in sorted(wanted.keys() - found.keys())),
        *(f"{path} is not of the build." for path in sorted(found.keys() - wanted.keys())),
        *(
            f"{path} was changed."
            for path in sorted(wanted.keys() & found.keys())
            if wanted[path] != found[path]
        ),
    ]


def difference(built: Checksum, recorded: Checksum | None) -> str:
    """Return in what `built` is not as it was `recorded`, and what that means; nothing if it is."""
    if recorded == built:
        return ""
    if recorded is None:
        return "no checksum is on record for this architecture: `build --accept` puts it there."
    if contradicts(built, recorded):
        return f"the same sources, patches and tools made {built.tree}, but on record is {recorded.tree}."
    return (
        "the record is of other sources, patches or tools than those here. If they were "
        "changed on purpose, `build --accept` puts what was built on record."
    )


def contradicts(built: Checksum, recorded: Checksum) -> bool:
    """Return whether something else came out of what is on record as having gone in."""
    return built.inputs == recorded.inputs and built.tree != recorded.tree


def place(tree: Path, at: Path) -> None:
    """Copy `tree` to `at`, in place of what is there, unless that is the same already."""
    if at.exists() and not faults(at) and checksum(at) == checksum(tree):
        return
    fresh = at.with_name(f".{at.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(tree, fresh)
    shutil.rmtree(at, ignore_errors=True)
    fresh.rename(at)


def read_checksums(path: Path = CHECKSUMS) -> dict[str, Checksum]:
    """Return the checksum that is on record for each architecture."""
    return {arch: Checksum(**entry) for arch, entry in json.loads(path.read_text()).items()}


def write_checksum(arch: str, checksum: Checksum, path: Path = CHECKSUMS) -> None:
    """Put the `checksum` of `arch` on record."""
    recorded = {**read_checksums(path), arch: checksum}
    path.write_text(json.dumps({name: asdict(recorded[name]) for name in sorted(recorded)}, indent=2) + "\n")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _lines(text: str) -> dict[str, str]:
    return {path: digest for digest, _, path in (line.partition("  ") for line in text.splitlines())}
