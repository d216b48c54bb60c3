"""The viewers of ``python -m bench load``, for Locust, in whose own venv this runs (docs.locust.io).

Of a thousand requests 990 are for a stored picture, five are for something that the site refuses, and five
are for a variant that nobody has asked for. Beside them come bursts of new variants, and herds: two hundred
viewers at once who ask for the same variant that is not stored.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter

import gevent  # type: ignore[import-not-found,import-untyped,unused-ignore]  # lives in Locust's venv
from locust import FastHttpUser, constant_throughput, events  # type: ignore[import-not-found]  # likewise

PLAN = json.loads(os.environ["BENCH_LOAD_PLAN"])
STORED: list[str] = PLAN["stored"]
KEYS: list[str] = PLAN["keys"]
BAD = {
    "/0x0/{}": 400,
    "/99999x99999/{}": 400,
    "/300x200,fit=nonsense/{}": 400,
    "/300x200/nobody/has/this-{}": 404,
    "/300x200/../{}": 400,
}
_DICE = random.Random(404)  # noqa: S311 - traffic, no secret
counted: Counter[tuple[str, int]] = Counter()
seconds: list[dict[str, float]] = []


def count(name: str, response_time: float, response: object = None, **_: object) -> None:
    """Count the answers by the kind of request and status."""
    counted[name, int(getattr(response, "status_code", 0) or 0)] += 1
    seconds.append({"at": time.time(), "ms": response_time, "kind": name})  # type: ignore[dict-item]


def write(**_: object) -> None:
    """Write what was counted into the file that the plan names."""
    told = {
        "statuses": [[kind, status, number] for (kind, status), number in sorted(counted.items())],
        "answers": [[each["at"], each["ms"], each["kind"]] for each in seconds],
    }
    with open(PLAN["results"], "w", encoding="ascii") as file:  # noqa: PTH123 - no Path needed here
        json.dump(told, file)


class Viewer(FastHttpUser):  # type: ignore[misc]  # Locust is not typed here
    """Somebody who looks at pages: nearly all of their pictures are stored."""

    weight = 1
    wait_time = constant_throughput(PLAN["each"])

    def view(self) -> None:
        """Ask for one picture."""
        chance = _DICE.random()
        if chance < 0.005:  # noqa: PLR2004 - the table in the docstring
            self.refused()
        elif chance < 0.01:  # noqa: PLR2004 - likewise
            self.client.get(missing(), name="miss")
        else:
            self.client.get(_DICE.choice(STORED), name="hit")

    def refused(self) -> None:
        """Ask for something that the site refuses: that is the right answer."""
        path, expected = _DICE.choice(list(BAD.items()))
        with self.client.get(path.format(_DICE.choice(KEYS)), name="bad", catch_response=True) as answer:
            if answer.status_code in {expected, 404}:
                answer.success()

    tasks = (view,)


class Crowd(FastHttpUser):  # type: ignore[misc]  # likewise
    """Many viewers at once: a burst of new variants each half minute, and a herd every third minute."""

    fixed_count = 1
    concurrency = 256
    turn = 0

    def come(self) -> None:
        """Send a burst or a herd."""
        gevent.sleep(PLAN["burst_seconds"])
        Crowd.turn += 1
        is_herd = Crowd.turn % PLAN["herd_each"] == 0
        paths = [missing()] * PLAN["herd"] if is_herd else [missing() for _ in range(PLAN["burst"])]
        name = "herd" if is_herd else "burst"
        gevent.joinall([gevent.spawn(self.client.get, path, name=name) for path in paths])

    tasks = (come,)


def missing() -> str:
    """Return the address of a variant that nobody has asked for."""
    width, height = _DICE.randint(20, 400), _DICE.randint(20, 400)
    return f"/{width}x{height},quality={_DICE.randint(40, 90)}/{_DICE.choice(KEYS)}"


events.request.add_listener(count)
events.quitting.add_listener(write)
