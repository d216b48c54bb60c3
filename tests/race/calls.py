"""What every call to AWS has in a race: it takes time, before and after its effect, and S3 may be busy."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.race.simulation import Simulation

_USUAL = 0.03
_SELDOM = 0.02
"""How often a call takes long: any time up to the client's own limit."""

_BUSY = 1 / 400


@dataclass
class Taking:
    """The time that a call takes: some before its effect, which is at one moment, and some after it."""

    simulation: Simulation
    longest: float
    name: str
    is_busy: bool = False

    def __enter__(self) -> None:
        self.simulation.sleep(self._some())
        if self.is_busy and self.simulation.dice.random() < _BUSY:
            raise refusal(self.name, "SlowDown", HTTPStatus.SERVICE_UNAVAILABLE)

    def __exit__(self, *_: object) -> None:
        self.simulation.sleep(self._some())

    def _some(self) -> float:
        dice = self.simulation.dice
        if dice.random() < _SELDOM:
            return dice.uniform(0, self.longest / 2)
        return min(dice.expovariate(1 / _USUAL), self.longest / 2)


def refusal(operation: str, code: str, status: int) -> ClientError:
    metadata = {"HTTPStatusCode": status}
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": metadata}, operation)  # type: ignore[typeddict-item]
