"""``python -m fuzz``: look for bytes that the parsers or the renderer cannot take."""

from __future__ import annotations

import logging
import secrets
import sys
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import click

from fuzz import findings, guided, places, renderer
from fuzz.mutation import mutated
from fuzz.parsers import PARSERS, parse
from fuzz.rooms import Rooms

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.findings import Finding
    from fuzz.renderer import Tally


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--seconds", default=60, show_default=True, help="How long, half of it on the parsers.")
@click.option("--seed", type=int, help="That of an earlier run: the renderer has the same files again.")
@click.option(
    "--inputs",
    type=click.IntRange(min=1),
    help="No more than so many for each; the parsers have the same again as well.",
)
@click.pass_context
def main(ctx: click.Context, seconds: int, seed: int | None, inputs: int | None) -> None:
    """Fuzz the parsers, then the renderer. Ends with 1 if anything was found."""
    if ctx.invoked_subcommand:
        return
    seed = _seed(seed)
    _end([*_parsers(seconds / 2, seed, inputs), *_renderer(seconds / 2, seed, inputs)])


@main.command()
@click.option("--seconds", default=60, show_default=True, help="How long.")
@click.option("--seed", type=int, help="That of an earlier run: the same files again.")
@click.option("--inputs", type=click.IntRange(min=1), help="No more than so many files.")
def memory(seconds: int, seed: int | None, inputs: int | None) -> None:
    """Damage each original of the corpus in turn; an outcome that depends on memory is a finding."""
    _end(_told("memory", renderer.damage_each, seconds, _seed(seed), inputs))


def _seed(given: int | None) -> int:
    seed = secrets.randbits(32) if given is None else given
    click.echo(f"seed {seed}")
    return seed


def _end(found: list[Finding]) -> None:
    """Keep and print what was found; end with 1 if there is anything."""
    for finding in found:
        file = finding.keep()
        click.echo(f"FOUND {file.relative_to(places.PROJECT)}: {finding}")
    sys.exit(1 if found else 0)


def _parsers(seconds: float, seed: int, inputs: int | None) -> list[Finding]:
    if not guided.is_possible():
        click.echo("atheris is not installed: the parsers are fuzzed without guidance")
    share = seconds / len(PARSERS)
    found = []
    for name in PARSERS:
        started = time.monotonic()
        findings = (
            guided.run(name, max(1, round(share)), seed, inputs)
            if guided.is_possible()
            else _blind(name, share, seed, inputs)
        )
        click.echo(f"{name:10} {time.monotonic() - started:6.1f} s {len(findings)} found")
        found += findings
    return found


def _blind(name: str, seconds: float, seed: int, inputs: int | None) -> list[Finding]:
    """Fuzz a parser without guidance: with changed files of its corpus."""
    seeds = [file.read_bytes() or b"\0" for file in sorted((places.CORPUS / name).iterdir())]
    number, deadline = 0, time.monotonic() + seconds
    while time.monotonic() < deadline and number != inputs:
        random = Random(f"{seed} {number}")  # noqa: S311 - the same seed must give the same inputs
        data, number = mutated(random.choice(seeds), seeds, random), number + 1
        try:
            parse(name, data)
        except Exception as wrong:  # noqa: BLE001 - any exception is a finding
            return [findings.Finding(data, name, repr(wrong))]
    return []


def _renderer(seconds: float, seed: int, inputs: int | None) -> list[Finding]:
    return _told("renderer", renderer.run, seconds, seed, inputs)


def _told(
    name: str, run: Callable[[float, int, int | None], Tally], seconds: float, seed: int, inputs: int | None
) -> list[Finding]:
    started = time.monotonic()
    tally = run(seconds, seed, inputs)
    met = ", ".join(f"{number} {name}" for name, number in tally.met.most_common())
    took = time.monotonic() - started
    click.echo(f"{name:10} {took:6.1f} s {len(tally.findings)} found; {tally.tried} files: {met}")
    return tally.findings


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def replay(file: Path) -> None:
    """Try again what was found and kept in FILE."""
    given_to, data = findings.given_to(file), file.read_bytes()
    if given_to in PARSERS:
        parse(given_to, data)
        click.echo("nothing is wrong with it")
        return
    with Rooms() as rooms:
        met, finding = renderer.attempt(rooms, data, given_to)
    click.echo(f"{met}: {finding.outcome if finding else 'nothing is wrong with it'}")


@main.command()
def keep() -> None:
    """Add to the corpus what runs on this machine have found worth keeping."""
    for name in PARSERS:
        guided.keep(name)
        click.echo(f"{name:10} {sum(1 for _ in (places.CORPUS / name).iterdir())} files")


if __name__ == "__main__":
    logging.getLogger("chalicelib").setLevel(logging.CRITICAL)  # it would log every provoked error
    main(prog_name="python -m fuzz")
