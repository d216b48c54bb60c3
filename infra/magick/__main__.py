"""``python -m infra.magick``: build the ImageMagick that ships to Lambda, pin its sources, test it."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Column, Table

from infra import template
from infra.debian import DebianFailed
from infra.magick import build as building
from infra.magick import elf, lock, mirror, proof, toolchain, tree
from infra.magick.build import PROJECT
from infra.magick.downloads import SourceFailed
from infra.magick.journal import Terminal
from infra.magick.packages import PACKAGES
from infra.magick.toolchain import TARGETS, CommandFailed, Target, ToolsMissing

if TYPE_CHECKING:
    from collections.abc import Iterator

VENDOR = PROJECT / "vendor" / "imagemagick"
PROGRESS = Console(stderr=True, highlight=False)
OUT = Console(highlight=False)

ARCH = click.option(
    "--arch",
    type=click.Choice(sorted(TARGETS)),
    help="Processor: x86_64, or aarch64 (Lambda calls it arm64) [that of the existing tree, or x86_64].",
)
AT = click.option(
    "--at",
    type=click.Path(path_type=Path, resolve_path=True),
    default=VENDOR,
    help="The tree's folder [vendor/imagemagick].",
)


def targeted(arch: str | None, at: Path) -> Target:
    """Return the target `arch`, or else the target of the existing tree `at`."""
    there = "aarch64" if template.architecture(at) == "arm64" else "x86_64"
    return TARGETS[arch or there]


@contextmanager
def explained() -> Iterator[None]:
    """Show expected failures as a message, without a traceback."""
    try:
        yield
    except (SourceFailed, DebianFailed, ToolsMissing, CommandFailed) as failure:
        raise click.ClickException(str(failure)) from failure


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    r"""Build the ImageMagick that ships to Lambda.

    Zig compiles it from Debian's sources, for glibc 2.28, with all codecs inside. The usual commands:

    \b
      python -m infra.magick build     make vendor/imagemagick; a second time takes no time
      python -m infra.magick verify    check that it is complete and can be loaded on Lambda
      python -m infra.magick prove     read and write every format with it

    For security fixes: run lock, build --accept and prove, and commit lock.json and checksums.json.
    """


@main.command()
@ARCH
@AT
@click.option("--accept", is_flag=True, help="Record the checksum of the result in checksums.json.")
def build(arch: str | None, at: Path, *, accept: bool) -> None:
    """Build ImageMagick into vendor/imagemagick.

    This downloads, patches and compiles the sources that lock.json pins, in about five minutes on two cores.
    If the same sources were built before, it only copies the result. All other files stay in .cache/magick.

    If Debian's mirrors no longer have a pinned source, this builds the newest one of the same release, and
    says so. DEBIAN_MIRROR names another mirror than apt's, such as Debian's snapshot archive.
    """
    journal = Terminal(PROGRESS)
    with explained(), journal.progress:
        target = targeted(arch, at)
        finished = building.build(_planned(target, journal), journal)
    built = tree.built(finished)
    if accept:
        tree.write_checksum(target.arch, built)
    recorded = tree.read_checksums().get(target.arch)
    difference = tree.difference(built, recorded)
    if recorded and tree.contradicts(built, recorded):
        raise click.ClickException(f"{finished} is not accepted: {difference}")
    if difference:
        click.echo(f"Note: {difference}", err=True)
    tree.place(finished, at)
    click.echo(at)


def _planned(target: Target, journal: Terminal) -> building.Plan:
    """Return a plan. If it is not built already, download its sources."""
    plan = building.draw(target, lock.read())
    if plan.finished:
        return plan
    with journal.step("sources"):
        pinned = mirror.at_hand(plan.pinned, plan.archives, lambda: mirror.open_at(plan.cache))
    for was, now in zip(plan.pinned.sources, pinned.sources, strict=True):
        if was != now:
            journal.tell(
                f"{was.package} {was.version} is no longer available, so {now.version} is built instead"
            )
    return building.draw(target, pinned)


@main.command()
@ARCH
@AT
def verify(arch: str | None, at: Path) -> None:
    """Check the files of vendor/imagemagick against their checksums, and its libraries against Lambda."""
    with explained():
        machine = targeted(arch, at).arch
        faults = [*tree.faults(at), *elf.faults_below(at, machine)]
        if not tree.faults(at):
            faults += filter(None, [tree.difference(tree.built(at), tree.read_checksums().get(machine))])
    if faults:
        raise click.ClickException("\n".join(faults))
    click.echo(
        f"{at} is complete, has the recorded checksum, and loads with glibc {toolchain.GLIBC} or newer."
    )


@main.command()
@ARCH
@AT
def prove(arch: str | None, at: Path) -> None:
    """Read and write every format with vendor/imagemagick, under the app's policy.

    A C program, compiled for the same architecture, does this. For another architecture than this machine's
    it runs under QEMU, with Debian's glibc.
    """
    with explained():
        findings = proof.prove(targeted(arch, at), at, building.CACHE)
    for finding in findings:
        click.echo(f"{'✓' if finding.passed else '✗'} {finding.what}: {finding.output}")
    if not all(finding.passed for finding in findings):
        raise click.ClickException("ImageMagick does not do what the app needs.")


@main.command("lock")
def refresh() -> None:
    """Pin the newest versions on Debian's mirrors, and print the changes.

    The table also lists versions that a mirror announces but does not have yet. That lasts for an hour or
    two.
    """
    pinned, today = lock.read(), datetime.now(UTC).strftime("%Y%m%d")
    titles = ("package", "pinned", "now", "announced, but not available")
    table = Table(*(Column(title, overflow="fold") for title in titles), box=None)
    sources = []
    with explained(), PROGRESS.status("Downloading the mirrors' lists") as status:
        offers = mirror.open_at(building.CACHE)
        for package in PACKAGES:
            status.update(f"Looking for {package.name}")
            was = pinned.find(package.name)
            found = offers.offer(package, package.suites, was)
            sources.append(found.source)
            changed = "=" if found.source == was else found.source.version
            table.add_row(package.name, was.version if was else "", changed, ", ".join(found.announced))
    lock.LOCK.write_text(lock.spell(lock.Lock(today, tuple(sources))))
    OUT.print(table)


if __name__ == "__main__":
    main(prog_name="python -m infra.magick")
