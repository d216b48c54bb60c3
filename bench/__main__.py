"""``python -m bench``: the renderer beside its rivals."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bench import (
    cases,
    leak,
    measure,
    outputs,
    photographs,
    places,
    report,
    results,
    rivals,
    tables,
    together,
)
from bench.colours import comparison
from bench.failing import BenchFailed
from bench.stack import load, load_report, scale, scale_report
from bench.stack import report as stack_report

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FLAT_RESULTS = places.CACHE / "flat.json"
CONTACT = places.CACHE / "contact.jpg"


class Bench(click.Group):
    """Commands that report a failure without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click declares it
        """Run the command that is named on the command line."""
        try:
            return super().invoke(ctx)
        except BenchFailed as failure:
            raise click.ClickException(str(failure)) from failure


def taking_part(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that choose the rivals, the core and the build of ImageMagick."""
    for option in (
        click.option(
            "--core", default=(os.cpu_count() or 1) - 1, show_default=True, help="Core to measure on."
        ),
        click.option(
            "--rival",
            "names",
            multiple=True,
            type=click.Choice([rival.name for rival in rivals.RIVALS]),
            help="Only this rival, and sharp. Repeatable.",
        ),
        click.option(
            "--magick-home",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            help="Another build of ImageMagick, to measure our renderer on as well.",
        ),
    ):
        command = option(command)
    return command


repeating = click.option(
    "--rounds", default=11, show_default=True, help="Rounds that everybody takes turns in."
)

picking = click.option(
    "--case",
    "picked",
    multiple=True,
    type=click.Choice([case.name for case in cases.CASES]),
    help="Only this case. Repeatable.",
)


@click.group(cls=Bench, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(ctx: click.Context) -> None:
    """Measure the renderer beside its rivals. Without a command: rivals, corpus, run, flat, report.

    \b
      python -m bench rivals
      python -m bench corpus
      python -m bench run --case 12mp-300-fit --rival vips --rounds 3
      python -m bench report
    """  # noqa: D301 - click reads a real backspace as: leave these lines as they are
    if ctx.invoked_subcommand is None:
        for command in (install, corpus, run, flat, write_report):
            ctx.invoke(command)


@main.command("rivals")
def install() -> None:
    """Install every rival, and what draws and judges, into .cache/bench."""
    for name, why in rivals.install().items():
        click.echo(f"left out: {name}: {why}", err=True)


@main.command()
def corpus() -> None:
    """Make the originals, always the same, from free photographs."""
    photographs.fetch()
    click.echo(outputs.in_studio("originals", str(places.PHOTOGRAPHS), str(places.CORPUS)), nl=False)


@main.command()
@taking_part
@picking
def check(picked: tuple[str, ...], names: tuple[str, ...], magick_home: Path | None, core: int) -> None:
    """Make every picture once: is each what was asked for, and how good is it? Ends with a contact sheet."""
    chosen, engines = _chosen(picked), rivals.taking_part(names, magick_home)
    judged = measure.check(chosen, engines, core)
    for picture, verdict in judged:
        flaw = f"  {verdict.flaw}" if verdict.flaw else ""
        click.echo(f"{picture.case.title:32} {picture.engine.label:14} {verdict.score:7.2f}{flaw}")
    made = {(picture.case, picture.engine): str(picture.file) for picture, _ in judged}
    rows = [[made.get((case, engine)) for engine in engines] for case in chosen]
    outputs.in_studio("contact", str(CONTACT), stdin=json.dumps(rows))
    click.echo(CONTACT)


@main.command()
@taking_part
@repeating
@picking
def run(
    picked: tuple[str, ...], names: tuple[str, ...], magick_home: Path | None, core: int, rounds: int
) -> None:
    """Measure everybody in turns on one core: CPU time, memory, bytes and quality.

    A run of every case is kept for the report; one of picked cases is only shown.
    """
    chosen = _chosen(picked)
    measured = measure.run(chosen, rivals.taking_part(names, magick_home), rounds, core, _say)
    if not picked:
        measured.write(places.RESULTS)
    for table in (tables.times, tables.memory, tables.quality):
        click.echo(table(measured, chosen) + "\n")
    over = report.over_aim(measured)
    click.echo("\n".join(["Over our aims:", *over]) if over else "Every aim is met.")


@main.command()
@taking_part
@repeating
def flat(names: tuple[str, ...], magick_home: Path | None, core: int, rounds: int) -> None:
    """Measure a small variant of originals of 12, 48 and 100 MP."""
    engines = rivals.taking_part(names or ("vips", "pillow"), magick_home)
    measured = measure.run(cases.FLAT, engines, rounds, core, _say)
    measured.write(FLAT_RESULTS)
    for cell in measured.cells:
        click.echo(
            f"{cell.case:10} {cell.contender:12} {min(cell.cpu) * 1000:7.1f} ms {cell.peak / 1000:6.0f} MB"
        )


@main.command("leak")
@click.option("--renderings", default=10_000, show_default=True, help="How many to make in one process.")
@click.option("--core", default=(os.cpu_count() or 1) - 1, show_default=True, help="Core to run on.")
def watch_memory(renderings: int, core: int) -> None:
    """Render thousands of variants in one process and watch its memory."""
    held = []
    for step in leak.watch(renderings, core):
        held.append(step)
        click.echo(f"{step.renderings:7} renderings {step.rss / 1000:8.1f} MB")
    click.echo(f"from the first thousand to the last: {leak.growth(held) / 1000:+.1f} MB")


@main.command("together")
@click.option("--rounds", default=5, show_default=True, help="Rounds in which both ways take turns.")
def measure_together(rounds: int) -> None:
    """Make sets of variants with one decode for all, as the queue does, and with one for each."""
    saved = []
    for each in together.measure(rounds):
        saved.append(each)
        _say(f"{each.original}, {each.variants}: {each.alone / each.together:.1f}")
    click.echo(together.table(saved))


@main.command("colours")
def compare_colours() -> None:
    """Compare our colours with those of Chromium, libvips and Pillow, type by type, into docs/colours.md."""
    comparison.make()
    compared = comparison.compare()
    for each in compared:
        found = "  ".join(f"{rival} {worst} {mean:.2f}" for rival, (worst, mean) in each.differences.items())
        click.echo(f"{each.name:50} {found}")
    comparison.write(compared)
    click.echo(comparison.DOCUMENT)


@main.command("scale")
@click.option("--originals", default=2000, show_default=True, help="How many; each in ten sizes.")
@click.option("--turn", default=60.0, show_default=True, help="Seconds of the functions' turns.")
@click.option("--port", default=9700, show_default=True, help="Port of the local site, and the two after it.")
def run_scale(originals: int, turn: float, port: int) -> None:
    """Make variants ahead on a local stack, kill its functions in the middle, and count."""
    found = scale.run(originals, turn, port, _say)
    click.echo(scale_report.body(found))


@main.command("load")
@click.option("--minutes", default=15.0, show_default=True, help="How long the traffic lasts.")
@click.option("--rate", default=60, show_default=True, help="Requests in a second.")
@click.option("--port", default=9600, show_default=True, help="Port of the local site, and the two after it.")
def run_load(minutes: float, rate: int, port: int) -> None:
    """Send mixed traffic to a local site, and watch memory, files and threads of its processes."""
    found = load.run(load.Traffic(minutes, rate), port, _say)
    click.echo(load_report.body(found))


@main.command("stack-report")
def write_stack_report() -> None:
    """Write what `scale` and `load` have found into docs/scale.md, with their charts."""
    stack_report.write()
    click.echo(stack_report.DOCUMENT)


@main.command("report")
def write_report() -> None:
    """Write docs/performance.md and its chart from the last run."""
    report.write(results.read(places.RESULTS), results.read(FLAT_RESULTS) if FLAT_RESULTS.exists() else None)
    click.echo(f"{places.REPORT}\n{places.CHART}")


def _chosen(picked: Sequence[str]) -> list[cases.Case]:
    return [case for case in cases.CASES if not picked or case.name in picked]


def _say(what: str) -> None:
    click.echo(what, err=True)


if __name__ == "__main__":
    main(prog_name="python -m bench")
