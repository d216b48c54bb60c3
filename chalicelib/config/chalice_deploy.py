"""What makes a function that cannot work, and Chalice deploys without a word.

`app.py` asks this module while ``chalice deploy`` imports it. In Lambda nothing imports it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROJECT = Path(__file__).parents[2]

_PLACES = (
    "SITE_BUCKET",
    "SOURCES",
    "SITE_URL",
    "SITE_ORIGIN",
    "DISTRIBUTION_ID",
    "INVALIDATION_QUEUE",
    "CHANGES_QUEUE",
)
"""The variables that name something in the owner's account."""

_PLACEHOLDER = re.compile(
    r"(?<![\w.-])(?:your-[\w.-]*\w|my-bucket|named-by-the-template|(?:[\w-]+\.)*example\.(?:com|net|org)"
    r"|E\w*EXAMPLE|123456789012)(?![\w.-])"
)
"""Names of our own examples, and of AWS's: of buckets, hosts (RFC 2606), distributions and accounts."""

_GLIBC_OF_PYTHON = {(3, 10): (2, 26), (3, 11): (2, 26)}
"""The C library of Lambda's Pythons on Amazon Linux 2 (Lambda developer guide, "Lambda runtimes")."""

_GLIBC = (2, 34)
"""That of all later ones, on Amazon Linux 2023."""

_NEEDED_GLIBC = re.compile(rb"\0GLIBC_2\.(\d+)")
_ELF_MACHINE = slice(18, 20)
_X86_64 = b"\x3e\x00"


def check(environ: Mapping[str, str]) -> None:
    """Raise click's exception for messages if ``chalice deploy`` runs, and what it deploys cannot work."""
    stage = stage_being_deployed()
    if stage is None:
        return
    if found := list(faults(environ, PROJECT, stage, sys.version_info[:2])):
        from click import ClickException  # noqa: PLC0415 - Lambda has no click, and Chalice's command has

        raise ClickException("\n  ".join([f"The stage {stage} cannot be deployed:", *found]))


def stage_being_deployed() -> str | None:
    """Return the stage that ``chalice deploy`` deploys in this process; None if it does not run."""
    chalice = sys.modules.get("chalice.cli")
    if chalice is None:
        return None
    from click import get_current_context  # noqa: PLC0415 - likewise

    context = get_current_context(silent=True)
    deploys = context is not None and context.command is chalice.deploy
    return str(context.params["stage"]) if context and deploys else None


def faults(environ: Mapping[str, str], project: Path, stage: str, python: tuple[int, int]) -> Iterator[str]:
    """Yield each reason why `stage` of the checkout `project`, deployed to Lambda's `python`, cannot work."""
    for variable in _PLACES:
        if found := _PLACEHOLDER.search(environ.get(variable, "")):
            yield f"{variable}: {found[0]} is a placeholder. Write what is yours into .chalice/config.json."
    policy = project / ".chalice" / f"policy-{stage}.json"
    if policy.is_file() and (found := _PLACEHOLDER.search(policy.read_text())):
        yield f".chalice/{policy.name}: {found[0]} is a placeholder. Write the names of your buckets."
    yield from _faults_of_imagemagick(project / "vendor" / "imagemagick", python)


def _faults_of_imagemagick(tree: Path, python: tuple[int, int]) -> Iterator[str]:
    libraries = [file.read_bytes() for file in sorted(tree.glob("lib/libMagick*.so"))]
    if not libraries:
        yield "There is no vendor/imagemagick, and Lambda has no ImageMagick of its own. Type: make magick"
        return
    if any(library[_ELF_MACHINE] != _X86_64 for library in libraries):
        yield (
            "vendor/imagemagick is not for x86_64, and Chalice makes no functions for another processor. "
            "Type: make magick ARCH=x86_64"
        )
    needed = 2, max((int(minor) for each in libraries for minor in _NEEDED_GLIBC.findall(each)), default=0)
    has = _GLIBC_OF_PYTHON.get(python, _GLIBC)
    if needed > has:
        yield (
            f"Chalice deploys to the Python it runs on, and Lambda's Python {_dotted(python)} has glibc "
            f"{_dotted(has)}; vendor/imagemagick needs {_dotted(needed)}. "
            "Make the .venv with Python 3.12 or 3.13."
        )


def _dotted(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))
