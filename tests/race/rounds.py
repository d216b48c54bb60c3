"""A round: originals are overwritten while their variants are asked for and made ahead; then it counts."""

from __future__ import annotations

import asyncio
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from http import HTTPStatus
from io import StringIO
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from chalicelib.address.key import Key
from chalicelib.address.wanted import Wanted
from tests.race.simulated import simulated
from tests.race.site import SIZES, WANTED, Stage, made_of
from tests.race.ways import WAYS

if TYPE_CHECKING:
    from edge.shared.answer import Answer
    from tests.race.s3 import Stored
    from tests.race.ways import Way

ORIGINALS = {
    "a.jpg": ("photos", "a.jpg"),
    "b c.jpg": ("photos", "b c.jpg"),
    "ü/é+1 (2).jpg": ("photos", "ü/é+1 (2).jpg"),
    "100%~.jpg": ("photos", "100%~.jpg"),
    "avatars/me.jpg": ("people", "faces/me.jpg"),
    **{f"many/{number}.jpg": ("photos", f"many/{number}.jpg") for number in range(15)},
}
"""Keys in addresses, and where the originals are."""

_LONGEST = 3600.0
"""Seconds after which the queues have long been empty."""

SECONDS = 60.0
"""So long are originals written and variants asked for. A few viewers come later."""


@dataclass
class Found:
    """What a round leaves: the numbers of what was done, and what is stale."""

    way: Way
    changes: int = 0
    rendered: int = 0
    stored: int = 0
    kept: int = 0
    deaths: int = 0
    failures: int = 0
    seconds: float = 0.0
    in_bucket: list[str] = field(default_factory=list)
    in_cache: list[str] = field(default_factory=list)

    @property
    def stale(self) -> list[str]:
        """What is stale: keys in the bucket, and addresses in the cache."""
        return [*self.in_bucket, *self.in_cache]

    @property
    def numbers(self) -> dict[str, int]:
        """What was done, in numbers that can be added."""
        return {
            "changes": self.changes,
            "renderings": self.rendered,
            "variants left in the bucket": self.stored,
            "answers left in the cache": self.kept,
            "processes that died": self.deaths,
            "batches that failed": self.failures,
            "stale in the bucket": len(self.in_bucket),
            "stale in the cache": len(self.in_cache),
        }


def play(seed: int, *, second_look: bool = True, originals: int = 20, views: int = 200) -> Found:
    """Play one round, until every queue is empty."""
    way = WAYS[seed % len(WAYS)]
    with simulated(seed) as simulation, redirect_stdout(StringIO()):  # the app writes its log there
        stage = Stage(simulation, way, second_look)
        race = Race(stage, list(ORIGINALS)[:originals], views)
        return simulation.run_until_complete(race.run())


@dataclass
class Race:
    """Writers, viewers and orders for variants made ahead, each at a moment that the dice choose."""

    stage: Stage
    keys: list[str]
    views: int
    changes: int = 0

    async def run(self) -> Found:
        simulation = self.stage.simulation
        begin = simulation.now
        self.stage.buckets.write("site", ".index/complete", b"", {})
        for key in self.keys:
            self._write(key)
        dice = simulation.dice
        for key in self.keys:
            simulation.call_later(dice.uniform(0, SECONDS / 2), self._order, key)
            for _ in range(dice.randint(1, 3)):
                simulation.call_later(dice.uniform(0, SECONDS), self._change, key)
        await asyncio.gather(*(self._view() for _ in range(self.views)))
        while not self.stage.queues.is_drained():
            await asyncio.sleep(1)
            assert simulation.now < begin + _LONGEST, "a message fails for ever"
        return await self._judged(simulation.now - begin)

    def _write(self, key: str) -> None:
        """Write one of four versions: the one before may come again."""
        bucket, name = ORIGINALS[key]
        version = self.stage.simulation.dice.randrange(4)
        self.stage.buckets.write(bucket, name, f"GIF89a {name} {version}".encode(), {})

    def _change(self, key: str) -> None:
        self.changes += 1
        if self.stage.simulation.dice.random() < 0.1:
            self.stage.buckets.delete(*ORIGINALS[key])
            self.stage.simulation.call_later(self.stage.simulation.dice.uniform(0, 20), self._write, key)
        else:
            self._write(key)

    def _order(self, key: str) -> None:
        self.stage.queues.put(WANTED, str(Wanted(Key(key), SIZES)))

    async def _view(self) -> None:
        dice = self.stage.simulation.dice
        late = SECONDS if dice.random() < 0.2 else 0
        await asyncio.sleep(dice.uniform(0, SECONDS) + late)
        size, key = dice.choice(SIZES), dice.choice(self.keys)
        await self.stage.front.view(dice.choice(spellings(size, key)))

    async def _judged(self, seconds: float) -> Found:
        stage, kept = self.stage, await self.stage.front.kept()
        variants = {key: each for key, each in stage.buckets.objects["site"].items() if key[0] != "."}
        return Found(
            stage.way,
            self.changes,
            len(stage.rendered),
            len(variants),
            len(kept),
            stage.queues.deaths,
            stage.queues.failures,
            seconds,
            [key for key, each in variants.items() if self._is_stale(key, each.data)],
            [key.path for key, given in kept.items() if self._is_stale_answer(key.path, given)],
        )

    def _is_stale(self, place: str, data: bytes) -> bool:
        variant, _, key = place.partition("/")
        bucket, name = ORIGINALS[key]
        stored = self.stage.buckets.objects[bucket].get(name)
        return stored is None or data != made_of(version(stored), variant)

    def _is_stale_answer(self, path: str, given: Answer) -> bool:
        """Say whether it is a picture of an older version, or "no such original" of one that there is."""
        _, _, key = path.removeprefix("/resize").removeprefix("/").partition("/")
        bucket, name = ORIGINALS[unquote(key)]
        stored = self.stage.buckets.objects[bucket].get(name)
        if given.status == HTTPStatus.OK:
            return stored is None or not given.body.decode().endswith(f" of {version(stored)}")
        return given.status == HTTPStatus.NOT_FOUND and stored is not None


def version(stored: Stored) -> str:
    """Return the entity tag without its quotes."""
    return stored.etag.strip('"')


def spellings(size: str, key: str) -> list[str]:
    """Return addresses of one variant: the canonical one, and others that people write."""
    usual = quote(key, safe="/")
    first = f"%{ord(key[0]):02X}{usual[1:]}" if key[0].isascii() else usual.lower()
    return [
        f"/{size}/{usual}",
        f"/{size}/{usual}",
        f"/{size}/{first}",
        f"/{size},fit=inside/{usual}",
        f"/{size}/{quote(key, safe='/()+~')}",
    ]
