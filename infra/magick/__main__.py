"""``python -m infra.magick``: build the ImageMagick that ships to Lambda, pin its sources, prove it."""

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
TELLING = Console(stderr=True, highlight=False)
OUT = Console(highlight=False)

ARCH = click.option(
    "--arch",
    type=click.Choice(sorted(TARGETS)),
    help="Lambda's architecture: x86_64, or aarch64 for what Lambda calls arm64 "
    "[that of the tree that is there, or x86_64].",
)
AT = click.option(
    "--at",
    type=click.Path(path_type=Path, resolve_path=True),
    default=VENDOR,
    help="The tree's folder [vendor/imagemagick].",
)


def targeted(arch: str | None, at: Path) -> Target:
    """Return the target that is named, or else the one that the tree `at` is for."""
    there = "aarch64" if template.architecture(at) == "arm64" else "x86_64"
    return TARGETS[arch or there]


@contextmanager
def explained() -> Iterator[None]:
    """Show what went wrong in words, without a traceback."""
    try:
        yield
    except (SourceFailed, DebianFailed, ToolsMissing, CommandFailed) as failure:
        raise click.ClickException(str(failure)) from failure


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    r"""Build the ImageMagick that ships to Lambda.

    It is compiled from Debian's sources with Zig, for glibc 2.28 and with all codecs inside. The usual way:

    \b
      python -m infra.magick build     make vendor/imagemagick; again, it takes no time
      python -m infra.magick verify    is it whole, and will it load on Lambda?
      python -m infra.magick prove     read and write every format with it

    To take up security fixes: lock, build --accept, prove, and commit lock.json and checksums.json.
    """


@main.command()
@ARCH
@AT
@click.option("--accept", is_flag=True, help="Put the checksum of what is built on record.")
def build(arch: str | None, at: Path, *, accept: bool) -> None:
    """Build ImageMagick into vendor/imagemagick.

    The sources that lock.json pins are downloaded, patched and compiled, in about five minutes on two cores.
    What was built before from the same is only copied. All but the result stays in .cache/magick.

    In place of a source that Debian's mirrors have forgotten, the newest of the same release is built, and
    that is told. DEBIAN_MIRROR names another mirror than apt's own, such as Debian's archive of old ones.
    """
    journal = Terminal(TELLING)
    with explained(), journal.progress:
        target = targeted(arch, at)
        finished = building.build(_planned(target, journal), journal)
    built = tree.built(finished)
    if accept:
        tree.write_checksum(target.arch, built)
    recorded = tree.read_checksums().get(target.arch)
    difference = tree.difference(built, recorded)
    if recorded and tree.contradicts(built, recorded):
        raise click.ClickException(f"{finished} is not taken: {difference}")
    if difference:
        click.echo(f"Note: {difference}", err=True)
    tree.place(finished, at)
    click.echo(at)


def _planned(target: Target, journal: Terminal) -> building.Plan:
    """Return a plan whose sources are all there, if it is not built already."""
    plan = building.draw(target, lock.read())
    if plan.finished:
        return plan
    with journal.step("sources"):
        pinned = mirror.at_hand(plan.pinned, plan.archives, lambda: mirror.open_at(plan.cache))
    for was, now in zip(plan.pinned.sources, pinned.sources, strict=True):
        if was != now:
            journal.tell(
                f"{was.package} {was.version} cannot be had any more, {now.version} is built instead"
            )
    return building.draw(target, pinned)


@main.command()
@ARCH
@AT
def verify(arch: str | None, at: Path) -> None:
    """Check vendor/imagemagick: its files against manifest and record, its libraries against Lambda."""
    with explained():
        machine = targeted(arch, at).arch
        faults = [*tree.faults(at), *elf.faults_below(at, machine)]
        if not tree.faults(at):
            faults += filter(None, [tree.difference(tree.built(at), tree.read_checksums().get(machine))])
    if faults:
        raise click.ClickException("\n".join(faults))
    click.echo(f"{at} is whole, as on record, and loads where glibc is {toolchain.GLIBC} or newer.")


@main.command()
@ARCH
@AT
def prove(arch: str | None, at: Path) -> None:
    """Read and write every format with vendor/imagemagick, under the app's policy.

    A program in C does it, compiled for the same architecture. If that is not this machine's, it runs under
    QEMU, with Debian's glibc.
    """
    with explained():
        findings = proof.prove(targeted(arch, at), at, building.CACHE)
    for finding in findings:
        click.echo(f"{'✓' if finding.passed else '✗'} {finding.what}: {finding.told}")
    if not all(finding.passed for finding in findings):
        raise click.ClickException("ImageMagick does not do what the app needs.")


@main.command("lock")
def refresh() -> None:
    """Pin the newest versions that Debian's mirrors have, and print what changed.

    A version that is announced but not there yet, as happens on mirrors for an hour or two, is named.
    """
    pinned, today = lock.read(), datetime.now(UTC).strftime("%Y%m%d")
    titles = ("package", "pinned", "now", "announced, but not there")
    table = Table(*(Column(title, overflow="fold") for title in titles), box=None)
    sources = []
    with explained(), TELLING.status("Asking the mirrors for their lists") as telling:
        offers = mirror.open_at(building.CACHE)
        for package in PACKAGES:
            telling.update(f"Looking for {package.name}")
            was = pinned.find(package.name)
            found = offers.offer(package, package.suites, was)
            sources.append(found.source)
            changed = "=" if found.source == was else found.source.version
            table.add_row(package.name, was.version if was else "", changed, ", ".join(found.announced))
    lock.LOCK.write_text(lock.spell(lock.Lock(today, tuple(sources))))
    OUT.print(table)


if __name__ == "__main__":
    main(prog_name="python -m infra.magick")
