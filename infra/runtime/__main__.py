"""``python -m infra.runtime``: run the package in Lambda's own runtime, on this machine."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from infra import package as packaging
from infra import template
from infra.debian import DebianFailed
from infra.runtime import root as roots
from infra.runtime.errors import RuntimeFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.package import Package
    from infra.runtime.root import Root

CONSOLE = Console(highlight=False)


class Commands(click.Group):
    """A group of commands that shows expected failures without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click declares it
        """Run the command that the arguments name."""
        try:
            return super().invoke(ctx)
        except (RuntimeFailed, DebianFailed, packaging.PackagingFailed) as failure:
            raise click.ClickException(str(failure)) from failure


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run the package in Lambda's own runtime, without Docker."""


@main.command()
def build() -> None:
    """Build the root folder for functions in .cache/runtime. The first time takes some minutes."""
    CONSOLE.print(_root().path)


@main.command()
def prove() -> None:
    """Package the app, ask it for every format, and check the pictures in S3."""
    from infra.runtime import proof, proof_output  # noqa: PLC0415 - `build` needs no ImageMagick

    root = _root()
    with _packaged() as package:
        proved = proof.prove(package, root)
    proof_output.show(CONSOLE, proved)
    if proved.failures:
        raise SystemExit(1)


@main.command()
@click.option(
    "--rounds",
    default=9,
    show_default=True,
    help="Number of cold starts, and of measurements of each picture.",
)
@click.option(
    "--beside",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A checkout with a vendor/ of its own: measure cold starts, warm times and memory in turns with it.",
)
def bench(rounds: int, beside: Path | None) -> None:
    """Measure cold starts, warm times and memory; write them to docs/performance.md."""
    root = _root()
    with _packaged() as package:
        section = _paired(package, root, rounds, beside) if beside else _measured(package, root, rounds)
    CONSOLE.print(section, soft_wrap=True)


def _measured(package: Package, root: Root, rounds: int) -> str:
    from infra.runtime import bench as measuring  # noqa: PLC0415 - building needs no ImageMagick
    from infra.runtime import report  # noqa: PLC0415 - likewise

    figures = measuring.measure(package, root, rounds, _say)
    report.write(figures)
    return report.section(figures)


def _paired(package: Package, root: Root, rounds: int, beside: Path) -> str:
    from infra.runtime import pair_report, pairing, start_up  # noqa: PLC0415 - building needs no ImageMagick

    with pairing.packaged(beside.resolve()) as theirs:
        pair = pairing.measure(package, theirs, pairing.name(beside), root, rounds, _say)
    section = pair_report.section(pair, start_up.measure(package, root, rounds))
    pair_report.write(section)
    return section


def _say(step: str) -> None:
    CONSOLE.print(step, style="dim")


def _root() -> Root:
    return roots.build(lambda step: CONSOLE.print(f"Building Lambda's runtime: {step}", style="dim"))


def _build_imagemagick() -> None:
    """Build ImageMagick with its own command, which shows its progress and its failures."""
    command = [sys.executable, "-m", "infra.magick", "build"]
    if subprocess.run(command, cwd=packaging.PROJECT, check=False).returncode:  # noqa: S603 - our own command
        raise RuntimeFailed("The package cannot run on Lambda without ImageMagick.")


@contextmanager
def _packaged() -> Iterator[Package]:
    """Package the app for Lambda. Build ImageMagick if it is missing."""
    imagemagick = packaging.PROJECT / "vendor" / "imagemagick"
    if not imagemagick.is_dir():
        _build_imagemagick()
    if template.architecture(imagemagick) == "arm64":
        raise RuntimeFailed(
            "vendor/imagemagick is for arm64, but this runtime is x86_64. To test it here, type: "
            "python -m infra.magick prove"
        )
    with TemporaryDirectory(prefix="resize404-package-") as folder:
        yield packaging.package(Path(folder))


if __name__ == "__main__":
    main(prog_name="python -m infra.runtime")
