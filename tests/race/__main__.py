"""``python -m tests.race``: originals are overwritten while their variants are made, a thousand times."""

from __future__ import annotations

import logging
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import click

from tests.race import rounds

_ORDER_OF_SETS = "PYTHONHASHSEED"


@click.command()
@click.option("--rounds", "number", default=1000, show_default=True, help="How many rounds.")
@click.option("--seed", default=0, show_default=True, help="Seed of the first round. The next has the next.")
@click.option("--without-second-look", is_flag=True, help="Let the app forget to look again at what changed.")
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True, help="Rounds at a time.")
def main(number: int, seed: int, jobs: int, *, without_second_look: bool) -> None:
    """Play rounds, and say what is stale when every queue is empty.

    A round has 20 originals of two sources, 200 variants of them ordered ahead, 200 viewers in other
    spellings as well, about 40 changes in a minute of simulated time, slow calls, processes that die,
    messages that come twice. `python -m tests.race --rounds 1 --seed N` plays the round N again.
    """
    total, stale = Counter[str](), 0
    play = partial(rounds.play, second_look=not without_second_look)
    with ProcessPoolExecutor(jobs, initializer=logging.disable) as pool:
        for each, found in enumerate(pool.map(play, range(seed, seed + number)), seed):
            total.update(found.numbers)
            stale += bool(found.stale)
            if found.stale and not without_second_look:
                click.echo(f"seed {each}, {found.way}: stale are {', '.join(found.stale)}")
            if (each + 1 - seed) % 100 == 0:
                click.echo(f"{each + 1 - seed} rounds, {_said(total)}", err=True)
    click.echo(f"seeds {seed} to {seed + number - 1}: {_said(total)}; rounds with anything stale: {stale}")
    sys.exit(bool(stale) is not without_second_look)


def _said(total: Counter[str]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in total.items())


if __name__ == "__main__":
    if os.environ.get(_ORDER_OF_SETS) != "0":
        # A set of texts has another order in each process, and so the race another course.
        again = [sys.executable, "-m", "tests.race", *sys.argv[1:]]
        os.execve(sys.executable, again, {**os.environ, _ORDER_OF_SETS: "0"})  # noqa: S606 - this program
    main(prog_name="python -m tests.race")
